"""The heart: look at what is due, carry what must be said, until nothing is left for now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery import Courier
from bot.tick import Tick

#: Looks in a row, at most: a decision leads to a message, a message never to more than a few decisions.
ROUNDS = 100


class MovableClock(Protocol):
    """A clock that can be moved forward, for the demonstration and for tests."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...

    def move(self, by: timedelta) -> None:
        """Go forward."""
        ...


@dataclass(frozen=True)
class Engine:
    """Everything that happens by itself. Every replica may run one."""

    tick: Tick
    courier: Courier

    async def look(self) -> datetime | None:
        """Do everything that is due now. Returns: when the next thing is due; None when nothing ever will be."""
        due = await self.courier.store.next_due()
        for _ in range(ROUNDS):
            if due is None or due > self.courier.clock.now() or not await self._step():
                return due
            due = await self.courier.store.next_due()
        return due

    async def beat(self) -> datetime | None:
        """What a scheduler calls: take up what a process that died had taken in and not done, then look.

        Returns: as `look`.
        """
        await self.tick.arrivals()
        return await self.look()

    async def _step(self) -> int:
        moved = await self.tick.introductions()
        if moved:
            moved += await self.courier.deliver()
        return moved + await self.tick.look() + await self.courier.deliver()

    async def travel(self, clock: MovableClock, by: timedelta, *, grain: timedelta = timedelta(minutes=1)) -> None:
        """Move the clock forward and let everything on the way happen at its own time, in order.

        Moments closer together than `grain` are looked at together.
        """
        end = clock.now() + by
        due = await self.look()
        while due is not None and due < end and clock.now() < end:
            clock.move(min(max(due - clock.now(), grain), end - clock.now()))
            due = await self.look()
        clock.move(max(timedelta(0), end - clock.now()))
        await self.look()
