"""A Comptoir in Discord that dies at a chosen step, as if somebody had pulled the plug, and is started again (F1)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from adapters.discord.answering import Answer
from adapters.store.memory import MemoryUnitOfWork
from tests.adapters.discord.bar import Bar

T = TypeVar("T")


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


class Mortal(Bar):
    """Every write, every call to Discord and every answer is a step, before and after which it can die."""

    life: Life

    async def __aenter__(self) -> "Mortal":
        self.life = Life()
        store: Any = self.world.store
        for part, names in {
            store.sendings: ("begin", "arrived", "undo", "replace", "shown"),
            store.carrier: ("claim", "settle", "postpone", "bundle"),
            store.places: ("keep",),
        }.items():
            for name in names:
                setattr(part, name, self._mortal(getattr(part, name), name))
        store.unit_of_work = self._mortal_unit_of_work(store.unit_of_work)
        self._first = Answer._first
        Answer._first = self._mortal(Answer._first, "answer")  # type: ignore[assignment,method-assign] # it does what it did
        await super().__aenter__()
        return self

    async def __aexit__(self, *gone: Any) -> None:
        Answer._first = self._first  # type: ignore[method-assign] # as it was
        await super().__aexit__(*gone)

    async def start(self) -> None:
        await super().start()
        api = self.counter.api
        api.call = self._mortal(api.call, "call")  # type: ignore[assignment,method-assign] # it does what it did

    def _mortal(self, real: Callable[..., Awaitable[T]], name: str) -> Callable[..., Awaitable[T]]:
        async def mortal(*arguments: Any, **more: Any) -> T:
            where = " ".join(arguments[:2]) if name == "call" else name
            await self.life.step(f"before {where}")
            result = await real(*arguments, **more)
            await self.life.step(f"after {where}")
            return result

        return mortal

    def _mortal_unit_of_work(self, real: Callable[..., MemoryUnitOfWork]) -> Callable[..., MemoryUnitOfWork]:
        def unit_of_work(**more: Any) -> MemoryUnitOfWork:
            uow = real(**more)
            uow.commit = self._mortal(uow.commit, "commit")  # type: ignore[assignment,method-assign]  # it does what it did
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
        task.cancel()  # whoever waits for an answer does not get one
        with suppress(asyncio.CancelledError, TimeoutError):
            await task
        await self.service.gateway.leave()
        await self.service.close()
        self.life = Life()
        await self.start()
        return False
