"""A whole Comptoir in a fake Discord, over real sockets: real discord.py, engine, outbox, store; a clock that stands.

`async with Bar() as bar:` and people come in with `bar.enters`.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final, Self

from adapters.discord.chosen import Discord as Chosen
from adapters.discord.ids import community_of, member_of
from adapters.discord.service import DiscordService
from bot.bootstrap.serving import _warm_up
from bot.delivery import Courier
from bot.domain.ids import CommunityId, MemberId
from bot.engine import Engine
from bot.leases import Ration
from bot.ports import ChatPlatform
from bot.usecases.unsaid import opening_lost
from tests.platforms.discord.asking import Outcome
from tests.platforms.discord.limits import NO_LIMITS, Limits
from tests.platforms.discord.people import Person
from tests.platforms.discord.server import FakeDiscord
from tests.platforms.discord.sessions import Session
from tests.platforms.discord.state import Message
from tests.world import World, in_memory

#: Conversations are opened whenever one is needed.
UNHURRIED: Final = Ration(every=timedelta(0), burst=1)
LOCALES: Final = {"en": "en-GB", "fr": "fr"}
GUILD: Final = "1100000000000000000"
COMMUNITY: Final = community_of(GUILD)


class Watched:
    """Ears of which is known how many are busy."""

    def __init__(self, ears: Any) -> None:
        self._ears = ears
        self.busy = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._ears, name)

        async def hear(said: Any) -> None:
            self.busy += 1
            try:
                await real(said)
            finally:
                self.busy -= 1

        return hear


class Bar:
    """One server that has us."""

    def __init__(
        self, world: World | None = None, *, limits: Limits = NO_LIMITS, stewards: Sequence[str] = (),
        listening: bool = True, speed: float = 50, pace: Ration = UNHURRIED,
    ) -> None:  # fmt: skip
        self.world = world or in_memory()
        self.hears = listening
        self.pace = pace
        self.fake = FakeDiscord(limits=limits, speed=speed, now=lambda: self.world.clock.now().timestamp())
        self.stewards = frozenset(stewards)
        self.people: dict[MemberId, Person] = {}

    async def __aenter__(self) -> Self:
        _warm_up()  # as whoever serves does first: the first sentence has three seconds
        await self.fake.__aenter__()
        if self.hears:
            self.fake.app.privileged = 1 << 15
        self.guild = self.fake.guild("The Counter", id=GUILD)
        self.general = self.guild.channel("general")
        await self.start()
        return self

    async def __aexit__(self, *gone: Any) -> None:
        await self.stop()
        await self.fake.__aexit__(*gone)

    @property
    def community(self) -> CommunityId:
        """The server, as ours."""
        return community_of(self.guild.id)

    async def start(self) -> None:
        """Build everything that lives in a process; again after a crash."""
        chosen = Chosen(
            token=self.fake.token, api_url=self.fake.api_url, stewards=self.stewards, listening=self.hears, shards=1
        )
        self.world.start()
        store: Any = self.world.store
        self.service = DiscordService(
            chosen, dispatch=self.world.dispatch, sendings=store.sendings, places=store.places, leases=store.leases,
            clock=self.world.clock, random=self.world.random, secret="a secret of tests", language="en",
            zone="Europe/Paris", pace=self.pace, guild_ready_timeout=0.05,
            holder="the bar",  # who died cannot let go, and the clock stands
        )  # fmt: skip
        self.counter = self.service.counter
        self.service._ears = self.ears = Watched(self.service._ears)
        self.service.gateway._may_identify = self._its_turn  # type: ignore[method-assign] # the clock stands
        platforms: dict[str, ChatPlatform] = {"house": self.world.house, "discord": self.service.platform}
        courier = Courier(
            self.world.store, platforms, self.world.clock,
            lost=lambda key: self.world.runner.run(lambda ctx: opening_lost(key, ctx)),
        )  # fmt: skip
        self.engine = Engine(self.world.engine.tick, courier)
        await self.service.open()
        await self.fake.ready()
        await self.until(lambda: bool(self.fake.syncs))
        async with asyncio.timeout(5):
            while (await self.world.dispatch.community(self.community)) is None:  # noqa: ASYNC110 # nobody tells
                await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Let go of everything in order."""
        await self.service.leave()
        await self.service.close()

    def person(self, name: str, language: str = "en", **traits: Any) -> Person:
        """Somebody of the server, who has not joined."""
        person = self.fake.person(name, locale=LOCALES[language], guilds=[self.guild], **traits)
        self.people[self.member(person)] = person
        return person

    def member(self, person: Person) -> MemberId:
        """Who somebody is to us."""
        return member_of(self.guild.id, person.id)

    async def enters(self, name: str, language: str = "en", **traits: Any) -> Person:
        """Somebody joins, as people do: by a command and the form that it opens."""
        person = self.person(name, language, **traits)
        await person.runs("/join", channel=self.general)
        outcome = await person.submits(person.modal)
        assert outcome.kind in ("message", "thinking"), outcome
        await self.look()
        return person

    async def posts(self, person: Person, command: str, text: str) -> Outcome:
        """A need or an offer, approved where its preview is shown."""
        outcome = await person.runs(command, channel=self.general, text=text)
        assert outcome.message, outcome
        pressed = await person.presses(outcome.message, person.buttons(outcome.message)[0])
        await self.look()
        return pressed

    def card(self, person: Person) -> Message:
        """The newest message to somebody that can be answered."""
        return next(message for message in reversed(person.dms) if "yes" in str(message.components))

    async def until(self, look: Callable[[], object]) -> None:
        """Wait until it is so."""
        await self.fake.until(look)

    async def settled(self) -> None:
        """Until we heard all that there is to hear, and did all that comes of it."""
        await self.fake.gateway.flushed()
        await self.until(lambda: all(map(self._has_heard, self.fake.gateway.sessions.values())))
        for _ in range(3):
            await asyncio.sleep(0)
        await self.until(lambda: not self.ears.busy)
        await self.counter.later.settled()

    async def _its_turn(self) -> None:
        """Discord has its own clock, and says no to two sessions that begin within five seconds of it."""
        clock, begun = self.fake.core.clock, self.fake.gateway.identifies
        if begun:
            await clock.sleep(begun[-1].at + 5.1 - clock.elapsed())

    def _has_heard(self, session: Session) -> bool:
        client = self.service.gateway._clients.get(session.shard)
        if session.connection is None or client is None or client.ws is None:
            return True
        return (client.ws.sequence or 0) >= session.sequence

    async def look(self) -> None:
        """Everything that is due, and what was left for after an answer."""
        await self.settled()
        await self.engine.look()
        await self.settled()

    async def travel(self, **delta: float) -> None:
        """Let time pass, e.g. `days=3`."""
        await self.engine.travel(self.world.clock, timedelta(**delta))
        await self.settled()
