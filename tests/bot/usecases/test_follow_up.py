import pytest

from bot.commands import ChangeNotice, EndTie, Erase, Leave
from bot.domain.introductions import Outcome, State
from bot.domain.notices import NoticeState
from bot.messages import Message, Refused
from bot.usecases.follow_up import follow_up
from tests.bot.usecases.stories import OFFER, intro_of, met, notices_of, tie_of
from tests.world import World


async def test_each_is_asked_once_and_by_the_name_of_the_other(world: World) -> None:
    amina, luc = await met(world)
    await world.travel(days=25)

    for member, other in ((amina, "Luc"), (luc, "Amina")):
        asked = [message for message in await world.messages(member) if message.key == "follow_up"]
        assert [message.params["name"] for message in asked] == [other]
    assert (await intro_of(world, amina)).state is State.FOLLOWED_UP


@pytest.mark.parametrize("outcome", Outcome)
async def test_an_offerer_is_thanked_and_not_asked_again(world: World, outcome: Outcome) -> None:
    amina, luc = await met(world)
    await world.travel(days=6)
    before = await world.transcript(luc)

    assert await world.press(amina, outcome) == Message(f"follow_up.{outcome}")
    assert (await intro_of(world, luc)).side_of(amina).outcome is outcome
    assert await world.transcript(luc) == before


async def test_a_need_that_was_helped_may_be_settled_with_a_tap(world: World) -> None:
    _, luc = await met(world)
    await world.travel(days=6)
    reply = await world.press(luc, "helped")
    assert isinstance(reply, Message)
    assert (reply.key, reply.choices) == ("follow_up.helped_need", ("met", "keep"))

    await world.press(luc, "met")
    assert (await notices_of(world, luc))[0].state is NoticeState.MET


async def test_a_need_that_was_helped_may_stay_open(world: World) -> None:
    _, luc = await met(world)
    await world.travel(days=6)
    await world.press(luc, "helped")

    assert await world.press(luc, "keep") == Message("notice.keep")
    assert (await notices_of(world, luc))[0].state is NoticeState.OPEN


@pytest.mark.parametrize("outcome", ["talked", "not_yet"])
async def test_other_outcomes_leave_a_need_as_it_is(world: World, outcome: str) -> None:
    _, luc = await met(world)
    await world.travel(days=6)

    assert await world.press(luc, outcome) == Message(f"follow_up.{outcome}")
    assert (await notices_of(world, luc))[0].next_wave_at is None


async def test_when_nothing_came_of_it_the_search_goes_on(world: World) -> None:
    _, luc = await met(world)
    sofia = await world.join("Sofia")
    await world.post(sofia, OFFER)
    await world.travel(days=6)
    reply = await world.press(luc, "nothing")
    await world.travel(days=1)

    assert isinstance(reply, Message)
    assert reply.key == "follow_up.nothing_need"
    assert "card.answers.need" in await world.keys(sofia)


async def test_a_search_that_is_already_planned_is_not_planned_again(world: World) -> None:
    _, luc = await met(world)
    await world.travel(days=6)
    token = await world.token(luc, "nothing")
    await world.press_token(luc, token, "nothing")

    assert await world.press_token(luc, token, "nothing") == Message("follow_up.nothing")


async def test_the_outcome_of_a_need_that_was_settled_is_just_noted(world: World) -> None:
    _, luc = await met(world)
    await world.send(ChangeNotice(luc, (await notices_of(world, luc))[0].id, "met"))
    await world.travel(days=6)

    assert await world.press(luc, "helped") == Message("follow_up.helped")


async def test_whoever_left_is_not_asked(world: World) -> None:
    amina, luc = await met(world)
    await world.send(Leave(luc))
    await world.travel(days=6)

    assert "follow_up" not in await world.keys(luc)
    assert "follow_up" in await world.keys(amina)


@pytest.mark.parametrize("end", ["end_tie", "erase"])
async def test_an_introduction_that_was_ended_is_not_followed_up(world: World, end: str) -> None:
    amina, luc = await met(world)
    await world.send(Erase(luc) if end == "erase" else EndTie(luc, (await tie_of(world, luc)).id))
    await world.travel(days=6)

    assert "follow_up" not in await world.keys(amina)
    assert (await intro_of(world, amina)).state is State.ENDED


async def test_nothing_can_be_said_of_an_introduction_that_was_ended(world: World) -> None:
    amina, luc = await met(world)
    await world.travel(days=6)
    await world.send(EndTie(luc, (await tie_of(world, luc)).id))

    assert isinstance(await world.press(amina, "helped"), Refused)


async def test_a_look_that_comes_too_early_asks_nobody(world: World) -> None:
    amina, _ = await met(world)
    before = await intro_of(world, amina)
    await world.runner.run(lambda ctx: follow_up(before.id, ctx))

    assert await intro_of(world, amina) == before
