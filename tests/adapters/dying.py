"""A Comptoir that dies at a chosen step, as if somebody had pulled the plug, and is started again (F1)."""

import asyncio
import os
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

import pytest

from adapters.store.memory import MemoryUnitOfWork
from adapters.store.sql import SqlStore
from tests.stores import SEALER
from tests.world import World, in_memory

T = TypeVar("T")

#: How often it dies at each step; more in a campaign.
DEATHS: Final = int(os.environ.get("DEATHS", "1"))
LONG: Final = pytest.mark.timeout(7200)
#: A death now and then, and in a campaign one at each step of them all: every `apart` steps, from `part` on.
NOW_AND_THEN: Final = pytest.mark.parametrize(
    ("part", "apart"), [(5, 60), *(pytest.param(part, 8, marks=[pytest.mark.campaign, LONG]) for part in range(8))]
)


#: In whose life something is done.
WHOSE: ContextVar["Process"] = ContextVar("whose")


class Process:
    """Whatever was begun in one that died does nothing more, whenever it wakes up."""


class Life:
    """Counts the steps of one process, and stops everything in it at one of them, for good."""

    def __init__(self, last: int | None = None) -> None:
        self.last = last
        self.steps: list[str] = []
        self.died = asyncio.Event()
        self._grave: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def step(self, name: str) -> None:
        if not self.died.is_set():
            self.steps.append(name)
            if len(self.steps) == self.last:
                self.died.set()
        if self.died.is_set():
            await asyncio.shield(self._grave)

    def bury(self) -> None:
        """Whoever stands still never goes on."""
        self._grave.cancel()


class Dying(ABC):
    """What a Comptoir on any platform needs to die and to start again; comes after its `Bar`."""

    life: Life
    process: Process

    def is_born(self) -> None:
        """What is begun from now on belongs to a new process; before it starts."""
        self.life, self.process = Life(), Process()
        WHOSE.set(self.process)

    @abstractmethod
    async def start(self) -> None:
        """Build everything that lives in a process; again after a crash."""

    @abstractmethod
    async def leave_behind(self, task: asyncio.Future[Any]) -> None:
        """Close everything of the process that died over `task`, and see `task` end."""

    def step_of(self, name: str, arguments: tuple[Any, ...]) -> str:
        """What the steps of a call are known by."""
        return name

    def mortal(self, real: Callable[..., Awaitable[T]], name: str) -> Callable[..., Awaitable[T]]:
        """Makes what was there a step, before and after which the process can die."""

        async def mortal(*arguments: Any, **more: Any) -> T:
            where = self.step_of(name, arguments)
            await self._step(f"before {where}")
            result = await real(*arguments, **more)
            await self._step(f"after {where}")
            return result

        return mortal

    async def _step(self, name: str) -> None:
        if WHOSE.get() is not self.process:
            raise asyncio.CancelledError
        await self.life.step(name)

    def make_mortal(self, part: Any, *names: str) -> None:
        """Every one of these methods is a step."""
        for name in names:
            setattr(part, name, self.mortal(getattr(part, name), name))

    def make_store_mortal(self, store: Any) -> None:
        """Every write that both platforms make is a step."""
        self.make_mortal(store.sendings, "begin", "arrived", "undo", "replace", "shown")
        self.make_mortal(store.carrier, "claim", "settle", "postpone", "bundle")
        store.unit_of_work = self._mortal_unit_of_work(store.unit_of_work)

    def _mortal_unit_of_work(self, real: Callable[..., MemoryUnitOfWork]) -> Callable[..., MemoryUnitOfWork]:
        def unit_of_work(**more: Any) -> MemoryUnitOfWork:
            uow = real(**more)
            self.make_mortal(uow, "commit")
            return uow

        return unit_of_work

    async def lives_through(self, work: Awaitable[Any]) -> bool:
        """Do something; when the process dies over it, start another. Returns: whether it lived."""
        task = asyncio.ensure_future(work)
        dying = asyncio.ensure_future(self.life.died.wait())
        await asyncio.wait({task, dying}, return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        if not self.life.died.is_set():
            await task
            return True
        self.life.bury()
        await self.leave_behind(task)
        self.is_born()
        await self.start()
        return False


@asynccontextmanager
async def world_on(address: str | None) -> AsyncIterator[World]:
    """A world on the empty database that is there, or in memory."""
    if address is None:
        yield in_memory()
        return
    store = await SqlStore.open(address, SEALER, migrate=False)
    try:
        yield World(store, store.rooms)
    finally:
        await store.close()


def every(apart: int) -> pytest.MarkDecorator:
    """Dies at steps that are so many `apart`, and at each of them in the campaign."""
    whole = pytest.param(1, marks=[pytest.mark.campaign, pytest.mark.timeout(1800)])
    return pytest.mark.parametrize("apart", [apart, whole])


async def dies_until_it_lives(dies: Callable[[int], Awaitable[str]], apart: int = 1) -> int:
    """Dies at the first step, then at one that is `apart` steps later, and so on. Returns: the step it never came to.

    Args: `dies` dies at the step that it is given, and says "lived" when there are not so many.
    """
    last = 1
    while await dies(last) != "lived":
        last += apart
    return last
