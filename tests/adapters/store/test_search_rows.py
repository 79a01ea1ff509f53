"""What PostgreSQL keeps for searching: in step with the notices, counted, unreadable, and refreshed when it must be."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from adapters.chance import SeededRandom
from adapters.store import search_keys
from adapters.store.candidates import DatabaseCandidates
from adapters.store.keys import Sealer, keyed_hash
from adapters.store.search_keys import Blind, engine_number, remains
from adapters.store.search_rows import Plan, SearchRows
from adapters.store.search_tables import NOTICE_TERMS, READINGS, SEARCH, TERMS
from adapters.store.search_upkeep import SearchUpkeep
from adapters.store.sql import SqlStore
from bot.domain.ids import CommunityId, NoticeId, PersonId
from bot.domain.notices import Kind, Notice, NoticeState
from matching.reading import Term
from matching.score import is_slip
from tests.adapters.store.conftest import KEY
from tests.adapters.store.notices import community
from tests.adapters.store.things import HOME, NOTICE

NEED = replace(NOTICE, id=NoticeId("need"), card="looking for T-shirts", topics=())
OFFER = replace(NOTICE, id=NoticeId("offer"), person=PersonId("p-bela"), kind=Kind.OFFER, card="T-shirts", topics=())
HASHED = partial(keyed_hash, "pepper")


@pytest.fixture
async def store(postgres_url: str, sealer: Sealer) -> AsyncIterator[SqlStore]:
    opened = await SqlStore.open(postgres_url, sealer, migrate=False, searched=True)
    yield opened
    await opened.close()


async def write(store: SqlStore, *notices: Notice) -> None:
    async with store.unit_of_work() as uow:
        for notice in notices:
            kept = await uow.notices.find(notice.id)
            if kept:
                await uow.notices.save(replace(notice, version=kept.version))
            else:
                await uow.notices.add(notice)
        await uow.commit()


async def found(store: SqlStore, notice: Notice = NEED) -> list[str]:
    candidates = DatabaseCandidates(store, SeededRandom(1))
    return [c.notice for c in await candidates.search(notice, [Kind.OFFER], limit=5)]


async def kept(store: SqlStore) -> dict[str, Any]:
    """The rows of hashes, by notice."""
    async with store.looking() as session:
        rows = (await session.run(select(NOTICE_TERMS).order_by(NOTICE_TERMS.c.notice))).mappings()
        readings = (await session.run(select(READINGS.c.notice))).scalars()
    assert sorted(readings) == sorted(row["notice"] for row in rows)
    return {row["notice"]: row for row in rows}


async def counts_are_right(store: SqlStore) -> bool:
    """Whether every term is counted as often as it is held."""
    async with store.looking() as session:
        held = Counter(t for terms in (await session.run(select(NOTICE_TERMS.c.terms))).scalars() for t in terms)
        counted = {term: count for term, count in await session.run(select(TERMS.c.term, TERMS.c.holders))}
    return counted == held


@pytest.mark.external
async def test_counts_follow_whatever_happens_to_notices(store: SqlStore) -> None:
    notices = list(community(40, 3, HOME))
    await write(store, *notices)
    assert await counts_are_right(store)

    await write(store, *(replace(n, card="a piano and a van") for n in notices[:10]))
    await write(store, *(replace(n, state=NoticeState.PAUSED) for n in notices[5:20]))
    async with store.unit_of_work() as uow:
        await uow.notices.remove(notices[39].id)
        await uow.notices.remove(notices[5].id)
        await uow.notices.add(notices[39])
        await uow.commit()

    assert await counts_are_right(store)
    assert sorted(await kept(store)) == sorted(n.id for n in [*notices[:5], *notices[20:]])


@pytest.mark.external
async def test_nothing_is_left_of_what_is_gone(store: SqlStore) -> None:
    await write(store, NEED, OFFER)

    async with store.unit_of_work() as uow:
        await uow.notices.remove(NEED.id)
        await uow.notices.remove(OFFER.id)
        await uow.commit()

    async with store.looking() as session:
        assert [(await session.run(select(table))).mappings() for table in SEARCH.sorted_tables] == [[], [], []]


@pytest.mark.external
async def test_writers_at_once_are_counted_together(store: SqlStore) -> None:
    notices = list(community(60, 4, HOME))

    await asyncio.gather(*(write(store, notice) for notice in notices))
    await asyncio.gather(*(write(store, replace(n, state=NoticeState.EXPIRED)) for n in notices[::2]))

    assert await counts_are_right(store)
    assert len(await kept(store)) == 30


@pytest.mark.external
async def test_what_changes_no_word_leaves_the_row_alone(store: SqlStore) -> None:
    await write(store, OFFER)
    async with store.looking() as session:
        before = (await session.run(text("SELECT xmin::text FROM notice_terms"))).scalar()

    await write(store, replace(OFFER, waves=3, text="other words, not on the card"))

    async with store.looking() as session:
        assert (await session.run(text("SELECT xmin::text FROM notice_terms"))).scalar() == before


@pytest.mark.external
async def test_another_replica_finds_what_was_just_committed(store: SqlStore, postgres_url: str) -> None:
    other = await SqlStore.open(postgres_url, Sealer([KEY]), migrate=False, searched=True)
    assert await found(other) == []

    await write(store, OFFER)
    assert await found(other) == ["offer"]
    await write(other, replace(OFFER, state=NoticeState.WITHDRAWN))

    assert await found(store) == []
    await other.close()


@pytest.mark.external
async def test_no_word_can_be_read_in_what_is_searched(store: SqlStore) -> None:
    await write(store, replace(OFFER, card="canaryword canariword", topics=("canarytopic",)))

    async with store.looking() as session:
        dumped = "".join([str((await session.run(select(table))).mappings()) for table in SEARCH.sorted_tables])

    assert "offer" in dumped
    assert "canar" not in dumped.lower()


@pytest.mark.external
async def test_the_same_word_is_another_number_elsewhere(store: SqlStore) -> None:
    await write(store, OFFER, replace(OFFER, id=NoticeId("there"), community=CommunityId("house:two")))

    rows = await kept(store)

    assert not set(rows["offer"]["terms"]) & set(rows["there"]["terms"])


@pytest.mark.external
async def test_the_index_of_terms_is_used(store: SqlStore) -> None:
    async with store.looking() as session:
        await session.run(text("SET LOCAL enable_seqscan = off"))
        plan = (await session.run(text("EXPLAIN SELECT notice FROM notice_terms WHERE terms && '{1,2}'"))).scalars()

    assert any("ix_notice_terms_terms" in line for line in plan)


# --- upkeep -----------------------------------------------------------------------------------------------------------


@pytest.mark.external
async def test_what_was_there_before_is_read_once(store: SqlStore, postgres_url: str) -> None:
    before = await SqlStore.open(postgres_url, Sealer([KEY]), migrate=False)
    await write(before, OFFER, *community(20, 5, HOME), replace(NEED, state=NoticeState.DRAFT))
    await before.close()
    assert await found(store) == []

    assert await SearchUpkeep(store).refresh(batch=4) == 21

    assert "offer" in await found(store)
    assert await counts_are_right(store)
    assert await SearchUpkeep(store).refresh() == 0


@pytest.mark.external
async def test_several_replicas_share_the_reading(store: SqlStore, postgres_url: str) -> None:
    before = await SqlStore.open(postgres_url, Sealer([KEY]), migrate=False)
    await write(before, *community(60, 6, HOME))

    shares = await asyncio.gather(*(SearchUpkeep(store).refresh(batch=5) for _ in range(3)))
    rest = await SearchUpkeep(store).refresh()
    await before.close()

    assert sum(shares) + rest == 60
    assert len(await kept(store)) == 60
    assert await counts_are_right(store)


@pytest.mark.external
async def test_another_engine_reads_everything_again(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(store, OFFER, NEED)
    old = {row["engine"] for row in (await kept(store)).values()}
    monkeypatch.setattr(search_keys, "_engine", lambda: "another")

    assert await SearchUpkeep(store).refresh(batch=1) == 2

    assert {row["engine"] for row in (await kept(store)).values()}.isdisjoint(old)
    assert await counts_are_right(store)
    assert await found(store) == ["offer"]


@pytest.mark.external
async def test_a_refresh_that_was_broken_off_goes_on(
    store: SqlStore, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await SqlStore.open(postgres_url, Sealer([KEY]), migrate=False)
    await write(before, *community(40, 9, HOME))
    await before.close()
    batches = itertools.count(1)
    whole = SearchRows.write

    async def broken(rows: SearchRows, plan: Plan) -> None:
        await whole(rows, plan)
        if next(batches) == 4:
            raise ConnectionResetError

    monkeypatch.setattr(SearchRows, "write", broken)
    with pytest.raises(ConnectionResetError):
        await SearchUpkeep(store).refresh(batch=5)
    assert len(await kept(store)) == 15

    assert await SearchUpkeep(store).refresh() == 25

    assert await counts_are_right(store)


@pytest.mark.external
async def test_who_does_not_search_here_writes_no_hash_and_leaves_none_behind(
    store: SqlStore, postgres_url: str
) -> None:
    plain = await SqlStore.open(postgres_url, Sealer([KEY]), migrate=False)
    await write(store, OFFER, NEED)

    await write(plain, replace(OFFER, card="a piano"), replace(OFFER, id=NoticeId("new")))
    assert list(await kept(store)) == ["need"]
    assert await counts_are_right(store)
    assert await SearchUpkeep(plain).refresh() == 0
    await SearchUpkeep(plain).clear()

    assert await kept(store) == {}
    assert await counts_are_right(store)
    await plain.close()


async def test_there_is_nothing_to_keep_up_on_sqlite(new_sqlite: Any, sealer: Sealer) -> None:
    lite = await SqlStore.open(new_sqlite(), sealer, migrate=False, searched=True)
    await write(lite, OFFER)

    assert not lite.searched
    assert await SearchUpkeep(lite).refresh() == 0
    await SearchUpkeep(lite).clear()
    await lite.close()


@pytest.mark.external
async def test_readings_are_put_under_the_newest_key(store: SqlStore, postgres_url: str) -> None:
    newest = Fernet.generate_key().decode()
    await write(store, OFFER)
    both = await SqlStore.open(postgres_url, Sealer([newest, KEY]), migrate=False, searched=True)
    await both.reseal()
    await both.close()

    after = await SqlStore.open(postgres_url, Sealer([newest]), migrate=False, searched=True)

    assert await found(after) == ["offer"]
    assert await SearchUpkeep(after).refresh() == 0
    await after.close()


# --- hashes -----------------------------------------------------------------------------------------------------------

STEMS = st.text("abé", min_size=5, max_size=12)


def term(stem: str, *, known: bool = False) -> Term:
    return Term(stem, stem, 1.0, stem, known)


@given(STEMS, STEMS, st.booleans(), st.booleans())
def test_every_slip_is_found(one: str, other: str, known: bool, other_known: bool) -> None:
    blind = Blind(HASHED, HOME)
    a, b = term(one, known=known), term(other, known=other_known)

    if one != other and is_slip(a, b):
        assert blind.slips_for(a) & blind.slips_of(b)


@given(st.data())
def test_a_mistyped_word_is_found(data: st.DataObject) -> None:
    stem = data.draw(st.text("abcde", min_size=9, max_size=12))
    at = data.draw(st.integers(1, len(stem) - 2))
    slip = stem[:at] + data.draw(st.sampled_from(["", "x", stem[at + 1] + stem[at]])) + stem[at + 2 :]
    blind = Blind(HASHED, HOME)

    if is_slip(term(stem), term(slip)):
        assert blind.slips_for(term(stem)) & blind.slips_of(term(slip))


def test_two_known_words_are_never_looked_for_as_slips() -> None:
    blind = Blind(HASHED, HOME)
    guitar = term("guitare", known=True)

    assert not blind.slips_for(guitar) & blind.slips_of(guitar)


@pytest.mark.parametrize(("stem", "most"), [("velo", 0), ("guitare", 8), ("x" * 21, 2), ("a" * 100_000, 0)])
def test_what_is_left_of_a_stem_stays_little(stem: str, most: int) -> None:
    assert len(set(remains(stem))) <= most


def test_numbers_fit_their_column_and_differ_with_the_key() -> None:
    blind = Blind(HASHED, HOME)
    numbers = [blind.term("a"), blind.topic("a"), blind.everybody, engine_number(HASHED), blind.term("\ud800")]

    assert len(set(numbers)) == 5
    assert all(0 <= number < 2**63 for number in numbers)
    assert Blind(partial(keyed_hash, "other"), HOME).term("a") != blind.term("a")
    assert engine_number(partial(keyed_hash, "other")) != engine_number(HASHED)
