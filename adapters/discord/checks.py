"""What `comptoir check` says of Discord: what is wrong, and how to mend it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.chat.errors import Forbidden, Rejected, Unanswered
from adapters.discord.api import Api
from adapters.discord.chosen import Discord
from adapters.discord.commands import are_ours, known
from adapters.discord.incoming import objects_at
from adapters.discord.manifest import invitation
from adapters.discord.permissions import MESSAGE_CONTENT, in_channel, in_guild, missing, prying
from bot.errors import ConfigError, PlatformError, TryLater
from bot.findings import Finding
from bot.messages import Param, Phrase

#: Seconds for one question.
PATIENCE: Final = 10
#: Servers that are looked at one by one.
LOOKED: Final = 25
#: A kind of channel: of text, where threads can be made.
TEXT: Final = 0
#: Channels that are named in one sentence.
NAMED: Final = 5
#: Fewer beginnings of a session than this are left when something goes round in circles: Discord takes the token away
#: when none is left. Source: https://docs.discord.com/developers/events/gateway#session-start-limit-object
FEW: Final = 100

#: What can go wrong when we ask; the last of them where it is not Discord that answers.
UNCLEAR: Final = (
    PlatformError, Unanswered, Rejected, TimeoutError, AttributeError, KeyError, TypeError, ValueError,
)  # fmt: skip

_Json = Mapping[str, Any]


async def findings(discord: Discord, listened: Mapping[str, Collection[str]], *, now: datetime) -> Sequence[Finding]:
    """Everything about Discord, asked of Discord itself.

    Args: listened: the channels that stewards opened to listening, by server, as Discord calls both.
    """
    found: list[Finding] = []
    api = Api(discord.token, url=discord.api_url, quiet=True)
    try:
        async for finding in _Look(api, discord, listened, now).everything():
            found.append(finding)  # and stays found, should something go wrong later
    except UNCLEAR as error:
        found.append(Finding(why_not(error, discord), False))
    finally:
        await api.close()
    return found


async def whose(discord: Discord) -> int:
    """The id of the app that the token is of. Raises: ConfigError where Discord does not say."""
    api = Api(discord.token, url=discord.api_url, quiet=True)
    try:
        async with asyncio.timeout(PATIENCE):
            return int((await api.call("GET", "/applications/@me"))["id"])
    except UNCLEAR as error:
        raise ConfigError(why_not(error, discord)) from None
    finally:
        await api.close()


def why_not(error: Exception, discord: Discord) -> Phrase:
    """What went wrong when Discord was asked something, and how to mend it."""
    if isinstance(error, Forbidden):
        return Phrase("command.discord.check.token", {"error": str(error)})
    if isinstance(error, TryLater):  # for how long is nothing to whoever types the command again
        error = error.__cause__ if isinstance(error.__cause__, Exception) else error
    spoken = isinstance(error, PlatformError | Unanswered | Rejected) and str(error)
    fields = {"address": discord.api_url, "error": spoken or type(error).__name__}
    return Phrase("command.discord.check.unanswered", fields)


class _Look:
    """One look at everything."""

    def __init__(self, api: Api, discord: Discord, listened: Mapping[str, Collection[str]], now: datetime) -> None:
        self._api = api
        self._discord = discord
        self._listened = listened
        self._now = now

    async def everything(self) -> AsyncIterator[Finding]:
        """Raises: as `Api.call`."""
        app = await self._ask("/applications/@me")
        yield _good("command.discord.check.app", name=str(app.get("name")))
        for finding in _of_app(app, listening=self._discord.listening):
            yield finding
        yield await self._sessions()
        ours = are_ours(await self._within(known(self._api, str(app["id"]))))
        yield _good("command.discord.check.commands" if ours else "command.discord.check.new_commands")
        link = invitation(int(app["id"]), listening=self._discord.listening).link
        guilds: Sequence[_Json] = await self._ask("/users/@me/guilds")
        if not guilds:
            yield _bad("command.discord.check.nowhere", link=link)
        for guild in guilds[:LOOKED]:
            for finding in await self._guild(guild, link):
                yield finding
        if len(guilds) > LOOKED:
            yield _good("command.discord.check.others", count=len(guilds) - LOOKED)

    async def _sessions(self) -> Finding:
        limit: _Json = (await self._ask("/gateway/bot")).get("session_start_limit") or {}
        left = int(limit.get("remaining", FEW))
        if left >= FEW:
            return _good("command.discord.check.sessions", count=left)
        again = self._now + timedelta(milliseconds=int(limit.get("reset_after", 0)))
        return _bad("command.discord.check.few_sessions", count=left, until=again)

    async def _guild(self, guild: _Json, link: str) -> Sequence[Finding]:
        """What is wrong in one server; that all is well, where nothing is."""
        id, name = str(guild["id"]), str(guild.get("name"))
        whole: _Json = await self._ask("/guilds/{guild_id}", guild_id=id)
        member: _Json = await self._ask(
            "/guilds/{guild_id}/members/{user_id}", guild_id=id, user_id=await self._api.who()
        )
        given = in_guild(whole, member)
        found = []
        if not given.administrator and (lacking := missing(given)):
            found.append(_bad("command.discord.check.permissions", name=name, permissions=_named(lacking), link=link))
        if too_much := prying(given):
            found.append(_bad("command.discord.check.prying", name=name, permissions=_named(too_much)))
        if not found:
            found += [finding async for finding in self._channels(whole, member, name)]
        return found or [_good("command.discord.check.server", name=name)]

    async def _channels(self, guild: _Json, member: _Json, name: str) -> AsyncIterator[Finding]:
        """What single channels do not let us do, where the server does."""
        channels: Sequence[_Json] = await self._ask("/guilds/{guild_id}/channels", guild_id=str(guild["id"]))
        allowed = {str(one["id"]): in_channel(guild, member, one) for one in channels}
        names = {str(one["id"]): str(one.get("name")) for one in channels}
        usable = [one for one in channels if one.get("type") == TEXT and not missing(allowed[str(one["id"])])]
        if not [one for one in usable if in_channel(guild, {}, one).view_channel]:
            some = tuple(names[str(one["id"])] for one in usable if _is_seen(guild, one))[:NAMED]
            yield (
                _good("command.discord.check.some_channels", name=name, channels=some)
                if some
                else _bad("command.discord.check.no_channel", name=name)
            )
        for channel in sorted(self._listened.get(str(guild["id"]), ())):
            if channel in names and not allowed[channel].view_channel:
                yield _bad("command.discord.check.unheard", name=name, channel=names[channel])

    async def _ask(self, path: str, **where: str) -> Any:
        return await self._within(self._api.call("GET", path, **where))

    async def _within(self, asked: Any) -> Any:
        async with asyncio.timeout(PATIENCE):
            return await asked


def _of_app(app: _Json, *, listening: bool) -> Iterable[Finding]:
    """What the app's page says of it."""
    if app.get("interactions_endpoint_url"):
        yield _bad("command.discord.check.endpoint")
    if app.get("bot_require_code_grant"):
        yield _bad("command.discord.check.code_grant")
    if listening and not int(app.get("flags") or 0) & MESSAGE_CONTENT:
        yield _bad("command.discord.check.intent")
    else:
        yield _good("command.discord.check.listening" if listening else "command.discord.check.deaf")
    yield _good("command.discord.check.public" if app.get("bot_public") else "command.discord.check.own")


def _is_seen(guild: _Json, channel: _Json) -> bool:
    """Whether some role sees a channel that people are given; those that came with an app nobody is."""
    roles = [str(one["id"]) for one in objects_at(guild, "roles") if not one.get("managed")]
    return any(in_channel(guild, {"roles": [id]}, channel).view_channel for id in roles)


def _named(permissions: Sequence[str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(f"command.discord.permission.{name}") for name in permissions)


def _good(key: str, **fields: Param) -> Finding:
    return Finding(Phrase(key, fields), True)


def _bad(key: str, **fields: Param) -> Finding:
    return Finding(Phrase(key, fields), False)
