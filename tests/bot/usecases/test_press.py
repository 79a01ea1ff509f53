from datetime import timedelta

import pytest

from bot.commands import Leave, Press
from bot.domain.ids import MemberId
from bot.domain.tokens import Purpose, Token, hashed
from bot.messages import Message, Refused
from tests.bot.usecases.stories import OFFER, asked, intro_of, met, tie_of
from tests.world import COMMUNITY, START, World

DEAD = Refused("refusal.dead_button")


async def test_an_unknown_token_and_somebody_elses_get_the_same_reply(world: World) -> None:
    amina, luc = await asked(world)
    token = await world.token(amina, "yes")

    assert await world.press_token(luc, token, "yes") == DEAD
    assert await world.press_token(luc, "made up", "yes") == DEAD
    assert await world.press_token(luc, "", "") == DEAD
    assert (await intro_of(world, amina)).side_of(amina).answer is None


@pytest.mark.parametrize("choice", ["maybe", "", "helped", "post", "met", "end_tie", "keep"])
async def test_a_choice_that_a_message_does_not_offer_gets_the_same_reply(world: World, choice: str) -> None:
    amina, _ = await asked(world)

    assert await world.press_token(amina, await world.token(amina, "yes"), choice) == DEAD


@pytest.mark.parametrize("days", [8, 30])
async def test_a_button_after_its_time_gets_the_same_reply(world: World, days: int) -> None:
    amina, _ = await asked(world)
    token = await world.token(amina, "yes")
    await world.travel(days=days)

    for choice in ("yes", "no", "take_back"):
        assert await world.press_token(amina, token, choice) == DEAD


async def test_a_button_of_one_who_left_gets_the_same_reply(world: World) -> None:
    amina, _ = await asked(world)
    token = await world.token(amina, "yes")
    await world.send(Leave(amina))
    assert await world.press_token(amina, token, "yes") == DEAD
    assert await world.press_token(MemberId(f"{COMMUNITY}:nobody"), token, "yes") == DEAD

    await world.join("Amina")
    assert await world.press_token(amina, token, "yes") == DEAD


async def test_a_reason_without_a_no_gets_the_same_reply(world: World) -> None:
    amina, _ = await asked(world)

    assert await world.press_token(amina, await world.token(amina, "yes"), "no_other") == DEAD


async def test_every_unasked_message_can_be_stopped_from_itself(world: World) -> None:
    amina, luc = await met(world)
    await world.travel(days=100)
    unasked = [
        m for member in (amina, luc) for m in await world.messages(member) if m.key.startswith(("follow", "nudge"))
    ]

    assert unasked
    assert all("stop" in message.choices for message in unasked)
    assert await world.press(amina, "stop") == Message("settings.stopped")
    assert (await world.dispatch.me(amina)).person.is_away(world.clock.now())


async def test_a_tie_can_be_ended_from_a_nudge(world: World) -> None:
    amina, luc = await met(world)
    await world.travel(days=31)
    tie = await tie_of(world, amina)
    nudged = tie.members[0]
    assert nudged in (amina, luc)
    assert nudged

    assert await world.press(nudged, "end_tie") == Message("tie.ended")


async def test_the_author_of_a_notice_learns_what_is_wrong_with_a_press(world: World) -> None:
    amina = await world.join("Amina")
    await world.say(amina, OFFER)
    token = await world.token(amina, "discard")
    await world.press_token(amina, token, "discard")

    assert await world.press_token(amina, token, "post") == Refused("refusal.gone")
    assert await world.send(Press(await world.join("Luc"), token, "post")) == DEAD


async def test_a_token_for_nothing_we_know_gets_the_same_reply(world: World) -> None:
    amina = await world.join("Amina")
    async with world.store.unit_of_work() as uow:
        for purpose in (Purpose.OPENING, Purpose.PERSON, Purpose.FOLLOW_UP, Purpose.NUDGE, Purpose.CARD):
            until = START + timedelta(days=1)
            await uow.tokens.add(Token(hashed(purpose), amina, purpose, "nothing", until))
        await uow.commit()

    for token, choice in (
        ("opening", "yes"),
        ("person", "no"),
        ("follow_up", "helped"),
        ("nudge", "end_tie"),
        ("card", "yes"),
    ):
        assert await world.press_token(amina, token, choice) == DEAD
