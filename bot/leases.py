"""What one process alone may do at a time, and what all processes together may do only so often.

Like `bot/rooms.py` this is for edges; no use case sees it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class Ration:
    """How often something may be done: `burst` times at once, then once `every` so long, and never closer than `apart`.

    In any span of time it is done at most `burst` times more often than once `every` so long.
    """

    every: timedelta
    burst: int
    apart: timedelta = timedelta(0)


class Leases(Protocol):
    """Each call is a transaction of its own; every replica may call."""

    async def take(self, name: str, holder: str, now: datetime, *, until: datetime) -> bool:
        """Hold it until then, unless somebody else does. Whoever holds it holds it longer. Returns: whether you do."""
        ...

    async def release(self, name: str, holder: str) -> None:
        """Let somebody else have it at once. Nothing happens when it is not yours."""
        ...

    async def spend(self, name: str, ration: Ration, now: datetime) -> timedelta:
        """Do it now, if it may be done; then it counts. Returns: how long to wait first; nothing when it may."""
        ...


def spent(
    ration: Ration, now: datetime, paid_until: datetime | None, last: datetime | None
) -> tuple[timedelta, datetime]:
    """How long to wait, and until when all would be paid for if it were done then.

    Each time costs `every`, and as much may be owed as `burst` times cost: the generic cell rate algorithm, which needs
    to remember one moment only. Source: ITU-T I.371, Annex A.
    """
    paid = max(paid_until or now, now)
    owed = paid - now
    wait = max(owed - ration.every * (ration.burst - 1), timedelta(0))
    if last is not None:
        wait = max(wait, last + ration.apart - now)
    return wait, paid + ration.every
