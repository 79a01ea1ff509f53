"""A whole Comptoir in several workspaces at once, each of which installed it: `Bar` with more doors."""

from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

from adapters.slack.chosen import Slack as Chosen
from adapters.slack.ids import community_of, member_of
from adapters.slack.scopes import scopes
from adapters.slack.service import SlackService
from bot.commands import ChangeSettings, Command, Join, Press, Say
from bot.delivery import Courier
from bot.domain.ids import MemberId
from bot.engine import Engine
from bot.installations import Installation
from bot.messages import Message, Reply
from bot.ports import ChatPlatform
from tests.adapters.slack.bar import APP_TOKEN, COMMANDS, SECRET
from tests.platforms.slack.limits import NO_LIMITS, Limits
from tests.platforms.slack.people import Workspace
from tests.platforms.slack.server import FakeSlack
from tests.world import START, World, in_memory

ADDRESS: Final = "https://bar.test"


class Street:
    """`async with Street(["T1", "T2"]) as street:`"""

    def __init__(
        self, teams: Sequence[str], world: World | None = None, *, limits: Limits = NO_LIMITS, speed: float = 50
    ) -> None:
        self.world = world or in_memory()
        self.slack = FakeSlack(limits=limits, speed=speed, now=lambda: self.world.clock.now().timestamp())
        self._names = list(teams)
        self.teams: dict[str, Workspace] = {}

    async def __aenter__(self) -> Self:
        await self.slack.__aenter__()
        store: Any = self.world.store
        for name in self._names:
            token, allowed = f"xoxb-{name}", scopes(listening=True)
            self.teams[name] = self.slack.team(
                name, bot_token=token, app_token=APP_TOKEN, signing_secret=SECRET, scopes=set(allowed)
            )
            installation = Installation(
                community_of(name), token, self.world.clock.now(), name=name, scopes=tuple(allowed)
            )
            await store.installations.keep(installation)
        self.start()
        await self.service.open()
        await self.slack.until(lambda: len(self.slack.sockets.living) == 2)
        for name in self._names:
            await self.world.dispatch.found(community_of(name), name, "en", "Europe/Paris")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.service.leave()
        await self.service.close()
        await self.slack.__aexit__(kind, error, trace)

    def start(self) -> None:
        app = self.slack.app
        chosen = Chosen(
            bot_token=None, app_token=APP_TOKEN, signing_secret=None, client_id=app.client_id,
            client_secret=app.client_secret, api_url=self.slack.api_url, commands=COMMANDS, stewards=frozenset(),  # type: ignore[arg-type] # meanings
            language="en", zone="Europe/Paris",
        )  # fmt: skip
        self.world.start()
        store: Any = self.world.store
        self.service = SlackService(
            chosen, dispatch=self.world.dispatch, sendings=store.sendings, installations=store.installations,
            clock=self.world.clock, random=self.world.random, secret="a secret of tests", address=ADDRESS,
            language="en", zone="Europe/Paris", apart=timedelta(0),
        )  # fmt: skip
        platforms: dict[str, ChatPlatform] = {"house": self.world.house, "slack": self.service.platform}
        self.engine = Engine(self.world.engine.tick, Courier(self.world.store, platforms, self.world.clock))

    async def ask(self, command: Command, arrival: str) -> Reply | None:
        return await self.world.dispatch.receive("test", arrival, command)

    async def comes(self, team: str, user: str) -> MemberId:
        """Somebody joins who has no quiet hours."""
        self.teams[team].person(user, user)
        member = member_of(team, user)
        await self.ask(Join(member, community_of(team), user, "en", "Europe/Paris"), f"join {user}")
        await self.ask(ChangeSettings(member, quiet_from=START.time(), quiet_until=START.time()), f"settings {user}")
        return member

    async def posts(self, member: MemberId, text: str) -> None:
        preview = await self.ask(Say(member, text), f"say {member} {text}")
        assert isinstance(preview, Message) and preview.token, preview
        await self.ask(Press(member, preview.token, "post"), f"post {member} {text}")

    async def look(self) -> None:
        await self.service.counter.later.close()
        await self.engine.look()
        await self.service.counter.later.close()

    async def travel(self, **delta: float) -> None:
        await self.engine.travel(self.world.clock, timedelta(**delta))
