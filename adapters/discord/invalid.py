"""Requests that Discord counts as invalid, kept far below what it bans an address for.

Ten thousand of them in ten minutes – answers 401, 403 and 429, those aside that are of a limit that we share – and our
address is banned for a while, whoever else speaks from it.
Source: https://docs.discord.com/developers/topics/rate-limits (Invalid Request Limit)
"""

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any, Final

import aiohttp

from bot.errors import TryLater

#: In which time how many may be invalid: a hundredth of what Discord bans for.
WINDOW: Final = timedelta(minutes=10)
AT_MOST: Final = 90
INVALID: Final = frozenset({401, 403, 429})


class Invalid:
    """Counts invalid requests, whatever part of this process made them, and says when to stop."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._moments: deque[float] = deque(maxlen=AT_MOST)

    def note(self) -> None:
        """One more."""
        self._moments.append(self._now())

    def count(self) -> int:
        """How many there were lately."""
        since = self._now() - WINDOW.total_seconds()
        while self._moments and self._moments[0] <= since:
            self._moments.popleft()
        return len(self._moments)

    def guard(self) -> None:
        """Before a request. Raises: TryLater while there were too many."""
        if self.count() >= AT_MOST:
            wait = self._moments[0] + WINDOW.total_seconds() - self._now()
            raise TryLater(timedelta(seconds=max(wait, 1.0)))

    def trace(self) -> aiohttp.TraceConfig:
        """What hears each answer, those as well that discord.py waits upon and asks again by itself."""
        config = aiohttp.TraceConfig()
        config.on_request_end.append(self._hear)
        return config

    async def _hear(self, session: Any, context: Any, params: aiohttp.TraceRequestEndParams) -> None:
        response = params.response
        if response.status in INVALID and response.headers.get("X-RateLimit-Scope") != "shared":
            self.note()
