"""The bell on the counter: wakes the open pages of this process when there may be something new."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import timedelta

from bot.domain.ids import MemberId


class Bell:
    """Rung after every change. Other replicas do not hear it: whoever waits also looks from time to time."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self.closed = False
        #: How often sessions were ended; an open page that sees it grow asks whether its own is still good.
        self.calls = 0
        #: How often something that a member had seen already was changed in its place.
        self.changes: Counter[MemberId] = Counter()

    def close(self) -> None:
        """The house closes: pages that are open are let go, so that the server can stop at once."""
        self.closed = True
        self.ring()

    def ring(self) -> None:
        """Wake everybody who waits."""
        for event in self._waiting:
            event.set()

    def change(self, member: MemberId) -> None:
        """What this member sees has changed, without anything new: let their other open pages follow."""
        self.changes[member] += 1
        self.ring()

    def call_over(self) -> None:
        """Somebody's sessions have ended: let each open page look whether it is theirs."""
        self.calls += 1
        self.ring()

    async def wait(self, at_most: timedelta) -> None:
        """Until the next ring, or that long."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(at_most.total_seconds()):
                    await event.wait()
        finally:
            self._waiting.discard(event)
