"""The heart of the fake: what exists, what everybody saw, what was asked, and how the app is told."""

import asyncio
import itertools
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.platforms.slack.clock import Clock
from tests.platforms.slack.controls import Control
from tests.platforms.slack.delivery import Courier, Delivery
from tests.platforms.slack.faults import Call, Faults
from tests.platforms.slack.limits import Gauge
from tests.platforms.slack.payloads import event_callback
from tests.platforms.slack.scopes import EVENTS
from tests.platforms.slack.state import Channel, Json, Team, World

T = TypeVar("T")


@dataclass(frozen=True)
class Sight:
    """Something that somebody saw happen, in the order of the true list.

    `what` is message, edit, delete, ephemeral, modal, modal_closed, home, or trouble: Slack's own words, as the app did
    not answer. `text` and `blocks` are what was there to read. `moment` is a date; `by` who wrote.
    """

    user: str
    what: str
    channel: str
    ts: str
    text: str
    blocks: tuple[Json, ...]
    by: str
    moment: float


@dataclass
class Trigger:
    """Leave to open a modal: once, and not for long."""

    user: str
    team: str
    born: float
    view: str = ""
    used: bool = False


@dataclass
class Hook:
    """A response_url. Source: https://docs.slack.dev/interactivity/handling-user-interaction (message responses)."""

    team: str
    user: str
    channel: str
    ts: str
    born: float
    uses: int = 0


@dataclass
class Core:
    """What the parts of the fake share. Deadlines are in our seconds: `speed` does not hurry the app under test."""

    clock: Clock
    gauge: Gauge
    courier: Courier
    world: World = field(default_factory=World)
    faults: Faults = field(default_factory=Faults)
    #: Seconds of ours that a trigger_id lives.
    trigger_life: float = 3.0
    #: Whether the app hears of what it wrote itself, as at Slack.
    echoes: bool = True
    url: str = ""
    sights: list[Sight] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    codes: dict[str, Json] = field(default_factory=dict)
    #: Who agreed to an installation: workspace and person.
    agreed: tuple[str, str] | None = None
    #: apps.connections.open, put in by the server.
    connections_open: "Handler" = field(default=None)  # type: ignore[assignment]  # set before anything is served
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def new_id(self, letter: str) -> str:
        """A new id as Slack makes them: a letter, then letters and digits."""
        return f"{letter}0FAKE{next(self._numbers):05d}"

    def new_trigger(self, user: str, team: str, view: str = "") -> str:
        trigger = f"{next(self._numbers)}.{next(self._numbers)}.{uuid.uuid4().hex}"
        self.triggers[trigger] = Trigger(user, team, asyncio.get_running_loop().time(), view)
        return trigger

    def new_hook(self, kind: str, team: str, user: str, channel: str, ts: str = "") -> str:
        """The address of a new response_url; `kind` is commands, actions or app."""
        path = f"/{kind}/{team}/{next(self._numbers)}/{uuid.uuid4().hex[:24]}"
        self.hooks[path] = Hook(team, user, channel, ts, self.clock.elapsed())
        return self.url + path

    def see(
        self,
        user: str,
        what: str,
        *,
        channel: str = "",
        ts: str = "",
        text: str = "",
        by: str = "",
        blocks: list[Json] | None = None,
    ) -> None:
        self.sights.append(Sight(user, what, channel, ts, text, tuple(blocks or ()), by, self.clock.now()))
        self.changed()

    def changed(self) -> None:
        """Wake whoever waits for something to be so."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, look: Callable[[], T], within: float = 5.0) -> T:
        """Wait until `look` gives something true. Raises: TimeoutError after so many of our seconds."""
        async with asyncio.timeout(within):
            while not (found := look()):
                await self._changed.wait()
            return found

    def tell(
        self,
        team: Team,
        name: str,
        event: Json,
        channel: Channel | None = None,
        *,
        source: str = "",
        scope: str | None = None,
    ) -> Delivery | None:
        """Have the app hear of something, if it subscribed to it and may know. `name` is a key of scopes.EVENTS."""
        if not team.installed or not self.may_hear(team, name, EVENTS[name] if scope is None else scope):
            return None
        payload = event_callback(
            self.world.app,
            team,
            event,
            event_id=self.new_id("Ev"),
            moment=self.clock.now(),
            source=source or team.id,
            shared=bool(channel and channel.shared),
        )
        return self.courier.start(Delivery("events_api", payload, team.id))

    def may_hear(self, team: Team, name: str, scope: str) -> bool:
        events, scopes = self.world.app.events, self.scopes_of(team.id)
        return (events is None or name in events) and (not scope or scopes is None or scope in scopes)

    def scopes_of(self, team: str) -> frozenset[str] | None:
        """What the app may hear of in a workspace, by all its tokens there; None: everything."""
        scopes: frozenset[str] = frozenset()
        for token in self.world.tokens.values():
            if token.team == team and token.kind == "bot":
                if token.scopes is None:
                    return None
                scopes |= token.scopes
        return scopes


async def first(*started: Delivery | None) -> list[Delivery]:
    """Wait until each was tried once, except what a test keeps back."""
    told = [delivery for delivery in started if delivery is not None]
    for delivery in told:
        if not delivery.held:
            await delivery.first.wait()
    return told


Handler = Callable[[Core, Call], Awaitable[Json]]
