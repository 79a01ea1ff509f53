"""The two ways to an app: its sockets, or its addresses over HTTP with a signature.

Sources, on docs.slack.dev: /authentication/verifying-requests-from-slack (v0 signatures), /apis/events-api (deadline,
retry headers), /interactivity/handling-user-interaction (a form with `payload`),
/interactivity/implementing-slash-commands.
"""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from tests.platforms.slack.delivery import Delivery, Unanswered
from tests.platforms.slack.sockets import Sockets
from tests.platforms.slack.state import App, Json


def signature(secret: str, timestamp: str, body: str) -> str:
    """What Slack writes into X-Slack-Signature."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()


def signed(secret: str, body: str, *, timestamp: str | None = None) -> dict[str, str]:
    """The headers that show that a request is Slack's; now, unless a time is given."""
    stamp = timestamp if timestamp is not None else str(int(time.time()))
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(secret, stamp, body)}


def written(kind: str, payload: Json) -> tuple[str, str]:
    """A payload as it goes over HTTP: body and content type."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


class Post:
    """Over HTTP, to the address that the app gave."""

    def __init__(self, app: App, deadline: float) -> None:
        self._app = app
        self.deadline = deadline
        self._session: aiohttp.ClientSession | None = None

    def address(self, kind: str) -> str:
        """Where payloads of a kind go; empty: nowhere."""
        return {
            "events_api": self._app.events_url,
            "interactive": self._app.interactions_url or self._app.events_url,
            "slash_commands": self._app.commands_url or self._app.events_url,
        }[kind]

    async def bring(self, delivery: Delivery, number: int, reason: str) -> Json | None:
        body, content_type = written(delivery.kind, delivery.payload)
        headers = {"Content-Type": content_type, **signed(self._app.signing_secret, body)}
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        status, text, no_retry = await self.send(self.address(delivery.kind), body, headers)
        if not 200 <= status < 300:
            raise Unanswered("http_error", again=not no_retry)
        try:
            answer = json.loads(text) if text.strip() else None
        except ValueError:
            return {"text": text}
        return answer if isinstance(answer, dict) else None

    async def send(self, address: str, body: str, headers: dict[str, str]) -> tuple[int, str, bool]:
        """One request. Returns: status, body, whether the app wants no retries. Raises: Unanswered."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=self.deadline)
        try:
            async with self._session.post(
                address, data=body.encode(), headers=headers, timeout=timeout, max_redirects=2
            ) as answer:
                return answer.status, await answer.text(), answer.headers.get("x-slack-no-retry") == "1"
        except TimeoutError as late:
            raise Unanswered("http_timeout") from late
        except aiohttp.TooManyRedirects as lost:
            raise Unanswered("too_many_redirects") from lost
        except aiohttp.ClientSSLError as unsafe:
            raise Unanswered("ssl_error") from unsafe
        except aiohttp.ClientConnectionError as gone:
            raise Unanswered("connection_failed") from gone
        except (aiohttp.ClientError, UnicodeDecodeError) as odd:
            raise Unanswered("unknown_error") from odd

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class Either:
    """HTTP where the app gave an address, and its sockets otherwise."""

    def __init__(self, sockets: Sockets, post: Post) -> None:
        self.sockets = sockets
        self.post = post

    async def bring(self, delivery: Delivery, number: int, reason: str) -> Json | None:
        road = self.post if self.post.address(delivery.kind) else self.sockets
        return await road.bring(delivery, number, reason)
