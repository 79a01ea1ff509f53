"""Socket Mode: two connections at all times, so that one can be renewed while the other listens.

Slack renews connections every few hours, and its Python client closes the old one before it opens the new one.
Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.api import Api
from adapters.slack.errors import translated
from adapters.slack.well_formed import is_well_formed

CONNECTIONS: Final = 2
#: Between the first connection and the next, so that they are not renewed in the same moment.
APART: Final = timedelta(seconds=60)
#: Between two tries to open one.
AGAIN: Final = timedelta(seconds=10)

log = structlog.get_logger()


class _Ear(AsyncSocketModeHandler):
    """Hears nothing of what Slack's library would stumble on; Slack is told that it came, lest it come again."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # Bolt's
        if is_well_formed(req.payload):
            await super().handle(client, req)
        else:
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


class Sockets:
    """Keeps the connections open; `close` ends them."""

    def __init__(self, app: AsyncApp, api: Api, app_token: str, *, apart: timedelta = APART) -> None:
        self._app, self._api, self._app_token, self._apart = app, api, app_token, apart
        self._handlers: list[AsyncSocketModeHandler] = []
        self._opening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the first connection, and the others a little later. One that does not open is tried again."""
        self._opening = asyncio.create_task(self._open_all())

    async def close(self) -> None:
        """End all connections."""
        if self._opening:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        # Together: each waits for Slack's goodbye, ten seconds at most.
        closing = [handler.client.close() for handler in self._handlers]  # type: ignore[no-untyped-call] # Slack's
        await asyncio.gather(*closing)

    def listening(self) -> int:
        """How many connections are open."""
        sessions = [handler.client.current_session for handler in self._handlers]
        return sum(session is not None and not session.closed for session in sessions)

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
        handler = _Ear(self._app, self._app_token, web_client=self._api.client())
        self._handlers.append(handler)
        while True:
            try:
                with translated():
                    await handler.client.connect()  # type: ignore[no-untyped-call] # Slack's
            except Exception as error:
                log.warning("slack_not_connected", kind=type(error).__name__, code=str(error))
                await asyncio.sleep(AGAIN.total_seconds())
            else:
                return
