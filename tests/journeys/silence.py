"""What is needed to tell one story twice and compare what somebody saw, to the letter and to the microsecond."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from adapters.chance import SeededRandom
from bot.delivery import Courier
from bot.domain.ids import MemberId
from bot.engine import Engine
from bot.errors import Unreachable
from bot.messages import Message
from bot.ports import ChatPlatform, Random
from tests.world import World, in_memory

#: Moments are never drawn together, so that what happens to one person moves nothing for another.
GRAIN = timedelta(microseconds=1)


class SteadyRandom(Random):
    """Tokens, ids and seeds each from their own sequence, so that one more token changes nothing else."""

    def __init__(self) -> None:
        self._tokens, self._ids, self._seeds = SeededRandom(1), SeededRandom(2), SeededRandom(3)

    def token(self) -> str:
        return self._tokens.token()

    def id(self) -> str:
        return self._ids.id()

    def seed(self) -> int:
        return self._seeds.seed()


class Deaf:
    """A platform on which one member cannot be reached."""

    def __init__(self, platform: ChatPlatform, member: MemberId) -> None:
        self._platform, self._member = platform, member

    async def tell(self, member: MemberId, message: Message, *, key: str, about: Sequence[MemberId] = ()) -> None:
        if member == self._member:
            raise Unreachable(member)
        await self._platform.tell(member, message, key=key, about=about)

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        await self._platform.bring_together(openings, key=key)

    async def forget(self, member: MemberId, *, key: str) -> None:
        await self._platform.forget(member, key=key)


def steady_world() -> World:
    """A world in which only what members do makes a difference."""
    world = in_memory()
    world.random = SteadyRandom()  # type: ignore[assignment]  # a world is made with a seed alone
    world.start()
    return world


def out_of_reach(world: World, member: MemberId) -> None:
    """From now on nothing arrives at this member."""
    courier = Courier(world.store, {"house": Deaf(world.house, member)}, world.clock)
    world.engine = Engine(world.engine.tick, courier)


async def pass_time(world: World, **delta: float) -> None:
    """Let time pass, every moment by itself."""
    await world.engine.travel(world.clock, timedelta(**delta), grain=GRAIN)
