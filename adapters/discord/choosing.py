"""Whether somebody could be called in a channel of their choice: it is looked at before they are told that they are."""

from typing import Any

from adapters.discord.api import Api
from adapters.discord.permissions import in_channel, missing
from adapters.discord.rooms import TEXT
from bot.errors import Unreachable


async def can_call_in(api: Api, guild: str, channel: str) -> bool:
    """Whether we see it, and may make private threads in it. Raises: as `Api.call`, but Unreachable."""
    try:
        found: Any = await api.call("GET", "/channels/{channel_id}", channel_id=channel)
        if found.get("guild_id") != guild or found.get("type") != TEXT:
            return False
        server = await api.call("GET", "/guilds/{guild_id}", guild_id=guild)
        account = await api.who()
        us = await api.call("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=account)
    except Unreachable:
        return False
    return not missing(in_channel(server, us, found))
