"""What is needed to tell one story twice and compare what somebody saw, to the letter and to the microsecond."""

from datetime import timedelta

from adapters.chance import SeededRandom
from bot.ports import Random
from tests.adapters.discord.world import DiscordWorld
from tests.adapters.slack.bar import Bar
from tests.adapters.slack.doors import HttpBar
from tests.adapters.slack.world import SlackWorld
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


def steady_world(place: str = "house") -> World:
    """A world in the "house", "slack", "slack over HTTP" or "discord", in which only what members do matters."""
    if place.startswith("slack"):
        return SlackWorld(random=SteadyRandom(), bar=Bar if place == "slack" else HttpBar)
    if place == "discord":
        return DiscordWorld(random=SteadyRandom())
    world = in_memory()
    world.random = SteadyRandom()  # type: ignore[assignment]  # a world is made with a seed alone
    world.start()
    return world


async def pass_time(world: World, **delta: float) -> None:
    """Let time pass, every moment by itself."""
    await world.engine.travel(world.clock, timedelta(**delta), grain=GRAIN)
