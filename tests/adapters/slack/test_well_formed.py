"""Payloads that were spoilt on the way, signed all the same: a clear answer, and never an error of ours."""

import copy
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from starlette.applications import Starlette

from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.web import Door
from adapters.slack.well_formed import is_well_formed
from tests.adapters.slack.test_web import SECRET, authorize, signed
from tests.world import StoppedClock

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
AMINA = {"id": "U1", "username": "amina", "name": "amina", "team_id": "T1"}
TEAM = {"id": "T1", "domain": "chez-nous"}
#: Shapes from https://docs.slack.dev/apis/events-api, /reference/interaction-payloads and
#: /interactivity/implementing-slash-commands.
MESSAGE = {
    "token": "x", "team_id": "T1", "context_team_id": "T1", "api_app_id": "A1", "type": "event_callback",
    "event": {"type": "message", "user": "U1", "text": "hello", "ts": "1.1", "team": "T1", "channel": "D1",
              "channel_type": "im", "event_ts": "1.1", "blocks": [{"type": "rich_text", "elements": []}]},
    "event_id": "Ev1", "event_time": 1, "is_ext_shared_channel": False, "event_context": "4-x",
    "authorizations": [{"enterprise_id": None, "team_id": "T1", "user_id": "U9", "is_bot": True,
                        "is_enterprise_install": False}],
}  # fmt: skip
CHANGE = MESSAGE | {
    "event": {"type": "user_change", "user": AMINA | {"profile": {"real_name": "Amina"}}, "event_ts": "1"}
}
COMMAND = {
    "token": "x", "team_id": "T1", "team_domain": "chez-nous", "channel_id": "C1", "channel_name": "general",
    "user_id": "U1", "user_name": "amina", "command": "/need", "text": "a ladder", "api_app_id": "A1",
    "is_enterprise_install": "false", "response_url": "https://hooks.example.org/1", "trigger_id": "1.1.x",
}  # fmt: skip
PRESS: dict[str, Any] = {
    "type": "block_actions", "user": AMINA, "api_app_id": "A1", "token": "x", "team": TEAM, "enterprise": None,
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1", "is_ephemeral": False},
    "trigger_id": "1.1.x", "channel": {"id": "D1", "name": "directmessage"}, "is_enterprise_install": False,
    "message": {"type": "message", "text": "Would you like to meet?", "ts": "1.1"}, "state": {"values": {}},
    "response_url": "https://hooks.example.org/1",
    "actions": [{"action_id": "press:yes", "block_id": "b", "type": "button", "value": "t" * 22, "action_ts": "1.2"}],
}  # fmt: skip
FILLED = {
    "type": "view_submission", "team": TEAM, "user": AMINA, "api_app_id": "A1", "token": "x", "trigger_id": "1.1.x",
    "view": {"id": "V1", "team_id": "T1", "type": "modal", "callback_id": "need", "private_metadata": "", "blocks": [],
             "state": {"values": {"text": {"text": {"type": "plain_text_input", "value": "a ladder"}}}}, "hash": "1.x"},
    "response_urls": [], "is_enterprise_install": False, "enterprise": None,
}  # fmt: skip
SHORTCUT = {
    "type": "message_action", "token": "x", "action_ts": "1.1", "team": TEAM, "user": AMINA, "callback_id": "find",
    "channel": {"id": "C1", "name": "general"}, "trigger_id": "1.1.x", "message_ts": "1.1", "enterprise": None,
    "message": {"type": "message", "user": "U1", "ts": "1.1", "text": "a ladder?"}, "is_enterprise_install": False,
    "response_url": "https://hooks.example.org/1",
}  # fmt: skip
#: Of each kind.
HOW_MANY = 150
ODD: tuple[Any, ...] = (
    None, True, -1, 10**30, 1.5, "", "x" * 5000, "\x00", "\u202e<!channel>", [], {}, [[]], ["a"], {"id": None}, "T2",
    "block_actions", "event_callback", {"a": {"b": {}}},
)  # fmt: skip


@pytest.mark.parametrize("body", [MESSAGE, CHANGE, COMMAND, PRESS, FILLED, SHORTCUT], ids=lambda body: body.get("type"))
def test_what_slack_sends_is_well_formed(body: dict[str, Any]) -> None:
    assert is_well_formed(body)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "payload",
        MESSAGE | {"event": None},
        MESSAGE | {"event": {"user": "U1"}},
        MESSAGE | {"authorizations": [None]},
        MESSAGE | {"type": ["event_callback"]},
        COMMAND | {"command": None, "team_id": 7},
        PRESS | {"actions": []},
        PRESS | {"actions": [{"action_id": 7}]},
        PRESS | {"user": ["U1"]},
        FILLED | {"view": {}},
        FILLED | {"view": None},
        SHORTCUT | {"message": "a ladder?"},
    ],
)
def test_what_cannot_be_told_apart_is_not(body: Any) -> None:
    assert not is_well_formed(body)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from places(part, (*path, key))


def spoilt(body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same with one part gone, another in its place, or 64 deep."""
    body = copy.deepcopy(body)
    *path, last = chance.choice(list(places(body)))
    part: Any = body
    for key in path:
        part = part[key]
    match chance.randrange(8):
        case 0 | 1:
            del part[last]
        case 2:
            part[last] = json.loads('{"a":' * 64 + "1" + "}" * 64)
        case _:
            part[last] = copy.deepcopy(chance.choice(ODD))
    return body


def sent(body: dict[str, Any]) -> tuple[bytes, str]:
    """As Slack sends it."""
    if "event" in body or "authorizations" in body:
        return json.dumps(body).encode(), JSON
    if "type" in body or "team" in body:
        return urlencode({"payload": json.dumps(body)}).encode(), FORM
    return urlencode({name: value if isinstance(value, str) else "" for name, value in body.items()}).encode(), FORM


def listening() -> AsyncApp:
    """Slack's own library, with a listener for each kind, which does nothing but acknowledge."""
    app = AsyncApp(signing_secret=SECRET, authorize=authorize, request_verification_enabled=False)

    async def heard(ack: AsyncAck) -> None:
        await ack()

    for register in (app.event("message"), app.event("user_change"), app.command("/need"), app.shortcut("find")):
        register(heard)
    app.view("need")(heard)
    app.action("press:yes")(heard)
    return app


@pytest.mark.parametrize("body", [MESSAGE, CHANGE, COMMAND, PRESS, FILLED, SHORTCUT], ids=lambda body: body.get("type"))
async def test_many_spoilt_payloads_of_each_kind_get_a_clear_answer(body: dict[str, Any]) -> None:
    chance, answers = random.Random(7), Counter[int]()
    site = Starlette(routes=Door(SECRET, listening().async_dispatch, StoppedClock()).routes())

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=site), base_url="http://bar") as slack:
        for _ in range(HOW_MANY):
            content, kind = sent(spoilt(body, chance))
            answer = await slack.post(EVENTS_PATH, content=content, headers=signed(content) | {"content-type": kind})
            answers[answer.status_code] += 1

    assert set(answers) <= {200, 400, 404}
    assert answers[200] > HOW_MANY / 2
