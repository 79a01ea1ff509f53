"""Socket Mode: two connections at all times, so that one can be renewed while the other listens.

Slack renews connections every few hours, and its Python client closes the old one before it opens the new one.
Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.api import Api
from adapters.slack.errors import translated
from adapters.slack.well_formed import is_well_formed
from bot.errors import TryLater

CONNECTIONS: Final = 2
#: Between the first connection and the next, so that they are not renewed in the same moment.
APART: Final = timedelta(seconds=60)
#: Between two tries to open one, where Slack does not say when.
AGAIN: Final = timedelta(seconds=30)
#: Between two looks whether one is alive.
PING: Final = timedelta(seconds=10)
#: How long an address is tried: Slack lets one connect to it once, and not for long.
ADDRESS: Final = timedelta(seconds=20)

log = structlog.get_logger()


class _Line(SocketModeClient):
    """One connection. Slack's library would log a traceback whenever Slack opens none, and keep to itself why."""

    def __init__(self, app_token: str, api: Api, answered: Callable[[str], None]) -> None:
        super().__init__(app_token, logger=_LOGGER, web_client=api.client(), ping_interval=PING.total_seconds())
        self._answered = answered

    async def issue_new_wss_url(self) -> str:
        """Where to connect to, as soon as Slack says; asked again and again until then."""
        while not self.closed:
            try:
                with translated():
                    answer: Any = await self.web_client.apps_connections_open(app_token=self.app_token)
                self._answered("")
                asyncio.get_running_loop().call_later(ADDRESS.total_seconds(), self._forget_address)
                return str(answer["url"])
            except Exception as error:
                code = type(error).__name__ if type(error) is TryLater else str(error) or type(error).__name__
                log.warning("slack_not_connected", kind=type(error).__name__, code=code)
                self._answered(code)
                wait = error.after if type(error) is TryLater else AGAIN
            await asyncio.sleep(wait.total_seconds())
        raise ConnectionError("closed")

    def _forget_address(self) -> None:
        """Slack's library would try the same one for ever; without one it asks for another."""
        self.wss_uri = None


class _Ear(AsyncSocketModeHandler):
    """Hears nothing of what Slack's library would stumble on; Slack is told that it came, lest it come again."""

    def __init__(self, app: AsyncApp, line: _Line) -> None:
        # In place of Bolt's, which would make a client of its own.
        self.app, self.app_token, self.client = app, line.app_token, line
        line.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type] # as Bolt does

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # Bolt's
        if is_well_formed(req.payload):
            await super().handle(client, req)
        else:
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


def _without_frames(record: logging.LogRecord) -> bool:
    """A connection that cannot be made is tried again, and again: one line each time says it."""
    if record.funcName == "connect":
        record.exc_info = None
    return True


_LOGGER: Final = logging.getLogger("slack_sdk.socket_mode")
_LOGGER.addFilter(_without_frames)


class Sockets:
    """Keeps the connections open; `close` ends them."""

    def __init__(self, app: AsyncApp, api: Api, app_token: str, *, apart: timedelta = APART) -> None:
        self._app, self._api, self._app_token, self._apart = app, api, app_token, apart
        self._handlers: list[AsyncSocketModeHandler] = []
        self._opening: asyncio.Task[None] | None = None
        self._asked, self._refusal = asyncio.Event(), ""

    async def open(self) -> None:
        """Open the first connection, and the others a little later. One that does not open is tried again."""
        self._asked.clear()
        self._opening = asyncio.create_task(self._open_all())

    async def close(self) -> None:
        """End all connections."""
        if self._opening:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        self._asked.set()  # nobody is waiting for an answer any more
        # Together: each waits for Slack's goodbye, ten seconds at most.
        closing = [handler.client.close() for handler in self._handlers]  # type: ignore[no-untyped-call] # Slack's
        await asyncio.gather(*closing)

    def listening(self) -> int:
        """How many connections are open."""
        sessions = [handler.client.current_session for handler in self._handlers]
        return sum(session is not None and not session.closed for session in sessions)

    async def refusal(self) -> str:
        """Why Slack opens no connection, in its own code, once it was asked; empty when it does."""
        await self._asked.wait()
        return self._refusal

    async def probe(self) -> None:
        """Whether somebody listens. Raises: ConnectionError when nobody does."""
        if not self.listening():
            raise ConnectionError("no connection to Slack is open")

    async def _open_all(self) -> None:
        for number in range(CONNECTIONS):
            if number:
                await asyncio.sleep(self._apart.total_seconds())
            await self._open_one()

    async def _open_one(self) -> None:
        handler = _Ear(self._app, _Line(self._app_token, self._api, self._note))
        self._handlers.append(handler)
        await handler.client.connect()  # type: ignore[no-untyped-call] # Slack's

    def _note(self, refusal: str) -> None:
        self._refusal = refusal
        self._asked.set()
