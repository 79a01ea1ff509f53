"""Who asks to be forgotten: our messages to them go, and what we wrote to others names them no more (I9)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord.openings import met_in
from bot.domain.ids import community_of, nobody_in
from bot.errors import TryLater
from tests.adapters.discord.post import ASK, OPENING, Post
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
    assert "@ana" not in str(opening.content)
    assert "Amina" not in opening.content
    assert luc.buttons(opening) == []
    assert ana.dms == []
    assert token


async def test_also_where_the_answer_to_an_opening_was_lost(post: Post) -> None:
    (_, a), (luc, b) = await post.member("ana"), await post.member("luc")
    post.fake.faults.plan("POST /channels/{channel}/messages", drop_after(), times=2)
    with pytest.raises(TryLater):
        await post.platform.bring_together({a: OPENING, b: OPENING}, key="intro:opening")
    assert "Amina" in luc.dms[0].content

    await post.platform.forget(a, key="forget")

    (opening,) = luc.dms
    assert "Amina" not in opening.content


async def test_their_own_words_and_the_way_to_their_thread_stay_with_the_other(post: Post) -> None:
    (_, a), (luc, b) = await post.member("ana"), await post.member("luc")
    theirs = replace(OPENING, own=("second", "seconds"))
    await post.platform.bring_together({a: OPENING, b: theirs}, key="intro:opening")
    (own,) = [one.messages[b] for one in await post.sendings.shown_to(b) if one.ref]
    await post.platform.answer(b, own.token or "", met_in(own, "123456"))

    await post.platform.forget(a, key="forget")

    (opening,) = luc.dms
    for kept in ("Marius", "5,000", "to sell", "<#123456>"):
        assert kept in opening.content
    assert "Amina" not in opening.content


async def test_a_card_changes_when_it_is_over_and_not_before(post: Post) -> None:
    _, a = await post.member("ana")
    luc, b = await post.member("luc")
    card = replace(ASK, closes_at=post.world.clock.now() + timedelta(days=7))
    await post.tell(b, card, about=[a])
    before = list(luc.sights)

    await post.platform.forget(a, key="forget")

    assert list(luc.sights) == before
    assert await post.sendings.speaking_of(a) == []
    await post.world.travel(days=7)
    await post.platform.forget(nobody_in(community_of(a)), key="over")
    (shown,) = luc.dms
    assert "5,000" not in shown.content
    assert luc.buttons(shown) == []


async def test_a_server_in_trouble_does_not_save_anybody(post: Post) -> None:
    ana, member = await post.member("ana")
    await post.tell(member)
    post.fake.faults.plan("DELETE /channels/{channel}/messages/{message}", broken(503))

    with pytest.raises(TryLater):
        await post.platform.forget(member, key="forget")
    await post.platform.forget(member, key="forget")

    assert ana.dms == []
