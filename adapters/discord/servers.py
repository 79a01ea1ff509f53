"""The servers that have us: each is a community from the moment in which it lets us in until it lets us go.

Nobody there is written to: members come in one by one (I8).
"""

from collections.abc import Iterable

import discord
import structlog

from adapters.discord.ids import PLATFORM, community_of, guild_of
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId
from bot.domain.members import Community
from bot.text import LANGUAGES
from bot.usecases.community import channel_gone

log = structlog.get_logger()


class Servers:
    """Is told where we are. Args: language: of all servers; None: of each; `otherwise` where it speaks another."""

    def __init__(self, dispatch: Dispatch, *, language: str | None, otherwise: str, zone: str) -> None:
        self._dispatch = dispatch
        self._language, self._otherwise, self._zone = language, otherwise, zone

    async def inside(self, guild: discord.Guild) -> None:
        if not guild.name:
            return  # away for the moment: Discord says nothing of it
        id, language = community_of(guild.id), self._language or self._spoken(str(guild.preferred_locale))
        known = await self._dispatch.community(id)
        if known is None or (known.name, known.language, known.closed_at) != (guild.name, language, None):
            await self._dispatch.found(id, guild.name, language, known.zone if known else self._zone)

    async def outside(self, guild: int) -> None:
        await self._dispatch.close(community_of(guild))

    async def everywhere(self, guilds: frozenset[int], shard: int, shards: int) -> None:
        for community in await self._served():
            guild = guild_of(community)
            if guild.isdigit() and (int(guild) >> 22) % shards == shard and int(guild) not in guilds:
                log.info("server_let_us_go", count=1)
                await self._dispatch.close(community)

    async def channel_gone(self, guild: int, channel: int) -> None:
        await self._dispatch.runner.run(lambda ctx: channel_gone(community_of(guild), str(channel), ctx))

    async def _served(self) -> Iterable[CommunityId]:
        communities = await self._dispatch.runner.read(lambda ctx: ctx.uow.communities.all())
        return [one.id for one in communities if _is_served(one)]

    def _spoken(self, locale: str) -> str:
        return locale[:2] if locale[:2] in LANGUAGES else self._otherwise


def _is_served(community: Community) -> bool:
    return community.id.startswith(f"{PLATFORM}:") and community.closed_at is None
