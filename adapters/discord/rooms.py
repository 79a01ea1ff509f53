"""Private threads in a server's channels: made once, found again by their names, left again.

Source: https://docs.discord.com/developers/topics/threads
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import discord
import structlog

from adapters.chat.errors import Rejected
from adapters.discord.api import Api
from adapters.discord.incoming import objects_at, objects_of
from adapters.discord.permissions import in_channel
from bot.errors import Unreachable

#: What Discord calls a thread that only those in it see, and who may manage threads; and a channel of text.
PRIVATE: Final = 12
TEXT: Final = 0
#: Minutes after which a silent thread is put away.
ARCHIVED: Final = 10080
#: What lets somebody see a channel, and what we need there to put two in a thread.
SEE: Final = discord.Permissions(view_channel=True)
OURS: Final = discord.Permissions(view_channel=True, create_private_threads=True, send_messages_in_threads=True)

log = structlog.get_logger()


class Rooms:
    """Threads in which somebody is alone with us, or two are alone with each other."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def found(self, guild: str, *names: str) -> str:
        """A thread of ours of one of these names that we did not leave; empty without one. Raises: as `Api.call`."""
        answer = await self._api.call("GET", "/guilds/{guild_id}/threads/active", guild_id=guild)
        account = await self._api.who()
        ours = [one for one in objects_at(answer, "threads") if str(one.get("owner_id")) == account]
        return next((str(one["id"]) for one in ours if one.get("name") in names), "")

    async def seen_by(self, guild: str, users: Sequence[str]) -> Sequence[str]:
        """Channels of text that all of them see, and in which we may make a private thread for them.

        Those that everybody sees come first, of them the one for newcomers, then as they stand. Raises: as `Api.call`.
        """
        server = await self._api.call("GET", "/guilds/{guild_id}", guild_id=guild)
        channels = await self._api.call("GET", "/guilds/{guild_id}/channels", guild_id=guild)
        account = await self._api.who()
        people = [await self._member(guild, user) for user in users]
        us = await self._member(guild, account)
        first = server.get("system_channel_id")
        texts = [
            one
            for one in objects_of(channels)
            if one.get("type") == TEXT
            and in_channel(server, us, one) >= OURS
            and all(in_channel(server, person, one) >= SEE for person in people)
        ]
        texts.sort(
            key=lambda one: (not in_channel(server, {}, one) >= SEE, one.get("id") != first, one.get("position") or 0)
        )
        return [str(one["id"]) for one in texts]

    async def _member(self, guild: str, user: str) -> Mapping[str, Any]:
        member = await self._api.call("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=user)
        return member if isinstance(member, Mapping) else {}

    async def made_in(self, channel: str, name: str) -> str:
        """Make one in that channel. Raises: as `Api.call`."""
        body = {"name": name, "type": PRIVATE, "invitable": False, "auto_archive_duration": ARCHIVED}
        made = await self._api.call("POST", "/channels/{channel_id}/threads", body=body, channel_id=channel)
        return str(made["id"])

    async def add(self, thread: str, user: str) -> None:
        """Let somebody in. Raises: as `Api.call`."""
        await self._api.call("PUT", "/channels/{channel_id}/thread-members/{user_id}", channel_id=thread, user_id=user)

    async def leave(self, thread: str) -> None:
        """Step out: without the right to manage threads we see nothing of it any more. Raises: as `Api.call`."""
        try:
            await self._api.call("DELETE", "/channels/{channel_id}/thread-members/@me", channel_id=thread)
        except (Unreachable, Rejected) as out:
            log.info("thread_left_before", code=str(out))
