"""One after the other, for each member."""

import asyncio
from weakref import WeakValueDictionary

from bot.domain.ids import MemberId


class Turns:
    """What a member does is done in the order in which it came."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[MemberId, asyncio.Lock] = WeakValueDictionary()

    def of(self, member: MemberId) -> asyncio.Lock:
        """Hold it meanwhile: `async with turns.of(member)`."""
        return self._locks.setdefault(member, asyncio.Lock())
