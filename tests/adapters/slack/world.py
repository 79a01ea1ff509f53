"""The world of the journeys, in Slack: what members do is done there, and what they saw is read from its own list."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from adapters.slack.ids import member_of, user_of
from adapters.slack.pace import Pace
from adapters.store.memory import MemoryStore
from bot.commands import Block, ChangeSettings, Command, Erase, Join, Leave, Pause, Press, Resume, Reword, Say, Unsay
from bot.dispatch import Dispatch
from bot.domain.ids import MemberId
from bot.messages import Form, Message, Reply
from bot.ports import Random
from tests.adapters.slack.bar import COMMUNITY, TEAM, Bar
from tests.platforms.slack import refused
from tests.platforms.slack.core import Sight
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.faults import Call
from tests.platforms.slack.people import Outcome
from tests.platforms.slack.state import Kind, Post
from tests.platforms.slack.widgets import Widget
from tests.world import START, World

#: What the Home tab has a button for.
ON_HOME: Final[Mapping[type[Command], str]] = {Leave: "leave", Resume: "resume", Erase: "erase", Pause: "stop"}


class Overheard(Dispatch):
    """Remembers what was replied last."""

    last: Reply | None = None

    async def receive(
        self, source: str, external_id: str, command: Command, *, told: bool = False, attempt: str = ""
    ) -> Reply | None:
        self.last = await super().receive(source, external_id, command, told=told, attempt=attempt)
        return self.last


class SlackWorld(World):
    """`async with SlackWorld() as world:` – one workspace; the same deeds as in the house."""

    community = COMMUNITY

    def __init__(self, *, random: Random | None = None, bar: type[Bar] = Bar, stewards: Sequence[str] = ()) -> None:
        store = MemoryStore()
        self._chosen_random = random
        super().__init__(store, store.rooms)
        self.bar = bar(self, stewards=stewards)
        #: What was brought to the app because of each arrival, and what each message of a member is in Slack.
        self.brought: dict[str, list[Delivery]] = {}
        self.sources: dict[str, Post] = {}
        self.deaf: set[MemberId] = set()
        #: What was seen, in words, as far as it was read.
        self._lines: list[str] = []

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
        await self._in_step()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.bar.__aexit__(kind, error, trace)

    async def _begin(self) -> None:
        await self.bar.start()
        await self._in_step()

    async def _in_step(self) -> None:
        """Turns come by the clock that stands: whoever is told a lot in one moment is told it then."""
        self.engine = self.bar.engine
        self.bar.counter.api._pace = Pace(now=_Ages())

    @property
    def team(self) -> Any:
        return self.bar.team

    # --- deeds -------------------------------------------------------------------------------------------------------

    def id_of(self, name: str) -> MemberId:
        return member_of(TEAM, f"U{name.upper()}")

    def lives(self, name: str, language: str = "en", **traits: Any) -> None:
        """Somebody has an account in the workspace."""
        user = user_of(self.id_of(name))
        if user not in self.bar.slack.core.world.users:
            self.bar.person(user, name, language, **traits)

    async def join(self, name: str, language: str = "en", **more: Any) -> MemberId:
        member = self.id_of(name)
        user = user_of(member)
        self.lives(name, language, **more)
        if await self.dispatch.known(member) is None:
            await self._opens_the_door(user)
            await self._done(await self.team.submit(user, {"language": language}))
            await self.team.close(user)
        await super().send(ChangeSettings(member, quiet_from=START.time(), quiet_until=START.time()))
        return member

    async def _opens_the_door(self, user: str) -> None:
        """On a machine that is busy with others' work a window can be too late; people ask again."""
        for _ in range(3):
            await self.team.command(user, "/comptoir", "")
            if self.team.modal(user):
                return

    async def send(self, command: Command, *, arrival: str | None = None) -> Reply | None:
        """A member does that in Slack, as far as there is a way; with the same `arrival`, Slack tells it again."""
        courier = self.bar.slack.courier
        assert isinstance(self.dispatch, Overheard)
        self.dispatch.last = None
        for delivery in self.brought.get(arrival or "", ()):
            await courier.again(delivery)
            await self._settled()
        if arrival in self.brought:
            return None
        before = len(courier.deliveries)
        reply = await self._do(command, arrival)
        if arrival and len(courier.deliveries) > before:
            self.brought[arrival] = [one for one in courier.deliveries[before:] if _is_theirs(one)]
        return reply

    async def _do(self, command: Command, arrival: str | None) -> Reply | None:
        match command:
            case Press(member, token, choice):
                return await self.press_token(member, token, choice)
            case Say(member, text, source):
                return await self._say(member, text, source)
            case Reword(member, source, text) if source in self.sources:
                await self.team.edit(user_of(member), self.sources[source], text)
            case Unsay(member, source) if source in self.sources:
                await self.team.delete(user_of(member), self.sources[source])
            case Join(member, _, name, language):
                await self.join(name, language)
            case Block(member, tie):
                await self._block(member, tie)
            case _ if type(command) in ON_HOME and getattr(command, "until", None) is None:
                await self._press_on_home(command)
            case _:
                return await super().send(command, arrival=arrival)
        await self._settled()
        return self._last()

    async def say(self, member: MemberId, text: str) -> Reply | None:
        return await self._say(member, text, "")

    async def post(self, member: MemberId, text: str) -> Message:
        """Whom nothing reaches is still answered where they type a command."""
        if member not in self.deaf:
            return await super().post(member, text)
        await self.team.command(user_of(member), "/need", text)
        reply = await self._done(await self.team.press(user_of(member), "post"))
        await self.engine.look()
        assert isinstance(reply, Message)
        return reply

    async def _say(self, member: MemberId, text: str, source: str) -> Reply | None:
        """The reply comes through the outbox."""
        assert isinstance(self.dispatch, Overheard)
        self.dispatch.last = None
        before = len(await self.messages(member))
        post = await self.team.say(user_of(member), text)
        if source:
            self.sources[source] = post
        await self._settled()
        await self.engine.look()
        if isinstance(self._last(), Form):
            return self._last()
        after = await self.messages(member)
        return after[-1] if len(after) > before else None

    async def press_token(self, member: MemberId, token: str, choice: str) -> Reply | None:
        outcome = await self.team.press(user_of(member), self.button(token, choice))
        return await self._done(outcome)

    def button(self, token: str, choice: str) -> Widget:
        """A button as somebody once saw it, wherever its message is now."""
        posts = {(post.channel, post.ts): post for room in self._rooms() for post in room.posts}
        for sight in reversed(self.bar.slack.core.sights):
            for block in sight.blocks:
                for shape in block.get("elements", ()) if block["type"] == "actions" else ():
                    if shape.get("value") == token and (sight.channel, sight.ts) in posts:
                        name = f"press:{choice}"
                        post = posts[sight.channel, sight.ts]
                        return Widget("button", name, block["block_id"], shape | {"action_id": name}, post)
        raise AssertionError(f"nobody ever saw a button {token}")

    async def _press_on_home(self, command: Command) -> None:
        user, what = user_of(command.member), ON_HOME[type(command)]
        await self._settled()
        await self.team.home(user)
        there = [widget for widget in self.team.buttons(user, where="home") if widget.action_id == what]
        if there:
            await self.team.press(user, there[0])
        elif await self.dispatch.known(command.member):
            await self.dispatch.receive("slack", f"typed-{self.arrivals}", command)
            self.arrivals += 1

    async def _block(self, member: MemberId, tie: str) -> None:
        user = user_of(member)
        await self.team.home(user)
        for menu in self.team.buttons(user, where="home"):
            for option in menu.shape.get("options", ()):
                what, _, name = option["value"].partition(":")
                if what == "block" and self.bar.counter.veil.lifted(member, name) == tie:
                    await self.team.choose(user, menu, option["value"])
                    await self.team.submit(user)
                    await self.team.close(user)
                    return
        # Who has left finds no ties, and comes in again to block somebody.
        assert not await self.dispatch.known(member), f"{member} finds no such tie"

    async def _done(self, outcome: Outcome) -> Reply | None:
        assert outcome.acked, outcome
        assert not outcome.errors, outcome
        await self._settled()
        return self._last()

    async def _settled(self) -> None:
        """Until everybody was answered, and Slack has told the app all there is to tell."""
        await self.bar.counter.later.close()
        await self.bar.slack.settled()
        await self.bar.counter.later.close()

    def _last(self) -> Reply | None:
        assert isinstance(self.dispatch, Overheard)
        return self.dispatch.last

    async def _show(self, member: MemberId, reply: Reply | None) -> None:
        """Slack showed it already."""

    def out_of_reach(self, member: MemberId) -> None:
        self.deaf.add(member)
        self.bar.slack.faults.plan(
            "*", refused("user_not_found"), times=None, when=lambda call: _is_for(user_of(member), call.arguments)
        )

    # --- what people saw ---------------------------------------------------------------------------------------------

    async def messages(self, member: MemberId) -> list[Message]:
        """What is in front of a member in their conversation with Comptoir, as we know it."""
        there = {(post.channel, post.ts) for post in self.team.visible(user_of(member)) if post.by_bot}
        place = self.team.direct(user_of(member)).id
        mine = await self.bar.counter.sendings.shown_to(member, limit=100_000)
        mine = [one for one in mine if one.place == place and (one.place, one.ref) in there]
        return [one.messages[member] for one in sorted(mine, key=lambda one: tuple(map(int, one.ref.split("."))))]

    async def transcript(self, member: MemberId, language: str = "en") -> list[str]:
        """Everything that a member saw happen, with times, buttons and fallback texts included."""
        sights = self.bar.slack.core.sights
        self._lines += map(line, sights[len(self._lines) :])
        return [said for sight, said in zip(sights, self._lines, strict=True) if sight.user == user_of(member)]

    async def openings(self, member: MemberId) -> int:
        """How many times this member was introduced to somebody: one message each."""
        rooms = [room for room in self._rooms() if room.kind is Kind.GROUP and user_of(member) in room.members]
        return sum(post.by_bot for room in rooms for post in room.posts)

    async def meetings(self, member: MemberId) -> list[frozenset[MemberId]]:
        rooms = [room for room in self._rooms() if room.kind is Kind.GROUP and user_of(member) in room.members]
        return [
            frozenset(member_of(TEAM, user) for user in room.members if user != self.team.bot)
            for room in rooms
            for post in room.posts
            if post.by_bot
        ]

    def _rooms(self) -> list[Any]:
        return list(self.bar.slack.core.world.channels.values())


class _Ages:
    """A clock on which ages pass between two looks: nothing waits for its turn."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        self._now += 3600
        return self._now


def line(sight: Sight) -> str:
    """Something that somebody saw, in words: no token, no id of a message."""
    at = datetime.fromtimestamp(sight.moment, UTC).isoformat()
    return f"{at} {sight.what} {sight.text!r} {worded(sight.blocks)}"


def worded(blocks: Any) -> list[str]:
    """Every text in blocks, in order."""
    if isinstance(blocks, Mapping):
        if blocks.get("type") in ("plain_text", "mrkdwn", "text"):
            return [str(blocks["text"])]
        return [text for part in blocks.values() for text in worded(part)]
    if isinstance(blocks, list | tuple):
        return [text for part in blocks for text in worded(part)]
    return []


def _is_for(user: str, arguments: Mapping[str, Any]) -> bool:
    return user in (arguments.get("channel"), arguments.get("user"), arguments.get("users"))


def _is_theirs(delivery: Delivery) -> bool:
    """Not what Slack tells the app of its own messages."""
    event = delivery.payload.get("event")
    return not (isinstance(event, dict) and (event.get("bot_id") or event.get("message", {}).get("bot_id")))


def shown(world: SlackWorld, calls: Sequence[Call]) -> Iterator[tuple[frozenset[str], str]]:
    """What calls of ours put before people: who they are, and everything that Slack was given for it, as JSON."""
    core = world.bar.slack.core
    for call in calls:
        said = call.arguments
        match call.method.partition(".")[0]:
            case "chat":
                room = core.world.channels.get(str(said.get("channel")))
                people = [user for user in room.members if user != world.team.bot] if room else [str(said["channel"])]
                people = [str(said["user"])] if "user" in said else people
            case "views":
                trigger = core.triggers.get(str(said.get("trigger_id")))
                view = core.world.views.get(str(said.get("view_id")))
                people = [str(said.get("user_id") or (trigger or view or Nobody()).user)]
            case _:
                continue
        yield frozenset(people), json.dumps(said, ensure_ascii=False)


def answers(deliveries: Sequence[Delivery]) -> Iterator[tuple[frozenset[str], str]]:
    """What we answered to what people did there and then, likewise."""
    for delivery in deliveries:
        user = delivery.payload.get("user_id") or (delivery.payload.get("user") or {}).get("id")
        if delivery.answer and user:
            yield frozenset([str(user)]), json.dumps(delivery.answer, ensure_ascii=False)


class Nobody:
    """Behind a trigger that Slack never gave."""

    user = ""


def kept(store: Any) -> dict[str, str]:
    """Everything in the database but what arrived, by shelf, to compare."""
    rows = {
        label.name: repr(shelf.rows) for label, shelf in store.shelves.items() if not label.name.startswith("inbox")
    }
    return rows | {"sendings": repr(store.sendings._sendings), "rooms": repr(vars(store.rooms))}
