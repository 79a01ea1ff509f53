"""Indexes on disk: read where they fit, brought up to date by the feed, and never for those who must not see them."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.chance import SeededRandom
from adapters.index import in_process
from adapters.index.in_process import InProcessCandidates
from adapters.index.snapshots import NAME, Kept, Snapshots
from bot.domain.ids import CommunityId, NoticeId, PersonId
from bot.domain.notices import NoticeState
from bot.ports import Store
from matching.encoder import Encoder
from matching.index import Index
from matching.model import Notice
from matching.snapshot import Header, save
from tests.adapters.index.test_in_process import OFFER, Shelf, found
from tests.matching.encoders import TinyEncoder


def over(shelf: Shelf, folder: Path, *, secret: str = "s", encoder: Encoder | None = None) -> InProcessCandidates:
    snapshots = Snapshots(folder, secret=secret, encoder="tiny" if encoder else "")
    return InProcessCandidates(cast("Store", cast(Any, shelf)), SeededRandom(1), encoder, snapshots=snapshots)


def shelf() -> Shelf:
    made = Shelf()
    made.write(OFFER)
    return made


async def written(shelf: Shelf, folder: Path, *, secret: str = "s", encoder: Encoder | None = None) -> None:
    candidates = over(shelf, folder, secret=secret, encoder=encoder)
    await found(candidates)
    await candidates.close()


@pytest.mark.parametrize("encoder", [None, TinyEncoder()])
async def test_a_start_reads_the_indexes_instead_of_every_notice(tmp_path: Path, encoder: Encoder | None) -> None:
    store = shelf()
    await written(store, tmp_path, encoder=encoder)

    assert await found(over(store, tmp_path, encoder=encoder)) == ["offer"]
    assert store.loads == 1


async def test_what_has_changed_meanwhile_is_followed_before_anybody_asks(tmp_path: Path) -> None:
    store = shelf()
    await written(store, tmp_path)
    store.write(replace(OFFER, state=NoticeState.WITHDRAWN))
    store.write(replace(OFFER, id=NoticeId("later"), person=PersonId("later")))

    assert await found(over(store, tmp_path)) == ["later"]
    assert store.loads == 1


async def test_nobody_else_reads_it_and_no_word_of_it_can_be_seen(tmp_path: Path) -> None:
    store = shelf()
    await written(store, tmp_path)
    file = tmp_path / NAME

    assert file.stat().st_mode & 0o777 == 0o600
    assert not any(word in file.read_bytes() for word in (b"shirts", b"T-shirts", b"offer", b"house"))
    assert await found(over(store, tmp_path, secret="another")) == ["offer"]
    assert store.loads == 2


async def test_once_somebody_is_erased_the_file_is_gone_at_the_next_look(tmp_path: Path) -> None:
    store = shelf()
    candidates = over(store, tmp_path)
    await found(candidates)
    assert (tmp_path / NAME).exists()

    store.remove(OFFER.id)
    await candidates.refresh()

    assert not (tmp_path / NAME).exists()
    await candidates.close()
    assert await found(over(store, tmp_path)) == []
    assert store.loads == 1


async def test_whoever_was_erased_while_nobody_looked_is_not_found_and_the_file_is_gone(tmp_path: Path) -> None:
    store = shelf()
    await written(store, tmp_path)
    store.remove(OFFER.id)

    assert await found(over(store, tmp_path)) == []
    assert not (tmp_path / NAME).exists()


async def test_a_database_turned_back_reads_its_notices(tmp_path: Path) -> None:
    store = shelf()
    store.write(replace(OFFER, id=NoticeId("later"), person=PersonId("later")))
    await written(store, tmp_path)

    before = shelf()
    assert await found(over(before, tmp_path)) == ["offer"]
    assert before.loads == 1


async def test_a_feed_that_went_another_way_is_not_followed(tmp_path: Path) -> None:
    await written(shelf(), tmp_path)
    other = Shelf()
    other.write(replace(OFFER, id=NoticeId("other")))

    assert await found(over(other, tmp_path)) == ["other"]


async def test_it_is_written_anew_after_many_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_process, "UNWRITTEN", 3)
    store = shelf()
    candidates = over(store, tmp_path)
    await found(candidates)
    (tmp_path / NAME).unlink()

    for _ in range(3):
        store.write(OFFER)
    await candidates.refresh()

    assert (tmp_path / NAME).exists()


async def test_what_cannot_be_written_or_read_or_taken_away_harms_nobody(tmp_path: Path) -> None:
    store = shelf()
    (tmp_path / NAME).mkdir()
    candidates = over(store, tmp_path)

    assert await found(candidates) == ["offer"]
    await candidates.close()
    store.remove(OFFER.id)
    assert await found(candidates) == []


@pytest.mark.parametrize("harm", ["cut", "turned", "unsealed"])
async def test_a_file_that_was_harmed_is_not_believed(tmp_path: Path, harm: str) -> None:
    store = shelf()
    await written(store, tmp_path)
    file = tmp_path / NAME
    kept = file.read_bytes()
    if harm == "unsealed":
        save(file, Header("", "", 1), {})
    else:
        file.write_bytes(kept[:-9] if harm == "cut" else kept[:-9] + b"x" + kept[-8:])

    assert await found(over(store, tmp_path)) == ["offer"]
    assert store.loads == 2


async def test_parts_that_do_not_fit_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots = Snapshots(tmp_path, secret="s", encoder="")
    index = Index([Notice("o", "p", "offer", "van", "en")])
    state = index.state()
    state["ids"]["hashes"] = state["ids"]["hashes"][:0]
    monkeypatch.setattr(index, "state", lambda: state)

    snapshots.save(Kept(1, NoticeId("o"), {CommunityId("a"): index}))

    assert snapshots.load(Index.of) is None
    assert not (tmp_path / NAME).exists()


async def test_nothing_is_written_while_the_house_is_empty(tmp_path: Path) -> None:
    await written(Shelf(), tmp_path)

    assert not (tmp_path / NAME).exists()
