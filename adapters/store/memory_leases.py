"""What one process alone may do at a time, in memory. No call awaits anything, so that each is all or nothing."""

from datetime import datetime, timedelta

from bot.leases import Ration, spent


class MemoryLeases:
    """Who holds what, and what was done when."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, datetime]] = {}
        self._spent: dict[str, tuple[datetime, datetime]] = {}

    async def take(self, name: str, holder: str, now: datetime, *, until: datetime) -> bool:
        by, ends = self._held.get(name, (holder, now))
        if by != holder and ends > now:
            return False
        self._held[name] = (holder, until)
        return True

    async def release(self, name: str, holder: str) -> None:
        if self._held.get(name, ("", None))[0] == holder:
            del self._held[name]

    async def spend(self, name: str, ration: Ration, now: datetime) -> timedelta:
        paid_until, last = self._spent.get(name, (None, None))
        wait, paid = spent(ration, now, paid_until, last)
        if not wait:
            self._spent[name] = (paid, now)
        return wait
