"""The one door to Discord's REST API. discord.py keeps to its limits, bucket by bucket; nothing here names anybody."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import discord
import structlog
from discord.http import HTTPClient, Route

from adapters.chat.errors import Forbidden, Unanswered
from adapters.discord.errors import TOKEN, translated
from adapters.discord.invalid import Invalid
from bot.errors import PlatformError

#: Seconds for one call, all included: discord.py itself waits for a turn, and asks again after an error of a server.
PATIENCE: Final = 45.0
#: The longest wait, in seconds, that discord.py does by itself.
TURN: Final = 30.0
#: Nobody is ever pinged, whatever a message says.
#: Source: https://docs.discord.com/developers/resources/message#allowed-mentions-object
NOBODY: Final[Mapping[str, Any]] = {"parse": []}
#: Characters of a nonce, by which Discord knows what it was sent before. Source: …/resources/message#create-message
NONCE: Final = 25

log = structlog.get_logger()


class Api:
    """Calls Discord as one bot. Nothing that changes something is sent twice but under the same nonce.

    A token that Discord refuses once is not tried again before a restart, and logged; `quiet`: whoever asks says so.
    Close it at the end.
    """

    def __init__(self, token: str, *, url: str, invalid: Invalid | None = None, quiet: bool = False) -> None:
        direct(url)
        self._token = token
        self.invalid = invalid or Invalid()
        self._quiet = quiet
        self._http: HTTPClient | None = None
        self._turn = asyncio.Lock()
        #: Why Discord does not take the token; empty while it does, or nobody asked.
        self.refusal = ""
        #: Our own account, as Discord calls it; empty before it was asked.
        self.account = ""

    async def who(self) -> str:
        """Our own account. Raises: as `call`."""
        await self._opened()
        return self.account

    async def ready(self) -> None:
        """Before what must not be sent twice. Raises: TryLater, Unanswered: nothing was sent then."""
        await self._opened()
        self.invalid.guard()

    async def call(self, method: str, path: str, *, body: Any = None, query: Any = None, **where: str | int) -> Any:
        """Call a route, e.g. `call("GET", "/channels/{channel_id}", channel_id=1)`.

        Raises: Unreachable, TryLater, Forbidden among it, Unanswered (it may have been done), Rejected.
        """
        http = await self._opened()
        self.invalid.guard()
        more = {name: value for name, value in (("json", body), ("params", query)) if value is not None}
        try:
            with translated():
                async with asyncio.timeout(PATIENCE):
                    return await http.request(_route(method, path, where), **more)
        except Forbidden as refused:
            self._refused(refused)
            raise

    async def post(self, channel: str, words: Mapping[str, Any], *, mark: str) -> Mapping[str, Any]:
        """Post a message. The same mark once more within some minutes gets the first message. Raises: as `call`."""
        body = {**_quiet(words), "nonce": mark[:NONCE], "enforce_nonce": True}
        return await self._message("POST", "/channels/{channel_id}/messages", body, channel_id=channel)

    async def edit(self, channel: str, message: str, words: Mapping[str, Any]) -> Mapping[str, Any]:
        """Show something else in the place of a message. Raises: as `call`."""
        route = "/channels/{channel_id}/messages/{message_id}"
        return await self._message("PATCH", route, _quiet(words), channel_id=channel, message_id=message)

    async def delete(self, channel: str, message: str) -> None:
        """Take a message of ours away. Raises: as `call`."""
        route = "/channels/{channel_id}/messages/{message_id}"
        await self.call("DELETE", route, channel_id=channel, message_id=message)

    async def history(self, channel: str, *, after: int, limit: int = 50) -> Sequence[Mapping[str, Any]]:
        """The first messages of a conversation since a moment, in the shape of an id. Raises: as `call`."""
        found = await self.call(
            "GET", "/channels/{channel_id}/messages", query={"after": after, "limit": limit}, channel_id=channel
        )
        return found if isinstance(found, list) else []

    async def open_direct(self, user: str) -> str:
        """Our conversation with one person, which is the same each time. Raises: as `call`."""
        opened = await self.call("POST", "/users/@me/channels", body={"recipient_id": user})
        return str(opened["id"])

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http:
            await self._http.close()
        self._http = None

    async def _message(self, method: str, path: str, body: Mapping[str, Any], **where: str) -> Mapping[str, Any]:
        assert body["allowed_mentions"] == NOBODY
        answer: Mapping[str, Any] = await self.call(method, path, body=body, **where)
        return answer

    async def _opened(self) -> HTTPClient:
        """discord.py's own client, once Discord took the token."""
        if self.refusal:
            raise Forbidden(self.refusal)
        if self._http:
            return self._http
        async with self._turn:
            return self._http or await self._login()

    async def _login(self) -> HTTPClient:
        self.invalid.guard()
        loop = asyncio.get_running_loop()
        http = HTTPClient(loop, http_trace=self.invalid.trace(), max_ratelimit_timeout=TURN)
        try:
            with translated():
                async with asyncio.timeout(PATIENCE):
                    self.account = str((await http.static_login(self._token))["id"])
        except (PlatformError, Unanswered) as error:
            await http.close()
            if isinstance(error, Forbidden):
                self._refused(error)
            raise
        self._http = http
        return http

    def _refused(self, error: Forbidden) -> None:
        if str(error) == str(TOKEN):
            self.refusal = str(error)
            if not self._quiet:
                log.error("discord_refuses_the_token", code=self.refusal)


def direct(url: str) -> None:
    """Where discord.py finds Discord, in all of this process: it knows of one place only."""
    Route.BASE = url.rstrip("/")


def moment_id(moment: datetime) -> int:
    """A moment in the shape of an id: what came later has a higher one. Source: …/reference#snowflakes"""
    return discord.utils.time_snowflake(moment)


def _route(method: str, path: str, where: Mapping[str, Any]) -> Route:
    return Route(method, path, **where)


def _quiet(words: Mapping[str, Any]) -> dict[str, Any]:
    return {**words, "allowed_mentions": dict(NOBODY)}
