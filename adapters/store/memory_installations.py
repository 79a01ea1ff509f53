"""Where our apps were installed, in memory. No call awaits anything, so that each is all or nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from bot.domain.ids import CommunityId
from bot.installations import Installation


class MemoryInstallations:
    """Where our apps were installed."""

    def __init__(self) -> None:
        self._kept: dict[CommunityId, Installation] = {}
        self._turns: dict[CommunityId, tuple[str, datetime]] = {}
        self._states: dict[str, datetime] = {}
        self._numbers = count()

    async def keep(self, installation: Installation) -> None:
        self._kept[installation.community] = installation
        self._turns.pop(installation.community, None)

    async def find(self, community: CommunityId) -> Installation | None:
        return self._kept.get(community)

    async def everywhere(self) -> Sequence[Installation]:
        return [self._kept[community] for community in sorted(self._kept)]

    async def close(self, community: CommunityId, *, ended_at: datetime) -> bool:
        found = self._kept.get(community)
        if found is None or found.installed_at > ended_at:
            return False
        del self._kept[community]
        return True

    async def take_turn(self, community: CommunityId, now: datetime, *, until: datetime) -> str | None:
        _, taken = self._turns.get(community, ("", now))
        if community not in self._kept or taken > now:
            return None
        turn = str(next(self._numbers))
        self._turns[community] = (turn, until)
        return turn

    async def renewed(self, installation: Installation, turn: str) -> bool:
        if not self._holds(installation.community, turn):
            return False
        await self.keep(installation)
        return True

    async def end_turn(self, community: CommunityId, turn: str) -> None:
        if self._holds(community, turn):
            del self._turns[community]

    async def begin(self, state_hash: str, now: datetime, *, life: timedelta) -> None:
        self._states[state_hash] = now + life

    async def take(self, state_hash: str, now: datetime) -> bool:
        return self._states.pop(state_hash, now) > now

    def _holds(self, community: CommunityId, turn: str) -> bool:
        return community in self._kept and self._turns.get(community, ("", None))[0] == turn
