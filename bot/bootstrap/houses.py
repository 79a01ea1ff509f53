"""The house: a real one, or the demonstration with its switch and its clock."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from adapters.clock import MovedClock, SystemClock
from adapters.store.sql import SqlStore
from bot.config import Settings
from bot.context import Context
from bot.demonstration import Demonstration, furnish
from bot.domain.hours import at_local
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Community
from bot.engine import Engine
from bot.ports import Clock
from bot.runner import Runner

#: The community of a house that is not a demonstration.
HOUSE: Final = CommunityId("house:main")
#: Where the demonstration's day begins, so that nobody in it is asleep.
MORNING: Final = time(10)
#: How far the demonstration's clock was moved, in seconds: kept with the house, so that a restart goes on from there.
MOVED: Final = "clock_moved"


class Moving:
    """The demonstration as the house uses it: being anybody, and moving the clock."""

    def __init__(self, people: Demonstration, store: SqlStore, clock: MovedClock) -> None:
        self._people = people
        self._store = store
        self._clock = clock
        self._turn = asyncio.Lock()
        self.engine: Engine | None = None

    def members(self) -> Sequence[tuple[MemberId, str, Sequence[str]]]:
        """Whom you can be."""
        return self._people.members()

    async def move_clock(self, by: timedelta) -> None:
        """Let time pass, with everything on the way at its own moment."""
        assert self.engine is not None
        async with self._turn:
            # First, so that a process that dies on the way wakes up at the end of it, and time never goes back.
            await self._store.rooms.set_setting(MOVED, str((self._clock.offset + by).total_seconds()))
            await self.engine.travel(self._clock, by)


def demonstration() -> Demonstration:
    """The people and the chat that the demonstration begins with."""
    source = files("adapters.house").joinpath("demonstration.json")
    return Demonstration(json.loads(source.read_text(encoding="utf-8")))


async def moved(store: SqlStore, people: Demonstration) -> timedelta:
    """How far from now the demonstration's clock stands. The first time, it is morning there."""
    kept = await store.rooms.setting(MOVED)
    if kept is not None:
        return timedelta(seconds=float(kept))
    now = SystemClock().now()
    moved = at_local(now, MORNING, ZoneInfo(people.content["community"]["zone"])) - now
    await store.rooms.set_setting(MOVED, str(moved.total_seconds()))
    return moved


async def furnished(people: Demonstration, runner: Runner, store: SqlStore, clock: Clock) -> None:
    """Put the demonstration into a store that it is not in yet."""
    if await runner.read(lambda ctx: ctx.uow.communities.find(people.community)) is not None:
        return
    await runner.run(lambda ctx: furnish(people, ctx))
    channel = f"channel:{people.content['community']['channel']}"
    for number, (member, at, text) in enumerate(people.chat(clock.now())):
        await store.rooms.say(channel, member, text, at=at, key=f"demonstration:{number}")


async def found(settings: Settings, runner: Runner) -> None:
    """Make the real house's community, or give it the name that the settings say."""

    async def step(ctx: Context) -> None:
        known = await ctx.uow.communities.find(HOUSE)
        if known is None:
            community = Community(HOUSE, settings.house, settings.house_language, settings.house_zone, ctx.now)
            await ctx.uow.communities.add(community)
        elif (known.name, known.language, known.zone) != (
            settings.house, settings.house_language, settings.house_zone,
        ):  # fmt: skip
            await ctx.uow.communities.save(
                replace(known, name=settings.house, language=settings.house_language, zone=settings.house_zone)
            )

    await runner.run(step)
