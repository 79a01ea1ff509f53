"""A whole Comptoir on a clock that tests move: real engine, store, index, outbox and house; no server."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from adapters.chance import SeededRandom
from adapters.clock import MovedClock
from adapters.house.platform import House
from adapters.house.rooms import private_room
from adapters.index.in_process import InProcessCandidates
from adapters.store.memory import MemoryStore
from bot.commands import ChangeSettings, Command, Hear, Join, Press, Say
from bot.delivery import Courier
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Community
from bot.domain.rules import DEFAULT_RULES, Rules
from bot.engine import Engine
from bot.errors import Unreachable
from bot.messages import Form, Message, Refused, Reply
from bot.ports import ChatPlatform, Priority, Store
from bot.rooms import Rooms
from bot.runner import Runner
from bot.text import catalogue
from bot.tick import Tick
from matching.encoder import Encoder

COMMUNITY = CommunityId("house:test")
#: A Monday, eleven in the morning in Paris.
START = datetime(2026, 3, 2, 10, tzinfo=UTC)


class StoppedClock:
    """A clock that stands still until it is moved."""

    def now(self) -> datetime:
        return START


class Deaf:
    """A platform on which one member cannot be reached."""

    def __init__(self, platform: ChatPlatform, member: MemberId) -> None:
        self._platform, self._member = platform, member

    async def tell(
        self,
        member: MemberId,
        message: Message,
        *,
        key: str,
        about: Sequence[MemberId] = (),
        priority: Priority = Priority.REPLY,
    ) -> None:
        if member == self._member:
            raise Unreachable(member)
        await self._platform.tell(member, message, key=key, about=about, priority=priority)

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        await self._platform.bring_together(openings, key=key)

    async def forget(self, member: MemberId, *, key: str) -> None:
        await self._platform.forget(member, key=key)


class World:
    """One community, driven by its members' words and buttons; shows what each has seen."""

    community = COMMUNITY

    def __init__(
        self, store: Store, rooms: Rooms, *, seed: int = 1, rules: Rules = DEFAULT_RULES, encoder: Encoder | None = None
    ) -> None:
        self.store, self.rooms, self.rules, self.encoder = store, rooms, rules, encoder
        self.clock = MovedClock(clock=StoppedClock())
        self.random = SeededRandom(seed)
        self.arrivals = 0
        self.start()

    def start(self) -> None:
        """Build everything that lives in a process; again after a crash."""
        self.runner = Runner(self.store, self.clock, self.random, self.rules, self.encoder)
        self.dispatch = Dispatch(self.runner)
        self.house = House(self.rooms, self.clock)
        tick = Tick(self.runner, self.dispatch, InProcessCandidates(self.store, SeededRandom(7), self.encoder))
        self.engine = Engine(tick, Courier(self.store, {"house": self.house}, self.clock))

    async def restart(self) -> None:
        """The process ends, and another begins."""
        self.start()

    async def open(self, *, listening: tuple[str, ...] = ()) -> Self:
        """Found the community."""
        community = Community(self.community, "The Counter", "en", "Europe/Paris", START, listening=listening)
        async with self.store.unit_of_work() as uow:
            await uow.communities.add(community)
            await uow.commit()
        return self

    def id_of(self, name: str) -> MemberId:
        """The member that somebody of this name is."""
        return MemberId(f"{self.community}:{name.lower()}")

    async def join(self, name: str, language: str = "en", **more: Any) -> MemberId:
        """Somebody enters. Without quiet hours, unless a test asks for them."""
        member = self.id_of(name)
        await self.send(Join(member, self.community, name, language, more.pop("zone", "Europe/Paris"), **more))
        await self.send(ChangeSettings(member, quiet_from=START.time(), quiet_until=START.time()))
        return member

    async def send(self, command: Command, *, arrival: str | None = None) -> Reply | None:
        """A command arrives, once or, with the same `arrival`, again."""
        self.arrivals += 1
        return await self.dispatch.receive("house", arrival or f"arrival-{self.arrivals}", command)

    async def say(self, member: MemberId, text: str) -> Reply | None:
        """Somebody types in private; the reply is shown to them as the house shows it."""
        reply = await self.send(Say(member, text))
        await self._show(member, reply)
        return reply

    async def hear(self, member: MemberId, text: str, channel: str = "comptoir") -> Message | None:
        """Somebody types in a channel. Returns: what Comptoir then asks them in private."""
        before = len(await self.messages(member))
        await self.send(Hear(member, channel, text))
        await self.engine.look()
        after = await self.messages(member)
        new = [message for message in after[before:] if message.key.startswith("heard.")]
        return new[-1] if new else None

    async def post(self, member: MemberId, text: str) -> Message:
        """Type a need or an offer, approve the preview, and let the engine look."""
        preview = await self.say(member, text)
        assert isinstance(preview, Message), preview
        assert "post" in preview.choices, preview
        reply = await self.press(member, "post")
        await self.engine.look()
        assert isinstance(reply, Message)
        return reply

    async def press(self, member: MemberId, choice: str, *, by: MemberId | None = None) -> Reply | None:
        """Press the newest button of that name that a member sees; `by` is who presses, if somebody else."""
        token = await self.token(member, choice)
        return await self.press_token(by or member, token, choice)

    async def press_token(self, member: MemberId, token: str, choice: str) -> Reply | None:
        """Press a button that was kept."""
        reply = await self.send(Press(member, token, choice))
        if isinstance(reply, Message) and not isinstance(reply, Refused):
            await self.rooms.replace(member, token, reply)
        return reply

    async def token(self, member: MemberId, choice: str) -> str:
        """The token of the newest message with such a button."""
        for message in reversed(await self.messages(member)):
            for part in (message, *message.parts):
                if choice in part.choices and part.token:
                    return part.token
        raise AssertionError(f"{member} sees no button {choice}")

    async def messages(self, member: MemberId) -> list[Message]:
        """What Comptoir said privately to a member, as it stands now."""
        posts = await self.rooms.lines(private_room(member), member, limit=100_000)
        return [post.message for post in posts if post.message]

    async def keys(self, member: MemberId) -> list[str]:
        """The keys of those messages."""
        return [message.key for message in await self.messages(member)]

    async def transcript(self, member: MemberId, language: str = "en") -> list[str]:
        """Everything that a member has seen, in words, with times, buttons included."""
        lines: list[str] = []
        rooms = [private_room(member), *(room for room, _ in await self.rooms.rooms_of(member))]
        for room in rooms:
            for post in await self.rooms.lines(room, member, limit=100_000):
                said = _words(post.message, language) if post.message else post.text
                lines.append(f"{post.at.isoformat()} {room.split(':')[0]} {said}")
        return lines

    async def openings(self, member: MemberId) -> int:
        """How many times this member was introduced to somebody."""
        return len(await self.rooms.rooms_of(member))

    def out_of_reach(self, member: MemberId) -> None:
        """From now on nothing arrives at this member."""
        courier = Courier(self.store, {"house": Deaf(self.house, member)}, self.clock)
        self.engine = Engine(self.engine.tick, courier)

    async def travel(self, **delta: float) -> None:
        """Let time pass, e.g. `days=3`."""
        await self.engine.travel(self.clock, timedelta(**delta))

    async def _show(self, member: MemberId, reply: Reply | None) -> None:
        if isinstance(reply, Message) and not isinstance(reply, Form):
            key = f"reply-{self.arrivals}"
            now = self.clock.now()
            await self.rooms.tell(private_room(member), reply, at=now, key=key, about=reply.about)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def _words(message: Message, language: str) -> str:
    words = catalogue(language)
    parts = [words.say(message), " ".join(f"[{choice}]" for choice in message.choices)]
    return "\n".join([*parts, *(_words(part, language) for part in message.parts)])


def in_memory(**more: Any) -> World:
    """A world that is gone with the test."""
    store = MemoryStore()
    return World(store, store.rooms, **more)
