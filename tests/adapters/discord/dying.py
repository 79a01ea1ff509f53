"""A Comptoir in Discord that dies at a chosen step, as if somebody had pulled the plug, and is started again (F1)."""

import asyncio
from contextlib import suppress
from typing import Any

from adapters.discord.answering import Answer
from tests.adapters.discord.bar import Bar
from tests.adapters.dying import Dying


class Mortal(Bar, Dying):
    """Every write, every call to Discord and every answer is a step, before and after which it can die."""

    async def __aenter__(self) -> "Mortal":
        self.is_born()
        store: Any = self.world.store
        self.make_store_mortal(store)
        self.make_mortal(store.places, "keep")
        self._first = Answer._first
        Answer._first = self.mortal(Answer._first, "answer")  # type: ignore[assignment,method-assign] # it does what it did
        await super().__aenter__()
        return self

    async def __aexit__(self, *gone: Any) -> None:
        Answer._first = self._first  # type: ignore[method-assign] # as it was
        await super().__aexit__(*gone)

    async def start(self) -> None:
        await super().start()
        self.make_mortal(self.counter.api, "call")

    def step_of(self, name: str, arguments: tuple[Any, ...]) -> str:
        return " ".join(arguments[:2]) if name == "call" else name

    async def leave_behind(self, task: asyncio.Future[Any]) -> None:
        task.cancel()  # whoever waits for an answer does not get one
        with suppress(asyncio.CancelledError, TimeoutError):
            await task
        await self.service.gateway.leave()
        await self.service.close()
