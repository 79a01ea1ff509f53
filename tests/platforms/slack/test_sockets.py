"""Socket Mode with the SDK's own client: envelopes, acknowledgements, refreshes, and lines that break."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import FakeSlack, Workspace

Listener = Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]


async def acknowledge(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
    await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@asynccontextmanager
async def listening(slack: FakeSlack, *listeners: Listener) -> AsyncIterator[SocketModeClient]:
    """One client of the SDK, connected."""
    web = AsyncWebClient(base_url=slack.api_url)
    client = SocketModeClient(slack.app.app_token, web_client=web, ping_interval=0.05)
    client.socket_mode_request_listeners.extend(listeners)
    await client.connect()  # type: ignore[no-untyped-call]  # the SDK writes no types there
    try:
        yield client
    finally:
        await client.close()  # type: ignore[no-untyped-call]


async def test_an_event_comes_in_an_envelope(slack: FakeSlack, team: Workspace) -> None:
    got: list[SocketModeRequest] = []

    async def keep(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        got.append(request)

    async with listening(slack, keep, acknowledge):
        await team.say("U1", "hello")

    assert [(request.type, request.retry_attempt, request.accepts_response_payload) for request in got] == [
        ("events_api", 0, False)
    ]
    assert got[0].payload["authorizations"][0]["team_id"] == "T1"
    assert slack.courier.deliveries[0].acked


async def test_each_payload_goes_to_one_connection(slack: FakeSlack, team: Workspace) -> None:
    counted: Counter[int] = Counter()

    async def count(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        counted[id(client)] += 1

    async with listening(slack, count, acknowledge), listening(slack, count, acknowledge):
        for _ in range(10):
            await team.say("U1", "hello")

    assert sorted(counted.values()) == [5, 5]


async def test_what_is_not_acknowledged_comes_again(slack: FakeSlack, team: Workspace) -> None:
    slack.sockets.deadline = 0.2
    tries: list[tuple[int | None, str | None]] = []

    async def forget(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        tries.append((request.retry_attempt, request.retry_reason))
        if request.retry_attempt == 2:
            await acknowledge(client, request)

    async with listening(slack, forget):
        await team.say("U1", "hello")
        await slack.settled()

    assert tries == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert [attempt.reason for attempt in slack.courier.deliveries[0].attempts] == ["timeout", "timeout", ""]


async def test_after_three_retries_slack_gives_up(slack: FakeSlack, team: Workspace) -> None:
    slack.sockets.deadline = 0.01

    async with listening(slack):
        await team.say("U1", "hello")
        await slack.settled()

    assert len(slack.courier.deliveries[0].attempts) == 4
    assert slack.courier.deliveries[0].lost


async def test_a_press_is_brought_once_only(slack: FakeSlack, team: Workspace) -> None:
    slack.sockets.deadline = 0.01

    async with listening(slack):
        outcome = await team.shortcut("U1", "need")
        await slack.settled()

    assert outcome.trouble == "timeout"
    assert len(slack.courier.deliveries[0].attempts) == 1


async def test_what_happens_while_nobody_is_connected_is_lost(slack: FakeSlack, team: Workspace) -> None:
    await team.say("U1", "hello")
    await slack.settled()

    assert [attempt.reason for attempt in slack.courier.deliveries[0].attempts] == ["no_connection"]


async def test_a_refresh_with_two_connections_loses_nothing(slack: FakeSlack, team: Workspace) -> None:
    heard: list[str] = []

    async def hear(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request.payload["event"]["text"])
        await acknowledge(client, request)

    async with listening(slack, hear), listening(slack, hear):
        for number in range(20):
            if number % 5 == 2:
                await slack.sockets.refresh()
                await slack.until(lambda: len(slack.sockets.living) == 2)
            await team.say("U1", str(number))
        await slack.settled()

    assert sorted(heard, key=int) == [str(number) for number in range(20)]
    assert slack.sockets.opened == 6


async def test_a_connection_grows_old_and_is_refreshed(slack: FakeSlack, team: Workspace) -> None:
    slack.sockets.life = 20.0  # of Slack's seconds

    async with listening(slack, acknowledge):
        await slack.until(lambda: slack.sockets.opened >= 3)


async def test_a_warning_comes_ahead(slack: FakeSlack, team: Workspace) -> None:
    said: list[dict[str, Any]] = []
    async with ClientSession() as session:
        url = (await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app.app_token))["url"]
        async with session.ws_connect(url) as socket:
            said.append(await socket.receive_json())
            refresh = asyncio.create_task(slack.sockets.refresh(warning=True))
            said += [await socket.receive_json(), await socket.receive_json()]
            assert (await socket.receive()).type.name in ("CLOSE", "CLOSED")
            await refresh

        # A ticket is for one connection.
        again = await session.get(url.replace("ws", "http", 1))

    assert [message.get("reason", message["type"]) for message in said] == ["hello", "warning", "refresh_requested"]
    assert said[0]["num_connections"] == 1
    assert again.status == 401


async def test_more_than_ten_connections_are_too_many(slack: FakeSlack, team: Workspace) -> None:
    api = AsyncWebClient(base_url=slack.api_url)
    async with ClientSession() as session:
        sockets = []
        for _ in range(11):
            url = (await api.apps_connections_open(app_token=slack.app.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        last = await sockets[-1].receive_json()
        for socket in sockets:
            await socket.close()

    assert (last["type"], last["reason"]) == ("disconnect", "too_many_websockets")


async def test_a_broken_line_is_noticed_and_mended(slack: FakeSlack, team: Workspace) -> None:
    async with listening(slack, acknowledge):
        await slack.sockets.cut()
        await slack.until(lambda: slack.sockets.opened == 2)
        await team.say("U1", "hello")

    assert slack.courier.deliveries[0].acked


async def test_a_line_that_breaks_before_the_acknowledgement(slack: FakeSlack, team: Workspace) -> None:
    async def cut_first(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if not request.retry_attempt:
            await slack.sockets.cut()
        else:
            await acknowledge(client, request)

    async with listening(slack, cut_first), listening(slack, cut_first):
        slack.core.clock.speed = 200
        await team.say("U1", "hello")
        await slack.settled()

    assert slack.courier.deliveries[0].attempts[0].reason == "connection_failed"


@pytest.mark.parametrize(
    ("token", "expected"),
    [("xapp-other", "invalid_auth"), ("xoxb-T1", "not_allowed_token_type"), ("xapp-1-A0COMPTOIR", "forbidden_team")],
)
async def test_no_connection_is_opened_without_leave(
    slack: FakeSlack, team: Workspace, token: str, expected: str
) -> None:
    await slack.sockets.disable()
    slack.app.socket_mode = False

    with pytest.raises(SlackApiError) as refusal:
        await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=token)

    assert refusal.value.response["error"] == expected


async def test_events_can_be_held_back_and_doubled(slack: FakeSlack, team: Workspace) -> None:
    heard: list[str] = []

    async def hear(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request.payload["event"]["text"])
        await acknowledge(client, request)

    slack.courier.copies = 2
    async with listening(slack, hear):
        async with slack.courier.held():
            for number in range(3):
                await team.say("U1", str(number))
            assert heard == []
        await slack.settled()

    assert heard[0] == "2"
    assert sorted(heard) == ["0", "0", "1", "1", "2", "2"]
