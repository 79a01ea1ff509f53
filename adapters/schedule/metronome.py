"""A metronome: it says "look now" at a steady beat, and knows nothing of what there is to look at."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)


#: What a look says: after how long the next is worth while; None when any beat will do.
Look = Callable[[], Awaitable[timedelta | None]]


class Metronome:
    """Calls `look` every so often, one call at a time; at once when woken, and when the look before said so.

    Rows are the truth about time: a beat that is missed, or a look that fails, is made good by the next. What is due
    before then need not wait for it, as far as the last look knew.
    """

    def __init__(self, every: timedelta, look: Look) -> None:
        self._every = every
        self._look = look
        self._soon: asyncio.TimerHandle | None = None
        self._asked = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._stopping = False
        # Memory store only: APScheduler's persistent stores lose and repeat work, and nothing of ours lives there.
        self._scheduler = AsyncIOScheduler(jobstores={"default": MemoryJobStore()}, timezone=UTC)
        self._scheduler.add_job(
            self._beat,
            IntervalTrigger(seconds=every.total_seconds(), timezone=UTC),
            id="beat",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Look once now, then at every beat. Call it inside the running loop."""
        self._stopping = False
        self._worker = asyncio.create_task(self._work(), name="metronome")
        self._scheduler.start()
        self.wake()

    async def stop(self, *, grace: timedelta = timedelta(seconds=10)) -> None:
        """No beat any more. A look that is under way may finish within `grace`, and is cancelled after it."""
        if self._worker is None:
            return
        worker, self._worker = self._worker, None
        self._scheduler.shutdown(wait=False)
        self._stopping = True
        self._not_soon()
        self._asked.set()
        try:
            await asyncio.wait_for(worker, grace.total_seconds())
        except TimeoutError:
            log.warning("look cancelled")

    def wake(self) -> None:
        """Look now; or once more after the look that is under way, however often this is called meanwhile."""
        self._asked.set()

    async def _beat(self) -> None:
        self.wake()

    async def _work(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            if self._stopping:
                return
            self._not_soon()
            try:
                after = await self._look()
            except Exception:
                log.exception("look failed")
            else:
                if after is not None and after < self._every and not self._stopping:
                    self._soon = asyncio.get_running_loop().call_later(after.total_seconds(), self.wake)

    def _not_soon(self) -> None:
        if self._soon:
            self._soon.cancel()
        self._soon = None
