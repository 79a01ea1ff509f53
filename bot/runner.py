"""Run one step in one transaction, and again when somebody else wrote first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.context import Context
from bot.domain.rules import Rules
from bot.errors import Stale
from bot.ports import Clock, Random, Store, UnitOfWork
from matching.encoder import Encoder

T = TypeVar("T")
#: Each round, at least one of the writers in conflict gets through.
ATTEMPTS = 20


@dataclass(frozen=True)
class Runner:
    """Gives each step a fresh unit of work and the moment it happens in."""

    store: Store
    clock: Clock
    random: Random
    rules: Rules
    encoder: Encoder | None = None

    async def run(self, step: Callable[[Context], Awaitable[T]], *, flushed: bool = True) -> T:
        """Do `step` and commit, `flushed` as `Store.unit_of_work` has it.

        Raises: what the step raises, having undone everything; Stale after many attempts.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._once(step, flushed)
            except Stale:
                continue
        return await self._once(step, flushed)

    async def _once(self, step: Callable[[Context], Awaitable[T]], flushed: bool) -> T:
        async with self.store.unit_of_work(flushed=flushed) as uow:
            result = await step(self._context(uow))
            await uow.commit()
            return result

    async def read(self, step: Callable[[Context], Awaitable[T]]) -> T:
        """Look without writing and without waiting for writers."""
        async with self.store.reading() as uow:
            return await step(self._context(uow))

    def _context(self, uow: UnitOfWork) -> Context:
        return Context(uow, self.clock.now(), self.rules, self.random, self.encoder)
