"""Two yeses in the same moment, on two replicas of one PostgreSQL: both count, and each pair meets just once (I6)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from adapters.chance import SystemRandom
from adapters.house.platform import House
from adapters.index.in_process import InProcessCandidates
from adapters.store.sql import SqlStore
from bot.commands import Press
from bot.delivery import Courier
from bot.dispatch import Dispatch
from bot.domain.ids import IntroductionId, MemberId, NoticeId, PersonId
from bot.domain.introductions import Answer, Ground, Introduction, Relation, Side, State, scheduled
from bot.domain.members import Community, Member, Membership, Person
from bot.domain.notices import Kind, Notice, NoticeState
from bot.domain.rules import DEFAULT_RULES
from bot.domain.tokens import Purpose, Token, hashed
from bot.engine import Engine
from bot.messages import Refused, Reply
from bot.ports import UnitOfWork
from bot.runner import Runner
from bot.tick import Tick
from tests.stores import SEALER
from tests.world import COMMUNITY, START

pytestmark = [pytest.mark.external, pytest.mark.timeout(600)]
MINUTE = timedelta(minutes=1)
DEADLINE = START + DEFAULT_RULES.card_life
#: Pairs whose members press at the same time.
CROWD = 8


class Wall:
    """The clock of one replica."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


class Replica:
    """One process: a store, a door and an engine of its own."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.clock = store, Wall()
        runner = Runner(store, self.clock, SystemRandom(), DEFAULT_RULES)
        self.dispatch = Dispatch(runner)
        tick = Tick(runner, self.dispatch, InProcessCandidates(store, SystemRandom()))
        self.engine = Engine(tick, Courier(store, {"house": House(store.rooms, self.clock)}, self.clock))

    async def press(self, member: MemberId, choice: str) -> Reply | None:
        return await self.dispatch.receive("house", f"{member}:{choice}", Press(member, f"button {member}", choice))


@pytest.fixture
async def replicas(postgres_url: str) -> AsyncIterator[tuple[Replica, Replica]]:
    async with AsyncExitStack() as stack:
        stores = [await SqlStore.open(postgres_url, SEALER, migrate=False) for _ in range(2)]
        for store in stores:
            stack.push_async_callback(store.close)
        yield Replica(stores[0]), Replica(stores[1])


@dataclass(frozen=True)
class Pair:
    """Two people who are being asked."""

    id: IntroductionId
    one: MemberId
    other: MemberId


async def ask(store: SqlStore, count: int) -> list[Pair]:
    """So many pairs, each asked just now."""
    async with store.unit_of_work() as uow:
        await uow.communities.add(Community(COMMUNITY, "The Counter", "en", "Europe/Paris", START))
        pairs = [await _asked(number, uow) for number in range(count)]
        await uow.commit()
    return pairs


async def _asked(number: int, uow: UnitOfWork) -> Pair:
    sides = (await _side("a", number, uow), await _side("b", number, uow))
    intro = Introduction(
        IntroductionId(f"intro{number}"), COMMUNITY, State.ASKED, Relation.ANSWERS, sides,
        (Ground("terms", ("T-shirts",)),), 0.9, START, DEADLINE, START,
    )  # fmt: skip
    await uow.introductions.add(scheduled(intro, DEFAULT_RULES))
    one, other = (side.member for side in sides)
    assert one
    assert other
    for member in (one, other):
        token = Token(hashed(f"button {member}"), member, Purpose.CARD, intro.id, DEADLINE + timedelta(days=7))
        await uow.tokens.add(token)
    return Pair(intro.id, one, other)


async def _side(key: str, number: int, uow: UnitOfWork) -> Side:
    member, person = MemberId(f"{COMMUNITY}:{key}{number}"), PersonId(f"person{key}{number}")
    notice, kind = NoticeId(f"notice{key}{number}"), Kind.NEED if key == "a" else Kind.OFFER
    await uow.persons.add(Person(person, "en", "Europe/Paris"))
    await uow.members.add(Member(member, COMMUNITY, person, f"{key}{number}", Membership.JOINED, START))
    await uow.notices.add(
        Notice(
            notice, COMMUNITY, member, person, kind, NoticeState.OPEN, "T-shirts", "T-shirts", "en", START, START,
        )
    )  # fmt: skip
    return Side(key, member, person, notice)


async def states(store: SqlStore, pairs: list[Pair]) -> dict[IntroductionId, Introduction]:
    async with store.reading() as uow:
        return {pair.id: await uow.introductions.get(pair.id) for pair in pairs}


async def openings(store: SqlStore, pair: Pair) -> tuple[int, int]:
    return len(await store.rooms.rooms_of(pair.one)), len(await store.rooms.rooms_of(pair.other))


async def test_five_hundred_pairs_that_say_yes_at_once_are_introduced_once_each(
    replicas: tuple[Replica, Replica],
) -> None:
    here, there = replicas
    pairs = await ask(here.store, 500)

    for start in range(0, len(pairs), CROWD):
        crowd = pairs[start : start + CROWD]
        presses = [press for p in crowd for press in (here.press(p.one, "yes"), there.press(p.other, "yes"))]
        replies = await asyncio.gather(*presses)
        assert not any(isinstance(reply, Refused) for reply in replies)
    here.clock.time = there.clock.time = START + MINUTE
    await asyncio.gather(here.engine.look(), there.engine.look())

    assert Counter(intro.state for intro in (await states(here.store, pairs)).values()) == {State.INTRODUCED: 500}
    assert Counter([await openings(here.store, pair) for pair in pairs]) == {(1, 1): 500}


async def test_a_yes_against_the_deadline_is_introduced_or_refused_and_never_both(
    replicas: tuple[Replica, Replica],
) -> None:
    """One replica's clock is behind: there the last yes is still in time, here the ask has ended."""
    behind, ahead = replicas
    pairs = await ask(behind.store, 100)
    async with behind.store.unit_of_work() as uow:
        for pair in pairs:
            intro = await uow.introductions.get(pair.id)
            yes = replace(intro.sides[0], answer=Answer.YES, answered_at=START)
            await uow.introductions.save(
                replace(intro, sides=(yes, intro.sides[1]), reminded_at=START, due_at=DEADLINE)
            )
        await uow.commit()
    behind.clock.time, ahead.clock.time = DEADLINE - timedelta(seconds=1), DEADLINE + MINUTE

    replies, _ = await asyncio.gather(_all_press(behind, pairs), ahead.engine.look())
    behind.clock.time = DEADLINE + MINUTE
    await behind.engine.look()

    ends = await states(ahead.store, pairs)
    for pair, reply in zip(pairs, replies, strict=True):
        met = not isinstance(reply, Refused)
        assert ends[pair.id].state is (State.INTRODUCED if met else State.EXPIRED)
        assert await openings(ahead.store, pair) == ((1, 1) if met else (0, 0))


async def _all_press(replica: Replica, pairs: list[Pair]) -> list[Reply | None]:
    replies: list[Reply | None] = []
    for start in range(0, len(pairs), CROWD):
        replies += await asyncio.gather(*(replica.press(p.other, "yes") for p in pairs[start : start + CROWD]))
    return replies
