"""The heart of the fake: what exists, what everybody saw, what was asked, and how the app is told."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.platforms.discord.clock import Clock
from tests.platforms.discord.faults import Call, Faults
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.interactions import Interaction, Modal
from tests.platforms.discord.limits import Gauge
from tests.platforms.discord.mentions import Ping
from tests.platforms.discord.permissions import can_read
from tests.platforms.discord.sessions import Event
from tests.platforms.discord.state import Channel, Json, Message, World

T = TypeVar("T")


@dataclass(frozen=True)
class Sight:
    """Something that somebody saw happen, in the order of the true list.

    `what` is message, edit, delete, modal, choices, thread, or trouble: Discord's own words, as the app did not answer.
    `text` is everything there was to read. `reading`: they are not in the private thread, but may manage it.
    """

    user: str
    what: str
    channel: str
    message: str
    text: str
    components: tuple[Json, ...]
    by: str
    moment: float
    ephemeral: bool = False
    reading: bool = False


@dataclass(frozen=True)
class Sync:
    """One overwriting of the app's commands; `guild` is "" for the global ones."""

    guild: str
    commands: tuple[Json, ...]


@dataclass
class Core:
    """What the parts of the fake share. `deadline` is in our seconds: `speed` does not hurry the app under test."""

    clock: Clock
    world: World
    gauge: Gauge
    gateway: Gateway
    deadline: float = 3.0
    #: Discord's seconds in which a nonce is not used twice ("a few minutes"), and in which a token is good.
    nonce_window: float = 180.0
    token_life: float = 900.0
    faults: Faults = field(default_factory=Faults)
    sights: list[Sight] = field(default_factory=list)
    #: The same by person.
    sights_of: dict[str, list[Sight]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    pings: list[Ping] = field(default_factory=list)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    #: The same by their token.
    tokens: dict[str, Interaction] = field(default_factory=dict)
    syncs: list[Sync] = field(default_factory=list)
    #: The app's commands by guild; "" for the global ones.
    commands: dict[str, dict[str, Json]] = field(default_factory=dict)
    #: Messages by nonce, with the moment of each.
    nonces: dict[str, tuple[float, Message]] = field(default_factory=dict)
    #: The open modal of each person.
    modals: dict[str, Modal] = field(default_factory=dict)
    invalid_requests: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def changed(self) -> None:
        """Wake whoever waits for something to be so."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, look: Callable[[], T], within: float = 5.0) -> T:
        """Wait until `look` gives something true. Raises: TimeoutError after so many of our seconds.

        It looks at each change here, and now and then besides: what it waits for may happen in the app alone.
        """
        async with asyncio.timeout(within):
            while not (found := look()):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.01)
            return found

    def readers(self, channel: Channel) -> list[str]:
        """The people, not bots, who can open a channel or thread now."""
        world = self.world
        if channel.guild is None:
            return [channel.recipient]
        return [
            one
            for one in world.guilds[channel.guild].members
            if not world.users[one].bot and can_read(world, channel, one)
        ]

    def see(self, what: str, message: Message, *, only: str = "") -> None:
        """Everybody who can sees what happened to a message."""
        channel = self.world.channels[message.channel]
        for user in [only or message.only_for] if only or message.only_for else self.readers(channel):
            inside = channel.strand is None or user in channel.strand.members or channel.kind != 12
            self._keep(
                Sight(
                    user,
                    what,
                    channel.id,
                    message.id,
                    message.text,
                    tuple(message.components),
                    message.author,
                    self.clock.now(),
                    ephemeral=bool(message.only_for),
                    reading=not inside,
                )
            )
        self.changed()

    def _keep(self, sight: Sight) -> None:
        self.sights.append(sight)
        self.sights_of.setdefault(sight.user, []).append(sight)

    def notice(
        self, user: str, what: str, text: str, *, channel: str = "", components: list[Json] | None = None
    ) -> None:
        """Somebody sees something that is no message."""
        shown = tuple(components or ())
        self._keep(Sight(user, what, channel, "", text, shown, self.world.app.id, self.clock.now(), ephemeral=True))
        self.changed()

    def tell(
        self, name: str, data: Json, *, guild: str | None = None, private: bool = False, always: bool = False
    ) -> Event:
        """Have the app hear of something, if its intents and shards say so."""
        return self.gateway.tell(Event(name, data, guild, private=private, always=always))


Handler = Callable[[Core, Call], Awaitable[Any]]
