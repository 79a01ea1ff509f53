from dataclasses import replace

import pytest

from bot.domain.ids import CommunityId
from bot.domain.introductions import State
from bot.domain.members import Community
from bot.domain.notices import NoticeState
from bot.usecases.community import channel_gone
from tests.bot.usecases.stories import NEED, OFFER, asked, intro_of, met, notices_of
from tests.world import COMMUNITY, START, World

ELSEWHERE = CommunityId("slack:T123")


async def kept(world: World, id: CommunityId) -> Community | None:
    async with world.store.reading() as uow:
        return await uow.communities.find(id)


async def again(world: World) -> None:
    await world.dispatch.found(COMMUNITY, "The Counter", "en", "Europe/Paris")


async def test_a_community_is_founded_once_and_keeps_up_with_its_name(world: World) -> None:
    await world.dispatch.found(ELSEWHERE, "Les  Ateliers\u202e", "fr", "Europe/Paris")
    founded = await kept(world, ELSEWHERE)
    assert founded == Community(ELSEWHERE, "Les Ateliers", "fr", "Europe/Paris", START)

    await world.dispatch.found(ELSEWHERE, "Les Ateliers", "fr", "Europe/Paris")
    assert await kept(world, ELSEWHERE) == founded
    await world.dispatch.found(ELSEWHERE, "The Workshops", "en", "UTC")
    renamed = await kept(world, ELSEWHERE)
    assert renamed and (renamed.name, renamed.language, renamed.zone) == ("The Workshops", "en", "UTC")


@pytest.mark.parametrize("name", ["", "\u200b", "\x00" * 9])
async def test_a_name_that_cannot_be_shown_is_not_taken(world: World, name: str) -> None:
    await world.dispatch.found(ELSEWHERE, name, "en", "UTC")
    founded = await kept(world, ELSEWHERE)
    assert founded and founded.name == ELSEWHERE

    await world.dispatch.found(COMMUNITY, name, "en", "Europe/Paris")
    here = await kept(world, COMMUNITY)
    assert here and here.name == "The Counter"


async def test_nothing_is_said_in_a_closed_community(world: World) -> None:
    amina, luc = await met(world)
    before = {member: await world.keys(member) for member in (amina, luc)}
    await world.dispatch.close(COMMUNITY)
    await world.dispatch.close(COMMUNITY)
    await world.travel(days=40)

    assert {member: await world.keys(member) for member in (amina, luc)} == before


async def test_two_yeses_lead_nowhere_once_the_community_is_closed(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.dispatch.close(COMMUNITY)
    await world.travel(minutes=5)

    assert await world.openings(amina) == 0
    assert (await intro_of(world, amina)).state is State.ASKED
    await world.travel(days=8)
    assert (await intro_of(world, amina)).state is State.EXPIRED


async def test_nobody_is_asked_in_a_closed_community_and_all_goes_on_when_it_comes_back(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.dispatch.close(COMMUNITY)
    await world.post(luc, NEED)
    await world.travel(days=2)
    assert not any(key.startswith("card") for key in await world.keys(amina))

    await again(world)
    await world.travel(days=1)
    assert "card.answers.need" in await world.keys(amina)


async def test_what_members_wrote_ends_as_it_would_have(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    await world.dispatch.close(COMMUNITY)
    await world.travel(days=22)

    assert [notice.state for notice in await notices_of(world, luc)] == [NoticeState.EXPIRED]


async def test_a_community_that_was_never_founded_cannot_be_closed(world: World) -> None:
    await world.dispatch.close(ELSEWHERE)

    assert await kept(world, ELSEWHERE) is None


async def test_nobody_listens_in_a_channel_that_is_no_more(world: World) -> None:
    async with world.store.unit_of_work() as uow:
        await uow.communities.save(replace(await uow.communities.get(COMMUNITY), listening=("one", "two")))
        await uow.commit()

    for _ in range(2):
        await world.runner.run(lambda ctx: channel_gone(COMMUNITY, "one", ctx))
    await world.runner.run(lambda ctx: channel_gone(ELSEWHERE, "two", ctx))

    community = await kept(world, COMMUNITY)
    assert community
    assert community.listening == ("two",)
