"""What is done after the service was answered."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

import structlog

from adapters.chat.errors import Rejected, Unanswered
from bot.errors import PlatformError, TryLater

#: How long something that has to wait is waited for, all in all.
PATIENCE: Final = timedelta(minutes=10)

log = structlog.get_logger()


class Later:
    """Does things in the background, and waits for them at the end."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()
        #: Those that wait for their turn to be tried again.
        self._waiting: set[asyncio.Task[None]] = set()

    def do(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin it soon. What goes wrong is logged: whoever asked was answered already."""
        self._begin(_watched(work))

    def insist(self, work: Callable[[], Awaitable[None]]) -> None:
        """The same, and again when it may be tried again, for `PATIENCE`.

        What the service leaves unanswered may have been done, and is not done twice.
        """
        self._begin(_watched(self._again_and_again(work)))

    async def settled(self) -> None:
        """Until nothing is under way but what waits to be tried again."""
        while active := self._tasks - self._waiting:
            await asyncio.wait(active, timeout=0.01)

    async def close(self) -> None:
        """Until nothing is under way. What would have to wait is given up."""
        while self._tasks:
            for task in self._waiting:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=0.01)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _again_and_again(self, work: Callable[[], Awaitable[None]]) -> None:
        waited = timedelta(0)
        while True:
            try:
                return await work()
            except TryLater as later:
                waited += later.after
                if waited > PATIENCE:
                    raise
                await self._wait(later.after)

    async def _wait(self, time: timedelta) -> None:
        task = asyncio.current_task()
        assert task
        self._waiting.add(task)
        try:
            await self._sleep(time.total_seconds())
        except asyncio.CancelledError:
            log.warning("given_up_at_the_end", count=1)
            raise
        finally:
            self._waiting.discard(task)


async def _watched(work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except (PlatformError, Unanswered, Rejected) as error:
        log.warning("not_done_after_answering", kind=type(error).__name__, code=str(error))
    except Exception:
        log.exception("not_done_after_answering")
