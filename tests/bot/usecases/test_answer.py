import pytest

from bot.commands import EditNotice, Erase
from bot.domain.introductions import Answer, State, Why
from bot.messages import Message, Refused
from tests.bot.usecases.stories import CARD_OF_OFFERER, NEED, asked, blocked, intro_of, notices_of
from tests.world import World


@pytest.mark.parametrize("choice", ["yes", "not_now", "no"])
async def test_an_answer_takes_the_place_of_the_card_and_can_be_taken_back(world: World, choice: str) -> None:
    amina, _ = await asked(world)
    reply = await world.press(amina, choice)

    assert isinstance(reply, Message)
    assert reply.key == f"card.answered.{choice}"
    assert reply.choices[-1] == "take_back"
    assert not any(key.startswith("card.answers") for key in await world.keys(amina))


async def test_a_no_tells_nobody_else(world: World) -> None:
    amina, luc = await asked(world)
    before = await world.transcript(luc)
    await world.press(amina, "no")
    await world.travel(hours=1)

    assert await world.transcript(luc) == before
    assert (await intro_of(world, luc)).state is State.ASKED


@pytest.mark.parametrize("why", Why)
async def test_a_reason_is_written_on_its_own_side_alone(world: World, why: Why) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "no")
    reply = await world.press(amina, f"no_{why}")

    assert isinstance(reply, Message)
    assert reply.key == f"card.refused.{why}"
    intro = await intro_of(world, luc)
    assert intro.side_of(amina).refusal is why
    assert intro.side_of(luc).refusal is None


async def test_not_this_person_is_a_block_until_it_is_taken_back(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "no")
    await world.press(amina, "no_person")
    assert await blocked(world, luc, amina)

    await world.press(amina, "take_back")
    assert not await blocked(world, luc, amina)


@pytest.mark.parametrize("change", ["yes", "not_now", "no", "no_other"])
async def test_another_answer_on_an_older_button_takes_the_block_back_too(world: World, change: str) -> None:
    amina, luc = await asked(world)
    token = await world.token(amina, "no")
    for choice in ("no", "no_person", change):
        await world.press_token(amina, token, choice)

    assert not await blocked(world, amina, luc)


async def test_taking_back_shows_the_card_as_it_was(world: World) -> None:
    amina, _ = await asked(world)
    card = (await world.messages(amina))[-1]
    await world.press(amina, "yes")
    reply = await world.press(amina, "take_back")

    assert reply == card
    assert (await intro_of(world, amina)).side_of(amina).answer is None


async def test_a_second_yes_can_be_taken_back_for_half_a_minute(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(seconds=29)
    await world.press(luc, "take_back")
    await world.travel(days=1)

    assert await world.openings(amina) == await world.openings(luc) == 0
    assert CARD_OF_OFFERER not in await world.keys(amina)


async def test_either_of_the_two_can_take_a_yes_back_and_give_it_again(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.press(amina, "take_back")
    await world.press(amina, "yes")
    await world.travel(minutes=1)

    assert await world.openings(amina) == await world.openings(luc) == 1


async def test_after_the_introduction_nothing_can_be_taken_back(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    token = await world.token(amina, "take_back")
    await world.travel(minutes=1)
    reply = await world.press_token(amina, token, "take_back")

    assert isinstance(reply, Refused)
    assert reply.key == "refusal.dead_button"


async def test_a_yes_pressed_twice_is_one_yes(world: World) -> None:
    amina, _ = await asked(world)
    token = await world.token(amina, "yes")
    once = await world.press_token(amina, token, "yes")

    assert await world.press_token(amina, token, "yes") == once
    assert (await intro_of(world, amina)).side_of(amina).answer is Answer.YES


async def test_an_answer_to_somebody_who_was_forgotten_reads_like_any(world: World) -> None:
    amina, luc = await asked(world)
    asked_before = (await world.messages(amina))[-1]
    replies = [await world.press(amina, choice) for choice in ("yes", "take_back")]
    await world.send(Erase(luc))

    assert [await world.press(amina, choice) for choice in ("yes", "take_back")] == replies
    assert (await world.messages(amina))[-1] == asked_before


async def test_an_edit_changes_nothing_for_those_who_were_asked_before(world: World) -> None:
    amina, luc = await asked(world)
    [need] = await notices_of(world, luc)
    await world.send(EditNotice(luc, need.id, "Je cherche un piano"))
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)

    seen = "\n".join(await world.transcript(amina))
    assert NEED in seen
    assert "piano" not in seen


async def test_not_this_person_about_somebody_who_was_forgotten_blocks_nobody(world: World) -> None:
    amina, luc = await asked(world)
    token = await world.token(amina, "no")
    await world.send(Erase(luc))
    for choice in ("no", "no_person", "yes"):
        assert not isinstance(await world.press_token(amina, token, choice), Refused)

    assert not await blocked(world, amina, luc)
