"""A Comptoir in Slack that dies at a chosen step, as if somebody had pulled the plug, and is started again (F1)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from adapters.slack.pace import Pace
from adapters.store.memory import MemoryUnitOfWork
from tests.adapters.slack.bar import Bar

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
    """Every write, every call to Slack and every answer is a step, before and after which it can die."""

    life: Life

    async def __aenter__(self) -> "Mortal":
        self.life = Life()
        store: Any = self.world.store
        for part, names in {
            store.sendings: ("begin", "arrived", "undo", "replace", "shown"),
            store.carrier: ("claim", "settle", "postpone", "bundle"),
        }.items():
            for name in names:
                setattr(part, name, self._mortal(getattr(part, name), name))
        store.unit_of_work = self._mortal_unit_of_work(store.unit_of_work)
        await super().__aenter__()
        self.slack.core.clock.speed = 2000
        return self

    async def start(self) -> None:
        await super().start()
        api = self.counter.api
        api._pace = Pace(now=lambda: self.world.clock.now().timestamp())
        for name in ("_call", "respond"):
            setattr(api, name, self._mortal(getattr(api, name), name))

    def _mortal(self, real: Callable[..., Awaitable[T]], name: str) -> Callable[..., Awaitable[T]]:
        async def mortal(*arguments: Any, **more: Any) -> T:
            where = _named(name, arguments)
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
        assert self.service.sockets
        await self.service.sockets.close()
        with suppress(asyncio.CancelledError):
            await task  # what Slack brought finds nobody any more
        await self.service.close()
        self.life = Life()
        await self.start()
        return False


def _named(name: str, arguments: tuple[Any, ...]) -> str:
    if name != "_call":
        return name
    method, _, given = arguments[:3]
    together = str(given.get("channel", "")).startswith("C")
    return f"{method} together" if together else str(method)
