"""Socket Mode: tickets, hello, envelopes and acknowledgements, refreshes and the ways in which a socket ends.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode. That page states no deadline for an acknowledgement
and no redelivery; both are the Events API's here.
`too_many_websockets`: github.com/slackapi/node-slack-sdk/issues/1654.
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import WSMsgType, web

from tests.platforms.slack.clock import Clock
from tests.platforms.slack.delivery import Delivery, Unanswered
from tests.platforms.slack.state import Json

MOST: Final = 10


@dataclass(eq=False)
class Connection:
    """One socket of the app."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, "asyncio.Future[Json | None]"] = field(default_factory=dict)
    #: Slack asked for a new connection in place of this one, and sends no more here.
    retired: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def open(self) -> bool:
        return not self.socket.closed and not self.retired


class Sockets:
    """The app's connections. A payload goes to one of them, in turn."""

    def __init__(self, clock: Clock, app_id: str, deadline: float) -> None:
        self._clock = clock
        self._app_id = app_id
        #: Our seconds for an acknowledgement.
        self.deadline = deadline
        #: Slack's seconds after which a connection is refreshed; None: never. Told in hello.
        self.life: float | None = None
        self._tickets: set[str] = set()
        self._turn = 0
        self._lives: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []
        #: Called when one comes or goes.
        self.changed: Callable[[], None] = lambda: None
        #: Our seconds that a client has for going by itself once it was asked to.
        self.grace = 0.5
        #: How many were ever opened.
        self.opened = 0

    def ticket(self) -> str:
        """A new ticket, good for one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    @property
    def living(self) -> list[Connection]:
        return [connection for connection in self.connections if connection.open]

    async def link(self, request: web.Request) -> web.StreamResponse:
        """An app connects."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.opened += 1
        connection = Connection(self.opened, socket, request)
        if len(self.living) >= MOST:
            await self._send(connection, self._goodbye("too_many_websockets"))
            await socket.close()
            return socket
        self.connections.append(connection)
        try:
            await self._send(connection, self._hello())
            self.changed()
            if self.life is not None:
                self._grow_old(connection, self.life)
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            connection.gone.set()
            self.changed()
            for future in connection.waiting.values():
                if not future.done():
                    future.set_exception(Unanswered("connection_failed"))
        return socket

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            with contextlib.suppress(ValueError, AttributeError):
                said = json.loads(message.data)
                self._acknowledge(str(said.get("envelope_id")), said.get("payload"))

    def _acknowledge(self, envelope: str, payload: Json | None) -> None:
        """By whichever connection it comes: a client may have changed it in between."""
        for connection in self.connections:
            future = connection.waiting.get(envelope)
            if future is not None and not future.done():
                future.set_result(payload)

    async def bring(self, delivery: Delivery, number: int, reason: str) -> Json | None:
        living = self.living
        if not living:
            # Nothing is written about payloads kept for an app without a connection: they are lost.
            raise Unanswered("no_connection", again=False)
        self._turn += 1
        connection = living[self._turn % len(living)]
        envelope = {
            "envelope_id": str(uuid.uuid4()),
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind != "events_api",
            "payload": delivery.payload,
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": "timeout" if number else ""}
        future: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        connection.waiting[str(envelope["envelope_id"])] = future
        try:
            await self._send(connection, envelope)
            return await asyncio.wait_for(future, self.deadline)
        except TimeoutError as late:
            raise Unanswered("timeout") from late
        except (ConnectionError, RuntimeError) as gone:
            raise Unanswered("connection_failed") from gone
        finally:
            connection.waiting.pop(str(envelope["envelope_id"]), None)
            if future.done() and not future.cancelled():
                future.exception()

    async def refresh(self, connection: Connection | None = None, *, warning: bool = False) -> None:
        """Ask for a new connection in place of this one (the oldest), and close it a little later.

        Source: "warning" comes about ten seconds ahead, and not always.
        """
        connection = connection or (self.living[0] if self.living else None)
        if connection is None:
            return
        if warning:
            await self._send(connection, self._goodbye("warning"))
            await self._clock.sleep(10.0)
        if connection.open:
            connection.retired = True
            await self._send(connection, self._goodbye("refresh_requested"))
            await self._patience(connection)
            with contextlib.suppress(ConnectionError, RuntimeError):
                await connection.socket.close()

    async def _patience(self, connection: Connection) -> None:
        """What is under way may still be acknowledged, and the client goes by itself."""
        if waiting := [future for future in connection.waiting.values() if not future.done()]:
            await asyncio.wait(waiting, timeout=self.deadline)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(connection.gone.wait(), self.grace)

    async def disable(self) -> None:
        """Socket Mode is switched off: every connection ends, and none should be opened again."""
        for connection in self.living:
            connection.retired = True
            await self._send(connection, self._goodbye("link_disabled"))
            with contextlib.suppress(ConnectionError, RuntimeError):
                await connection.socket.close()

    async def cut(self, connection: Connection | None = None) -> None:
        """The line breaks, without a word: one connection, or all of them."""
        for broken in [connection] if connection else self.living:
            broken.retired = True
            if broken.request.transport is not None:
                broken.request.transport.abort()
        await asyncio.sleep(0)

    async def close(self) -> None:
        for task in set(self._lives):
            task.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)
        for connection in list(self.connections):
            connection.retired = True
            with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
                await asyncio.wait_for(connection.socket.close(), 0.2)
            if connection.request.transport is not None:
                connection.request.transport.abort()

    def _grow_old(self, connection: Connection, life: float) -> None:
        async def live() -> None:
            await self._clock.sleep(life)
            await self.refresh(connection)

        task = asyncio.ensure_future(live())
        self._lives.add(task)
        task.add_done_callback(self._lives.discard)

    async def _send(self, connection: Connection, message: Json) -> None:
        await connection.socket.send_str(json.dumps(message))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "connection_info": {"app_id": self._app_id},
            "num_connections": len(self.living),
            "debug_info": {
                "host": "applink-fake",
                "build_number": 1,
                "approximate_connection_time": int(self.life or 3600),
            },
        }

    def _goodbye(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}}
