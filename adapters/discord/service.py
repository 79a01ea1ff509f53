"""Comptoir in Discord, put together: what the composition root makes, opens and closes."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import structlog
from starlette.routing import Route

from adapters.chat.errors import Rejected, Unanswered
from adapters.chat.later import Later
from adapters.chat.veil import Veil
from adapters.discord.api import Api
from adapters.discord.chosen import Discord as Chosen
from adapters.discord.client import Client, Ears, Identify
from adapters.discord.closed import Aside
from adapters.discord.commands import synchronised
from adapters.discord.counter import Counter
from adapters.discord.directs import Directs, paced
from adapters.discord.gateway import Gateway
from adapters.discord.hearing import Hearing
from adapters.discord.invalid import Invalid
from adapters.discord.people import People
from adapters.discord.platform import DiscordPlatform
from adapters.discord.presence import Presence
from adapters.discord.rooms import Rooms
from adapters.discord.servers import Servers
from adapters.discord.threads import Threads
from bot.dispatch import Dispatch
from bot.errors import PlatformError
from bot.leases import Leases, Ration
from bot.places import Places
from bot.ports import ChatPlatform, Clock, Random
from bot.sendings import Sendings

#: Between two tries to log in.
AGAIN: Final = timedelta(seconds=30)

log = structlog.get_logger()


class DiscordService:
    """One app of ours in Discord, in as many servers as have it.

    Args: `secret` is a secret of the database's own; `language` and `zone` are those of a server that says nothing, or
    of which the settings say nothing; `pace` is how fast conversations with people are opened, if not as chosen;
    `holder` is who holds our connections, where that is always the same; what is `hurried` is passed to discord.py's
    client.
    """

    def __init__(
        self,
        chosen: Chosen,
        *,
        dispatch: Dispatch,
        sendings: Sendings,
        places: Places,
        leases: Leases,
        clock: Clock,
        random: Random,
        secret: str,
        language: str,
        zone: str,
        pace: Ration | None = None,
        holder: str | None = None,
        **hurried: Any,
    ) -> None:
        self._chosen = chosen
        self._hurried = hurried
        self._invalid = Invalid()
        self._api = Api(chosen.token, url=chosen.api_url, invalid=self._invalid)
        directs = Directs(self._api, places, leases, clock, pace=pace or paced(chosen.openings))
        presence, rooms = Presence(self._api, dispatch, random), Rooms(self._api)
        aside = Aside(self._api, sendings, places, directs, rooms, clock)
        platform = DiscordPlatform(
            self._api, sendings=sendings, places=places, directs=directs, presence=presence, aside=aside,
            clock=clock, random=random, reader=dispatch.person,
        )  # fmt: skip
        #: What the courier hands over to.
        self.platform: ChatPlatform = platform
        self.counter = Counter(
            dispatch=dispatch, api=self._api, platform=platform, sendings=sendings,
            people=People(self._api, dispatch, places), clock=clock, veil=Veil(secret), later=Later(), chosen=chosen,
            directs=directs, aside=aside,
            threads=Threads(
                self._api, sendings=sendings, presence=presence, rooms=rooms,
                platform=platform, leases=leases, clock=clock, holder=random.id(), may_be_joined=dispatch.may_be_joined,
            ),
        )  # fmt: skip
        self._hearing = Hearing(self.counter)
        self._ears: Ears = self._hearing
        self._servers = Servers(dispatch, language=chosen.language, otherwise=language, zone=chosen.zone or zone)
        #: What the web server answers for Discord.
        self.routes: list[Route] = []
        self.gateway = Gateway(
            self._make_client, api=self._api, token=chosen.token, leases=leases, clock=clock,
            holder=holder or random.id(), shards=chosen.shards,
        )  # fmt: skip
        self._arriving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Come in, and listen. What Discord does not answer yet is asked again."""
        self._arriving = asyncio.create_task(self._arrive())
        await self.gateway.open()

    async def leave(self) -> None:
        """Stop listening, and finish what is under way."""
        if self._arriving:
            self._arriving.cancel()
            await asyncio.gather(self._arriving, return_exceptions=True)
        await self._hearing.finish()
        await self.counter.later.close()
        await self.gateway.leave()

    async def close(self) -> None:
        """Let go of the connections; after `leave`, if it was opened."""
        await self._api.close()

    async def probe(self) -> None:
        """Whether we hear Discord, and it us. Raises: ConnectionError."""
        if self._api.refusal:
            raise ConnectionError(self._api.refusal)
        await self.gateway.probe()

    async def tidy(self) -> None:
        """Show what a process that died had yet to show."""
        self.counter.later.insist(self.counter.platform.catch_up)

    def _make_client(self, shard: int, shards: int, may_identify: Identify) -> Client:
        return Client(
            self._ears, self._servers, listening=self._chosen.listening, invalid=self._invalid, shard_id=shard,
            shard_count=shards, identify=may_identify, **self._hurried,
        )  # fmt: skip

    async def _arrive(self) -> None:
        """Tell Discord our commands, if they changed."""
        while True:
            try:
                application = str((await self._api.call("GET", "/applications/@me"))["id"])
                if await synchronised(self._api, application):
                    log.info("commands_told")
                return
            except (PlatformError, Unanswered, Rejected) as error:
                log.warning("discord_does_not_know_us", kind=type(error).__name__, code=str(error))
            except Exception:
                log.exception("commands_not_told")
            await asyncio.sleep(AGAIN.total_seconds())
