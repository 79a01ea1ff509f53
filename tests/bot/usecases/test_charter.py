from typing import Any

import pytest

from bot.commands import (
    AcceptCharter,
    ChangeNotice,
    Command,
    DraftNotice,
    EditNotice,
    Erase,
    Join,
    Leave,
    Pause,
    SetCharter,
    SetListening,
)
from bot.domain.charters import CHARTER_LIMIT
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Membership
from bot.messages import Message, Phrase, Refused, Reply
from tests.bot.usecases.stories import NEED, OFFER, asked, notices_of
from tests.world import COMMUNITY, START, World

ADMIN = MemberId(f"{COMMUNITY}:admin")
FIRST = "We lend what we have. We sell nothing.\n\nAmina runs this, because nobody else would."
SECOND = "We lend what we have. We sell nothing, not even once.\n\nAmina runs this, because nobody else would."


async def agree(world: World, text: str, by: MemberId = ADMIN) -> Reply | None:
    return await world.send(SetCharter(by, admin=True, text=text))


def key_of(reply: object) -> str:
    assert isinstance(reply, Message)
    return reply.key


def params_of(reply: object) -> Any:
    assert isinstance(reply, Message)
    return reply.params


async def accepted(world: World, member: MemberId) -> int:
    return (await world.dispatch.me(member)).member.charter


# --- putting it in force ----------------------------------------------------------------------------------------------


async def test_a_charter_is_put_in_force_in_versions(world: World) -> None:
    assert await world.dispatch.charter(COMMUNITY) is None
    assert await agree(world, FIRST) == Message("steward.charter", {"number": 1})
    assert await agree(world, f"  {FIRST}\u200b\n\n\n") == Message("steward.charter", {"number": 1})
    assert await agree(world, SECOND) == Message("steward.charter", {"number": 2})

    charter = await world.dispatch.charter(COMMUNITY)
    assert charter and (charter.number, charter.text, charter.at) == (2, SECOND, START)


CONTROLS = "\x00\x01\x02\x03"
UNFIT = {"": "empty", "\n \n": "empty", "x" * 4001: "too_long", "x" * 99_999: "too_long", CONTROLS: "unreadable"}


@pytest.mark.parametrize(("text", "code"), UNFIT.items())
async def test_what_cannot_be_a_charter_is_refused(world: World, text: str, code: str) -> None:
    assert key_of(await agree(world, text)) == f"refusal.{code}"
    assert key_of(await agree(world, "x" * CHARTER_LIMIT)) == "steward.charter"


async def test_only_stewards_change_it_and_whoever_wrote_it_is_not_asked(world: World) -> None:
    amina = await world.join("Amina")
    assert await world.send(SetCharter(amina, admin=False, text=FIRST)) == Refused("refusal.not_steward")

    await agree(world, FIRST, by=amina)
    assert await accepted(world, amina) == 1
    assert key_of(await world.say(amina, "hello")) == "talk.greeting"


# --- on the way in ----------------------------------------------------------------------------------------------------


async def test_whoever_saw_the_charter_on_the_way_in_is_welcomed(world: World) -> None:
    await agree(world, FIRST)
    luc = MemberId(f"{COMMUNITY}:luc")

    assert key_of(await world.send(Join(luc, COMMUNITY, "Luc", "fr", "UTC", charter=1))) == "welcome"
    assert await accepted(world, luc) == 1


async def test_whoever_did_not_is_shown_it_whole_and_welcomed_once_they_agree(world: World) -> None:
    await agree(world, FIRST)
    luc = await world.join("Luc")
    reply = await world.say(luc, NEED)
    assert key_of(reply) == "charter.first"
    assert params_of(reply) == {"community": "The Counter", "text": FIRST}

    assert key_of(await world.press(luc, "accept")) == "welcome"
    assert key_of(await world.say(luc, NEED)) == "draft.preview.need"


async def test_nobody_can_accept_what_is_not_written_yet(world: World) -> None:
    await agree(world, FIRST)
    luc = MemberId(f"{COMMUNITY}:luc")
    await world.send(Join(luc, COMMUNITY, "Luc", "fr", "UTC", charter=7))
    await world.send(AcceptCharter(luc, 9))
    assert await accepted(world, luc) == 1

    await agree(world, SECOND)
    assert key_of(await world.say(luc, NEED)) == "charter.again"


async def test_whoever_comes_back_accepts_what_changed_since(world: World) -> None:
    await agree(world, FIRST)
    luc = MemberId(f"{COMMUNITY}:luc")
    await world.send(Join(luc, COMMUNITY, "Luc", "fr", "UTC", charter=1))
    await world.send(Leave(luc))
    await agree(world, SECOND)

    assert key_of(await world.send(Join(luc, COMMUNITY, "Luc", "fr", "UTC"))) == "charter.again"
    assert key_of(await world.send(Join(luc, COMMUNITY, "Luc", "fr", "UTC", charter=2))) == "welcome"


# --- when it changes --------------------------------------------------------------------------------------------------


async def test_a_new_version_shows_exactly_what_changed(world: World) -> None:
    luc = await world.join("Luc")
    await agree(world, FIRST)
    await world.send(AcceptCharter(luc, 1))
    await agree(world, SECOND)
    reply = await world.say(luc, NEED)

    assert key_of(reply) == "charter.again"
    assert params_of(reply)["changes"] == (
        Phrase("charter.removed", {"text": "We sell nothing."}),
        Phrase("charter.added", {"text": "We sell nothing, not even once."}),
    )
    assert await world.press(luc, "accept") == Message("charter.accepted")
    assert key_of(await world.say(luc, NEED)) == "draft.preview.need"


@pytest.mark.parametrize(("rules", "key"), [(40, "charter.again"), (95, "charter.anew")])
async def test_a_version_in_which_more_changed_than_can_be_shown_is_shown_whole(
    world: World, rules: int, key: str
) -> None:
    old, new = ("\n".join(f"{word} rule {number:02}, be kind to all." for number in range(rules)) for word in "AB")
    luc = await world.join("Luc")
    await agree(world, old)
    await world.send(AcceptCharter(luc, 1))
    await agree(world, new)
    reply = await world.say(luc, NEED)

    assert key_of(reply) == key
    assert ("text" in params_of(reply), "changes" in params_of(reply)) == (rules == 95, rules == 40)
    read = await world.say(luc, "/charter")
    assert isinstance(read, Message)
    assert (read.key, len(read.parts)) == (("charter.anew", 0) if rules == 95 else ("charter.read", 1))
    assert await world.press(luc, "accept") == Message("charter.accepted")


async def test_a_button_of_the_version_before_leads_to_the_one_in_force(world: World) -> None:
    luc = await world.join("Luc")
    await agree(world, FIRST)
    await world.say(luc, NEED)
    await agree(world, SECOND)

    assert key_of(await world.press(luc, "accept")) == "charter.again"
    assert await world.press(luc, "accept") == Message("charter.accepted")


async def test_whoever_does_not_agree_can_leave_at_once(world: World) -> None:
    luc = await world.join("Luc")
    await agree(world, FIRST)
    await world.say(luc, NEED)

    assert await world.press(luc, "leave") == Message("left")
    async with world.store.reading() as uow:
        assert (await uow.members.get(luc)).state is Membership.LEFT


async def test_nothing_begins_before_the_charter_is_accepted(world: World) -> None:
    luc = await world.join("Luc")
    await world.post(luc, NEED)
    [need] = await notices_of(world, luc)
    await world.say(luc, "I am looking for accordion lessons")
    await agree(world, FIRST)
    begin: list[Command] = [
        DraftNotice(luc, "need", NEED), EditNotice(luc, need.id, NEED), ChangeNotice(luc, need.id, "renew"),
        ChangeNotice(luc, need.id, "resume"),
    ]  # fmt: skip

    for command in begin:
        reply = await world.send(command)
        assert isinstance(reply, Refused)
        assert (reply.key, reply.choices) == ("charter.first", ("accept", "leave"))
        assert reply.token
    assert key_of(await world.press(luc, "post")) == "charter.first"
    for text in ("/besoin une perceuse", "/OFFER a drill", "bonjour", OFFER):
        assert key_of(await world.say(luc, text)) == "charter.first"
    await world.send(AcceptCharter(luc, 1))
    assert key_of(await world.press(luc, "post")).startswith("post.need")


async def test_what_began_before_goes_on_whoever_accepted(world: World) -> None:
    amina, luc = await asked(world)
    await agree(world, FIRST)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)
    assert await world.openings(amina) == await world.openings(luc) == 1

    [need] = await notices_of(world, luc)
    for command in (ChangeNotice(luc, need.id, "pause"), ChangeNotice(luc, need.id, "withdraw"), Pause(luc, None)):
        assert not isinstance(await world.send(command), Refused)
    assert key_of(await world.say(luc, "/help")) == "help"
    assert key_of(await world.say(luc, "ne m’écris plus")) == "settings.stopped"
    assert key_of(await world.say(luc, "pause")) == "settings.paused"
    assert key_of(await world.say(luc, "efface mes données")) == "talk.leaving"
    assert key_of(await world.say(luc, "/resume")) == "settings.resumed"
    assert await world.dispatch.export(luc)
    assert await world.send(Leave(luc)) == Message("left")
    assert await world.send(Erase(amina)) == Message("erased")


async def test_nothing_is_heard_from_whoever_has_not_accepted(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await world.send(SetListening(ADMIN, admin=True, channel="comptoir", on=True))
    await agree(world, FIRST)
    assert await world.hear(luc, "Je cherche une perceuse pour ce week-end") is None

    await world.send(AcceptCharter(luc, 1))
    assert await world.hear(luc, "Je cherche une perceuse pour ce week-end")


# --- reading it -------------------------------------------------------------------------------------------------------


async def test_the_charter_can_be_read_at_any_time(world: World) -> None:
    luc = await world.join("Luc")
    assert await world.say(luc, "/charter") == Message("charter.none", {"community": "The Counter"})
    await agree(world, FIRST)
    assert key_of(await world.say(luc, "/charte")) == "charter.first"

    await world.send(AcceptCharter(luc, 1))
    reply = await world.say(luc, "/charter")
    assert (key_of(reply), params_of(reply)["number"], params_of(reply)["text"]) == ("charter.read", 1, FIRST)
    await agree(world, SECOND)
    reply = await world.say(luc, "/charter")
    assert isinstance(reply, Message)
    assert (reply.key, [part.key for part in reply.parts]) == ("charter.read", ["charter.again"])
    assert await world.press(luc, "accept") == Message("charter.accepted")


async def test_a_stranger_accepts_nothing(world: World) -> None:
    await agree(world, FIRST)

    assert await world.send(AcceptCharter(MemberId(f"{COMMUNITY}:nobody"), 1)) == Refused("refusal.not_joined")
    assert key_of(await world.send(DraftNotice(MemberId(f"{COMMUNITY}:nobody"), "need", NEED))) == "refusal.not_joined"


async def test_nobody_has_agreed_on_anything_where_nobody_is(world: World) -> None:
    assert await world.dispatch.charter(CommunityId("slack:T1")) is None
