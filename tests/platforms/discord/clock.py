"""Discord's time, and the ids that are made of it. A test may hurry Discord, and may say what the date is."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

#: The first second of 2015, in milliseconds. Source: https://docs.discord.com/developers/reference#snowflakes.
EPOCH: Final = 1_420_070_400_000


class Clock:
    """Durations run at `speed`; dates come from `now`, which a test can move.

    Args: speed is how many of Discord's seconds pass in one of ours; now gives seconds since 1970.
    """

    def __init__(self, speed: float = 1.0, now: Callable[[], float] = time.time) -> None:
        self.speed = speed
        self.now = now
        self._start = time.monotonic()
        self._leapt = 0.0
        self._last = 0

    def elapsed(self) -> float:
        """Seconds of Discord's since it was started."""
        return (time.monotonic() - self._start) * self.speed + self._leapt

    def leap(self, seconds: float) -> None:
        """Let so many of Discord's seconds pass at once. Dates do not move: they are `now`'s."""
        self._leapt += seconds

    def ours(self, seconds: float) -> float:
        """How long so many of Discord's seconds take here."""
        return seconds / self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of Discord's."""
        await asyncio.sleep(self.ours(seconds))

    def snowflake(self, *, apart: bool = False) -> str:
        """A new id: always growing, and of this moment or a little later.

        Args: apart gives a millisecond of its own, so that guilds fall on different shards.
        """
        moment = (int(self.now() * 1000) - EPOCH) << 22
        step = ((self._last >> 22) + 1 << 22) if apart else self._last + 1
        self._last = max(moment, step)
        return str(self._last)

    def date(self) -> str:
        """This moment as Discord writes it: "2026-01-31T12:00:00.000000+00:00"."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="microseconds")
