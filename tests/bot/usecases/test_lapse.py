import pytest

from bot.commands import ChangeSettings, Erase, Leave
from bot.domain.introductions import State
from bot.usecases.lapse import lapse
from tests.bot.usecases.stories import NEED, OFFER, asked, intro_of
from tests.world import World


async def test_whoever_was_silent_is_reminded_once(world: World) -> None:
    amina, luc = await asked(world)
    await world.travel(days=8)

    assert (await world.keys(amina)).count("card.reminder.silent") == 1
    assert (await world.keys(luc)).count("card.reminder.silent") == 1


async def test_not_now_is_asked_once_more(world: World) -> None:
    amina, _ = await asked(world)
    await world.press(amina, "not_now")
    await world.travel(days=8)

    assert (await world.keys(amina)).count("card.reminder.again") == 1


async def test_a_reminder_takes_the_buttons_of_the_card(world: World) -> None:
    amina, _ = await asked(world)
    await world.travel(days=8)
    card, again = [message for message in await world.messages(amina) if message.key.startswith("card.")]

    assert not card.choices and not card.token
    assert "yes" in again.choices


@pytest.mark.parametrize("choice", ["yes", "no"])
async def test_whoever_has_answered_is_not_reminded(world: World, choice: str) -> None:
    amina, _ = await asked(world)
    await world.press(amina, choice)
    await world.travel(days=8)

    assert not any("reminder" in key for key in await world.keys(amina))


async def test_a_reminder_can_be_answered(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(luc, "yes")
    await world.travel(days=5)
    await world.press(amina, "yes")
    await world.travel(minutes=1)

    assert await world.openings(amina) == await world.openings(luc) == 1


async def test_at_the_deadline_only_those_who_said_yes_are_told(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(luc, "yes")
    await world.travel(days=8)

    assert (await world.keys(luc)).count("card.ended.need") == 1
    assert not any("ended" in key for key in await world.keys(amina))
    assert (await intro_of(world, luc)).state is State.EXPIRED


async def test_an_offerer_who_said_yes_is_told_about_the_offer(world: World) -> None:
    amina, _ = await asked(world)
    await world.press(amina, "yes")
    await world.travel(days=8)

    assert "card.ended.offer" in await world.keys(amina)


async def test_a_used_up_budget_stops_neither_the_reminder_nor_the_end(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.send(ChangeSettings(amina, monthly_budget=1))
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    await world.travel(days=5)
    await world.press(amina, "yes")
    await world.travel(days=3)

    assert {"card.answered.yes", "card.ended.offer"} < set(await world.keys(amina))


async def test_whoever_left_is_neither_reminded_nor_told(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(luc, "yes")
    await world.send(Leave(amina))
    await world.send(Leave(luc))
    before = [await world.keys(amina), await world.keys(luc)]
    await world.travel(days=8)

    assert [await world.keys(amina), await world.keys(luc)] == before


async def test_a_card_about_somebody_who_was_forgotten_is_repeated_without_their_words(world: World) -> None:
    amina, luc = await asked(world)
    await world.send(Erase(luc))
    await world.travel(days=8)

    assert any("reminder" in key for key in await world.keys(amina))
    seen = "\n".join(await world.transcript(amina))
    assert NEED not in seen
    assert OFFER in seen
    assert (await intro_of(world, amina)).state is State.EXPIRED


async def test_a_look_that_comes_too_early_moves_nothing(world: World) -> None:
    amina, _ = await asked(world)
    before = await intro_of(world, amina)
    await world.runner.run(lambda ctx: lapse(before.id, ctx))

    assert await intro_of(world, amina) == before
