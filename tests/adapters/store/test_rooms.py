"""What the house remembers, on every store."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.ids import community_of, nobody_in
from bot.domain.tokens import hashed
from bot.errors import Refusal
from bot.messages import Message, Phrase
from bot.ports import Store
from bot.rooms import Rooms
from tests.adapters.store.things import AMINA, BELA, CANARY, CHLOE, HOME, HOUR, MESSAGE, NOON

CHANNEL, MINE = "channel:bar", f"private:{AMINA}"
OPENINGS = {AMINA: Message("opening", {"name": "Bela"}), BELA: Message("opening", {"name": "Amina"})}


@pytest.fixture
def rooms(store: Store) -> Rooms:
    return store.rooms  # type: ignore[attr-defined,no-any-return] # both stores that we have carry the house's rooms


async def texts(rooms: Rooms, room: str, reader: object = AMINA) -> list[str]:
    lines = await rooms.lines(room, reader)  # type: ignore[arg-type] # a member
    return [line.message.key if line.message else line.text for line in lines]


async def test_everybody_reads_a_channel_and_a_line_comes_once(rooms: Rooms) -> None:
    await rooms.say(CHANNEL, AMINA, CANARY, at=NOON, key="1")
    await rooms.say(CHANNEL, AMINA, CANARY, at=NOON, key="1")
    await rooms.say(CHANNEL, BELA, "hello", at=NOON + HOUR, key="1")
    await rooms.tell(CHANNEL, MESSAGE, at=NOON, key="1")
    await rooms.tell(CHANNEL, MESSAGE, at=NOON, key="1")

    first, second, third = await rooms.lines(CHANNEL, CHLOE)

    assert (first.text, first.author, first.at, first.message) == (CANARY, AMINA, NOON, None)
    assert (third.text, third.author, third.message) == ("", None, MESSAGE)
    assert list(await rooms.lines(CHANNEL, AMINA, after=first.seq)) == [second, third]
    assert list(await rooms.lines(CHANNEL, AMINA, limit=2)) == [second, third]
    assert await rooms.latest(CHLOE) == third.seq


async def test_a_private_room_is_private(rooms: Rooms) -> None:
    await rooms.tell(MINE, MESSAGE, at=NOON, key="1")

    assert await texts(rooms, MINE) == ["card.ask"]
    assert await texts(rooms, MINE, BELA) == []
    assert await rooms.latest(BELA) == 0
    with pytest.raises(Refusal, match="not_yours"):
        await rooms.say(MINE, BELA, "hello", at=NOON, key="1")


async def test_a_line_for_one_reader_is_seen_by_nobody_else(rooms: Rooms) -> None:
    await rooms.tell(CHANNEL, MESSAGE, at=NOON, key="1", reader=AMINA)

    assert await texts(rooms, CHANNEL) == ["card.ask"]
    assert await texts(rooms, CHANNEL, BELA) == []


async def test_a_pair_gets_a_room_once_with_an_opening_each(rooms: Rooms) -> None:
    room = await rooms.open_pair([AMINA, BELA], OPENINGS, at=NOON, key="i1")
    assert await rooms.open_pair([AMINA, BELA], OPENINGS, at=NOON, key="i1") == room == "pair:i1"
    await rooms.say(room, BELA, "hi", at=NOON, key="1")

    assert [line.message for line in await rooms.lines(room, AMINA)] == [OPENINGS[AMINA], None]
    assert [line.message for line in await rooms.lines(room, BELA)] == [OPENINGS[BELA], None]
    assert await texts(rooms, room, CHLOE) == []
    assert [(room, set(members)) for room, members in await rooms.rooms_of(AMINA)] == [(room, {AMINA, BELA})]
    assert await rooms.latest(AMINA) > await rooms.latest(CHLOE) == 0
    with pytest.raises(Refusal):
        await rooms.say(room, CHLOE, "me too", at=NOON, key="2")


async def test_what_a_member_wrote_is_theirs_in_every_room_even_after_leaving(rooms: Rooms) -> None:
    room = await rooms.open_pair([AMINA, BELA], OPENINGS, at=NOON, key="i1")
    await rooms.say(CHANNEL, AMINA, CANARY, at=NOON, key="1")
    await rooms.say(room, AMINA, "hi", at=NOON + HOUR, key="2")
    await rooms.say(room, BELA, "hello", at=NOON + HOUR, key="3")
    await rooms.say(MINE, AMINA, "a drill", at=NOON + HOUR, key="4")
    await rooms.tell(MINE, MESSAGE, at=NOON + HOUR, key="5", reader=AMINA, about=[AMINA])
    await rooms.leave(AMINA)

    said = await rooms.said_by(AMINA)

    assert [(post.room, post.at, post.text, post.author) for post in said] == [
        (CHANNEL, NOON, CANARY, AMINA), (room, NOON + HOUR, "hi", AMINA), (MINE, NOON + HOUR, "a drill", AMINA),
    ]  # fmt: skip
    await rooms.forget(AMINA, at=NOON)
    assert list(await rooms.said_by(AMINA)) == []


async def test_the_newest_pair_comes_first_and_leaving_leaves_all(rooms: Rooms) -> None:
    await rooms.open_pair([AMINA, BELA], OPENINGS, at=NOON, key="i1")
    await rooms.open_pair([AMINA, CHLOE], OPENINGS, at=NOON, key="i0")
    assert [room for room, _ in await rooms.rooms_of(AMINA)] == ["pair:i0", "pair:i1"]

    await rooms.leave(AMINA)

    assert list(await rooms.rooms_of(AMINA)) == []
    assert await texts(rooms, "pair:i1") == []
    assert list(await rooms.rooms_of(BELA)) == [("pair:i1", (BELA,))]


async def test_a_pressed_message_is_replaced_by_its_token(rooms: Rooms) -> None:
    digest = Message("digest", parts=(MESSAGE, replace(MESSAGE, token="token-2")))
    await rooms.tell(MINE, digest, at=NOON, key="1")

    await rooms.replace(AMINA, "token-2", Message("thanks", token="token-3"))
    await rooms.replace(BELA, "token-1", Message("never"))
    await rooms.replace(AMINA, "unknown", Message("never"))

    [line] = await rooms.lines(MINE, AMINA)
    assert line.message == replace(digest, parts=(MESSAGE, Message("thanks", token="token-3")))
    await rooms.replace(AMINA, "token-3", Message("done"))
    [line] = await rooms.lines(MINE, AMINA)
    assert line.message and line.message.parts[1] == Message("done")


async def test_a_message_takes_the_buttons_of_those_that_it_retires(rooms: Rooms) -> None:
    asked = replace(MESSAGE, choices=("yes",))
    digest = Message("digest", parts=(asked, replace(asked, token="token-2")))
    for key, message in (("1", digest), ("2", replace(asked, token="token-3")), ("3", replace(asked, token="token-4"))):
        await rooms.tell(MINE, message, at=NOON, key=key)

    again = Message("again", retires=(hashed("token-2"), hashed("token-3"), hashed("unknown")))
    await rooms.tell(MINE, Message("digest", parts=(again,)), at=NOON, key="4")

    first, second, third, _ = [line.message for line in await rooms.lines(MINE, AMINA)]
    assert first == replace(digest, parts=(asked, replace(asked, token=None, choices=())))
    assert second == replace(asked, token=None, choices=())
    assert third and third.choices == ("yes",)

    opening = Message("opening", retires=(hashed("token-4"),))
    await rooms.open_pair([AMINA, BELA], {BELA: opening}, at=NOON, key="i1")
    assert (await rooms.lines(MINE, AMINA))[2].message == third
    await rooms.open_pair([AMINA, BELA], {AMINA: opening, BELA: MESSAGE}, at=NOON, key="i2")
    retired = (await rooms.lines(MINE, AMINA))[2].message
    assert retired and not retired.choices


async def test_who_is_forgotten_leaves_no_words(rooms: Rooms) -> None:
    room = await rooms.open_pair([AMINA, BELA], OPENINGS, at=NOON, key="i1")
    await rooms.say(room, AMINA, CANARY, at=NOON, key="1")
    await rooms.say(room, BELA, "hi", at=NOON, key="1")
    await rooms.tell(MINE, MESSAGE, at=NOON, key="1")
    await rooms.tell(f"private:{BELA}", MESSAGE, at=NOON, key="1", about=[AMINA])
    await rooms.tell(f"private:{BELA}", MESSAGE, at=NOON, key="2", about=[CHLOE])
    await rooms.open_session(hashed("s"), AMINA, NOON + HOUR)
    await rooms.keep_way_back(hashed("w"), AMINA, NOON + HOUR)

    await rooms.forget(AMINA, at=NOON)

    assert await rooms.session(hashed("s"), NOON) is None
    assert await rooms.way_back(hashed("w"), NOON) is None
    assert await texts(rooms, MINE) == await texts(rooms, room) == []
    opening, line = await rooms.lines(room, BELA)
    assert opening.message == Message("opening", {"name": Phrase("redacted.name")})
    assert line.text == "hi"
    shown = [line.message for line in await rooms.lines(f"private:{BELA}", BELA)]
    assert shown == [MESSAGE.redacted(NOON), MESSAGE]


async def test_an_open_card_stays_and_is_nobodys_until_it_is_over(rooms: Rooms) -> None:
    card = Message("card.ask", {"theirs": "words"}, ("yes",), "token-1", closes_at=NOON + HOUR)
    await rooms.tell(MINE, card, at=NOON, key="1", about=[BELA, CHLOE])

    for member, at in ((BELA, NOON), (CHLOE, NOON), (BELA, NOON + HOUR)):
        await rooms.forget(member, at=at)
    assert [line.message for line in await rooms.lines(MINE, AMINA)] == [card]
    await rooms.forget(nobody_in(community_of(BELA)), at=NOON + HOUR)

    assert [line.message for line in await rooms.lines(MINE, AMINA)] == [card.redacted(NOON + HOUR)]
    assert card.redacted(NOON + HOUR) != card


async def test_numbers_never_come_back(rooms: Rooms) -> None:
    await rooms.say(CHANNEL, AMINA, "bye", at=NOON, key="1")
    before = await rooms.latest(BELA)
    await rooms.forget(AMINA, at=NOON)

    await rooms.say(CHANNEL, BELA, "hello", at=NOON, key="1")

    assert await rooms.latest(BELA) > before


async def test_sessions_and_invitations_end(rooms: Rooms) -> None:
    await rooms.open_session("s", AMINA, NOON)
    await rooms.open_session("s", AMINA, NOON + HOUR)
    await rooms.invite("i", HOME, NOON + HOUR)

    assert await rooms.session("s", NOON) == AMINA
    assert await rooms.session("s", NOON + HOUR) is None
    assert await rooms.session("unknown", NOON) is None
    assert await rooms.invitation("i", NOON) == HOME
    assert await rooms.invitation("i", NOON + HOUR) is None
    await rooms.close_session("s")
    assert await rooms.session("s", NOON) is None


async def test_a_way_back_leads_to_one_member_once(rooms: Rooms) -> None:
    await rooms.keep_way_back("w", AMINA, NOON + HOUR)
    await rooms.keep_way_back("late", AMINA, NOON)

    assert await rooms.way_back("w", NOON) == AMINA
    assert await rooms.way_back("late", NOON) is None
    assert await rooms.take_way_back("late", NOON) is None
    taken = await asyncio.gather(*(rooms.take_way_back("w", NOON) for _ in range(5)))
    assert [member for member in taken if member] == [AMINA]
    assert await rooms.way_back("w", NOON) is None


async def test_a_member_closes_all_browsers_but_this_one(rooms: Rooms) -> None:
    for token_hash, member in (("here", AMINA), ("there", AMINA), ("hers", BELA)):
        await rooms.open_session(token_hash, member, NOON + HOUR)
    await rooms.keep_way_back("mine", AMINA, NOON + HOUR)
    await rooms.keep_way_back("hers", BELA, NOON + HOUR)

    await rooms.close_sessions(AMINA, but="here")

    assert [await rooms.session(hash, NOON) for hash in ("here", "there", "hers")] == [AMINA, None, BELA]
    assert [await rooms.way_back(hash, NOON) for hash in ("mine", "hers")] == [None, BELA]
    await rooms.close_sessions(AMINA)
    assert await rooms.session("here", NOON) is None


async def test_what_ran_out_is_removed_and_nothing_else(rooms: Rooms) -> None:
    later = NOON + HOUR
    for name, ends in (("over", NOON), ("good", later)):
        await rooms.open_session(name, AMINA, ends)
        await rooms.invite(name, HOME, ends)
        await rooms.keep_way_back(name, AMINA, ends)

    await rooms.prune(NOON)

    # Asked about an earlier moment, so that only what is still there has an answer.
    before = NOON - HOUR
    for asked in (rooms.session, rooms.invitation, rooms.way_back):
        assert await asked("over", before) is None
        assert await asked("good", before) is not None


async def test_the_house_keeps_small_facts(rooms: Rooms) -> None:
    assert await rooms.setting("moved") is None
    await rooms.set_setting("moved", "1")
    await rooms.set_setting("moved", "2")
    assert await rooms.setting("moved") == "2"
