"""discord.py's client, as we want it: it keeps nothing, calls nobody, and hands on what it hears."""

from collections.abc import Mapping
from typing import Any, Final, Protocol, Self

import discord
import structlog

from adapters.discord.api import TURN
from adapters.discord.incoming import PRESSED
from adapters.discord.invalid import Invalid

#: Seconds without a word after which a connection is taken for dead: longer than Discord lets pass between two answers
#: to heartbeats. Source: https://docs.discord.com/developers/events/gateway#sending-heartbeats
SILENCE: Final = 50.0

log = structlog.get_logger()


class Ears(Protocol):
    """Who is told what happens in Discord."""

    async def act(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody used a command, a button, a menu or a form, or is typing a command."""
        ...

    async def message(self, message: discord.Message) -> None:
        """Somebody wrote."""
        ...

    async def edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Somebody changed what they had written."""
        ...

    async def deleted(self, payload: discord.RawMessageDeleteEvent) -> None:
        """What somebody had written is gone."""
        ...

    async def purged(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages are gone at once."""
        ...


class Doors(Protocol):
    """Who is told where we are."""

    async def inside(self, guild: discord.Guild) -> None:
        """A server has us: it did before, or does from now on."""
        ...

    async def outside(self, guild: int) -> None:
        """A server has let us go, or is no more."""
        ...

    async def everywhere(self, guilds: frozenset[int], shard: int, shards: int) -> None:
        """These are all the servers of a shard that have us."""
        ...

    async def channel_gone(self, guild: int, channel: int) -> None:
        """A channel is no more."""
        ...


class Identify(Protocol):
    """Whom a connection asks before it begins a session."""

    async def __call__(self) -> None:
        """Returns once it may. Raises whatever ends the connection, when that takes long."""
        ...


def intents_of(*, listening: bool) -> discord.Intents:
    """What we are told of: servers, and messages. What they say is told of those to us, and of others if `listening`.

    Source: https://docs.discord.com/developers/events/gateway#gateway-intents
    """
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = True
    intents.message_content = listening
    return intents


class Pressed(discord.ui.DynamicItem[discord.ui.Item[Any]], template=PRESSED):
    """Whatever of ours is pressed, in whatever message, however old: its name says all that there is to know."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: Any, /
    ) -> Self:
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        client = interaction.client
        assert isinstance(client, Client)
        await client.ears.act(interaction)


class Client(discord.Client):
    """One connection to Discord, for one shard of its servers."""

    def __init__(
        self,
        ears: Ears,
        doors: Doors,
        *,
        listening: bool,
        invalid: Invalid,
        identify: Identify,
        shard_id: int | None = None,
        shard_count: int | None = None,
        **more: Any,
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is told that we cannot speak
        super().__init__(
            intents=intents_of(listening=listening),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=TURN,
            heartbeat_timeout=SILENCE,
            http_trace=invalid.trace(),
            shard_id=shard_id,
            shard_count=shard_count,
            **more,
        )
        self.ears = ears
        self._doors = doors
        self._identify = identify

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self._identify()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if not self.is_closed():  # what still comes in then finds nobody
            super().dispatch(event, *args, **kwargs)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Pressed)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if not _is_pressed(interaction):
            await self.ears.act(interaction)

    async def on_message(self, message: discord.Message) -> None:
        await self.ears.message(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        await self.ears.edited(payload)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self.ears.deleted(payload)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        await self.ears.purged(payload)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        await self._doors.inside(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._doors.inside(guild)

    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        await self._doors.inside(after)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._doors.outside(guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._doors.channel_gone(channel.guild.id, channel.id)

    async def on_ready(self) -> None:
        for guild in self.guilds:
            if not guild.unavailable:
                await self._doors.inside(guild)
        ids = frozenset(guild.id for guild in self.guilds)
        await self._doors.everywhere(ids, self.shard_id or 0, self.shard_count or 1)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("not_understood", kind=event_method)


def _is_pressed(interaction: discord.Interaction[Any]) -> bool:
    """Whether `Pressed` will be told of it: of what stands in its message, and in no other case."""
    data: Any = interaction.data
    name = data.get("custom_id") if isinstance(data, Mapping) else None
    if interaction.type is not discord.InteractionType.component or interaction.message is None:
        return False
    return isinstance(name, str) and bool(PRESSED.fullmatch(name)) and name in _names(interaction.message)


def _names(message: discord.Message) -> set[str | None]:
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    return {component.custom_id for row in rows for component in row.children}
