"""Two are introduced: each is told whom to write to, in the same moment; either can have a thread for both, once."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import pytest

from adapters.chat.errors import Unanswered
from adapters.chat.texts import units
from adapters.discord.ids import community_of, user_of
from adapters.discord.openings import below, meeting, with_below
from adapters.discord.rendering import CONTENT, FRAME, FRAMES, message
from bot.domain.ids import IntroductionId, MemberId, TieId
from bot.domain.ties import Tie, TieState
from bot.errors import Refusal, TryLater, Unreachable
from bot.messages import Message, Refused
from bot.text import catalogue
from tests.adapters.discord.post import OPENING, Post
from tests.platforms.discord.faults import Fault, drop_after, drop_before, limited, refused
from tests.platforms.discord.people import Person

EN = catalogue("en")
POSTED = "POST /channels/{channel}/messages"


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with Post() as post:
        yield post


class Pair:
    """Two people who said yes."""

    def __init__(self, post: Post, ana: tuple[Person, MemberId], luc: tuple[Person, MemberId]) -> None:
        self.post = post
        (self.ana, self.a), (self.luc, self.b) = ana, luc

    @property
    def openings(self) -> Mapping[MemberId, Message]:
        return {self.a: OPENING, self.b: OPENING}

    async def meet(self) -> None:
        """They are introduced, and have a tie."""
        async with self.post.world.store.unit_of_work() as uow:
            if not await uow.ties.of_member(self.a):
                await uow.ties.add(
                    Tie(TieId("tie"), community_of(self.post.guild.id), IntroductionId("intro"), (self.a, self.b), (),
                        TieState.ALIVE, self.post.world.clock.now())
                )  # fmt: skip
                await uow.commit()
        await self.post.platform.bring_together(self.openings, key="intro:opening")

    async def token(self, member: MemberId) -> str:
        """Of the button below an opening."""
        shown = await self.post.sendings.shown_to(member)
        return next(one.messages[member].token or "" for one in shown if one.messages[member].choices)


@pytest.fixture
async def pair(post: Post) -> Pair:
    return Pair(post, await post.member("ana"), await post.member("luc", "fr", locale="fr"))


async def test_each_is_told_whom_to_write_to(post: Post, pair: Pair) -> None:
    await pair.meet()
    await pair.meet()

    for person, other, label in ((pair.ana, pair.luc, "Make a private thread"), (pair.luc, pair.ana, None)):
        (opening,) = person.dms
        assert opening.content.endswith(f"<@{other.id}> (@{other.name})")
        assert label is None or person.buttons(opening) == [label]
    assert post.fake.pings == []
    assert post.fake.careless() == []
    assert post.fake.threads() == []


async def test_both_are_told_once_however_often_the_line_drops(post: Post, pair: Pair) -> None:
    post.fake.faults.plan(POSTED, drop_after(), times=3)

    for _ in range(3):
        try:
            await pair.meet()
        except TryLater:
            await post.world.travel(minutes=1)
    await pair.meet()

    assert [len(pair.ana.dms), len(pair.luc.dms)] == [1, 1]


async def test_what_is_sent_again_names_them_as_what_was_sent_first(post: Post, pair: Pair) -> None:
    post.fake.faults.plan(POSTED, drop_before(), times=2)
    with pytest.raises(TryLater):
        await pair.meet()

    await pair.luc.changes(name="lucas")
    await post.world.travel(minutes=1)
    await pair.meet()

    (opening,) = pair.ana.dms
    assert opening.content.endswith("(@luc)")


async def test_who_said_yes_is_told_though_the_other_has_left_since_they_were(post: Post, pair: Pair) -> None:
    post.fake.faults.plan(POSTED, drop_before())
    with pytest.raises(TryLater):
        await pair.meet()
    told, waits, gone = (pair.ana, pair.luc, pair.a) if pair.ana.dms else (pair.luc, pair.ana, pair.b)
    assert waits.dms == []

    await told.leaves(post.guild)
    await post.world.travel(minutes=1)
    await pair.meet()

    (opening,) = waits.dms
    assert f"<@{user_of(gone)}> (@{told.name})" in opening.content


@pytest.mark.parametrize("fault", [limited(20000.0), refused(503, 0), refused(400, 0)])
async def test_who_said_yes_is_told_though_discord_no_longer_says_who_is_there(
    post: Post, pair: Pair, fault: Fault
) -> None:
    post.fake.faults.plan(POSTED, drop_before())
    with pytest.raises(TryLater):
        await pair.meet()
    post.fake.faults.plan("GET /guilds/{guild}/members/{user}", fault, times=None)

    await post.world.travel(minutes=1)
    await pair.meet()

    assert [len(pair.ana.dms), len(pair.luc.dms)] == [1, 1]
    assert all("> (@" in person.dms[0].content for person in (pair.ana, pair.luc))


async def test_where_discord_does_not_say_at_first_who_is_there_both_are_told_later(post: Post, pair: Pair) -> None:
    post.fake.faults.plan("GET /guilds/{guild}/members/{user}", limited(20000.0))
    with pytest.raises(TryLater):
        await pair.meet()
    assert [pair.ana.dms, pair.luc.dms] == [[], []]

    await post.world.travel(hours=6)
    await pair.meet()

    assert [one.dms[0].content[-6:] for one in (pair.ana, pair.luc)] == ["(@luc)", "(@ana)"]


def test_a_handle_means_nothing_to_discord() -> None:
    for handle, shown in {"_amina_": "@\\_amina\\_", "everyone": "@\u2060everyone"}.items():
        (line,) = below(meeting(OPENING, account="123", handle=handle, token="t"), EN)
        assert line == f"To write to them: <@123> ({shown})"


def test_where_discord_says_no_handle_there_is_none() -> None:
    (line,) = below(meeting(OPENING, account="123", handle="", token="t"), EN)
    assert line == "To write to them: <@123>"


@pytest.mark.parametrize("length", [100, 1900, 2500, 6000, 9000])
def test_whom_to_write_to_stands_below_everything(length: int) -> None:
    text = "Ana looks for: " + "five thousand shirts " * (length // 21)

    shown = with_below(message(text), ["To write to them: <@123>"])

    frames = [frame["description"] for frame in shown["embeds"]]
    *above, last = [shown["content"], *frames]
    assert last.endswith("\n\nTo write to them: <@123>")
    assert not [one for one in above if "To write" in one]
    assert units(shown["content"]) <= CONTENT
    assert all(units(frame) <= FRAME for frame in frames)
    assert sum(map(units, frames)) <= FRAMES


@pytest.mark.parametrize("who", ["ana", "luc"])
async def test_nobody_is_named_to_anybody_when_one_has_left(post: Post, pair: Pair, who: str) -> None:
    """P23, as far as Discord goes."""
    await getattr(pair, who).leaves(post.guild)

    with pytest.raises(Unreachable):
        await pair.meet()

    assert [pair.ana.dms, pair.luc.dms] == [[], []]
    assert await post.sendings.shown_to(pair.a) == []


async def test_a_thread_is_made_once_and_left(post: Post, pair: Pair) -> None:
    await pair.meet()
    token = await pair.token(pair.a)
    sure = await post.threads.ask(pair.a, token)

    done = await post.threads.make(pair.a, token)

    (thread,) = post.fake.threads()
    assert sure.choices == ("thread.make",)
    assert done.key == "discord.thread.made"
    assert {"ana", "luc"} <= post.fake.readers(thread)
    assert thread.strand
    assert post.fake.app.id not in thread.strand.members
    (said,) = pair.ana.messages(thread)
    assert "5,000 T-shirts" in said.content
    for person in (pair.ana, pair.luc):
        (opening,) = person.dms
        assert f"<#{thread.id}>" in opening.content
        assert "> (@" in opening.content
        assert person.buttons(opening) == []
    again = [await post.threads.ask(pair.a, token), await post.threads.make(pair.a, token)]
    assert again == [done, done]
    assert len(post.fake.threads()) == 1


async def test_only_the_two_can_have_one(post: Post, pair: Pair) -> None:
    await pair.meet()
    _, other = await post.member("mallory")
    token = await pair.token(pair.a)

    for member in (other, pair.b):
        with pytest.raises(Refusal):
            await post.threads.make(member, token)

    assert post.fake.threads() == []


@pytest.mark.parametrize(
    "route",
    [
        "POST /channels/{channel}/threads",
        "PUT /channels/{channel}/thread-members/{user}",
        "POST /channels/{channel}/messages",
        "DELETE /channels/{channel}/thread-members/@me",
        "PATCH /channels/{channel}/messages/{message}",
    ],
)
async def test_there_is_one_thread_wherever_the_line_drops(post: Post, pair: Pair, route: str) -> None:
    await pair.meet()
    tokens = [await pair.token(pair.a), await pair.token(pair.b)]
    post.fake.faults.plan(route, drop_after())

    for member, token in ((pair.a, tokens[0]), (pair.b, tokens[1])):
        with suppress(Unanswered, Refusal):  # whoever pressed is told to press again, or that it is there
            await post.threads.make(member, token)

    (thread,) = post.fake.threads()
    assert len(pair.ana.messages(thread)) == 1
    assert {"ana", "luc"} <= post.fake.readers(thread)


async def test_where_no_thread_can_be_made_one_is_told(post: Post, pair: Pair) -> None:
    await pair.meet()
    post.fake.faults.plan("POST /channels/{channel}/threads", refused(403, 50013), times=None)

    assert isinstance(await post.threads.make(pair.a, await pair.token(pair.a)), Refused)

    assert post.fake.invalid_requests <= 3
