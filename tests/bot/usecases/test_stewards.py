from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import Command, Leave, PauseCommunity, SetListening, SetMeeting
from bot.domain.ids import CommunityId, MemberId
from bot.domain.introductions import State
from bot.domain.members import Community
from bot.domain.notices import NoticeState
from bot.messages import Message, Phrase, Refused
from tests.bot.usecases.stories import NEED, OFFER, asked, intro_of, met, notices_of
from tests.world import COMMUNITY, START, World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
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
    SetMeeting(ADMIN, admin=False, helpers=1),
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


# --- how people meet --------------------------------------------------------------------------------------------------


def params_of(reply: object) -> object:
    assert isinstance(reply, Message)
    return reply.key, *(reply.params.get(name) for name in ("helpers", "days", "nudges"))


async def test_stewards_decide_how_people_meet_and_leave_the_rest_as_it_is(world: World) -> None:
    on, off = Phrase("steward.nudges"), Phrase("steward.no_nudges")
    for command, said in (
        (SetMeeting(ADMIN, True), (2, 7, on)),
        (SetMeeting(ADMIN, True, helpers=1), (1, 7, on)),
        (SetMeeting(ADMIN, True, days=21, nudges=False), (1, 21, off)),
        (SetMeeting(ADMIN, True, helpers=5), (5, 21, off)),
        (SetMeeting(ADMIN, True, nudges=True), (5, 21, on)),
    ):
        assert params_of(await world.send(command)) == ("steward.meeting", *said)

    rules = await world.dispatch.rules(COMMUNITY)
    assert (rules.wave_size, rules.card_life, rules.reminder_after) == (5, 21 * DAY, 12 * DAY)
    assert await world.dispatch.rules(CommunityId("slack:T1")) == world.rules


@pytest.mark.parametrize(("choice", "code"), [({"helpers": 0}, "helpers"), ({"helpers": 6}, "helpers"),
                                              ({"days": 2}, "days"), ({"days": 22}, "days")])  # fmt: skip
async def test_what_stewards_decide_has_limits(world: World, choice: dict[str, int], code: str) -> None:
    before = await here(world)
    reply = await world.send(SetMeeting(ADMIN, True, choice.get("helpers"), choice.get("days")))

    assert isinstance(reply, Refused)
    assert reply.key == f"refusal.{code}_range"
    assert await here(world) == before


async def test_one_person_at_a_time_is_asked_where_stewards_say_so(world: World) -> None:
    await world.send(SetMeeting(ADMIN, True, helpers=1))
    helpers = [await world.join(name) for name in ("Amina", "Sofia", "Tom")]
    for helper in helpers:
        await world.post(helper, OFFER)
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)

    assert (await world.keys(luc)).count("card.answers.offer") == 1


@pytest.mark.parametrize(("days", "reminder"), [(3, 3 * DAY * 4 / 7), (21, 12 * DAY)])
async def test_cards_live_as_long_as_stewards_say_and_are_reminded_of_on_the_way(
    world: World, days: int, reminder: timedelta
) -> None:
    await world.send(SetMeeting(ADMIN, True, days=days))
    amina, luc = await asked(world)
    await world.press(luc, "yes")
    intro = await intro_of(world, luc)
    assert intro.expires_at - intro.asked_at == days * DAY
    await world.engine.travel(world.clock, reminder - HOUR)
    assert "card.reminder.silent" not in await world.keys(amina)
    await world.travel(hours=2)
    assert (await world.keys(amina)).count("card.reminder.silent") == 1

    await world.engine.travel(world.clock, days * DAY - reminder)
    assert (await intro_of(world, luc)).state is State.EXPIRED
    assert "card.ended.need" in await world.keys(luc)


async def test_cards_that_are_out_keep_their_day(world: World) -> None:
    amina, luc = await asked(world)
    before = await intro_of(world, luc)
    await world.send(SetMeeting(ADMIN, True, days=3))
    await world.press(luc, "yes")
    await world.press(luc, "take_back")
    after = await intro_of(world, luc)

    assert (after.expires_at, after.due_at) == (before.expires_at, before.due_at)
    await world.travel(days=6)
    assert (await world.keys(amina)).count("card.reminder.silent") == 1


async def test_nobody_is_nudged_where_stewards_say_so(world: World) -> None:
    amina, luc = await met(world)
    await world.send(SetMeeting(ADMIN, True, nudges=False))
    await world.travel(days=40)
    assert not any(key.startswith("nudge") for key in [*await world.keys(amina), *await world.keys(luc)])

    await world.send(SetMeeting(ADMIN, True, nudges=True))
    await world.travel(days=60)
    assert any(key.startswith("nudge") for key in [*await world.keys(amina), *await world.keys(luc)])
