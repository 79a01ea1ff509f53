"""A Comptoir in Slack that dies at a chosen step, as if somebody had pulled the plug, and is started again (F1)."""

import asyncio
from contextlib import suppress
from typing import Any

from adapters.slack.pace import Pace
from tests.adapters.dying import Dying
from tests.adapters.slack.bar import Bar


class Mortal(Bar, Dying):
    """Every write, every call to Slack and every answer is a step, before and after which it can die."""

    async def __aenter__(self) -> "Mortal":
        self.is_born()
        self.make_store_mortal(self.world.store)
        await super().__aenter__()
        self.slack.core.clock.speed = 2000
        return self

    async def start(self) -> None:
        await super().start()
        api = self.counter.api
        api._pace = Pace(now=lambda: self.world.clock.now().timestamp())
        self.make_mortal(api, "_call", "respond")

    def step_of(self, name: str, arguments: tuple[Any, ...]) -> str:
        if name != "_call":
            return name
        method, _, given = arguments[:3]
        together = str(given.get("channel", "")).startswith("C")
        return f"{method} together" if together else str(method)

    async def leave_behind(self, task: asyncio.Future[Any]) -> None:
        assert self.service.sockets
        await self.service.sockets.close()
        with suppress(asyncio.CancelledError):
            await task  # what Slack brought finds nobody any more
        await self.counter.later.close()  # what it would have done later it does no more
        await self.service.close()
