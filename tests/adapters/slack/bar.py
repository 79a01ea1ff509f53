"""A whole Comptoir in a fake Slack, over real sockets: real Bolt, engine, outbox and store, on a clock that stands."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, Self

from adapters.slack.chosen import Slack as Chosen
from adapters.slack.ids import community_of, member_of
from adapters.slack.scopes import scopes
from adapters.slack.service import SlackService
from bot.delivery import Courier
from bot.domain.ids import MemberId
from bot.engine import Engine
from bot.ports import ChatPlatform
from bot.usecases.unsaid import opening_lost
from tests.platforms.slack.limits import NO_LIMITS, Limits
from tests.platforms.slack.people import Outcome, Workspace
from tests.platforms.slack.server import FakeSlack
from tests.world import World, in_memory

TEAM: Final = "T1"
COMMUNITY: Final = community_of(TEAM)
TOKEN, APP_TOKEN, SECRET = "xoxb-of-tests", "xapp-1-of-tests", "a signing secret of tests"
COMMANDS: Final = {"/need": "need", "/besoin": "need", "/offer": "offer", "/offre": "offer", "/comptoir": "root"}


class Bar:
    """`async with Bar() as bar:` and people come in with `bar.enters`."""

    def __init__(
        self, world: World | None = None, *, limits: Limits = NO_LIMITS, stewards: Sequence[str] = (),
        listening: bool = True,
    ) -> None:  # fmt: skip
        self.world = world or in_memory()
        self.hears = listening
        self.slack = FakeSlack(limits=limits, speed=50, now=lambda: self.world.clock.now().timestamp())
        self.stewards = frozenset(stewards)
        self.team: Workspace

    async def __aenter__(self) -> Self:
        await self.slack.__aenter__()
        self.team = self.slack.team(
            TEAM, name="The Counter", bot_token=TOKEN, app_token=APP_TOKEN, signing_secret=SECRET,
            scopes=set(scopes(listening=self.hears)),
        )  # fmt: skip
        await self.start()
        return self

    async def __aexit__(self, *gone: Any) -> None:
        await self.stop()
        await self.slack.__aexit__(*gone)

    async def start(self) -> None:
        """Build everything that lives in a process; again after a crash."""
        chosen = Chosen(
            bot_token=TOKEN, app_token=APP_TOKEN, signing_secret=None, client_id="", client_secret=None,
            api_url=self.slack.api_url, commands=COMMANDS, stewards=self.stewards, language=None, zone=None,  # type: ignore[arg-type] # meanings
            listening=self.hears,
        )  # fmt: skip
        self.world.start()
        store: Any = self.world.store
        self.service = SlackService(
            chosen, dispatch=self.world.dispatch, sendings=store.sendings, installations=store.installations,
            clock=self.world.clock, random=self.world.random, secret="a secret of tests", address="https://bar.test",
            language="en", zone="Europe/Paris", apart=timedelta(0),
        )  # fmt: skip
        self.counter = self.service.counter
        platforms: dict[str, ChatPlatform] = {"house": self.world.house, "slack": self.service.platform}
        courier = Courier(
            self.world.store, platforms, self.world.clock,
            lost=lambda key: self.world.runner.run(lambda ctx: opening_lost(key, ctx)),
        )  # fmt: skip
        self.engine = Engine(self.world.engine.tick, courier)
        await self.service.open()
        async with asyncio.timeout(5):
            while self.listening() < 2 or await self.world.dispatch.community(COMMUNITY) is None:  # noqa: ASYNC110 # nobody tells
                await asyncio.sleep(0.005)

    def listening(self) -> int:
        """How many connections are open."""
        sockets = self.service.sockets
        return sockets.listening() if sockets else 0

    async def stop(self) -> None:
        """Let go of everything in order."""
        await self.service.leave()
        await self.service.close()

    def person(self, user: str, name: str, language: str = "en", **traits: Any) -> str:
        """Somebody of the workspace, who has not joined."""
        locale = {"en": "en-GB", "fr": "fr-FR"}[language]
        self.team.person(user, name, locale=locale, zone="Europe/Paris", **traits)
        return user

    async def enters(self, user: str, name: str, language: str = "en", **traits: Any) -> MemberId:
        """Somebody joins, as people do: by a command and the window that it opens."""
        self.person(user, name, language, **traits)
        await self.team.command(user, "/comptoir", "")
        outcome = await self.team.submit(user, {"language": language})
        assert outcome.acked and not outcome.errors, outcome
        await self.team.close(user)
        await self.look()
        return member_of(TEAM, user)

    async def posts(self, user: str, command: str, text: str) -> Outcome:
        """A need or an offer, approved where its preview is shown."""
        await self.team.command(user, command, text, self.team.direct(user).id)
        outcome = await self.team.press(user, "post")
        await self.look()
        return outcome

    async def look(self) -> None:
        """Everything that is due, and what was left for after an answer."""
        await self.counter.later.settled()
        await self.engine.look()
        await self.counter.later.settled()

    async def travel(self, **delta: float) -> None:
        """Let time pass, e.g. `days=3`."""
        await self.engine.travel(self.world.clock, timedelta(**delta))
