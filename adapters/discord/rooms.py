"""Private threads in a server's channels: made once, found again by their names, left again.

Source: https://docs.discord.com/developers/topics/threads
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import structlog

from adapters.chat.errors import Rejected
from adapters.discord.api import Api
from bot.errors import Unreachable

#: What Discord calls a thread that only those in it see, and who may manage threads; and a channel of text.
PRIVATE: Final = 12
TEXT: Final = 0
#: Minutes after which a silent thread is put away.
ARCHIVED: Final = 10080
#: What lets somebody see a channel. Source: https://docs.discord.com/developers/topics/permissions
VIEW: Final = 1 << 10
#: Channels in which it is tried.
TRIES: Final = 3

log = structlog.get_logger()


class Rooms:
    """Threads in which somebody is alone with us, or two are alone with each other."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def found(self, guild: str, name: str) -> str:
        """A thread of ours of that name that we did not leave; empty without one. Raises: as `Api.call`."""
        answer = await self._api.call("GET", "/guilds/{guild_id}/threads/active", guild_id=guild)
        account = await self._api.who()
        ours = [one for one in _objects(answer, "threads") if str(one.get("owner_id")) == account]
        return next((str(one["id"]) for one in ours if one.get("name") == name), "")

    async def made(self, guild: str, name: str, *, among: Sequence[str] = ()) -> str:
        """Make one, in one of these channels or where everybody is. Raises: Unreachable where none can be made."""
        seen: list[str] = []
        for channel in [*among, *await self._open_to_all(guild)]:
            if channel in seen or len(seen) == TRIES:
                continue
            seen.append(channel)
            try:
                return await self._make(channel, name)
            except (Unreachable, Rejected) as refused:
                log.info("no_thread_there", code=str(refused))
        raise Unreachable("no_thread")

    async def made_in(self, channel: str, name: str) -> str:
        """Make one in that channel alone. Raises: as `Api.call`."""
        return await self._make(channel, name)

    async def add(self, thread: str, user: str) -> None:
        """Let somebody in. Raises: as `Api.call`."""
        await self._api.call("PUT", "/channels/{channel_id}/thread-members/{user_id}", channel_id=thread, user_id=user)

    async def leave(self, thread: str) -> None:
        """Step out: without the right to manage threads we see nothing of it any more. Raises: as `Api.call`."""
        try:
            await self._api.call("DELETE", "/channels/{channel_id}/thread-members/@me", channel_id=thread)
        except (Unreachable, Rejected) as out:
            log.info("thread_left_before", code=str(out))

    async def _make(self, channel: str, name: str) -> str:
        body = {"name": name, "type": PRIVATE, "invitable": False, "auto_archive_duration": ARCHIVED}
        made = await self._api.call("POST", "/channels/{channel_id}/threads", body=body, channel_id=channel)
        return str(made["id"])

    async def _open_to_all(self, guild: str) -> Sequence[str]:
        """Channels of text that everybody sees, the one for newcomers first, then as they stand."""
        server = await self._api.call("GET", "/guilds/{guild_id}", guild_id=guild)
        channels = await self._api.call("GET", "/guilds/{guild_id}/channels", guild_id=guild)
        texts = [one for one in _all(channels) if one.get("type") == TEXT and _is_seen(one, guild)]
        first = server.get("system_channel_id")
        texts.sort(key=lambda one: (one.get("id") != first, one.get("position") or 0))
        return [str(one["id"]) for one in texts]


def _is_seen(channel: Mapping[str, Any], guild: str) -> bool:
    everybody = next((one for one in _objects(channel, "permission_overwrites") if one.get("id") == guild), {})
    return not int(everybody.get("deny") or 0) & VIEW


def _objects(payload: Any, name: str) -> Sequence[Mapping[str, Any]]:
    return _all(payload.get(name)) if isinstance(payload, Mapping) else []


def _all(found: Any) -> Sequence[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, Iterable) else []
