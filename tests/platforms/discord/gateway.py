"""The gateway: connections, heartbeats, events in order, and every way in which it ends.

Source: https://docs.discord.com/developers/events/gateway and .../events/gateway-events; close codes:
https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import WSMsgType, web

from tests.platforms.discord import handshake
from tests.platforms.discord.clock import Clock
from tests.platforms.discord.sessions import Close, Connection, Event, Identify, Session, shard_of
from tests.platforms.discord.state import Json, World
from tests.platforms.discord.wire import packing

#: What a client may send: so many events in so many seconds, each of so many bytes.
MOST_SENT: Final = (120, 60.0)
MOST_BYTES: Final = 4096
DAY: Final = 86_400.0


class Gateway:
    """The app's connections and sessions, and what they are told."""

    def __init__(self, clock: Clock, world: World) -> None:
        self.clock = clock
        self.world = world
        self.url = ""
        #: Our seconds between two heartbeats, as HELLO says.
        self.heartbeat = max(41.25 / clock.speed, 1.0)
        #: Whether connections are taken at all; else 503.
        self.open = True
        #: Whether heartbeats are acknowledged.
        self.acknowledges = True
        #: IDENTIFYs allowed in 24 hours, and how many shards may start within 5 seconds.
        self.daily = 1000
        self.max_concurrency = 1
        #: Whether a second IDENTIFY within 5 seconds gets INVALID_SESSION.
        self.strict = True
        #: Shards that Discord advises, and from how many guilds it insists.
        self.shards = 1
        self.guilds_per_shard = 2500
        #: How often each event comes.
        self.copies = 1
        self.connections: list[Connection] = []
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Identify] = []
        self.events: list[Event] = []
        self.closed: list[int] = []
        #: Presences that the app set.
        self.presences: list[Json] = []
        self.changed: Callable[[], None] = lambda: None
        #: Called when the app used up its IDENTIFYs: Discord gives it a new token.
        self.exhausted: Callable[[], None] = lambda: None
        self._held: list[Event] | None = None

    # --- what the app is told ----------------------------------------------------------------------------------------

    def tell(self, event: Event) -> Event:
        """Have every session hear of something that may."""
        self.events.append(event)
        if self._held is not None:
            self._held.append(event)
        else:
            self._tell(event)
        return event

    def _tell(self, event: Event) -> None:
        for session in list(self.sessions.values()):
            heard = event.for_intents(session.intents) if session.hears(event) else None
            for _ in range(self.copies if heard is not None else 0):
                session.push(event.name, heard or {})
                event.told += 1
        self.changed()

    async def again(self, event: Event) -> None:
        """Bring the same once more, whatever came of it before."""
        self._tell(event)
        await self.flushed()

    async def send(self, name: str, data: Json, *, guild: str | None = None) -> None:
        """Send any event to every session, however odd."""
        for session in self.sessions.values():
            if guild is None or session.shard == shard_of(guild, session.shards):
                session.push(name, data)
        await self.flushed()

    async def flushed(self) -> None:
        """Until everything is on its way."""
        for connection in list(self.connections):
            await connection.queue.join()

    @asynccontextmanager
    async def held(self, seed: int | None = None) -> AsyncIterator[list[Event]]:
        """Keep events back, and let them go afterwards: in order, or shuffled by a seed."""
        held: list[Event] = []
        self._held = held
        try:
            yield held
        finally:
            self._held = None
            if seed is not None:
                random.Random(seed).shuffle(held)
            for event in held:
                self._tell(event)
            await self.flushed()

    # --- a connection ------------------------------------------------------------------------------------------------

    async def link(self, request: web.Request) -> web.StreamResponse:
        """An app connects."""
        if not self.open:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, request, packing(request.query.get("compress", "")))
        self.connections.append(connection)
        writing = asyncio.create_task(connection.write())
        try:
            if request.query.get("v") not in ("9", "10"):
                raise Close(4012, "Invalid API version.")
            connection.put({"op": 10, "s": None, "t": None, "d": {"heartbeat_interval": int(self.heartbeat * 1000)}})
            await self._listen(connection)
        except Close as end:
            await self._close(connection, end.code, end.reason)
        finally:
            writing.cancel()
            self.connections.remove(connection)
            connection.gone.set()
            if connection.session is not None and connection.session.connection is connection:
                connection.session.connection = None
                if not connection.closed and socket.close_code in (1000, 1001):
                    # The client said goodbye: the session is over.
                    self.sessions.pop(connection.session.id, None)
            self.changed()
        return socket

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                raise Close(4002, "Error while decoding payload.")
            if len(message.data.encode()) > MOST_BYTES:
                raise Close(4002, "Error while decoding payload.")
            try:
                said: Any = json.loads(message.data)
                code, data = said["op"], said.get("d")
            except (ValueError, TypeError, KeyError, AttributeError) as odd:
                raise Close(4002, "Error while decoding payload.") from odd
            now = self.clock.elapsed()
            connection.received = [at for at in connection.received if at > now - MOST_SENT[1]] + [now]
            if len(connection.received) > MOST_SENT[0]:
                raise Close(4008, "You are being rate limited.")
            self._take(connection, code, data)

    def _take(self, connection: Connection, code: int, data: Any) -> None:
        if code == 1:
            connection.beats += 1
            if self.acknowledges:
                connection.put({"op": 11})
        elif code in (2, 6, 8) and not isinstance(data, dict):
            raise Close(4002, "Error while decoding payload.")
        elif code == 2:
            handshake.identify(self, connection, data)
        elif code == 6:
            handshake.resume(self, connection, data)
        elif code not in (3, 4, 8, 31):
            raise Close(4001, "Unknown opcode.")
        elif connection.session is None:
            raise Close(4003, "Not authenticated.")
        elif code == 3:
            self.presences.append(data)
        elif code == 8:
            handshake.members(self, connection.session, data)
        self.changed()

    @property
    def remaining(self) -> int:
        """IDENTIFYs that are left of the last 24 hours'."""
        return self.daily - len(self._recent())

    def _recent(self) -> list[Identify]:
        return [one for one in self.identifies if one.at > self.clock.elapsed() - DAY]

    def start_limit(self) -> Json:
        """https://docs.discord.com/developers/events/gateway#session-start-limit-object."""
        recent = self._recent()
        reset = recent[0].at + DAY - self.clock.elapsed() if recent else 0
        return {
            "total": self.daily,
            "remaining": max(self.remaining, 0),
            "reset_after": int(reset * 1000),
            "max_concurrency": self.max_concurrency,
        }

    # --- how it ends -------------------------------------------------------------------------------------------------

    async def cut(self) -> None:
        """The line breaks, without a word. What happens meanwhile is kept for RESUME."""
        going = list(self.connections)
        for connection in going:
            connection.abort()
        await self._gone(going)

    async def close(self, code: int = 4000, reason: str = "") -> None:
        """Close every connection with a code."""
        going = list(self.connections)
        for connection in going:
            await self._close(connection, code, reason)
        await self._gone(going)

    async def reconnect(self) -> None:
        """Ask every connection to come back: opcode 7."""
        await self._say({"op": 7, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every connection that its session is invalid: opcode 9."""
        if not resumable:
            self.forget()
        await self._say({"op": 9, "d": resumable})

    async def ask_heartbeat(self) -> None:
        """Ask every connection for a heartbeat at once: opcode 1."""
        await self._say({"op": 1, "d": None})

    async def _say(self, payload: Json) -> None:
        for connection in self.connections:
            connection.put(payload)
        await self.flushed()

    def forget(self) -> None:
        """No session that there is can be resumed."""
        for session in self.sessions.values():
            if session.connection is not None:
                session.connection.session = None
        self.sessions.clear()

    def expel(self) -> None:
        """Break every connection with a session, and forget the sessions."""
        for session in self.sessions.values():
            if session.connection is not None:
                session.connection.abort()
        self.forget()

    async def _close(self, connection: Connection, code: int, reason: str) -> None:
        self.closed.append(code)
        connection.closed = code
        with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
            await asyncio.wait_for(connection.queue.join(), 0.2)
            await asyncio.wait_for(connection.socket.close(code=code, message=reason.encode()), 1.0)

    async def _gone(self, going: list[Connection]) -> None:
        """Until these connections are no more."""
        async with asyncio.timeout(2):
            for one in going:
                await one.gone.wait()

    async def stop(self) -> None:
        for connection in list(self.connections):
            connection.abort()
        self.sessions.clear()
        await asyncio.sleep(0)
