"""What may have been sent although its last answer refused it is looked for, and never taken as told unseen."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.chat.errors import Rejected
from bot.commands import ChangeSettings
from bot.errors import TryLater, Unreachable
from bot.messages import Message
from tests.adapters.discord.post import ASK, OPENING, Post
from tests.platforms.discord.faults import Fault, broken, drop_after, drop_before, limited, refused
from tests.platforms.discord.limits import NO_LIMITS

POSTED = "POST /channels/{channel}/messages"
READ = "GET /channels/{channel}/messages"


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with Post(limits=NO_LIMITS) as post:
        yield post


async def travel(post: Post, **delta: float) -> None:
    await post.world.travel(**delta)
    post.fake.travel(**delta)


@pytest.mark.parametrize("last", [limited(20000.0), refused(400, 50035)], ids=["too many", "rejected"])
async def test_what_is_refused_after_a_try_that_arrived_is_not_sent_again(post: Post, last: Fault) -> None:
    """discord.py asks again by itself after an error of a server; by our next try the nonce is forgotten."""
    ana, member = await post.member("ana")
    await post.tell(member, Message("erased"), key="before")
    post.fake.faults.plan(POSTED, broken(502, applied=True))
    post.fake.faults.plan(POSTED, last)

    with pytest.raises((TryLater, Rejected)):
        await post.tell(member)
    await travel(post, minutes=10)
    await post.tell(member)

    assert len(ana.dms) == 2


async def test_nothing_is_kept_of_what_was_surely_not_sent(post: Post) -> None:
    _, member = await post.member("ana")
    post.fake.faults.plan("POST /users/@me/channels", limited(20000.0))

    with pytest.raises(TryLater):
        await post.tell(member)

    assert await post.sendings.shown_to(member) == []


@pytest.mark.parametrize("message", [Message("erased"), ASK], ids=["words", "a card"])
async def test_it_is_found_though_its_reader_has_another_language_now(post: Post, message: Message) -> None:
    ana, member = await post.member("ana")
    post.fake.faults.plan(POSTED, drop_after())
    with pytest.raises(TryLater):
        await post.tell(member, message)

    await post.world.dispatch.receive("discord", "french", ChangeSettings(member, language="fr"))
    await travel(post, minutes=10)
    await post.tell(member, message)

    assert len(ana.dms) == 1


async def test_it_is_found_though_it_is_over_and_its_days_are_others_now(post: Post) -> None:
    ana, member = await post.member("ana")
    card = Message(ASK.key, ASK.params, ASK.choices, ASK.token, closes_at=post.world.clock.now() + timedelta(minutes=5))
    post.fake.faults.plan(POSTED, drop_after())
    with pytest.raises(TryLater):
        await post.tell(member, card)

    elsewhere = ChangeSettings(member, zone="America/Los_Angeles")  # where it is still the day before
    await post.world.dispatch.receive("discord", "elsewhere", elsewhere)
    await travel(post, minutes=10)
    await post.tell(member, card)

    assert len(ana.dms) == 1


async def test_what_is_sent_again_is_what_was_sent_first(post: Post) -> None:
    """Each try hands over the same, whatever changed meanwhile: nobody can tell which of them arrived."""
    ana, member = await post.member("ana")
    post.fake.faults.plan(POSTED, drop_before())
    with pytest.raises(TryLater):
        await post.tell(member)

    await post.world.dispatch.receive("discord", "french", ChangeSettings(member, language="fr"))
    await travel(post, minutes=10)
    await post.tell(member)

    (card,) = ana.dms
    assert "Shall I introduce you?" in card.content


async def test_what_was_surely_not_sent_is_said_as_its_reader_wishes_by_then(post: Post) -> None:
    ana, member = await post.member("ana")
    post.fake.faults.plan("POST /users/@me/channels", limited(20000.0))
    with pytest.raises(TryLater):
        await post.tell(member)

    await post.world.dispatch.receive("discord", "french", ChangeSettings(member, language="fr"))
    await travel(post, hours=6)
    await post.tell(member)

    (card,) = ana.dms
    assert "Voulez-vous que je vous présente" in card.content


async def test_what_was_answered_before_we_knew_that_it_is_there_is_found(post: Post) -> None:
    ana, member = await post.member("ana")
    post.fake.faults.plan(POSTED, drop_after())
    with pytest.raises(TryLater):
        await post.tell(member)

    await post.platform.answer(member, ASK.token or "", Message("erased"))
    await travel(post, minutes=10)
    await post.tell(member)

    (answered,) = ana.dms
    assert "is being removed" in answered.content
    assert ana.buttons(answered) == []
    assert await post.sendings.unshown("discord") == []


async def test_an_opening_is_not_taken_as_told_where_we_cannot_look(post: Post) -> None:
    (_, a), (luc, b) = await post.member("ana"), await post.member("luc")
    openings = {a: OPENING, b: OPENING}
    post.fake.faults.plan(POSTED, drop_after(), times=2)
    with pytest.raises(TryLater):
        await post.platform.bring_together(openings, key="intro:opening")
    await travel(post, minutes=10)
    post.fake.faults.plan(READ, refused(403, 50001), times=2)

    await post.platform.bring_together(openings, key="intro:opening")

    for member in (a, b):
        assert len(await post.aside.waiting_for(member)) == 1
    await post.platform.reopened(b, luc.direct.id)
    assert await post.aside.waiting_for(b) == []
    assert len(luc.dms) == 1


async def test_a_card_is_not_taken_as_told_where_we_cannot_look(post: Post) -> None:
    _, member = await post.member("ana")
    post.fake.faults.plan(POSTED, drop_after())
    with pytest.raises(TryLater):
        await post.tell(member)
    await travel(post, minutes=10)
    post.fake.faults.plan(READ, refused(403, 50001))

    with pytest.raises(Unreachable):
        await post.tell(member)
