"""HTTP mode: what Slack sends is let in only with Slack's own signature, and looked at by nobody before that.

And the pages where several workspaces install Comptoir, which Socket Mode can have as well.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from collections.abc import Awaitable, Callable
from re import fullmatch
from typing import Final

import structlog
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from adapters.slack.well_formed import is_well_formed
from bot.ports import Clock

log = structlog.get_logger()

#: Bytes of a request. Slack's own are a few thousand; 40,000 characters, six bytes each where they are escaped, come
#: twice in a message (its text, its blocks), and twice that when it is edited.
LARGEST: Final = 1_000_000

#: Answers what Slack sent, such as `AsyncApp.async_dispatch`.
Answerer = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class _Time(SlackClock):
    """Our clock, for Slack's verifier."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class Door:
    """Where Slack's events, commands and clicks come in; 401 for forgers, whatever they send.

    Of what is not let in nothing is written anywhere. An ASGI application: every HTTP method comes here.
    """

    def __init__(self, signing_secret: str, answer: Answerer, clock: Clock) -> None:
        self._verifier = SignatureVerifier(signing_secret, _Time(clock))
        self._answer = answer

    def routes(self) -> list[Route]:
        """The one address that the manifest names."""
        return [Route(EVENTS_PATH, self, name="slack_events")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._enter(Request(scope, receive))
        await response(scope, receive, send)

    async def _enter(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD") and request.query_params.get("ssl_check") == "1":
            # Slack looks at the certificate. Source: https://docs.slack.dev/interactivity/implementing-slash-commands
            return Response(status_code=200)
        if request.method != "POST":
            return Response(status_code=405, headers={"allow": "POST"})
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        if not self._is_from_slack(request, body):
            return Response(status_code=401)
        return await self._answered(request, body)

    async def _answered(self, request: Request, body: bytes) -> Response:
        # Signed, and still nothing that Bolt can read: trying again would not help.
        try:
            understood = to_async_bolt_request(request, body)
        except Exception:
            return Response(status_code=400)
        if not is_well_formed(understood.body):
            return Response(status_code=400)
        try:
            return to_starlette_response(await self._answer(understood))
        except Exception:
            log.exception("slack_request_failed")
            return Response(status_code=500)  # and Slack sends an event again

    def _is_from_slack(self, request: Request, body: bytes) -> bool:
        stamps, signatures = (request.headers.getlist(f"x-slack-{name}") for name in ("request-timestamp", "signature"))
        if len(stamps) != 1 or len(signatures) != 1:
            return False
        # The verifier raises on anything of another form; what it is given here it compares in constant time.
        if not fullmatch("[0-9]{1,12}", stamps[0]) or not fullmatch("v0=[0-9a-f]{64}", signatures[0]):
            return False
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return False
        return self._verifier.is_valid(text, stamps[0], signatures[0])


def install_routes(flow: AsyncOAuthFlow) -> list[Route]:
    """The two addresses where several workspaces install Comptoir: setting out, and coming back from Slack."""

    async def set_out(request: Request) -> Response:
        return to_starlette_response(await flow.handle_installation(to_async_bolt_request(request, b"")))

    async def come_back(request: Request) -> Response:
        return to_starlette_response(await flow.handle_callback(to_async_bolt_request(request, b"")))

    return [
        Route(INSTALL_PATH, set_out, methods=["GET"], name="slack_install"),
        Route(REDIRECT_PATH, come_back, methods=["GET"], name="slack_oauth_redirect"),
    ]


async def _body(request: Request) -> bytes | None:
    """The raw body; None as soon as it is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)
