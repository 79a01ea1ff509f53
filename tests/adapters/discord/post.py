"""Our side of Discord's REST API, put together on a fake Discord and a store in memory: no gateway, nobody presses."""

from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from adapters.discord.api import Api
from adapters.discord.closed import Aside
from adapters.discord.directs import Directs
from adapters.discord.ids import community_of, member_of
from adapters.discord.platform import DiscordPlatform
from adapters.discord.presence import Presence
from adapters.discord.rooms import Rooms
from adapters.discord.threads import Threads
from bot.commands import Join
from bot.domain.ids import MemberId
from bot.leases import Ration
from bot.messages import Message
from bot.ports import Priority
from tests.platforms.discord.people import Person
from tests.platforms.discord.server import FakeDiscord
from tests.world import World, in_memory

ASK = Message(
    "card.answers.need",
    {"theirs": "5,000 T-shirts to sell", "mine": "T-shirts", "why": "Both of you named: T-shirts",
     "until": datetime(2026, 3, 9, tzinfo=UTC)},
    ("yes", "no"),
    "t" * 22,
)  # fmt: skip
OPENING = Message(
    "opening.answers.offer",
    {"first": "Amina", "second": "Marius", "firsts": "T-shirts", "seconds": "5,000 T-shirts to sell",
     "why": "You both named: T-shirts", "question": "How many?"},
)  # fmt: skip
#: Conversations are opened whenever one is needed.
UNHURRIED = Ration(every=timedelta(0), burst=1)


class Post:
    """`async with Post() as post:` – one server, and what we can do there."""

    def __init__(self, *, pace: Ration = UNHURRIED, speed: float = 50.0, **more: Any) -> None:
        self.world: World = in_memory()
        self.fake = FakeDiscord(speed=speed, now=lambda: self.world.clock.now().timestamp(), **more)
        self.pace = pace

    async def __aenter__(self) -> Self:
        await self.fake.__aenter__()
        self.guild = self.fake.guild("The Bar")
        self.channel = self.guild.channel("general")
        await self.world.dispatch.found(community_of(self.guild.id), "The Bar", "en", "Europe/Paris")
        self.start()
        return self

    def start(self) -> None:
        """Build everything that lives in a process; again after a crash."""
        world, store = self.world, self.world.store
        sendings, places = store.sendings, store.places  # type: ignore[attr-defined] # the store in memory has them
        self.sendings, self.places = sendings, places
        self.api = Api(self.fake.token, url=self.fake.api_url)
        self.directs = Directs(self.api, places, store.leases, world.clock, pace=self.pace)  # type: ignore[attr-defined] # as above
        self.presence, rooms = Presence(self.api, world.dispatch, world.random), Rooms(self.api)
        self.aside = Aside(self.api, sendings, places, self.directs, rooms, world.clock)
        self.platform = DiscordPlatform(
            self.api, sendings=sendings, places=places, directs=self.directs, presence=self.presence,
            aside=self.aside, clock=world.clock, random=world.random, reader=world.dispatch.person,
        )  # fmt: skip
        self.threads = Threads(
            self.api, sendings=sendings, presence=self.presence, rooms=rooms,
            platform=self.platform, leases=store.leases, clock=world.clock, holder=world.random.id(),  # type: ignore[attr-defined] # as above
            may_be_joined=world.dispatch.may_be_joined,
        )  # fmt: skip

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.api.close()
        await self.fake.__aexit__(kind, error, trace)

    async def member(self, name: str, language: str = "en", **traits: Any) -> tuple[Person, MemberId]:
        """Somebody of the server, who joined."""
        person = self.fake.person(name, guilds=[self.guild], **traits)
        member = member_of(self.guild.id, person.id)
        await self.world.dispatch.receive(
            "discord", f"join-{name}", Join(member, community_of(self.guild.id), name, language, "Europe/Paris")
        )
        return person, member

    async def tell(self, member: MemberId, message: Message = ASK, *, key: str = "card", **more: Any) -> None:
        """Hand a message over, as the courier does."""
        await self.platform.tell(member, message, key=key, priority=more.pop("priority", Priority.CARD), **more)
