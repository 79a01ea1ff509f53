"""Our connections to Discord, one for each shard of its servers: held by one process alone, and begun sparingly.

A process that holds a shard says so in the database every few seconds; when it dies, another takes over. Discord sends
an event to every connection of a shard, so that two at once would only be told everything twice, which changes nothing.
Source: https://docs.discord.com/developers/events/gateway (Connection Lifecycle, Sharding)
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import discord
import structlog
from discord.gateway import DiscordWebSocket

from adapters.chat.errors import Rejected, Unanswered
from adapters.discord.api import Api
from adapters.discord.client import Client, Identify
from adapters.discord.identifies import Limit, TooSoon
from bot.errors import PlatformError, TryLater
from bot.leases import Leases
from bot.ports import Clock

#: How long a shard is held at a time, and how often that is said anew.
LIFE: Final = timedelta(seconds=30)
RENEW: Final = timedelta(seconds=8)
#: Before a connection that failed is begun again.
AGAIN: Final = timedelta(seconds=10)
#: Before one that Discord refuses is: somebody has to mend it first, and each try counts as a session of the day.
REFUSED: Final = timedelta(minutes=30)
#: Seconds that a goodbye may take: Discord need not answer it.
GOODBYE: Final = 5.0
#: The longest wait for leave to begin that a connection is kept open for; discord.py gives up after a minute.
MOST: Final = timedelta(seconds=40)
#: How Discord ends a connection that must not be begun again as it is, and what is wrong.
#: Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
FATAL: Final[Mapping[int, str]] = {
    4004: "token_refused", 4010: "invalid_shard", 4011: "sharding_required", 4012: "old_gateway",
    4013: "invalid_intents", 4014: "intents_not_switched_on",
}  # fmt: skip
#: Of these, those that another number of shards mends.
MISCOUNTED: Final = frozenset({4010, 4011})

#: Makes the connection of a shard: which, of how many, and whom it asks before it says IDENTIFY.
MakeClient = Callable[[int, int, Identify], Client]

log = structlog.get_logger()


class Turn:
    """Whom one connection asks: for its first session leave was given already."""

    def __init__(self, ask: Identify) -> None:
        self._ask = ask
        self._given = True

    async def __call__(self) -> None:
        if not self._given:
            await self._ask()
        self._given = False


class Gateway:
    """Holds as many shards as nobody else does.

    Args: `holder` is another for each process that there may be; `shards` is how many there are; None: as many as
    Discord advises.
    """

    def __init__(
        self,
        make_client: MakeClient,
        *,
        api: Api,
        token: str,
        leases: Leases,
        clock: Clock,
        holder: str,
        shards: int | None = None,
        life: timedelta = LIFE,
        renew: timedelta = RENEW,
    ) -> None:
        self._make_client = make_client
        self._api = api
        self._token = token
        self._leases = leases
        self._clock = clock
        self._holder = holder
        self._wanted = shards
        self._life, self._renew = life, renew
        #: How many there are; 0 until we know.
        self.shards = 0
        #: Why Discord does not let us hear it; empty from the moment in which it does.
        self.refusal = ""
        self._limit = Limit()
        self._held: dict[int, datetime] = {}
        self._clients: dict[int, Client] = {}
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._keeping: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen. What Discord, or the database, does not answer yet is asked again."""
        self._keeping = asyncio.create_task(self._keep())

    async def leave(self) -> None:
        """Listen no more, and let other processes at once."""
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        for shard in list(self._serving):
            await self._drop(shard)
            await self._leases.release(self._name(shard), self._holder)

    async def probe(self) -> None:
        """Whether we hear Discord, or leave it to others. Raises: ConnectionError."""
        if not self.shards:
            raise ConnectionError(self.refusal or "not_asked")
        if not self._hears():
            raise ConnectionError(self.refusal or "not_ready")

    @property
    def serving(self) -> frozenset[int]:
        """The shards that are ours now."""
        return frozenset(self._serving)

    def _hears(self) -> bool:
        hears = all(shard in self._clients and self._clients[shard].is_ready() for shard in self._serving)
        if hears and self._serving:
            self.refusal = ""
        return hears

    async def _keep(self) -> None:
        while True:
            try:
                if not self.shards:
                    await self._ask()
                await self._hold()
            except (PlatformError, Unanswered, Rejected) as error:
                log.warning("discord_gateway_unknown", kind=type(error).__name__, code=str(error))
            except Exception:
                log.exception("shards_not_held")
            await self._let_go()
            await asyncio.sleep(self._renew.total_seconds())

    async def _ask(self) -> None:
        """Where the gateway is, how many shards there are, and how often we may begin. Raises: as `Api.call`."""
        answer = await self._api.call("GET", "/gateway/bot")
        DiscordWebSocket.DEFAULT_GATEWAY = DiscordWebSocket.DEFAULT_GATEWAY.__class__(answer["url"])
        self._limit = Limit.read(answer["session_start_limit"])
        self.shards = self.shards or self._wanted or int(answer["shards"])

    async def _hold(self) -> None:
        for shard in range(self.shards):
            now = self._clock.now()
            until = now + self._life
            if await self._leases.take(self._name(shard), self._holder, now, until=until):
                self._held[shard] = until
                if shard not in self._serving:
                    self._serving[shard] = asyncio.create_task(self._serve(shard))
            else:
                self._held.pop(shard, None)

    async def _let_go(self) -> None:
        """What we hold no more, or cannot say that we do, may be somebody else's by now."""
        now = self._clock.now()
        for shard in list(self._serving):
            if shard >= self.shards or self._held.get(shard, now) <= now:
                log.info("shard_let_go", shard=shard)
                await self._drop(shard)

    async def _drop(self, shard: int) -> None:
        self._held.pop(shard, None)
        serving = self._serving.pop(shard)
        if (client := self._clients.get(shard)) and client.is_ready():
            await _closed(client)  # properly, while somebody still listens for the answer
        while not serving.done():
            serving.cancel()  # `asyncio.wait_for`, which discord.py connects with, can swallow one before Python 3.12
            await asyncio.wait([serving], timeout=2 * GOODBYE)

    async def _serve(self, shard: int) -> None:
        """Listen on one shard, and again whenever that ends."""
        while True:
            wait = await self._listen(shard)
            await asyncio.sleep(wait.total_seconds())

    async def _listen(self, shard: int) -> timedelta:
        """Listen as long as it goes well. Returns: how long to wait before another try."""
        client: Client | None = None
        try:
            await self._ask()
            if wait := self._limit.wait():
                return wait
            await self._may_identify()
            turns = Turn(self._may_identify)
            client = self._clients[shard] = self._make_client(shard, self.shards, turns)
            await client.start(self._token)
        except TooSoon as later:
            log.warning("identify_put_off", seconds=round(later.after.total_seconds()))
            return later.after
        except TryLater as later:
            return later.after
        except (discord.LoginFailure, discord.ConnectionClosed, discord.PrivilegedIntentsRequired) as error:
            return self._refused(shard, error)
        except (PlatformError, Unanswered, Rejected, discord.DiscordException, OSError) as error:
            log.warning("discord_not_heard", shard=shard, kind=type(error).__name__)
        except Exception:
            log.exception("discord_connection_failed")
        finally:
            self._clients.pop(shard, None)
            if client:
                await _closed(client)
        return AGAIN

    def _refused(self, shard: int, error: Exception) -> timedelta:
        """What is wrong is said, and looked at again once it may have been mended: an intent that was switched on."""
        code = 4014 if isinstance(error, discord.PrivilegedIntentsRequired) else getattr(error, "code", 4004)
        if code not in FATAL:
            log.warning("discord_not_heard", shard=shard, code=code)
            return AGAIN
        self.refusal = FATAL[code]
        log.error("discord_refuses_to_be_heard", shard=shard, code=self.refusal)
        if code in MISCOUNTED and self._wanted is None:
            self.shards = 0
        return REFUSED

    async def _may_identify(self) -> None:
        """Wait for leave to begin, of all processes together. Raises: TooSoon when that takes long."""
        while wait := await self._leases.spend("discord:identify", self._limit.ration(self.shards), self._clock.now()):
            if wait > MOST:
                raise TooSoon(wait)
            await asyncio.sleep(wait.total_seconds())

    def _name(self, shard: int) -> str:
        return f"discord:shard:{shard}/{self.shards}"


async def _closed(client: Client) -> None:
    try:
        async with asyncio.timeout(GOODBYE):
            await client.close()
    except TimeoutError:
        log.info("goodbye_not_answered")
