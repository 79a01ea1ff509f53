from bot.commands import ChangeNotice, Erase, Leave
from bot.messages import Message, Phrase, Refused
from tests.bot.usecases.stories import NEED, OFFER, met, notices_of
from tests.world import World


async def test_open_notices_come_first_and_drafts_not_at_all(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    await world.post(amina, "I need a drill")
    await world.send(ChangeNotice(amina, (await notices_of(world, amina))[0].id, "met"))
    await world.say(amina, "I need a loom")

    assert [notice.state for notice in (await world.dispatch.me(amina)).notices] == ["open", "met"]


async def test_a_message_of_my_notices_says_the_state_of_each(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    await world.post(amina, "I need a drill")
    await world.send(ChangeNotice(amina, (await notices_of(world, amina))[0].id, "pause"))

    assert await world.say(amina, "/me") == Message("me.notices", {"count": 2, "lines": (
        Phrase("me.line.need.paused", {"card": "I need a drill"}), Phrase("me.line.offer.open", {"card": OFFER}),
    )})  # fmt: skip


async def test_a_message_of_my_ties_names_who_is_still_there(world: World) -> None:
    amina, luc = await met(world)
    reply = await world.say(amina, "/ties")
    assert isinstance(reply, Message)
    assert reply.params["count"] == 1

    await world.send(Erase(luc))
    await world.engine.look()
    assert await world.say(amina, "/ties") == Message("me.no_ties")


async def test_a_tie_with_somebody_who_was_forgotten_stays_without_a_name(world: World) -> None:
    amina, luc = await met(world)
    await world.send(Erase(luc))

    assert [(tie.name, tie.alive) for tie in (await world.dispatch.me(amina)).ties] == [(None, False)]


async def test_one_who_left_sees_nothing(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(Leave(amina))

    assert (await world.say(amina, f"/me {NEED}")) == Refused("refusal.not_joined")
