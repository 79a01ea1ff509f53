"""People who closed their direct messages: what is for them waits, and nobody else can tell (C8)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord.errors import CALM
from bot.commands import Erase, SetListening
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from bot.errors import TryLater
from bot.leases import Ration
from bot.messages import Message
from bot.ports import Priority
from bot.usecases.cards import reminder
from tests.adapters.discord.bar import Bar
from tests.adapters.discord.post import ASK, OPENING, Post
from tests.platforms.discord.faults import limited, refused
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Channel
from tests.platforms.discord.state import Message as Shown

POSTED = "POST /channels/{channel}/messages"


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with Post() as post:
        yield post


async def called(post: Post, person: Person, member: MemberId) -> Channel:
    """The thread in which somebody is called aside."""
    (thread,) = post.fake.threads()
    assert thread.strand
    assert person.id in thread.strand.members
    return thread


async def test_what_cannot_be_written_waits(post: Post) -> None:
    ana, member = await post.member("ana", dms=False)

    await post.tell(member)
    await post.tell(member)
    await post.tell(member, key="another")

    waiting = await post.aside.waiting_for(member)
    assert [one.messages[member] for one in waiting] == [ASK, ASK]
    assert ana.sights == []
    assert post.fake.invalid_requests == 1


async def test_what_was_read_waits_no_more_and_does_not_come_again(post: Post) -> None:
    ana, member = await post.member("ana", dms=False)
    await post.tell(member)

    await post.aside.read(member, [one.mark for one in await post.aside.waiting_for(member)])
    ana.opens_dms()
    await post.tell(member)

    assert await post.aside.waiting_for(member) == []
    assert ana.dms == []


async def test_a_day_later_it_is_tried_again(post: Post) -> None:
    ana, member = await post.member("ana", dms=False)
    await post.tell(member)
    ana.opens_dms()

    await post.tell(member, key="soon")
    await post.world.travel(hours=25)
    await post.tell(member, key="later")

    assert len(ana.dms) == 3
    assert await post.aside.waiting_for(member) == []


async def test_who_writes_to_us_has_opened_them(post: Post) -> None:
    ana, member = await post.member("ana", dms=False)
    await post.tell(member)
    ana.opens_dms()

    await post.platform.reopened(member, ana.direct.id)
    await post.tell(member, key="another")

    assert len(ana.dms) == 2
    assert await post.aside.waiting_for(member) == []


async def test_an_opening_waits_too_and_the_other_sees_nothing_of_it(post: Post) -> None:
    (ana, a), (luc, b) = await post.member("ana", dms=False), await post.member("luc")

    await post.platform.bring_together({a: OPENING, b: OPENING}, key="intro:opening")

    (waiting,) = await post.aside.waiting_for(a)
    assert waiting.messages[a].choices == ("thread",)
    assert len(luc.dms) == 1
    assert ana.sights == []


async def test_who_wishes_is_called_aside_by_words_that_say_nothing(post: Post) -> None:
    ana, member = await post.member("ana", dms=False)
    await post.member("luc")
    await post.aside.choose(member, post.channel.id)

    await post.tell(member)
    await post.tell(member, key="another")

    thread = await called(post, ana, member)
    (call,) = ana.messages(thread)
    assert call.content == "Something is waiting for you."
    assert ana.buttons(call) == ["Read it"]
    assert post.fake.readers(thread) == {"ana", "owner-of-the-bar"}
    assert post.fake.pings == []
    assert [message for message in ana.messages(post.channel) if message.content] == []


async def test_once_they_came_they_are_called_again_in_the_same_thread(post: Post) -> None:
    ana, member = await post.member("ana", dms=False)
    await post.aside.choose(member, post.channel.id)
    await post.tell(member)
    await post.aside.read(member, [one.mark for one in await post.aside.waiting_for(member)])

    await post.world.travel(minutes=10)
    await post.tell(member, key="another")

    assert len(ana.messages(await called(post, ana, member))) == 2


async def test_who_is_called_in_a_channel_that_is_gone_is_not_called(post: Post) -> None:
    _, member = await post.member("ana", dms=False)
    await post.aside.choose(member, post.channel.id)
    post.guild.delete(post.channel)

    await post.tell(member)

    place = await post.places.find(member)
    assert place
    assert place.channel == ""
    assert len(await post.aside.waiting_for(member)) == 1


async def test_a_thread_into_which_somebody_cannot_come_is_left(post: Post) -> None:
    _, member = await post.member("ana", dms=False)
    await post.aside.choose(member, post.channel.id)
    post.fake.faults.plan("PUT /channels/{channel}/thread-members/{user}", refused(403, 50001))

    await post.tell(member)

    (thread,) = post.fake.threads()
    assert thread.strand
    assert not thread.strand.members


async def test_what_is_over_waits_no_more_and_openings_stay(post: Post) -> None:
    (ana, a), (_, b) = await post.member("ana", dms=False), await post.member("luc")
    card = replace(ASK, closes_at=post.world.clock.now() + timedelta(days=7))
    news = Message("settings.stopped")
    await post.tell(a, card)
    await post.tell(a, Message("digest", {"count": 2}, parts=(card, news)), key="digest")
    await post.world.travel(minutes=1)
    await post.platform.bring_together({a: OPENING, b: OPENING}, key="intro:opening")

    await post.world.travel(days=9)
    digest, opening = [one.messages[a] for one in await post.aside.waiting_for(a)]
    ana.opens_dms()
    await post.platform.reopened(a, ana.direct.id)

    assert (digest.parts, digest.params["count"]) == ((news,), 1)
    assert opening.key == OPENING.key
    assert ["sell" in message.content for message in ana.dms] == [False, True]


async def test_a_card_whose_reminder_waits_too_is_shown_once(post: Post) -> None:
    _, member = await post.member("ana", dms=False)
    closes_at = post.world.clock.now() + timedelta(days=7)
    await post.tell(member, replace(ASK, closes_at=closes_at))
    again = reminder(replace(ASK, token="u" * 22, closes_at=closes_at), again=False)

    await post.tell(member, replace(again, retires=(hashed("t" * 22),)), key="reminder")

    assert [one.messages[member].key for one in await post.aside.waiting_for(member)] == ["card.reminder.silent"]


async def test_opening_too_many_conversations_is_waited_with(post: Post) -> None:
    ana, member = await post.member("ana")
    post.fake.faults.plan("POST /users/@me/channels", refused(403, 40003))

    with pytest.raises(TryLater) as later:
        await post.tell(member)
    await post.world.travel(minutes=CALM / timedelta(minutes=1))
    await post.tell(member)

    assert later.value.after == CALM
    assert len(ana.dms) == 1


async def test_conversations_are_opened_one_after_the_other() -> None:
    async with Post(pace=Ration(timedelta(0), 1, apart=timedelta(seconds=10))) as post:
        people = [await post.member(name) for name in ("ana", "luc", "eva")]

        results = []
        for _, member in people:
            try:
                await post.tell(member)
                results.append(timedelta(0))
            except TryLater as later:
                results.append(later.after)
        await post.tell(people[0][1], key="another")

    assert results == [timedelta(0), timedelta(seconds=10), timedelta(seconds=10)]
    assert len(people[0][0].dms) == 2


async def test_discords_own_wait_is_kept(post: Post) -> None:
    _, member = await post.member("ana")
    post.fake.faults.plan(POSTED, limited(60 * 50.0))

    with pytest.raises(TryLater) as later:
        await post.tell(member, priority=Priority.REPLY)

    assert later.value.after > timedelta(seconds=50)


async def test_who_writes_where_we_could_not_has_opened_it() -> None:
    async with Bar() as bar:
        ana = await bar.enters("ana", dms=False)
        await bar.counter.platform.tell(bar.member(ana), ASK, key="card")
        ana.opens_dms()

        await ana.writes("/help")
        await bar.look()

        assert "5,000 T-shirts" in "".join(message.content for message in ana.dms)
        assert await bar.counter.aside.waiting_for(bar.member(ana)) == []
        assert not await bar.counter.directs.is_closed(bar.member(ana))


async def test_who_is_in_two_servers_has_opened_them_for_both() -> None:
    async with Bar() as bar:
        other = bar.fake.guild("The Workshop")
        ana = await bar.enters("ana", dms=False)
        await ana.joins(other)
        await ana.runs("/join", channel=other.channel("hall"))
        await ana.submits(ana.modal)
        await bar.counter.platform.tell(bar.member(ana), ASK, key="card")
        ana.opens_dms()

        await ana.writes("hello")
        await bar.look()

        assert "5,000 T-shirts" in "".join(message.content for message in ana.dms)
        assert await bar.counter.aside.waiting_for(bar.member(ana)) == []


async def test_who_was_called_to_what_is_over_is_called_again() -> None:
    async with Bar() as bar:
        ana = await bar.enters("ana", dms=False)
        member, aside = bar.member(ana), bar.counter.aside
        await aside.choose(member, bar.general.id)
        closes_at = bar.world.clock.now() + timedelta(days=7)
        await bar.counter.platform.tell(member, replace(ASK, closes_at=closes_at), key="card")
        (thread,) = bar.fake.threads()
        await bar.travel(days=9)

        await ana.presses(ana.messages(thread)[-1], "Read it")
        await bar.counter.platform.tell(member, Message("settings.stopped"), key="word")

        assert [ana.buttons(message) for message in ana.messages(thread)].count(["Read it"]) == 2


async def test_an_opening_that_was_shown_in_passing_is_found_with_the_tie() -> None:
    async with Bar() as bar:
        ana, luc = await _met_in_passing(bar)
        for _ in range(2):
            came = await luc.runs("/help", channel=bar.general)
            await bar.settled()

        tie = await _only_tie(bar, luc)
        asked = await luc.presses(tie, "Make a private thread")
        assert asked.message
        await luc.presses(asked.message, luc.buttons(asked.message)[0])
        await bar.settled()

        assert "both said yes" not in came.text
        assert f"<@{ana.id}> (@ana)" in tie.content
        (thread,) = bar.fake.threads()
        after = await _only_tie(bar, luc)
        assert f"<#{thread.id}>" in after.content
        assert "Make a private thread" not in luc.buttons(after)
        assert bar.fake.pings == []


async def test_the_button_of_an_opening_that_was_shown_in_passing_leads_to_the_thread() -> None:
    """It cannot be taken away, nor say anything else any more."""
    async with Bar() as bar:
        ana, luc = await _met_in_passing(bar)
        came = await luc.runs("/help", channel=bar.general)
        await bar.settled()
        opening = next(one for one in came.followups if "Make a private thread" in luc.buttons(one))
        asked = await luc.presses(opening, "Make a private thread")
        assert asked.message
        made = await luc.presses(asked.message, luc.buttons(asked.message)[0])
        await bar.settled()

        again = await luc.presses(opening, "Make a private thread")
        await bar.settled()

        (thread,) = bar.fake.threads()
        assert [made.text, again.text] == [f"The thread is there, for the two of you:\n\n<#{thread.id}>"] * 2
        assert {"ana", "luc"} <= bar.fake.readers(thread)
        await bar.world.dispatch.receive("test", "erasure", Erase(bar.member(ana)))
        await bar.look()
        gone = await luc.presses(opening, "Make a private thread")
        assert "no longer in use" in gone.text


@pytest.mark.parametrize(("minutes", "waits"), [(50, True), (70, False)])
async def test_what_was_heard_in_a_channel_waits_for_its_hour(minutes: int, *, waits: bool) -> None:
    async with Bar() as bar:
        luc = await bar.enters("luc")
        luc.closes_dms()
        steward = bar.member(bar.person("steward"))
        await bar.world.dispatch.receive("test", "listen", SetListening(steward, True, bar.general.id, on=True))
        await luc.types(bar.general, "I am looking for somebody who can repair a bicycle")
        await bar.look()
        await bar.travel(minutes=minutes)

        came = await luc.runs("/help", channel=bar.general)
        await bar.settled()

        assert any("Yes, go ahead" in luc.buttons(one) for one in came.followups) == waits


async def _met_in_passing(bar: Bar) -> tuple[Person, Person]:
    """Two who were introduced, the second of whom reads it at the next thing that they do."""
    luc = await bar.enters("luc")
    luc.closes_dms()
    ana = await bar.enters("ana")
    await bar.posts(luc, "/offer", "I have five thousand T-shirts to sell")
    await bar.posts(ana, "/need", "I am looking for five thousand T-shirts")
    await ana.presses(bar.card(ana), "Yes")
    came = await luc.runs("/help", channel=bar.general)
    await bar.settled()
    await luc.presses(next(one for one in came.followups if "Yes" in luc.buttons(one)), "Yes")
    await bar.travel(minutes=2)
    return ana, luc


async def _only_tie(bar: Bar, person: Person) -> Shown:
    """The page of the only tie that somebody has."""
    page = (await person.runs("/ties", channel=bar.general)).message
    assert page
    (menu,) = [one for row in page.components for one in row["components"] if one.get("options")]
    chosen = await person.chooses(page, menu["custom_id"], menu["options"][0]["value"])
    assert chosen.message
    return chosen.message
