"""Where a chat service reaches people, on every store."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.ids import MemberId
from bot.places import Place, Places
from bot.ports import Store
from tests.adapters.store.things import AMINA, BELA, HOUR, NOON

PLACE = Place(AMINA, "chat:7", direct="D1", closed_at=NOON, channel="C1", thread="T1", called_at=NOON + HOUR)


@pytest.fixture
def places(store: Store) -> Places:
    return store.places  # type: ignore[attr-defined,no-any-return] # both stores that we have carry them


async def test_what_is_kept_comes_back(places: Places) -> None:
    await places.keep(PLACE)

    assert await places.find(AMINA) == PLACE
    assert await places.find(BELA) is None


async def test_the_newest_takes_the_place_of_what_was_known(places: Places) -> None:
    await places.keep(PLACE)
    await places.keep(after := replace(PLACE, closed_at=None, thread="", called_at=None))

    assert await places.find(AMINA) == after


async def test_what_several_change_at_once_is_all_changed(places: Places) -> None:
    """Two processes: one learns where somebody is written to, the other where they wish to be called."""
    for number in range(5):
        member = MemberId(f"{AMINA}{number}")
        before = await asyncio.gather(
            places.change(member, "chat:7", lambda place: replace(place, direct="D2")),
            places.change(member, "chat:7", lambda place: replace(place, channel="C2")),
            places.change(member, "chat:7", lambda place: replace(place, closed_at=NOON)),
        )

        assert await places.find(member) == Place(member, "chat:7", direct="D2", channel="C2", closed_at=NOON)
        assert sum(place == Place(member, "chat:7") for place in before) == 1


async def test_one_account_can_be_several_members(places: Places) -> None:
    for member, account in ((BELA, "chat:7"), (AMINA, "chat:7")):
        await places.keep(Place(member, account))

    assert [place.member for place in await places.of_account("chat:7")] == sorted([AMINA, BELA])
    assert await places.of_account("chat:8") == []


async def test_who_is_forgotten_is_nowhere(places: Places) -> None:
    await places.keep(PLACE)
    await places.keep(Place(BELA, "chat:7"))

    await places.forget(AMINA)
    await places.forget(AMINA)

    assert await places.find(AMINA) is None
    assert [place.member for place in await places.of_account("chat:7")] == [BELA]
