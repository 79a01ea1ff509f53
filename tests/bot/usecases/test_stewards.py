from dataclasses import replace

import pytest

from bot.commands import Command, Leave, PauseCommunity, SetListening
from bot.domain.ids import MemberId
from bot.domain.introductions import State
from bot.domain.members import Community
from bot.domain.notices import NoticeState
from bot.messages import Message, Refused
from tests.bot.usecases.stories import NEED, OFFER, asked, intro_of, met, notices_of
from tests.world import COMMUNITY, START, World

HEARD = "Je cherche une perceuse pour ce week-end"
#: An account that the platform calls one who runs the community; it never joined.
ADMIN = MemberId(f"{COMMUNITY}:admin")


async def here(world: World) -> Community:
    async with world.store.reading() as uow:
        return await uow.communities.get(COMMUNITY)


async def made_steward(world: World, member: MemberId) -> None:
    async with world.store.unit_of_work() as uow:
        community = await uow.communities.get(COMMUNITY)
        await uow.communities.save(replace(community, stewards=(member,)))
        await uow.commit()


async def rest(world: World, *, on: bool = True) -> object:
    return await world.send(PauseCommunity(ADMIN, admin=True, on=on))


# --- who may ----------------------------------------------------------------------------------------------------------

STEWARDLY: list[Command] = [
    SetListening(ADMIN, admin=False, channel="comptoir", on=True),
    PauseCommunity(ADMIN, admin=False, on=True),
]


@pytest.mark.parametrize("command", STEWARDLY, ids=lambda command: type(command).__name__)
async def test_only_who_runs_the_community_decides_for_it(world: World, command: Command) -> None:
    member = await world.join("Amina")
    before = await here(world)

    assert await world.send(replace(command, member=member)) == Refused("refusal.not_steward")
    assert await world.send(replace(command, member=MemberId("slack:T1:U1"))) == Refused("refusal.not_steward")
    assert await here(world) == before

    await made_steward(world, member)
    reply = await world.send(replace(command, member=member))
    assert isinstance(reply, Message) and not isinstance(reply, Refused)


# --- listening --------------------------------------------------------------------------------------------------------


async def test_listening_is_switched_on_and_off_for_one_channel(world: World) -> None:
    luc = await world.join("Luc", "fr")
    assert await world.hear(luc, HEARD) is None

    for _ in range(2):
        reply = await world.send(SetListening(ADMIN, admin=True, channel="comptoir", on=True))
        assert reply == Message("steward.listening")
    await world.send(SetListening(ADMIN, admin=True, channel="garden", on=True))
    assert (await here(world)).listening == ("comptoir", "garden")
    assert await world.hear(luc, HEARD)

    for _ in range(2):
        reply = await world.send(SetListening(ADMIN, admin=True, channel="comptoir", on=False))
        assert reply == Message("steward.not_listening")
    assert (await here(world)).listening == ("garden",)
    assert await world.hear(luc, "Je cherche un escabeau pour samedi") is None


# --- a rest for everybody ---------------------------------------------------------------------------------------------


async def test_a_rest_says_since_when_it_lasts(world: World) -> None:
    assert await rest(world) == Message("steward.paused", {"since": START})
    await world.travel(days=2)

    assert await rest(world) == Message("steward.paused", {"since": START})
    assert await rest(world, on=False) == Message("steward.resumed")
    assert await rest(world, on=False) == Message("steward.resumed")
    assert not (await here(world)).at_rest


async def test_nobody_new_is_asked_during_a_rest_and_everybody_is_after_it(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await rest(world)
    posted = await world.post(luc, NEED)
    assert (posted.key, posted.params["since"]) == ("post.paused", START)
    await world.travel(days=10)
    assert not any(key.startswith("card") for key in [*await world.keys(amina), *await world.keys(luc)])

    await rest(world, on=False)
    await world.travel(days=1)
    assert "card.answers.need" in await world.keys(amina)
    assert "card.answers.offer" in await world.keys(luc)


async def test_cards_that_are_out_can_be_answered_during_a_rest(world: World) -> None:
    amina, luc = await asked(world)
    await rest(world)
    await world.travel(days=6)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)

    assert await world.openings(amina) == await world.openings(luc) == 1


async def test_nothing_leaves_unasked_during_a_rest_and_what_still_matters_leaves_after_it(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(luc, "yes")
    await rest(world)
    before = await world.keys(amina), await world.keys(luc)
    await world.travel(days=9)
    assert (await world.keys(amina), await world.keys(luc)) == before
    assert (await intro_of(world, amina)).state is State.EXPIRED

    await rest(world, on=False)
    await world.travel(hours=2)
    assert await world.keys(amina) == before[0]
    assert await world.keys(luc) == [*before[1], "card.ended.need"]


async def test_nobody_is_nudged_during_a_rest_and_ties_live_on(world: World) -> None:
    amina, luc = await met(world)
    await world.travel(days=5)
    await rest(world)
    before = await world.keys(amina), await world.keys(luc)
    await world.travel(days=40)
    assert (await world.keys(amina), await world.keys(luc)) == before

    await rest(world, on=False)
    await world.travel(days=80)
    assert sum(key.startswith("nudge") for key in [*await world.keys(amina), *await world.keys(luc)]) == 1


async def test_nothing_is_heard_during_a_rest(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await world.send(SetListening(ADMIN, admin=True, channel="comptoir", on=True))
    await rest(world)

    assert await world.hear(luc, HEARD) is None
    assert await notices_of(world, luc) == []


async def test_no_notice_is_cut_short_by_a_rest(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    await world.travel(days=15)
    await rest(world)
    await world.travel(days=30)
    [need] = await notices_of(world, luc)
    assert need.state is NoticeState.OPEN
    assert "notice.expiring.need" not in await world.keys(luc)

    await rest(world, on=False)
    await world.travel(days=2)
    assert (await world.keys(luc)).count("notice.expiring.need") == 1
    await world.travel(days=3)
    assert [notice.state for notice in await notices_of(world, luc)] == [NoticeState.EXPIRED]


async def test_what_is_asked_for_is_answered_during_a_rest(world: World) -> None:
    amina = await world.join("Amina")
    await rest(world)

    assert await world.say(amina, "/help") == Message("help")
    assert await world.send(Leave(amina)) == Message("left")
