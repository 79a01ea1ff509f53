"""Where chat services reach people, in memory. No call awaits anything, so that each is all or nothing."""

from collections.abc import Callable, Sequence

from bot.domain.ids import MemberId
from bot.places import Place


class MemoryPlaces:
    """Where people are reached."""

    def __init__(self) -> None:
        self._kept: dict[MemberId, Place] = {}

    async def keep(self, place: Place) -> None:
        self._kept[place.member] = place

    async def change(self, member: MemberId, account: str, change: Callable[[Place], Place]) -> Place:
        before = self._kept.get(member) or Place(member, account)
        self._kept[member] = change(before)
        return before

    async def find(self, member: MemberId) -> Place | None:
        return self._kept.get(member)

    async def of_account(self, account: str) -> Sequence[Place]:
        return [place for _, place in sorted(self._kept.items()) if place.account == account]

    async def forget(self, member: MemberId) -> None:
        self._kept.pop(member, None)
