"""The fake Discord: one server on 127.0.0.1 that the real discord.py talks to."""

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.platforms.discord import rest
from tests.platforms.discord.clock import Clock
from tests.platforms.discord.core import Core, Sync
from tests.platforms.discord.faults import Call, Faults
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.interactions import Interaction
from tests.platforms.discord.limits import DOCUMENTED, Gauge, Limits
from tests.platforms.discord.mentions import Ping, careless
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import App, Channel, User, World, written

T = TypeVar("T")


class FakeDiscord:
    """`async with FakeDiscord() as fake:` – a Discord with one app and any number of guilds and people.

    Args:
        speed: how many of Discord's seconds pass in one of ours: limits, nonces, tokens, heartbeats.
        deadline: our seconds for the first answer to an interaction. Not hurried by `speed`.
        limits: DOCUMENTED, NO_LIMITS or your own.
        now: the date, in seconds since 1970, for ids and timestamps.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        deadline: float = 3.0,
        limits: Limits = DOCUMENTED,
        now: Callable[[], float] = time.time,
        token: str = "fake-token",
    ) -> None:
        self.clock = Clock(speed, now)
        bot, owner = User(self.clock.snowflake(), "comptoir", bot=True), User(self.clock.snowflake(), "owner")
        self.app = App(bot.id, token=token, owner=owner.id)
        world = World(self.app, {bot.id: bot, owner.id: owner})
        self.gateway = Gateway(self.clock, world)
        self.core = Core(self.clock, world, Gauge(limits), self.gateway, deadline)
        self.gateway.changed = self.core.changed
        self.gateway.exhausted = self.revoke_token
        self.people: dict[str, Person] = {}
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        site = web.Application(client_max_size=32 * 1024 * 1024)
        site.router.add_get("/gateway/", self.gateway.link)
        site.router.add_route("*", "/api/v10/{rest:.*}", self._rest)
        self._runner = web.AppRunner(site, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        listening = web.TCPSite(self._runner, "127.0.0.1", 0)
        await listening.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.gateway.url = f"ws://{host}:{port}/gateway/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    # --- setting it up -----------------------------------------------------------------------------------------------

    @property
    def api_url(self) -> str:
        """For `discord.http.Route.BASE`: see redirect.py."""
        return f"{self.url}/api/v10"

    @property
    def token(self) -> str:
        """The bot's token; empty once it is revoked."""
        return self.app.token

    def guild(
        self, name: str, *, locale: str = "en-US", permissions: int | None = None, bot: bool = True, id: str = ""
    ) -> Server:
        """A guild. The bot is in it, with these permissions: by default what an invitation to this app would give.

        Args: id lets a test choose the shard.
        """
        return Server.founded(self.core, name, locale=locale, permissions=permissions, bot=bot, id=id)

    def person(
        self,
        name: str,
        *,
        locale: str = "en-US",
        guilds: Sequence[Server] = (),
        permissions: int = 0,
        dms: bool = True,
    ) -> Person:
        """Somebody, in these guilds; with permissions, by a role of their own in each."""
        user = User(self.core.clock.snowflake(), name, locale, dms_open=dms)
        self.core.world.users[user.id] = user
        person = self.people[user.id] = Person(self.core, user)
        for guild in guilds:
            guild.admit(person)
            if permissions:
                guild.give(person, guild.role(f"{name}'s", permissions))
        return person

    @property
    def deadline(self) -> float:
        """Our seconds for the first answer to an interaction."""
        return self.core.deadline

    @deadline.setter
    def deadline(self, seconds: float) -> None:
        self.core.deadline = seconds

    def revoke_token(self, *, gateway: bool = True) -> None:
        """The token is good for nothing any more: 401, and whoever comes back to the gateway is met with 4004.

        Args: gateway: whether the connections that there are break at once.
        """
        self.app.token = ""
        if gateway:
            self.gateway.expel()

    def new_token(self, token: str = "another-token") -> str:
        """Discord's page gives out another token."""
        self.revoke_token()
        self.app.token = token
        return token

    def travel(self, *, seconds: float = 0.0, minutes: float = 0.0, hours: float = 0.0) -> None:
        """Let Discord's seconds pass at once: windows of nonces and limits, lives of tokens."""
        self.clock.leap(seconds + 60 * minutes + 3600 * hours)
        self.core.changed()

    # --- what happened -----------------------------------------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        return self.core.faults

    @property
    def calls(self) -> list[Call]:
        """Every request, in order."""
        return self.core.calls

    @property
    def pings(self) -> list[Ping]:
        """Whose attention the app called, ever."""
        return self.core.pings

    @property
    def syncs(self) -> list[Sync]:
        """How often the app overwrote its commands, and with what."""
        return self.core.syncs

    @property
    def invalid_requests(self) -> int:
        """How many requests were answered 401, 403 or 429, shared limits aside."""
        return self.core.invalid_requests

    @property
    def interactions(self) -> list[Interaction]:
        """Every interaction, in order."""
        return list(self.core.interactions.values())

    def counted(self, route: str, *, applied: bool = False) -> int:
        """How many requests of a route there were; or how many that did something."""
        return sum(1 for call in self.calls if call.route == route and (call.applied or not applied))

    def careless(self) -> list[Call]:
        """The requests with words in them that left anything to be pinged: without `parse: []`, or naming somebody."""
        return [call for call in self.calls if _speaks(call) and careless(_body(call).get("allowed_mentions"))]

    def readers(self, channel: Channel) -> set[str]:
        """The names of the people who can open a channel or thread now."""
        return {self.core.world.users[one].name for one in self.core.readers(channel)}

    def threads(self) -> list[Channel]:
        """Every thread that is there, archived ones too."""
        return [one for one in self.core.world.channels.values() if one.strand is not None and not one.deleted]

    # --- waiting -----------------------------------------------------------------------------------------------------

    async def until(self, look: Callable[[], T], within: float = 5.0) -> T:
        """Wait until `look` gives something true. Raises: TimeoutError after so many of our seconds."""
        return await self.core.until(look, within)

    async def ready(self, sessions: int = 1, within: float = 10.0) -> None:
        """Wait until so many shards are connected, and were sent their guilds."""
        living = self.gateway.sessions.values()
        await self.until(lambda: sum(1 for one in living if one.connection is not None) >= sessions, within)
        await self.gateway.flushed()

    async def settled(self) -> None:
        """Until everything is on its way, and every interaction was answered or given up."""
        await self.gateway.flushed()
        for one in self.interactions:
            if not one.dead:
                await one.answered.wait()

    # --- requests ----------------------------------------------------------------------------------------------------

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        return await rest.serve(self.core, request)


def _body(call: Call) -> dict[str, Any]:
    body = call.json.get("data") if call.route.endswith("/callback") else call.json
    return body if isinstance(body, dict) else {}


def _speaks(call: Call) -> bool:
    """Whether a request writes words that people read."""
    if not ("/messages" in call.route or call.route.startswith(("POST /webhooks", "POST /interactions"))):
        return False
    if call.route.endswith("/callback") and call.json.get("type") not in (4, 7):
        return False
    body = _body(call)
    components = body.get("components")
    return bool(body.get("content") or (isinstance(components, list) and any(written(components))))
