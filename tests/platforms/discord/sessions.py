"""The gateway's memory of who is connected: sessions, their numbered events, and what each of them may hear."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from tests.platforms.discord.intents import MESSAGE_CONTENT, needed
from tests.platforms.discord.state import Json
from tests.platforms.discord.wire import Pack


class Close(Exception):
    """The connection ends with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Identify:
    """One IDENTIFY. `at` is in Discord's seconds; not accepted: it came too soon after another."""

    at: float
    shard: int
    shards: int
    intents: int
    accepted: bool = True


@dataclass(eq=False)
class Event:
    """Something for the app. `guild` is None for what happens in direct messages.

    `private`: its content is for apps that may read messages.
    """

    name: str
    data: Json
    guild: str | None = None
    private: bool = False
    #: It comes whatever the intents, e.g. what happens to the bot itself.
    always: bool = False
    #: How many sessions were meant to get it.
    told: int = 0

    def for_intents(self, intents: int) -> Json | None:
        """What somebody with these intents hears; None: nothing."""
        wanted = 0 if self.always else needed(self.name, direct=self.guild is None)
        if wanted and not intents & wanted:
            return None
        if self.private and not intents & MESSAGE_CONTENT:
            return self.data | {"content": "", "embeds": [], "attachments": [], "components": []}
        return self.data


@dataclass(eq=False)
class Connection:
    """One WebSocket. What is to be sent waits in a queue, so that it keeps its order."""

    socket: web.WebSocketResponse
    request: web.Request
    pack: Pack
    queue: "asyncio.Queue[Json]" = field(default_factory=asyncio.Queue)
    session: "Session | None" = None
    #: Moments of what came from the app, in Discord's seconds.
    received: list[float] = field(default_factory=list)
    beats: int = 0
    #: The code with which Discord closed it.
    closed: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, payload: Json) -> None:
        self.queue.put_nowait(payload)

    async def write(self) -> None:
        """Send what waits, until the line breaks."""
        while True:
            payload = await self.queue.get()
            try:
                packed = self.pack(payload)
                if isinstance(packed, str):
                    await self.socket.send_str(packed)
                else:
                    await self.socket.send_bytes(packed)
            except (ConnectionError, RuntimeError):
                return
            finally:
                self.queue.task_done()

    def abort(self) -> None:
        """Break the line, without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()


@dataclass(eq=False)
class Session:
    """What began with an IDENTIFY. It outlives its connection, so that it can be resumed."""

    id: str
    shard: int
    shards: int
    intents: int
    connection: Connection | None = None
    sequence: int = 0
    #: Everything that was sent or would have been: sequence number and payload.
    log: list[Json] = field(default_factory=list)
    resumed: int = 0

    def hears(self, event: Event) -> bool:
        """Whether it is for this shard. https://docs.discord.com/developers/events/gateway#sharding."""
        return self.shard == (shard_of(event.guild, self.shards) if event.guild else 0)

    def push(self, name: str, data: Json) -> None:
        """The next event; without a connection it is kept for RESUME."""
        self.sequence += 1
        payload: Json = {"op": 0, "t": name, "s": self.sequence, "d": data}
        self.log.append(payload)
        if self.connection is not None:
            self.connection.put(payload)


def shard_of(guild: str, shards: int) -> int:
    return (int(guild) >> 22) % shards
