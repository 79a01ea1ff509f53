"""What Slack tells us twice, late, or in no order; what we cannot take in; sockets that end; workspaces that go."""

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Never

import httpx2
import pytest
from starlette.applications import Starlette

from adapters.slack.ids import community_of, member_of
from adapters.slack.pace import Pace
from adapters.slack.web import Door
from tests.adapters.slack.bar import COMMUNITY, SECRET, TEAM, Bar
from tests.adapters.slack.crowd import comes
from tests.adapters.slack.street import ADDRESS, Street
from tests.platforms.slack import signed
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.state import Post

# The SDK's own way of speaking to `oauth.v2.access`.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
#: How many people write while the database is down, and how often connections are renewed, in a campaign (F10, F12).
CROWD = int(os.environ.get("CROWD", "200"))
REFRESHES = int(os.environ.get("REFRESHES", "180"))
FLAVOURS = ["ladder", "drill", "cello", "kayak", "sourdough", "Latin", "compass", "sewing machine"]


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


def previews(bar: Bar, user: str) -> list[Post]:
    """What somebody is asked to approve."""
    return [post for post in bar.team.messages(bar.team.direct(user).id) if "press:post" in str(post.blocks)]


def told(bar: Bar, user: str) -> int:
    """How many messages of ours somebody saw appear."""
    return sum(sight.by == bar.team.bot for sight in bar.team.seen(user, "message", "ephemeral"))


async def again_and_again(bar: Bar, told: Sequence[Delivery], *, times: int, seed: int) -> None:
    """Slack brings the same events once more each, so many times, in no order."""
    chance = random.Random(seed)
    copies = [(delivery, number) for delivery in told for number in range(1, times)]
    chance.shuffle(copies)
    for at in range(0, len(copies), 5):
        await asyncio.gather(*(bar.slack.courier.again(one, number=number) for one, number in copies[at : at + 5]))
    await bar.look()


# --- the same again: F7, F8 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_is_told_four_times_in_no_order_is_heard_once(bar: Bar, seed: int) -> None:
    people = [f"U{number}" for number, _ in enumerate(FLAVOURS)]
    for user in people:
        await comes(bar, user)
    bar.person("U99", "Nobody yet")
    bar.team.room("C1", [*people, "U99"], name="general")
    await bar.look()

    async with bar.slack.courier.held(seed) as events:
        for user, flavour in zip(people, FLAVOURS, strict=True):
            await bar.team.say(user, f"I am looking for a {flavour}")
        await bar.team.say(people[0], "/need")
        await bar.team.say("U99", "hello")
        await bar.team.post("U99", "C1", f"<@{bar.team.bot}> what are you?", raw=True)
        await bar.team.change(people[1], name="Somebody else", display_name="Somebody else")
        await again_and_again(bar, list(events), times=4, seed=seed)
    await bar.slack.settled()
    await bar.look()

    for user, flavour in zip(people, FLAVOURS, strict=True):
        assert [flavour in post.text or flavour in str(post.blocks) for post in previews(bar, user)] == [True]
    assert told(bar, people[0]) == 2  # the preview, and a button for the form
    assert told(bar, "U99") == 2  # the same invitation for each of the two things that they said
    async with bar.world.store.reading() as uow:
        member = await uow.members.get(member_of(TEAM, people[1]))
    assert member.name == "Somebody else"


async def test_what_comes_again_after_a_day_is_not_heard_again(bar: Bar) -> None:
    await comes(bar, "U1")
    bar.person("U2", "Nobody yet")
    await bar.team.say("U1", "I am looking for a ladder")
    await bar.team.say("U2", "hello")
    await bar.look()
    events = [one for one in bar.slack.courier.deliveries if one.kind == "events_api"]
    before = [told(bar, user) for user in ("U1", "U2")]

    for hours in (24, 23):
        await bar.travel(hours=hours)
        await bar.engine.tick.tidy()
        await again_and_again(bar, events, times=2, seed=1)

    assert [told(bar, user) for user in ("U1", "U2")] == before == [1, 1]


# --- a database that is down: F10 ------------------------------------------------------------------------------------


#: What a database that is down may keep us from: writing down, or looking as well.
WRITES, ALL = ("unit_of_work",), ("unit_of_work", "reading")


@asynccontextmanager
async def down(bar: Bar, monkeypatch: pytest.MonkeyPatch, what: Sequence[str]) -> AsyncIterator[None]:
    """Nothing can be written down, nor looked at, as far as `what` says."""

    def fails(**_: Any) -> Never:
        raise ConnectionError("the database is down")

    with monkeypatch.context() as patch:
        for name in what:
            patch.setattr(bar.world.store, name, fails)
        yield


@pytest.mark.parametrize("what", [WRITES, ALL])
async def test_what_could_not_be_taken_in_comes_again_by_the_socket(
    bar: Bar, monkeypatch: pytest.MonkeyPatch, what: Sequence[str]
) -> None:
    await comes(bar, "U1")
    bar.slack.sockets.deadline = 0.1
    async with down(bar, monkeypatch, what):
        await bar.team.say("U1", "I am looking for a ladder")
        outcome = await bar.team.command("U1", "/offer", "I can offer some sewing")
    await bar.slack.settled()
    await bar.look()

    event = next(one for one in bar.slack.courier.deliveries if "ladder" in str(one.payload))
    assert [attempt.reason for attempt in event.attempts] in (["timeout", ""], ["timeout", "timeout", ""])
    assert outcome.trouble == "timeout"  # whoever typed a command sees that it did not work
    assert len(previews(bar, "U1")) == 1


@pytest.mark.parametrize("size", [3, pytest.param(CROWD, marks=pytest.mark.campaign)])
@pytest.mark.parametrize("what", [WRITES, ALL])
async def test_what_could_not_be_taken_in_comes_again_by_http(
    bar: Bar, monkeypatch: pytest.MonkeyPatch, what: Sequence[str], size: int
) -> None:
    bar.counter.api._pace = Pace(now=lambda: bar.world.clock.now().timestamp())
    people = [f"U{number}" for number in range(size)]
    for user in people:
        await comes(bar, user)
    async with bar.slack.courier.held():
        for user in people:
            await bar.team.say(user, "I am looking for a ladder")
        events = [one for one in bar.slack.courier.deliveries if "ladder" in str(one.payload)]
        async with by_http(bar) as slack:
            async with down(bar, monkeypatch, what):
                assert {(await slack(event)).status_code for event in [*events, *events]} == {500}
            assert {(await slack(event)).status_code for event in events * 3} == {200}
    await bar.travel(seconds=3 * size)  # so much at once waits its turn

    assert len(events) == size
    assert [len(previews(bar, user)) for user in people] == [1] * size


@asynccontextmanager
async def by_http(bar: Bar) -> AsyncIterator[Callable[[Delivery], Any]]:
    """The same app, as it is in HTTP mode."""
    assert bar.service.sockets
    door = Door(SECRET, bar.service.sockets._app.async_dispatch, bar.world.clock)
    site = httpx2.ASGITransport(app=Starlette(routes=door.routes()))
    async with httpx2.AsyncClient(transport=site, base_url="https://bar.test") as client:

        async def bring(delivery: Delivery) -> httpx2.Response:
            body = json.dumps(delivery.payload)
            now = str(int(bar.world.clock.now().timestamp()))
            headers = {"content-type": "application/json", **signed(SECRET, body, timestamp=now)}
            return await client.post("/slack/events", content=body, headers=headers)

        yield bring


# --- sockets that end: F12 -------------------------------------------------------------------------------------------


async def refreshed_while_people_talk(
    bar: Bar, connections: int, *, rounds: int = 12, words: int = 5
) -> list[Delivery]:
    """Slack renews one connection after the other while events come. Returns: what was lost."""
    assert bar.service.sockets
    for handler in bar.service.sockets._handlers[connections:]:
        await handler.client.close()  # type: ignore[no-untyped-call] # Slack's
    await bar.slack.until(lambda: len(bar.slack.sockets.living) == connections)
    for _ in range(rounds):
        opened = bar.slack.sockets.opened
        refreshing = asyncio.create_task(bar.slack.sockets.refresh())
        for word in range(words):
            await bar.team.say("U1", f"word {word}")
        await refreshing
        await bar.slack.until(lambda: bar.slack.sockets.opened > opened)  # noqa: B023 # looked at before the next round
    await bar.slack.settled()
    return [delivery for delivery in bar.slack.courier.deliveries if delivery.lost]


async def test_two_connections_lose_nothing_while_one_is_renewed(bar: Bar) -> None:
    await comes(bar, "U1")

    assert await refreshed_while_people_talk(bar, 2) == []


@pytest.mark.campaign
@pytest.mark.timeout(7200)
async def test_nothing_is_lost_in_hours_of_twenty_seconds_each(bar: Bar) -> None:
    """An hour is 180 times that Slack renews a connection, with 200 events between two of them, as fast as they go."""
    await comes(bar, "U1")

    assert await refreshed_while_people_talk(bar, 2, rounds=REFRESHES, words=200) == []
    assert sum("word" in str(one.payload) for one in bar.slack.courier.deliveries) == REFRESHES * 200


async def test_one_connection_would_lose_what_comes_while_it_is_renewed(bar: Bar) -> None:
    await comes(bar, "U1")

    lost = await refreshed_while_people_talk(bar, 1)

    assert {attempt.reason for delivery in lost for attempt in delivery.attempts} == {"no_connection"}


# --- a workspace that goes: F24 --------------------------------------------------------------------------------------


async def _is_served(street: Street, team: str) -> bool:
    community = await street.world.dispatch.community(community_of(team))
    return community is not None and community.closed_at is None


@pytest.mark.parametrize("revoked_first", [False, True])
async def test_a_workspace_that_goes_is_left_alone_until_it_comes_back(revoked_first: bool) -> None:
    async with Street(["T1", "T2"]) as street:
        for number in (1, 2):
            await street.posts(await street.comes(f"T{number}", f"UA{number}"), "I can offer some Xylography")
            await street.posts(await street.comes(f"T{number}", f"UB{number}"), "I am looking for some Xylography")
        await street.teams["T1"].uninstall(revoked_first=revoked_first)
        goodbye = street.slack.courier.deliveries[-2:]
        for delivery in [*goodbye, *reversed(goodbye)]:
            await street.slack.courier.again(delivery)
        await street.travel(days=1)

        assert not await _is_served(street, "T1")
        assert not [call for call in street.slack.calls if call.team == "T1" or call.token == "xoxb-T1"]
        assert [street.teams["T2"].find(user, "yes") for user in ("UA2", "UB2")]

        street.slack.agree("T1", "UA1")
        await install(street)
        for delivery in goodbye:
            await street.slack.courier.again(delivery)
        await street.posts(member_of("T1", "UA1"), "I can offer some Quilting")
        await street.posts(member_of("T1", "UB1"), "I am looking for some Quilting")
        await street.travel(hours=1)

        assert await _is_served(street, "T1")
        assert [street.teams["T1"].find(user, "yes") for user in ("UA1", "UB1")]


async def install(street: Street) -> None:
    """An administrator goes to our page, through Slack's, and comes back."""
    site = httpx2.ASGITransport(app=Starlette(routes=street.service.routes))
    async with httpx2.AsyncClient(transport=site, base_url=ADDRESS) as browser, httpx2.AsyncClient() as elsewhere:
        to_slack = await browser.get("/slack/install")
        back = await elsewhere.get(to_slack.headers["location"])
        assert (await browser.get(back.headers["location"])).status_code == 200


async def test_nothing_is_sent_to_the_one_workspace_that_took_the_token_away(bar: Bar) -> None:
    for user, text in (("U1", "I can offer some Xylography"), ("U2", "I am looking for some Xylography")):
        await comes(bar, user)
        await bar.team.say(user, text)
    await bar.look()
    before = len(bar.slack.calls)

    await bar.team.uninstall()
    await bar.travel(days=1)

    community = await bar.world.dispatch.community(COMMUNITY)
    assert community is not None
    assert community.closed_at is not None
    assert {call.method for call in bar.slack.calls[before:]} <= {"auth.test"}
