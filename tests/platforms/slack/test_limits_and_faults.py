"""Limits, and what a test lets go wrong."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import (
    DOCUMENTED,
    NO_LIMITS,
    FakeSlack,
    Limits,
    Rate,
    Workspace,
    broken,
    drop_after,
    drop_before,
    hooked,
    limited,
    refused,
    slow,
)  # fmt: skip
from tests.platforms.slack.faults import Call
from tests.platforms.slack.limits import Gauge
from tests.platforms.slack.state import ApiError


def test_a_channel_takes_a_message_a_second_after_a_burst() -> None:
    gauge = Gauge(DOCUMENTED)

    waits = [gauge.wait("chat.postMessage", "T1", "C1", at) for at in (0.0, 0.1, 0.2, 0.3, 0.4, 4.0, 4.05)]

    assert waits == [0, 0, 0, 0, 4, 0, 1]
    assert gauge.wait("chat.postMessage", "T1", "C2", 4.05) == 0


def test_a_workspace_takes_so_many_messages_a_minute() -> None:
    gauge = Gauge(Limits({}, None, Rate(300)))

    waits = [gauge.wait("chat.postMessage", "T1", f"D{n}", n * 0.1) for n in range(301)]

    assert waits == [0] * 300 + [30]
    assert gauge.wait("chat.postMessage", "T2", "D1", 30.0) == 0


def test_each_method_has_its_tier_in_each_workspace() -> None:
    gauge = Gauge(DOCUMENTED)

    assert [gauge.wait("chat.update", "T1", "C1", 0.0) for _ in range(51)] == [0] * 50 + [60]
    assert gauge.wait("chat.update", "T2", "C1", 0.0) == 0
    assert gauge.wait("auth.test", "T1", "", 0.0) == 0


async def test_too_much_is_answered_with_when_to_come_back() -> None:
    async with FakeSlack(limits=Limits({}, Rate(1, 5.0), None)) as slack:
        team = slack.team("T1", bot_token="xoxb-1")
        team.room("C1")
        client = AsyncWebClient("xoxb-1", base_url=slack.api_url, retry_handlers=[])
        await client.chat_postMessage(channel="C1", text="one")

        with pytest.raises(SlackApiError) as refusal:
            await client.chat_postMessage(channel="C1", text="two")

        assert refusal.value.response.status_code == 429
        assert refusal.value.response["error"] == "ratelimited"
        assert refusal.value.response.headers["Retry-After"] == "5"
        assert [post.text for post in team.messages("C1")] == ["one"]


async def test_a_faster_slack_asks_for_less_patience() -> None:
    async with FakeSlack(speed=1000, limits=Limits({"auth.test": Rate(1, 9000.0)}, None, None)) as slack:
        slack.team("T1", bot_token="xoxb-1")
        client = AsyncWebClient("xoxb-1", base_url=slack.api_url, retry_handlers=[])
        await client.auth_test()

        with pytest.raises(SlackApiError) as refusal:
            await client.auth_test()

        assert 1 < float(refusal.value.response.headers["Retry-After"]) <= 9


async def test_a_line_that_breaks_before_or_after(slack: FakeSlack, team: Workspace, client: AsyncWebClient) -> None:
    slack.faults.plan("chat.postMessage", drop_before())
    slack.faults.plan("chat.postMessage", drop_after())

    for text in ("before", "after"):
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.chat_postMessage(channel="C1", text=text)
    await client.chat_postMessage(channel="C1", text="well")

    assert [post.text for post in team.messages("C1")] == ["after", "well"]
    assert [(call.status, call.applied) for call in slack.calls] == [(0, False), (0, True), (200, True)]


async def test_errors_that_say_nothing_of_what_was_done(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    slack.faults.plan("chat.postMessage", refused("fatal_error", applied=True))
    slack.faults.plan("chat.postMessage", refused("internal_error"))

    for text in ("fatal", "internal"):
        with pytest.raises(SlackApiError, match=f"{text}_error"):
            await client.chat_postMessage(channel="C1", text=text)

    assert [post.text for post in team.messages("C1")] == ["fatal"]


async def test_a_machine_in_front_of_slack_fails(slack: FakeSlack, team: Workspace, client: AsyncWebClient) -> None:
    slack.faults.plan("*", broken(502))
    slack.faults.plan("*", limited(0.25))

    with pytest.raises(SlackApiError, match="502"):
        await client.auth_test()
    with pytest.raises(SlackApiError) as refusal:
        await client.auth_test()

    assert refusal.value.response.headers["Retry-After"] == "0.25"


async def test_a_share_of_calls_goes_wrong_and_the_seed_says_which(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    slack.faults.plan("auth.test", refused("internal_error"), times=None, share=0.3, seed=4)

    outcomes = [await _code(client) for _ in range(40)]
    slack.faults.clear()

    assert 4 <= outcomes.count("internal_error") <= 20
    assert await _code(client) == ""


async def _code(client: AsyncWebClient) -> str:
    try:
        await client.auth_test()
    except SlackApiError as error:
        return str(error.response["error"])
    return ""


async def test_a_slow_answer_and_a_hook(slack: FakeSlack, team: Workspace, client: AsyncWebClient) -> None:
    seen: list[str] = []

    async def hook(call: Call) -> None:
        seen.append(call.arguments["text"])
        raise ApiError("restricted_action")

    slack.faults.plan("chat.postMessage", slow(0.001))
    slack.faults.plan("chat.postMessage", hooked(hook), when=lambda call: call.arguments["text"] == "b")

    await client.chat_postMessage(channel="C1", text="a")
    with pytest.raises(SlackApiError, match="restricted_action"):
        await client.chat_postMessage(channel="C1", text="b")

    assert seen == ["b"]
    assert [post.text for post in team.messages("C1")] == ["a"]


async def test_the_sdks_own_retries_post_twice_after_a_broken_line(slack: FakeSlack, team: Workspace) -> None:
    """Why a client that posts must have `retry_handlers=[]`."""
    slack.faults.plan("chat.postMessage", drop_after())

    await AsyncWebClient("xoxb-T1", base_url=slack.api_url).chat_postMessage(channel="C1", text="hello")

    assert [post.text for post in team.messages("C1")] == ["hello", "hello"]
    assert slack.core.gauge.limits is NO_LIMITS
