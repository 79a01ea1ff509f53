import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, cast

import pytest

from adapters.chance import SeededRandom
from adapters.index.in_process import InProcessCandidates
from bot.domain.ids import CommunityId, MemberId, NoticeId, PersonId
from bot.domain.notices import Kind, Notice, NoticeState
from bot.ports import Store

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def notice(id: str, kind: Kind, card: str, *, community: str = "house:a", person: str = "") -> Notice:
    return Notice(
        id=NoticeId(id),
        community=CommunityId(community),
        member=MemberId(f"{community}:{person or id}"),
        person=PersonId(person or id),
        kind=kind,
        state=NoticeState.OPEN,
        text="never indexed: pianos",
        card=card,
        language="en",
        created_at=NOON,
        since=NOON,
    )


NEED = notice("need", Kind.NEED, "looking for T-shirts")
OFFER = notice("offer", Kind.OFFER, "5,000 T-shirts left over")


class Shelf:
    """A store of notices and their changes, no more; counts how often it is asked for everything."""

    def __init__(self, *notices: Notice) -> None:
        self.kept = {n.id: n for n in notices}
        self.feed: list[NoticeId] = []
        self.loads = 0
        self.notices = self

    async def open_notices(self) -> tuple[int, Sequence[Notice]]:
        self.loads += 1
        await asyncio.sleep(0)
        return len(self.feed), [n for n in self.kept.values() if n.state is NoticeState.OPEN]

    async def changes(self, after: int, limit: int) -> Sequence[tuple[int, NoticeId]]:
        await asyncio.sleep(0)
        return [(n + 1, id) for n, id in enumerate(self.feed)][after : after + limit]

    async def among(self, ids: Sequence[NoticeId]) -> Mapping[NoticeId, Notice]:
        return {id: self.kept[id] for id in ids if id in self.kept}

    def reading(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def write(self, notice: Notice) -> None:
        self.kept[notice.id] = notice
        self.feed.append(notice.id)

    def remove(self, id: NoticeId) -> None:
        del self.kept[id]
        self.feed.append(id)


def over(shelf: Shelf) -> InProcessCandidates:
    return InProcessCandidates(cast("Store", cast(Any, shelf)), SeededRandom(1))


async def found(candidates: InProcessCandidates, need: Notice = NEED) -> list[str]:
    return [c.notice for c in await candidates.search(need, [Kind.OFFER], limit=5)]


async def test_what_was_open_at_the_start_is_found() -> None:
    assert await found(over(Shelf(OFFER))) == ["offer"]


async def test_an_empty_house_has_nobody() -> None:
    assert await found(over(Shelf())) == []


async def test_a_later_offer_is_found_at_the_next_search() -> None:
    shelf = Shelf()
    candidates = over(shelf)
    await found(candidates)

    shelf.write(OFFER)

    assert await found(candidates) == ["offer"]


@pytest.mark.parametrize("state", [NoticeState.PAUSED, NoticeState.WITHDRAWN, NoticeState.DRAFT])
async def test_what_is_no_longer_open_is_not_found(state: NoticeState) -> None:
    shelf = Shelf(OFFER)
    candidates = over(shelf)
    await found(candidates)

    shelf.write(replace(OFFER, state=state))

    assert await found(candidates) == []


async def test_what_was_erased_is_not_found() -> None:
    shelf = Shelf(OFFER)
    candidates = over(shelf)
    await found(candidates)

    shelf.remove(OFFER.id)

    assert await found(candidates) == []


async def test_new_words_replace_the_old_ones() -> None:
    shelf = Shelf(OFFER)
    candidates = over(shelf)
    await found(candidates)

    shelf.write(replace(OFFER, card="a piano"))

    assert await found(candidates) == []
    assert await found(candidates, replace(NEED, card="looking for a piano")) == ["offer"]


async def test_only_the_words_approved_for_cards_are_searched() -> None:
    assert await found(over(Shelf(OFFER)), replace(NEED, card="pianos")) == []


async def test_other_communities_are_not_searched() -> None:
    assert await found(over(Shelf(replace(OFFER, community=CommunityId("house:b"))))) == []


async def test_ones_own_offer_is_not_found() -> None:
    assert await found(over(Shelf(replace(OFFER, person=NEED.person)))) == []


async def test_many_changes_are_read_page_by_page() -> None:
    shelf = Shelf()
    candidates = over(shelf)
    await found(candidates)

    for n in range(1100):
        shelf.write(replace(OFFER, id=NoticeId("early" if n % 2 else "late"), person=PersonId(f"p{n % 2}")))

    assert sorted(await found(candidates)) == ["early", "late"]


async def test_searches_at_once_load_once() -> None:
    shelf = Shelf(OFFER)
    candidates = over(shelf)

    results = await asyncio.gather(*(found(candidates) for _ in range(5)))

    assert results == [["offer"]] * 5
    assert shelf.loads == 1


async def test_a_load_that_was_broken_off_begins_afresh() -> None:
    shelf = Shelf(*(replace(OFFER, id=NoticeId(f"o{n}"), person=PersonId(f"p{n}")) for n in range(120)))
    candidates = over(shelf)
    broken_off = asyncio.create_task(found(candidates))
    for _ in range(3):
        await asyncio.sleep(0)
    broken_off.cancel()
    await asyncio.wait([broken_off])

    shelf.kept = {OFFER.id: OFFER}

    assert await found(candidates) == ["offer"]
