"""Who asks to be forgotten: our messages to them go, and what we wrote to others names them no more (I9)."""

from collections.abc import AsyncIterator

import pytest

from bot.errors import TryLater
from tests.adapters.discord.post import OPENING, Post
from tests.platforms.discord.faults import broken, drop_after


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with Post() as post:
        yield post


async def test_our_messages_to_them_are_taken_away(post: Post) -> None:
    ana, member = await post.member("ana")
    for key in ("one", "two"):
        await post.tell(member, key=key)

    await post.platform.forget(member, key="forget")
    await post.platform.forget(member, key="forget")

    assert ana.dms == []
    assert await post.sendings.shown_to(member) == []
    assert await post.places.find(member) is None


async def test_also_one_whose_answer_was_lost(post: Post) -> None:
    ana, member = await post.member("ana")
    post.fake.faults.plan("POST /channels/{channel}/messages", drop_after())
    with pytest.raises(TryLater):
        await post.tell(member)
    assert len(ana.dms) == 1

    await post.platform.forget(member, key="forget")

    assert ana.dms == []


async def test_also_what_waited_for_them(post: Post) -> None:
    _, member = await post.member("ana", dms=False)
    await post.tell(member)

    await post.platform.forget(member, key="forget")

    assert await post.aside.waiting_for(member) == []


async def test_an_opening_names_them_no_more(post: Post) -> None:
    (ana, a), (luc, b) = await post.member("ana"), await post.member("luc")
    await post.platform.bring_together({a: OPENING, b: OPENING}, key="intro:opening")
    (token,) = [one.messages[b].token for one in await post.sendings.shown_to(b) if one.ref]

    await post.platform.forget(a, key="forget")

    (opening,) = luc.dms
    assert ana.id not in str(opening.content)
    assert "Amina" not in opening.content
    assert luc.buttons(opening) == []
    assert ana.dms == []
    assert token


async def test_a_server_in_trouble_does_not_save_anybody(post: Post) -> None:
    ana, member = await post.member("ana")
    await post.tell(member)
    post.fake.faults.plan("DELETE /channels/{channel}/messages/{message}", broken(503))

    with pytest.raises(TryLater):
        await post.platform.forget(member, key="forget")
    await post.platform.forget(member, key="forget")

    assert ana.dms == []
