"""What the outbox delivers becomes direct messages, each shown once, whatever goes wrong on the way."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.errors import TryLater, Unreachable
from bot.messages import Message
from bot.ports import Priority
from tests.adapters.discord.post import Post
from tests.platforms.discord.faults import Fault, broken, drop_after, drop_before

POSTED = "POST /channels/{channel}/messages"


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with Post() as post:
        yield post


async def test_a_card_is_a_direct_message_with_buttons(post: Post) -> None:
    ana, member = await post.member("ana")

    await post.tell(member)

    (card,) = ana.dms
    assert "T-shirts" in card.content
    assert ana.buttons(card) == ["Yes", "No"]
    assert post.fake.pings == []
    assert post.fake.careless() == []


async def test_the_same_key_shows_one_message(post: Post) -> None:
    ana, member = await post.member("ana")

    await post.tell(member)
    await post.tell(member)

    assert len(ana.dms) == 1


@pytest.mark.parametrize("minutes", [0, 30], ids=["while its nonce is known", "when it has to be looked for"])
@pytest.mark.parametrize("dropped", [drop_after, drop_before], ids=["had no answer", "never arrived"])
async def test_what_was_cut_off_is_shown_once(post: Post, dropped: Callable[[], Fault], minutes: int) -> None:
    ana, member = await post.member("ana")
    post.fake.faults.plan(POSTED, dropped())

    with pytest.raises(TryLater):
        await post.tell(member)
    await post.world.travel(minutes=minutes)
    post.fake.travel(minutes=minutes)
    await post.tell(member)

    assert len(ana.dms) == 1


async def test_messages_of_one_text_are_told_apart(post: Post) -> None:
    ana, member = await post.member("ana")
    word = Message("erased")
    await post.tell(member, word, key="one")
    post.fake.faults.plan(POSTED, drop_before())

    with pytest.raises(TryLater):
        await post.tell(member, word, key="two")
    await post.world.travel(minutes=30)
    post.fake.travel(minutes=30)
    await post.tell(member, word, key="two")

    assert len(ana.dms) == 2


async def test_a_server_that_fails_is_asked_again_later(post: Post) -> None:
    _, member = await post.member("ana")
    post.fake.faults.plan(POSTED, broken(503), times=None)

    with pytest.raises(TryLater) as later:
        await post.tell(member)

    assert later.value.after.total_seconds() >= 10


async def test_an_answered_card_is_changed_at_once(post: Post) -> None:
    ana, member = await post.member("ana")
    await post.tell(member)

    assert await post.platform.answer(member, "t" * 22, Message("erased"))

    (card,) = ana.dms
    assert ana.buttons(card) == []
    assert "T-shirts" not in card.content


async def test_who_has_left_the_server_is_not_asked(post: Post) -> None:
    ana, member = await post.member("ana")
    await ana.leaves(post.guild)

    with pytest.raises(Unreachable):
        await post.tell(member)

    assert ana.dms == []
    assert await post.world.dispatch.known(member) is None


async def test_a_reply_goes_out_without_a_look_at_the_server(post: Post) -> None:
    ana, member = await post.member("ana")

    await post.tell(member, priority=Priority.REPLY)

    assert len(ana.dms) == 1
    assert post.fake.counted("GET /guilds/{guild}/members/{user}") == 0


async def test_who_is_called_otherwise_is_called_so(post: Post) -> None:
    ana, member = await post.member("ana")
    post.fake.core.world.users[ana.id].name = "anabel"

    await post.tell(member)

    known = await post.world.dispatch.known(member)
    assert known
    assert known[0].name == "Anabel"


async def test_what_a_process_that_died_had_yet_to_show_is_shown(post: Post) -> None:
    ana, member = await post.member("ana")
    await post.tell(member)
    await post.sendings.replace(member, "t" * 22, Message("erased"))

    await post.platform.catch_up()

    (card,) = ana.dms
    assert ana.buttons(card) == []
    assert await post.sendings.unshown("discord") == []
