import pytest

from bot.commands import Erase, Join, Leave, Rename
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Membership
from bot.domain.notices import NoticeState
from bot.domain.rules import DEFAULT_RULES
from bot.messages import Message, Refused
from tests.bot.usecases.stories import NEED, OFFER, asked, met, notices_of
from tests.world import COMMUNITY, World


async def test_whoever_joins_is_welcomed_by_name(world: World) -> None:
    reply = await world.send(Join(world_id("amina"), COMMUNITY, " Amina\n", "en", "Europe/Paris"))

    assert reply == Message("welcome", {"name": "Amina", "community": "The Counter"})


async def test_joining_twice_changes_nothing(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(Join(amina, COMMUNITY, "Somebody else", "fr", "UTC"))

    assert (await world.dispatch.me(amina)).member.name == "Amina"


async def test_a_community_that_is_not_there_cannot_be_joined(world: World) -> None:
    reply = await world.send(Join(world_id("amina"), CommunityId("house:elsewhere"), "Amina", "en", "UTC"))

    assert isinstance(reply, Refused)
    assert reply.key == "refusal.gone"


async def test_whoever_comes_back_keeps_their_settings_and_takes_a_new_name(world: World) -> None:
    amina = await world.join("Amina", "fr")
    await world.send(Leave(amina))
    await world.send(Join(amina, COMMUNITY, "Mina", "en", "UTC"))

    me = await world.dispatch.me(amina)
    assert (me.member.name, me.member.state, me.person.language) == ("Mina", Membership.JOINED, "fr")


async def test_whoever_leaves_takes_their_notices_along_and_their_drafts_are_forgotten(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    await world.say(amina, NEED)

    assert await world.send(Leave(amina)) == Message("left")
    assert [notice.state for notice in await notices_of(world, amina)] == [NoticeState.WITHDRAWN]


async def test_notices_that_had_ended_stay_as_they_were_when_their_author_leaves(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, "I am looking for accordion lessons")
    await world.travel(days=22)
    await world.send(Leave(amina))

    assert [notice.state for notice in await notices_of(world, amina)] == [NoticeState.EXPIRED]


async def test_whoever_has_left_or_never_came_may_leave(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(Leave(amina))

    for member in (amina, world_id("nobody")):
        assert await world.send(Leave(member)) == Message("left")
    async with world.store.reading() as uow:
        assert await uow.members.find(world_id("nobody")) is None


async def test_a_member_is_called_what_the_platform_calls_them(world: World) -> None:
    amina, luc = await asked(world)
    assert await world.send(Rename(amina, "Amina\u202e B. " + "x" * 80)) is None
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)

    assert (await world.dispatch.me(amina)).member.name == ("Amina B. " + "x" * 80)[:59]
    assert "Amina B." in (await world.transcript(luc))[-1]


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\x00\x01\x02\x03\x04"])
async def test_a_name_that_cannot_be_shown_changes_nothing(world: World, name: str) -> None:
    amina = await world.join("Amina")

    assert await world.send(Rename(amina, name)) is None
    assert (await world.dispatch.me(amina)).member.name == "Amina"


async def test_whoever_is_not_here_has_no_name_to_change(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(Leave(amina))

    for member in (amina, world_id("nobody")):
        assert await world.send(Rename(member, "Somebody")) is None
    async with world.store.reading() as uow:
        assert (await uow.members.get(amina)).name == "Amina"


async def test_a_member_is_followed_into_another_language_once_the_first_is_known(world: World) -> None:
    amina = await world.join("Amina", "fr")

    languages = []
    for spoken in ("en", "en", "", "xx", "fr", "en"):
        await world.send(Rename(amina, "Amina", spoken))
        languages.append((await world.dispatch.me(amina)).person.language)

    assert languages == ["fr", "fr", "fr", "fr", "fr", "en"]


async def test_open_cards_of_one_who_left_end_like_silence(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(luc, "yes")
    await world.send(Leave(amina))
    await world.travel(days=8)

    assert (await world.keys(luc)).count("card.ended.need") == 1
    assert await world.openings(luc) == 0


async def test_nothing_is_sent_to_one_who_left(world: World) -> None:
    amina, luc = await met(world)
    before = await world.keys(amina)
    await world.send(Leave(amina))
    await world.travel(days=200)

    assert await world.keys(amina) == before
    assert not any(key.startswith("nudge") for key in await world.keys(luc))


@pytest.mark.parametrize("goes", [Leave, Erase])
async def test_who_goes_before_the_opening_is_told_stays_unnamed(world: World, goes: type[Leave | Erase]) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    for member in (amina, luc):
        await world.press(member, "yes")
    world.clock.move(DEFAULT_RULES.undo)
    assert await world.engine.tick.introductions() == 1
    await world.send(goes(amina))
    assert (await world.dispatch.me(luc)).ties == ()
    await world.travel(days=30)

    assert await world.openings(luc) == 0
    assert "Amina" not in "\n".join(await world.transcript(luc))
    assert (await world.keys(luc)).count("card.ended.need") == 1
    assert not any(key.startswith(("follow_up", "nudge")) for key in await world.keys(luc))


async def test_what_was_on_its_way_to_one_who_left_is_dropped(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.say(luc, NEED)
    await world.press(luc, "post")
    await world.engine.tick.look()
    await world.send(Leave(amina))
    await world.engine.look()

    assert not any(key.startswith("card") for key in await world.keys(amina))
    assert "card.answers.offer" in await world.keys(luc)


def world_id(name: str) -> MemberId:
    return MemberId(f"{COMMUNITY}:{name}")
