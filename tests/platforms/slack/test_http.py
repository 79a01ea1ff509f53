"""Events, commands and presses over HTTP: signatures, deadlines, retries."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.signature import SignatureVerifier

from tests.platforms.slack import FakeSlack, Workspace
from tests.platforms.slack.roads import signed

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(application: web.Application) -> AsyncIterator[str]:
    """An app on an address of its own."""
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(slack: FakeSlack, answer: Answer) -> AsyncIterator[list[web.Request]]:
    """An app that only keeps what comes, and answers as it is told."""
    got: list[web.Request] = []

    async def keep(request: web.Request) -> web.StreamResponse:
        await request.read()
        got.append(request)
        return await answer(request)

    application = web.Application()
    application.router.add_post("/slack/events", keep)
    async with served(application) as address:
        slack.use_http(f"{address}/slack/events")
        yield got


async def fine(request: web.Request) -> web.StreamResponse:
    return web.Response()


async def test_every_request_is_signed(slack: FakeSlack, team: Workspace) -> None:
    async with answering(slack, fine) as got:
        await team.say("U1", "hello")
        await team.command("U1", "/need", "a plumber & more", "C1")
        await team.shortcut("U1", "need")

    verifier = SignatureVerifier(slack.app.signing_secret)
    bodies = [await request.read() for request in got]
    headers = [{key: value for key, value in request.headers.items()} for request in got]
    assert all(verifier.is_valid_request(body, head) for body, head in zip(bodies, headers, strict=True))
    assert [request.content_type.rpartition("/")[2] for request in got] == ["json", *["x-www-form-urlencoded"] * 2]
    assert parse_qs(bodies[1].decode())["text"] == ["a plumber & more"]
    assert parse_qs(bodies[2].decode())["payload"][0].startswith('{"type": "shortcut"')


async def test_what_fails_comes_three_times_more_and_says_why(slack: FakeSlack, team: Workspace) -> None:
    async def fail(request: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    async with answering(slack, fail) as got:
        await team.say("U1", "hello")
        await slack.settled()

    numbers = [request.headers.get("X-Slack-Retry-Num") for request in got]
    reasons = [request.headers.get("X-Slack-Retry-Reason") for request in got]
    assert numbers == [None, "1", "2", "3"]
    assert reasons == [None, "http_error", "http_error", "http_error"]
    assert len({(await request.json())["event_id"] for request in got}) == 1


async def test_an_app_can_ask_for_no_retries(slack: FakeSlack, team: Workspace) -> None:
    async def refuse(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503, headers={"X-Slack-No-Retry": "1"})

    async with answering(slack, refuse) as got:
        await team.say("U1", "hello")
        await slack.settled()

    assert len(got) == 1


async def test_who_is_too_slow_is_asked_again(slack: FakeSlack, team: Workspace) -> None:
    slack._post.deadline = 0.3
    asked_again = asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        if "X-Slack-Retry-Num" in request.headers:
            asked_again.set()
        await asked_again.wait()
        return web.Response()

    async with answering(slack, slow) as got:
        await team.say("U1", "hello")
        await slack.settled()

    assert [request.headers.get("X-Slack-Retry-Reason") for request in got] == [None, "http_timeout"]


async def test_who_is_not_there_cannot_be_told(slack: FakeSlack, team: Workspace) -> None:
    slack.use_http("http://127.0.0.1:9/slack/events")

    outcome = await team.command("U1", "/need", "", "C1")

    assert outcome.trouble == "connection_failed"


async def test_too_many_redirects(slack: FakeSlack, team: Workspace) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect("/slack/events")

    async with answering(slack, elsewhere):
        outcome = await team.command("U1", "/need", "", "C1")

    assert outcome.trouble == "too_many_redirects"


async def test_a_command_may_be_answered_in_plain_words(slack: FakeSlack, team: Workspace) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text="At once.")

    async with answering(slack, answer):
        await team.command("U1", "/need", "", "C1")

    assert [sight.text for sight in team.seen("U1", "ephemeral")] == ["At once."]


async def test_bolt_over_http(slack: FakeSlack, team: Workspace, app: AsyncApp) -> None:
    @app.command("/comptoir")
    async def root(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(text=f"You said {command['text']}.", response_type="in_channel")

    async with served(app.server(path="/slack/events").web_app) as address:
        slack.use_http(f"{address}/slack/events")
        assert await slack.verify_address()
        await team.command("U1", "/comptoir", "hello", "C1")

        forged = signed("another secret", "{}")
        async with ClientSession() as session:
            answer = await session.post(f"{address}/slack/events", data="{}", headers=forged)

    assert [post.text for post in team.messages("C1")] == ["You said hello."]
    assert answer.status == 401


@pytest.mark.parametrize("seed", [1, 2])
async def test_events_come_shuffled_by_a_seed(slack: FakeSlack, team: Workspace, seed: int) -> None:
    async with answering(slack, fine) as got:
        async with slack.courier.held(seed=seed):
            for number in range(6):
                slack.core.tell(team.team, "user_change", {"type": "user_change", "number": number})
        await slack.settled()
        numbers = [(await request.json())["event"]["number"] for request in got]

    assert sorted(numbers) == list(range(6))
    assert numbers != list(range(6))
