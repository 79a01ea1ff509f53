"""A metronome: it says "look now" at a steady beat, and knows nothing of what there is to look at."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)


class Metronome:
    """Calls `look` every so often, one call at a time, and at once when woken.

    Rows are the truth about time: a beat that is missed, or a look that fails, is made good by the next.
    """

    def __init__(self, every: timedelta, look: Callable[[], Awaitable[None]]) -> None:
        self._look = look
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
            try:
                await self._look()
            except Exception:
                log.exception("look failed")
