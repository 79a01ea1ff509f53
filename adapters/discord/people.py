"""Who people are in Discord: where they have joined or could, what they speak, whose message a button stands in."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Final, TypeVar

from adapters.chat.errors import Rejected, Unanswered
from adapters.discord.api import Api
from adapters.discord.ids import PLATFORM, account_of, community_of, guild_of, user_of
from adapters.discord.incoming import Sender
from adapters.discord.presence import name_of
from bot.dispatch import Dispatch
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from bot.errors import PlatformError
from bot.places import Places

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED: Final = 5000
#: Servers that somebody who writes to us is looked for in, how many at a time, and seconds that it may take.
LOOKED: Final = 100
AT_A_TIME: Final = 10
SOON: Final = 1.2
#: Seconds for which they are not looked for again, however often they write.
FRESH: Final = 60.0


class People:
    """What we know of accounts that Discord does not tell each time."""

    def __init__(self, api: Api, dispatch: Dispatch, places: Places) -> None:
        self._api = api
        self._dispatch = dispatch
        self._places = places
        self._languages: OrderedDict[int, str] = OrderedDict()
        self._authors: OrderedDict[str, MemberId] = OrderedDict()
        self._found: OrderedDict[int, tuple[float, Sequence[int]]] = OrderedDict()

    async def here(self, user: int) -> Sequence[MemberId]:
        """Where an account has joined, by id: all its members that are here."""
        found = await self._places.of_account(account_of(user))
        return [place.member for place in found if await self._dispatch.known(place.member)]

    async def whose(self, token: str, user: int) -> MemberId | None:
        """Who was given the message with this token, if it is this account: in a conversation it says which community.

        Everything else gets the same answer as a token that never was.
        """
        found = await self._dispatch.runner.read(lambda ctx: ctx.uow.tokens.find(hashed(token)))
        return found.member if found and user_of(found.member) == str(user) else None

    async def could_join(self, user: int) -> Sequence[int]:
        """Servers of ours that an account is in, two at most, as far as Discord says soon.

        Discord tells nobody in which servers somebody is; each is asked, one after the other where there are many.
        """
        looked_at, known = self._found.get(user, (-FRESH, ()))
        if monotonic() < looked_at + FRESH:
            return known
        communities = await self._dispatch.runner.read(lambda ctx: ctx.uow.communities.all())
        served = [one.id for one in communities if one.id.startswith(f"{PLATFORM}:") and one.closed_at is None]
        found = await self._those_with(user, [guild_of(id) for id in served[:LOOKED]])
        _remember(self._found, user, (monotonic(), found))
        return found

    async def _those_with(self, user: int, guilds: Sequence[str]) -> Sequence[int]:
        found: list[int] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON):
                for start in range(0, len(guilds), AT_A_TIME):
                    some = guilds[start : start + AT_A_TIME]
                    names = await asyncio.gather(*(self.name(guild, user) for guild in some))
                    found += [int(guild) for guild, name in zip(some, names, strict=True) if name]
                    if len(found) > 1:
                        break
        return found[:2]

    async def name(self, guild: int | str, user: int) -> str:
        """What somebody is called in a server; empty when they are not in it, or Discord does not say soon."""
        route = "/guilds/{guild_id}/members/{user_id}"
        try:
            async with asyncio.timeout(SOON):
                return name_of(await self._api.call("GET", route, guild_id=guild, user_id=user))
        except (PlatformError, Unanswered, Rejected, TimeoutError):
            return ""

    def language(self, sender: Sender) -> str | None:
        """What somebody's Discord speaks, as it last said."""
        if sender.language:
            _remember(self._languages, sender.user, sender.language)
        return self._languages.get(sender.user)

    # --- whose words a message was, which Discord does not say of one that is gone -----------------------------------

    def wrote(self, member: MemberId, source: str) -> None:
        """Something may be made of this message."""
        _remember(self._authors, source, member)

    async def author(self, guild: int, channel: int, source: str) -> Sequence[MemberId]:
        """Of whose message something was made; as somebody may be several members in our conversation, all of them."""
        known = self._authors.get(source)
        if not guild:
            user = user_of(known) if known else await self._recipient(channel)
            return [place.member for place in await self._places.of_account(account_of(user))] if user else []
        if known:
            return [known]

        community = community_of(guild)
        return await self._dispatch.runner.read(lambda ctx: ctx.uow.notices.makers(community, source))

    async def _recipient(self, channel: int) -> str:
        """With whom a conversation of ours is."""
        try:
            found = await self._api.call("GET", "/channels/{channel_id}", channel_id=channel)
        except (PlatformError, Unanswered, Rejected):
            return ""
        people = found.get("recipients") if isinstance(found, dict) else None
        return str(people[0]["id"]) if people else ""


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
