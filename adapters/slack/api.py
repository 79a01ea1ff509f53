"""The one door to Slack's Web API."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.chat.errors import Forbidden
from adapters.slack.errors import translated
from adapters.slack.pace import Pace
from bot.errors import TryLater, Unreachable
from bot.ports import Priority

#: Seconds for one call, all included; shorter where somebody waits for a window.
PATIENCE: Final = aiohttp.ClientTimeout(total=20, sock_connect=5)
SOON: Final = aiohttp.ClientTimeout(total=2.5)

log = structlog.get_logger()


class Tokens(Protocol):
    """With which token we speak to a workspace."""

    async def of(self, team: str) -> str | None:
        """The bot's token there; None where we are not installed."""
        ...


class Api:
    """Calls methods of the Web API, never twice: the outbox alone repeats.

    Slack's own client would post a message again after a dropped line, so its handlers of retries are taken away.
    Close it at the end.
    """

    def __init__(self, tokens: Tokens, *, url: str, pace: Pace | None = None) -> None:
        self._tokens = tokens
        self._url = f"{url.rstrip('/')}/"
        self._pace = pace or Pace()
        self._sessions: dict[aiohttp.ClientTimeout, aiohttp.ClientSession] = {}

    async def call(self, method: str, *, team: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method for a workspace.

        Raises: Unreachable, TryLater, Unanswered (it may have been done), Rejected.
        """
        return await self._call(method, team, arguments, PATIENCE)

    async def post(
        self, method: str, *, team: str, channel: str, priority: Priority = Priority.REPLY, **arguments: Any
    ) -> Mapping[str, Any]:
        """The same for what appears in a conversation, when it is its turn. Raises: TryLater until then, too."""
        if wait := self._pace.wait(team, channel, priority):
            raise TryLater(timedelta(seconds=wait))
        return await self._call(method, team, {"channel": channel, **arguments}, PATIENCE)

    async def show(self, method: str, *, team: str, **arguments: Any) -> Mapping[str, Any]:
        """The same for a window that somebody waits for, who gives up after three seconds."""
        return await self._call(method, team, arguments, SOON)

    async def respond(self, url: str, message: Mapping[str, Any]) -> None:
        """Post to the address that came with what somebody did; it has limits of its own, and is good for 30 minutes.

        Raises: Unanswered. Source: https://docs.slack.dev/interactivity/handling-user-interaction
        """
        client = AsyncWebhookClient(url, session=self._session(PATIENCE), retry_handlers=[])
        with translated():
            response = await client.send_dict(dict(message))
        if response.status_code != 200:
            log.info("response_refused", status=response.status_code)

    async def close(self) -> None:
        """Let go of the connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _call(
        self, method: str, team: str, arguments: Mapping[str, Any], patience: aiohttp.ClientTimeout
    ) -> Mapping[str, Any]:
        token = await self._tokens.of(team)
        if token is None:
            raise Unreachable("not_installed")
        if wait := self._pace.held(team, method):
            raise TryLater(timedelta(seconds=wait))
        client = self.client(token, patience)
        try:
            with translated():
                response = await getattr(client, method.replace(".", "_"))(**arguments)
        except TryLater as later:
            if isinstance(later, Forbidden):
                log.warning("slack_refuses", kind=method, code=str(later))
            self._pace.hold(team, method, later.after.total_seconds())
            raise
        data: Mapping[str, Any] = response.data
        return data

    def client(self, token: str | None = None, patience: aiohttp.ClientTimeout = PATIENCE) -> AsyncWebClient:
        """Slack's own client, without its retries."""
        return AsyncWebClient(token=token, base_url=self._url, session=self._session(patience), retry_handlers=[])

    def _session(self, patience: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
        session = self._sessions.get(patience)
        if session is None or session.closed:
            session = self._sessions[patience] = aiohttp.ClientSession(timeout=patience)
        return session
