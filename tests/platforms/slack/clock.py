"""Slack's time. A test may let Slack's seconds run faster than ours, and may say what the date is."""

import asyncio
import time
from collections.abc import Callable


class Clock:
    """Durations run at `speed`; dates come from `now`, which a test can move.

    Args: speed is how many of Slack's seconds pass in one of ours; now gives seconds since 1970.
    """

    def __init__(self, speed: float = 1.0, now: Callable[[], float] = time.time) -> None:
        self.speed = speed
        self.now = now
        self._start = time.monotonic()
        self._last = (0, 0)

    def elapsed(self) -> float:
        """Seconds of Slack's since it was started."""
        return (time.monotonic() - self._start) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of Slack's."""
        await asyncio.sleep(seconds / self.speed)

    def stamp(self) -> str:
        """A new `ts`: seconds with six digits behind the point, never the same twice, always growing."""
        now = self.now()
        whole, part = int(now), int(now % 1 * 1_000_000)
        self._last = max(
            (whole, part), (self._last[0] + (self._last[1] + 1) // 1_000_000, (self._last[1] + 1) % 1_000_000)
        )
        return f"{self._last[0]}.{self._last[1]:06d}"
