"""The world of the journeys, in Discord: what members do is done there, and what they saw is read from its own list."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from adapters.discord.ids import user_of
from adapters.discord.openings import is_opening, person_of
from adapters.store.memory import MemoryStore
from bot.commands import ChangeSettings, Command, Join, Press, Resume, Reword, Say, Unsay
from bot.dispatch import Dispatch
from bot.domain.ids import MemberId
from bot.messages import Form, Message, Reply
from bot.ports import Random
from tests.adapters.discord.bar import COMMUNITY, Bar
from tests.platforms.discord.core import Sight
from tests.platforms.discord.faults import Call, refused
from tests.platforms.discord.people import Person
from tests.platforms.discord.sessions import Event
from tests.platforms.discord.state import Message as Shown
from tests.world import START, World

#: What a single command does at once.
TYPED: Final[Mapping[type[Command], str]] = {Resume: "/resume"}


class Overheard(Dispatch):
    """Remembers what was replied last."""

    last: Reply | None = None

    async def receive(
        self, source: str, external_id: str, command: Command, *, told: bool = False, **more: Any
    ) -> Reply | None:
        self.last = await super().receive(source, external_id, command, told=told, **more)
        return self.last


class DiscordWorld(World):
    """`async with DiscordWorld() as world:` – one server; the same deeds as in the house."""

    community = COMMUNITY

    def __init__(self, *, random: Random | None = None, stewards: Sequence[str] = ()) -> None:
        store = MemoryStore()
        self._chosen_random = random
        super().__init__(store, store.rooms)
        self.bar = Bar(self, stewards=stewards)
        self.people: dict[str, Person] = {}
        #: What the app was told because of each arrival, and what each message of a member is in Discord.
        self.brought: dict[str, list[Event]] = {}
        self.sources: dict[str, Shown] = {}
        self.deaf: set[MemberId] = set()

    def start(self) -> None:
        if self._chosen_random is not None:
            self.random = self._chosen_random  # type: ignore[assignment]  # a world is made with a seed alone
        super().start()
        self.dispatch = Overheard(self.runner)

    async def restart(self) -> None:
        await self.bar.stop()
        await self._begin()

    async def __aenter__(self) -> Self:
        await self.bar.__aenter__()
        self.engine = self.bar.engine
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.bar.__aexit__(kind, error, trace)

    async def _begin(self) -> None:
        await self.bar.start()
        self.engine = self.bar.engine

    # --- deeds -------------------------------------------------------------------------------------------------------

    def id_of(self, name: str) -> MemberId:
        return self.bar.member(self.lives(name))

    def lives(self, name: str, language: str = "en", **traits: Any) -> Person:
        """Somebody has an account in the server."""
        if name not in self.people:
            self.people[name] = self.bar.person(name, language, **traits)
        return self.people[name]

    def person(self, member: MemberId) -> Person:
        """The account behind a member."""
        return next(person for person in self.people.values() if person.id == user_of(member))

    async def join(self, name: str, language: str = "en", **more: Any) -> MemberId:
        person = self.lives(name, language, **more)
        member = self.bar.member(person)
        if await self.dispatch.known(member) is None:
            await person.runs("/join", channel=self.bar.general)
            outcome = await person.submits(person.modal)
            assert outcome.kind in ("message", "thinking"), outcome
            await self.bar.settled()
        await super().send(ChangeSettings(member, quiet_from=START.time(), quiet_until=START.time()))
        return member

    async def send(self, command: Command, *, arrival: str | None = None) -> Reply | None:
        """A member does that in Discord, as far as there is a way; with the same `arrival`, Discord tells it again."""
        assert isinstance(self.dispatch, Overheard)
        self.dispatch.last = None
        for event in self.brought.get(arrival or "", ()):
            await self.bar.fake.gateway.again(event)
            await self.bar.settled()
        if arrival in self.brought:
            return None
        gateway = self.bar.fake.gateway
        before = len(gateway.events)
        reply = await self._do(command, arrival)
        mine = [event for event in gateway.events[before:] if _is_theirs(event, self.bar.fake.app.id)]
        if arrival and mine:
            self.brought[arrival] = mine
        return reply

    async def _do(self, command: Command, arrival: str | None) -> Reply | None:
        match command:
            case Press(member, token, choice):
                return await self.press_token(member, token, choice)
            case Say(member, text, source):
                return await self._say(member, text, source)
            case Reword(member, source, text) if source in self.sources:
                await self.person(member).edits(self.sources[source], text)
            case Unsay(member, source) if source in self.sources:
                await self.person(member).deletes(self.sources[source])
            case Join(_, _, name, language):
                await self.join(name, language)
            case _ if type(command) in TYPED:
                await self.person(MemberId(command.member)).runs(TYPED[type(command)], channel=self.bar.general)
            case _:
                return await super().send(command, arrival=arrival)
        await self.bar.settled()
        return self._last()

    async def say(self, member: MemberId, text: str) -> Reply | None:
        return await self._say(member, text, "")

    async def post(self, member: MemberId, text: str) -> Message:
        """Whom nothing reaches is still answered where they type a command."""
        if member not in self.deaf:
            return await super().post(member, text)
        person = self.person(member)
        outcome = await person.runs("/need", channel=self.bar.general, text=text)
        assert outcome.message
        await person.presses(outcome.message, person.buttons(outcome.message)[0])
        await self.bar.settled()
        reply = self._last()
        await self.engine.look()
        assert isinstance(reply, Message)
        return reply

    async def _say(self, member: MemberId, text: str, source: str) -> Reply | None:
        """The reply comes through the outbox."""
        assert isinstance(self.dispatch, Overheard)
        self.dispatch.last = None
        before = len(await self.messages(member))
        shown = await self.person(member).writes(text)
        if source:
            self.sources[source] = shown
        await self.bar.settled()
        await self.engine.look()
        if isinstance(self._last(), Form):
            return self._last()
        after = await self.messages(member)
        return after[-1] if len(after) > before else None

    async def press_token(self, member: MemberId, token: str, choice: str) -> Reply | None:
        assert isinstance(self.dispatch, Overheard)
        self.dispatch.last = None
        message = self.button(token)
        await self.person(member).presses(message, f"i1:{choice}:{token}", stale=True)
        await self.bar.settled()
        return self._last()

    def button(self, token: str) -> Shown:
        """The message that somebody once saw a button in."""
        channels = self.bar.fake.core.world.channels
        for sight in reversed(self.bar.fake.core.sights):
            if token in json.dumps(sight.components) and sight.message in channels[sight.channel].messages:
                return channels[sight.channel].messages[sight.message]
        raise AssertionError(f"nobody ever saw a button {token}")

    def _last(self) -> Reply | None:
        assert isinstance(self.dispatch, Overheard)
        return self.dispatch.last

    async def _show(self, member: MemberId, reply: Reply | None) -> None:
        """Discord showed it already."""

    def out_of_reach(self, member: MemberId) -> None:
        """Nothing can be written to them, as when their account is being closed."""
        self.deaf.add(member)
        place = self.person(member).direct.id
        self.bar.fake.faults.plan(
            "POST /channels/{channel}/messages",
            refused(403, 50007),
            times=None,
            when=lambda call: call["channel"] == place,
        )

    # --- what people saw ---------------------------------------------------------------------------------------------

    async def messages(self, member: MemberId) -> list[Message]:
        """What is in front of a member in their conversation with Comptoir, as we know it."""
        there = {message.id for message in self.person(member).dms}
        shown = await self.bar.counter.sendings.shown_to(member, limit=100_000)
        mine = [one for one in shown if one.ref in there and len(one.messages) == 1]
        return [one.messages[member] for one in sorted(mine, key=lambda one: int(one.ref))]

    async def transcript(self, member: MemberId, language: str = "en") -> list[str]:
        """Everything that a member saw happen, with times and buttons included."""
        return [line(sight) for sight in self.person(member).sights]

    async def openings(self, member: MemberId) -> int:
        """How many times this member was introduced to somebody: one message each."""
        return len(await self.meetings(member))

    async def meetings(self, member: MemberId) -> list[frozenset[MemberId]]:
        """With whom, each time."""
        others = [person_of(message) for message in await self.messages(member) if is_opening(message)]
        return [frozenset({member, MemberId(f"{COMMUNITY}:{other}")}) for other in others if other]


def line(sight: Sight) -> str:
    """Something that somebody saw, in words: no token, no id of a message."""
    at = datetime.fromtimestamp(sight.moment, UTC).isoformat()
    return f"{at} {sight.what} {sight.text!r} {list(labels(sight.components))}"


def labels(components: Any) -> Iterator[str]:
    """What buttons say, in order."""
    for component in components:
        if "label" in component:
            yield str(component["label"])
        yield from labels(component.get("components", ()))


def shown(world: DiscordWorld, calls: Sequence[Call]) -> Iterator[tuple[frozenset[str], str]]:
    """What calls of ours put before people: who they are, and everything that Discord was given for it, as JSON."""
    core = world.bar.fake.core
    for call in calls:
        if call.route.startswith(("POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages")):
            channel = core.world.channels.get(call["channel"])
            people = frozenset(core.readers(channel)) if channel else frozenset[str]()
        elif call.route.startswith(("POST /interactions", "POST /webhooks", "PATCH /webhooks")):
            found = core.tokens.get(call.parameters.get("token", ""))
            people = frozenset({found.user}) if found else frozenset()
        else:
            continue
        yield people, json.dumps(call.body, ensure_ascii=False)


def _is_theirs(event: Event, app: str) -> bool:
    """Not what Discord tells the app of its own messages."""
    author = event.data.get("author") or {}
    return event.name in ("INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE") and (
        author.get("id") != app
    )
