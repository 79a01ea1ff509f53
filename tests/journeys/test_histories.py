"""Whole random histories, with the promises checked after every step (I1, I5, I6, I7)."""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from contextlib import ExitStack
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.commands import Block, Command, Erase, Leave, Pause, PauseCommunity, Press, Resume, Reword, Say, Unsay
from bot.domain.ids import MemberId
from bot.domain.introductions import MET_STATES, Answer, State
from bot.domain.ties import TieState
from bot.messages import Message, Refused, Reply
from tests.stores import fresh_world
from tests.world import COMMUNITY

T = TypeVar("T")
#: Names that no sentence of ours contains.
NAMES = ("Zaphira", "Quentinou", "Wilhelmo", "Xanthippa", "Yolandix")
SUBJECTS = ("T-shirts", "Kubernetes", "accordion lessons")
TEXTS = tuple(f"I can offer some {s}" for s in SUBJECTS) + tuple(f"I am looking for {s}" for s in SUBJECTS)
members = st.sampled_from(NAMES)
#: CI walks 200 histories of 50 steps; a campaign many more (`make campaign`).
CAMPAIGN = settings(
    max_examples=int(os.environ.get("HISTORIES", "200")),
    stateful_step_count=int(os.environ.get("HISTORY_STEPS", "50")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Histories(RuleBasedStateMachine):
    """A small community in which anything may happen in any order."""

    kind = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.loop = self.stack.enter_context(asyncio.Runner())
        self.world = self.do(self._opened())
        self.sent: list[tuple[str, Command]] = []
        self.tokens: list[tuple[MemberId, str, str]] = []
        #: Who blocked whom, and how many rooms the two shared by then.
        self.met_when_blocked: dict[frozenset[MemberId], int] = {}

    async def _opened(self) -> Any:
        return await fresh_world(self.kind, self.stack)

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(coroutine)

    def teardown(self) -> None:
        self.do(self.world.store.close())
        self.stack.close()

    def id(self, name: str) -> MemberId:
        return MemberId(f"{COMMUNITY}:{name.lower()}")

    async def send(self, command: Command) -> Reply | None:
        arrival = f"history-{len(self.sent)}"
        self.sent.append((arrival, command))
        reply: Reply | None = await self.world.send(command, arrival=arrival)
        return reply

    @initialize()
    def everybody_comes_in(self) -> None:
        for name in NAMES[:4]:
            self.join(name=name, language="en")

    # --- what may happen ---------------------------------------------------------------------------------------------

    @rule(name=members, language=st.sampled_from(["en", "fr"]))
    def join(self, name: str, language: str) -> None:
        self.do(self.world.join(name, language))

    @rule(name=members, text=st.sampled_from(TEXTS))
    def post(self, name: str, text: str) -> None:
        async def step() -> None:
            reply = await self.world.say(self.id(name), text)
            if isinstance(reply, Message) and "post" in reply.choices:
                await self.world.press(self.id(name), "post")
            await self.world.engine.look()

        self.do(step())

    @rule(name=members, other=members, subject=st.sampled_from(SUBJECTS))
    def need_meets_offer(self, name: str, other: str, subject: str) -> None:
        self.post(name=name, text=f"I can offer some {subject}")
        self.post(name=other, text=f"I am looking for {subject}")

    @rule(name=members, text=st.sampled_from(TEXTS), to=st.sampled_from(["", *TEXTS]), minutes=st.sampled_from([0, 2]))
    def post_and_change_the_message(self, name: str, text: str, to: str, minutes: int) -> None:
        async def step() -> None:
            me, source = self.id(name), f"message-{len(self.sent)}"
            reply = await self.send(Say(me, text, source))
            await self.world._show(me, reply)
            if isinstance(reply, Message) and "post" in reply.choices:
                await self.world.press(me, "post")
            await self.world.travel(minutes=minutes)
            reply = await self.send(Reword(me, source, to) if to else Unsay(me, source))
            await self.world._show(me, reply)
            await self.world.engine.look()

        self.do(step())

    @rule(on=st.sampled_from([True, False, False]))
    def rest(self, on: bool) -> None:
        self.do(self.send(PauseCommunity(self.id("steward"), admin=True, on=on)))

    @rule(names=st.permutations(NAMES), seconds=st.sampled_from([0, 10, 40]))
    def everybody_says_yes(self, names: list[str], seconds: int) -> None:
        async def step() -> None:
            for name in names:
                await self._press_one(name, None, "yes")
                await self.world.travel(seconds=seconds)

        self.do(step())

    @rule(name=members, pick=st.randoms(use_true_random=False), choice=st.sampled_from(["yes", "not_now", "no"]))
    def answer(self, name: str, pick: Any, choice: str) -> None:
        self.do(self._press_one(name, pick, choice))

    @rule(name=members, pick=st.randoms(use_true_random=False))
    def press_anything(self, name: str, pick: Any) -> None:
        self.do(self._press_one(name, pick, None))

    async def _press_one(self, name: str, pick: Any, wanted: str | None) -> None:
        """Press one of the buttons that a member sees; the newest when nothing picks."""
        seen = [
            (part.token, choice)
            for message in await self.world.messages(self.id(name))
            for part in (message, *message.parts)
            for choice in part.choices
            if part.token and wanted in (None, choice)
        ]
        if seen:
            token, choice = pick.choice(seen) if pick else seen[-1]
            self.tokens.append((self.id(name), token, choice))
            await self.world.press_token(self.id(name), token, choice)

    @precondition(lambda self: self.tokens)
    @rule(pick=st.randoms(use_true_random=False))
    def press_again(self, pick: Any) -> None:
        member, token, choice = pick.choice(self.tokens)
        self.do(self.world.press_token(member, token, choice))

    @precondition(lambda self: self.tokens)
    @rule(name=members, pick=st.randoms(use_true_random=False))
    def press_somebody_elses(self, name: str, pick: Any) -> None:
        owner, token, choice = pick.choice(self.tokens)
        if owner != self.id(name):
            reply = self.do(self.send(Press(self.id(name), token, choice)))
            assert isinstance(reply, Refused)
            assert reply.key == "refusal.dead_button"

    @rule(name=members, how=st.sampled_from([Leave, Leave, Erase]), back=st.sampled_from([True, True, False]))
    def depart(self, name: str, how: type[Leave] | type[Erase], back: bool) -> None:
        async def step() -> None:
            await self.send(how(self.id(name)))
            if how is Erase:
                await self.world.engine.look()
            if back:
                await self.world.join(name)

        self.do(step())

    @rule(name=members, back=st.sampled_from([True, True, False]))
    def pause(self, name: str, back: bool) -> None:
        async def step() -> None:
            await self.send(Pause(self.id(name), None))
            await self.world.engine.look()
            if back:
                await self.send(Resume(self.id(name)))

        self.do(step())

    @rule(name=members, other=members)
    def block(self, name: str, other: str) -> None:
        async def step() -> None:
            async with self.world.store.reading() as uow:
                ties = await uow.ties.of_member(self.id(name))
            for tie in ties:
                if tie.other(self.id(name)) == self.id(other) and tie.state is TieState.ALIVE:
                    await self.send(Block(self.id(name), tie.id))
                    pair = frozenset({self.id(name), self.id(other)})
                    self.met_when_blocked.setdefault(pair, (await self._pairs())[pair])

        self.do(step())

    @rule(hours=st.sampled_from([1, 24, 5 * 24, 8 * 24, 40 * 24]))
    def let_time_pass(self, hours: int) -> None:
        self.do(self.world.travel(hours=hours))

    @rule(seconds=st.sampled_from([5, 40]))
    def wait_a_moment(self, seconds: int) -> None:
        self.do(self.world.travel(seconds=seconds))

    @rule()
    def restart(self) -> None:
        self.world.start()

    @precondition(lambda self: self.sent)
    @rule(pick=st.randoms(use_true_random=False))
    def redeliver(self, pick: Any) -> None:
        arrival, command = pick.choice(self.sent)
        before = self.do(self._counted())
        self.do(self.world.send(command, arrival=arrival))
        assert self.do(self._counted()) == before

    async def _counted(self) -> list[int]:
        """How much there is of what members make."""
        counts: list[int] = []
        async with self.world.store.reading() as uow:
            for member in map(self.id, NAMES):
                intros = await uow.introductions.of_member(member)
                counts += [len(await uow.notices.of_member(member)), len(intros)]
                counts.append(sum(bool(intro.side_of(member).answer) for intro in intros))
        return counts

    # --- what must always hold ---------------------------------------------------------------------------------------

    async def _pairs(self) -> Counter[frozenset[MemberId]]:
        """How often each two people share a room."""
        rooms: dict[str, frozenset[MemberId]] = {}
        for name in NAMES:
            for room, people in await self.world.rooms.rooms_of(self.id(name)):
                rooms[room] = frozenset(people)
        return Counter(rooms.values())

    @invariant()
    def nobody_is_named_before_two_yeses(self) -> None:
        self.do(self._nobody_is_named())

    async def _nobody_is_named(self) -> None:
        pairs = await self._pairs()
        for name in NAMES:
            me = self.id(name)
            known = {person for pair in pairs if me in pair for person in pair}
            said = "\n".join(await self.world.transcript(me))
            for other in NAMES:
                assert self.id(other) in known | {me} or other not in said, (name, other)

    @invariant()
    def every_introduction_has_two_yeses(self) -> None:
        self.do(self._two_yeses())

    async def _two_yeses(self) -> None:
        seen = set()
        async with self.world.store.reading() as uow:
            for name in NAMES:
                for intro in await uow.introductions.of_member(self.id(name)):
                    seen.add(intro.id)
                    if intro.state in MET_STATES:
                        assert all(side.answer is Answer.YES for side in intro.sides)
                    if intro.state is State.ASKED and not any(side.member is None for side in intro.sides):
                        assert len(intro.persons) == 2

    @invariant()
    def a_pair_is_asked_and_introduced_once(self) -> None:
        self.do(self._once())

    async def _once(self) -> None:
        for name in NAMES:
            keys = Counter[str]()
            for message in await self.world.messages(self.id(name)):
                keys.update(part.token for part in (message, *message.parts) if part.token)
            assert all(count == 1 for count in keys.values())

    @invariant()
    def a_block_holds(self) -> None:
        pairs = self.do(self._pairs())
        assert all(pairs[pair] <= met for pair, met in self.met_when_blocked.items())


class StoredHistories(Histories):
    """The same, on a real SQLite file."""

    kind = "sqlite"


def _cases(machine: type[Histories]) -> Any:
    machine.TestCase.settings = CAMPAIGN
    return machine.TestCase


TestHistoriesInMemory = _cases(Histories)
TestHistoriesOnSqlite = _cases(StoredHistories)


pytestmark = pytest.mark.timeout(1800)
