import hashlib
import hmac
import io
import json
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.clock import SystemClock
from adapters.logs import set_up_logs
from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.web import LARGEST, Door
from bot.ports import Clock
from tests.world import START, StoppedClock

SECRET = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
#: What a member typed; a forger may not get it into a log either.
CANARY = "I need a divorce lawyer"
BODY = json.dumps({"type": "event_callback", "team_id": "T1", "event": {"type": "message", "text": CANARY}}).encode()


class Heard:
    """What got in."""

    def __init__(self, response: BoltResponse | Exception | None = None) -> None:
        self.requests: list[AsyncBoltRequest] = []
        self._response = response or BoltResponse(status=200, body="")

    async def __call__(self, request: AsyncBoltRequest) -> BoltResponse:
        self.requests.append(request)
        if isinstance(self._response, Exception):
            raise self._response
        return self._response


#: When everything here happens, in seconds since 1970.
NOW = int(START.timestamp())


def signed(body: bytes, *, secret: str = SECRET, at: int | str | None = None) -> dict[str, str]:
    stamp = str(NOW if at is None else at)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
        "content-type": "application/json",
    }


def asking(heard: Any, clock: Clock | None = None) -> TestClient:
    return TestClient(Starlette(routes=Door(SECRET, heard, clock or StoppedClock()).routes()))


def test_what_slack_signed_gets_in_as_it_is() -> None:
    heard = Heard(BoltResponse(status=200, body="seen"))

    answer = asking(heard).post(EVENTS_PATH, content=BODY, headers=signed(BODY))

    assert (answer.status_code, answer.text) == (200, "seen")
    assert heard.requests[0].raw_body == BODY.decode()
    assert heard.requests[0].body["event"]["text"] == CANARY


def flipped(headers: Mapping[str, str], name: str, at: int) -> dict[str, str]:
    value = headers[name]
    return {**headers, name: value[:at] + ("0" if value[at] != "0" else "1") + value[at + 1 :]}


GOOD = signed(BODY)
FORGED: dict[str, tuple[bytes, dict[str, Any]]] = {
    "other body": (BODY.replace(b"divorce", b"divorcf"), GOOD),
    "other signature": (BODY, flipped(GOOD, "x-slack-signature", 10)),
    "other timestamp": (BODY, flipped(GOOD, "x-slack-request-timestamp", 9)),
    "other app's secret": (BODY, signed(BODY, secret=OTHER)),
    "too old": (BODY, signed(BODY, at=NOW - 301)),
    "from the future": (BODY, signed(BODY, at=NOW + 301)),
    "no signature": (BODY, {key: GOOD[key] for key in GOOD if "signature" not in key}),
    "no timestamp": (BODY, {key: GOOD[key] for key in GOOD if "timestamp" not in key}),
    "no headers": (BODY, {}),
    "timestamp in letters": (BODY, signed(BODY, at="abc")),
    "timestamp of 5,000 digits": (BODY, signed(BODY, at="1" * 5000)),
    "negative timestamp": (BODY, signed(BODY, at=-NOW)),
    "timestamp with a sign": (BODY, signed(BODY, at=f"+{NOW}")),
    "timestamp in arabic digits": (BODY, {**GOOD, "x-slack-request-timestamp": "١٢٣".encode()}),
    "signature beyond ASCII": (BODY, {**GOOD, "x-slack-signature": "v0=é".encode()}),
    "signature of another version": (
        BODY,
        {**GOOD, "x-slack-signature": GOOD["x-slack-signature"].replace("v0", "v1")},
    ),
    "empty signature": (BODY, {**GOOD, "x-slack-signature": ""}),
    "no UTF-8": (b"\xff\xfe" + BODY, signed(b"\xff\xfe" + BODY)),
    "truncated": (BODY[:-5], GOOD),
}


@pytest.mark.parametrize("kind", FORGED)
def test_forgers_get_401_and_nothing_happens(kind: str) -> None:
    heard = Heard()
    body, headers = FORGED[kind]

    answer = asking(heard).post(EVENTS_PATH, content=body, headers=headers)

    assert (answer.status_code, answer.content) == (401, b"")
    assert heard.requests == []


def test_two_signatures_are_one_too_many() -> None:
    heard = Heard()
    headers = [*signed(BODY).items(), ("x-slack-signature", "v0=" + "0" * 64)]

    assert asking(heard).post(EVENTS_PATH, content=BODY, headers=headers).status_code == 401
    assert heard.requests == []


def test_what_was_signed_some_minutes_ago_still_gets_in() -> None:
    heard = Heard()
    at = int((START - timedelta(minutes=4, seconds=50)).timestamp())

    assert asking(heard).post(EVENTS_PATH, content=BODY, headers=signed(BODY, at=at)).status_code == 200


@pytest.mark.parametrize("size", [LARGEST + 1, 4 * LARGEST])
def test_what_is_too_large_is_not_read(size: int) -> None:
    heard = Heard()
    body = b"x" * size

    assert asking(heard).post(EVENTS_PATH, content=body, headers=signed(body)).status_code == 413
    assert heard.requests == []


def test_what_is_large_is_read() -> None:
    heard = Heard()
    body = b"text=" + b"x" * (LARGEST - 5)
    headers = signed(body) | {"content-type": "application/x-www-form-urlencoded"}

    assert asking(heard).post(EVENTS_PATH, content=body, headers=headers).status_code == 200
    assert len(heard.requests[0].raw_body) == LARGEST


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_posts_get_in(method: str) -> None:
    heard = Heard()

    answer = asking(heard).request(method, EVENTS_PATH, headers=signed(b""))

    assert answer.status_code == 405
    assert heard.requests == []


def test_slack_may_look_at_the_certificate() -> None:
    heard = Heard()

    answer = asking(heard).get(EVENTS_PATH, params={"ssl_check": "1", "token": "x"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert heard.requests == []


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b"{}}", b"payload=%7B", b'{"authorizations": 1}', b"[" * 100_000, b'{"team": {"id": [1]}}']
)
def test_what_is_signed_and_cannot_be_read_is_told_so(body: bytes) -> None:
    answer = asking(Heard()).post(EVENTS_PATH, content=body, headers=signed(body))

    assert answer.status_code in (200, 400)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8)), st.binary(max_size=64))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_mixture_of_headers_and_bytes_gets_in_unsigned(odd: dict[str, str], body: bytes) -> None:
    heard = Heard()
    headers = [
        (name.encode("latin-1", "replace").replace(b"\n", b""), value.encode("utf-8", "replace").replace(b"\n", b""))
        for name, value in {
            **odd,
            "X-Slack-Signature": "v0=" + "a" * 64,
            "X-Slack-Request-Timestamp": str(NOW),
        }.items()
        if (name.isascii() and name.isalpha()) or name.startswith("X-")
    ]

    assert asking(heard).post(EVENTS_PATH, content=body, headers=headers).status_code == 401
    assert heard.requests == []


@pytest.fixture
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U9", bot_id="B9", bot_token="xoxb-1-canary")


def bolt() -> AsyncApp:
    """An app of Slack's own library that fails while it handles a message."""
    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    async def fail(body: dict[str, Any]) -> None:
        raise ValueError(json.dumps(body))

    app.event("message")(fail)
    return app


@pytest.mark.usefixtures("_logs_as_before")
@pytest.mark.parametrize("level", ["debug", "info"])
@pytest.mark.parametrize("form", ["console", "json"])
def test_no_word_of_a_request_is_logged_whatever_becomes_of_it(level: str, form: Any) -> None:
    stream = io.StringIO()
    set_up_logs(level, form, stream=stream)
    app = bolt()
    # Bolt looks at a clock of its own.
    real, at = SystemClock(), int(SystemClock().now().timestamp())
    behind, past = asking(app.async_dispatch, real), asking(Heard(ValueError(CANARY)), real)
    unchecked = TestClient(Starlette(routes=Door(OTHER, app.async_dispatch, real).routes()))
    command = f"command=%2Fneed&team_id=T1&user_id=U1&text={CANARY.replace(' ', '+')}".encode()
    form_of = {"content-type": "application/x-www-form-urlencoded"}

    for _, (body, headers) in FORGED.items():
        behind.post(EVENTS_PATH, content=body, headers=headers)
    assert behind.post(EVENTS_PATH, content=BODY, headers=signed(BODY, at=at)).status_code == 200
    assert behind.post(EVENTS_PATH, content=command, headers=signed(command, at=at) | form_of).status_code == 404
    assert past.post(EVENTS_PATH, content=BODY, headers=signed(BODY, at=at)).status_code == 500
    # Even where Bolt's own check meets a signature that is not of its secret.
    assert unchecked.post(EVENTS_PATH, content=BODY, headers=signed(BODY, secret=OTHER, at=at)).status_code == 401

    logged = stream.getvalue()
    assert "slack_bolt" in logged
    assert "slack_request_failed" in logged
    for private in ("divorce", SECRET, OTHER, "xoxb-", GOOD["x-slack-signature"]):
        assert private not in logged
