"""Whether somebody is still in their server. Discord tells of departures only with a permission that we do not ask for.

Source: https://docs.discord.com/developers/resources/guild#get-guild-member
"""

from collections.abc import Mapping
from typing import Any, Final

from adapters.chat.errors import asked_again
from adapters.discord.api import Api
from adapters.discord.ids import PLATFORM, guild_of, user_of
from bot.commands import Leave, Rename
from bot.dispatch import Dispatch
from bot.domain.ids import MemberId
from bot.errors import Unreachable
from bot.ports import Random

#: Unknown member, unknown account.
LEFT: Final = frozenset({"10007", "10013"})


class Presence:
    """Asks Discord, and lets who has gone leave, without a word to anybody."""

    def __init__(self, api: Api, dispatch: Dispatch, random: Random) -> None:
        self._api = api
        self._dispatch = dispatch
        self._random = random

    async def check(self, member: MemberId) -> str:
        """Before somebody is asked, or named. Returns: as `handle_of`.

        Raises: Unreachable for who is not there, TryLater, Rejected.
        """
        try:
            with asked_again():
                found = await self._api.call(
                    "GET",
                    "/guilds/{guild_id}/members/{user_id}",
                    guild_id=guild_of(member),
                    user_id=user_of(member),
                )
        except Unreachable as gone:
            if str(gone) in LEFT:
                await self.gone(member)
            raise
        await self._called(member, name_of(found))
        return handle_of(found)

    async def gone(self, member: MemberId) -> None:
        """Somebody is not in their server any more."""
        await self._dispatch.receive(PLATFORM, f"gone:{self._random.id()}", Leave(member))

    async def _called(self, member: MemberId, name: str) -> None:
        known = await self._dispatch.known(member)
        if known and name and known[0].name != name:
            await self._dispatch.receive(PLATFORM, f"name:{self._random.id()}", Rename(member, name))


def name_of(member: Mapping[str, Any]) -> str:
    """What somebody is called in a server, as Discord shows it. Source: …/resources/guild#guild-member-object"""
    user = member.get("user") or {}
    names = (member.get("nick"), user.get("global_name"), user.get("username"))
    return next((name for name in names if isinstance(name, str) and name.strip()), "")


def handle_of(member: Mapping[str, Any]) -> str:
    """The name by which an account can be found, which no other has; empty for one of before there were such names.

    Source: https://support-dev.discord.com/hc/en-us/articles/13667755828631 (unique usernames)
    """
    user = member.get("user") or {}
    name = user.get("username")
    return name if isinstance(name, str) and user.get("discriminator") in ("0", None) else ""
