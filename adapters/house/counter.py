"""What every page of the house is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from jinja2 import Environment

from adapters.house.bell import Bell
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Membership
from bot.errors import Refusal
from bot.ports import Clock, Random, Rooms

#: How long a name is remembered before it is asked for again.
NAME_LIFE: Final = timedelta(minutes=1)


class Demonstration(Protocol):
    """What only a demonstration lets you do: be anybody, and move the clock."""

    def members(self) -> Sequence[tuple[MemberId, str, Sequence[str]]]:
        """Whom you can be: member, name, circles."""
        ...

    async def move_clock(self, by: timedelta) -> None:
        """Let time pass."""
        ...


@dataclass(frozen=True)
class Counter:
    """The application, as the pages see it."""

    dispatch: Dispatch
    rooms: Rooms
    clock: Clock
    random: Random
    community: CommunityId
    secret: bytes
    public_url: str
    demonstration: Demonstration | None
    bell: Bell
    templates: Environment
    assets: Mapping[str, str]
    #: Names by member, and until when, in the clock's own seconds.
    names: dict[MemberId, tuple[str | None, float]] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the house by https."""
        return urlsplit(self.public_url).scheme == "https"

    async def name_of(self, member: MemberId) -> str | None:
        """What a member is called; None for somebody who left or was forgotten."""
        now = self.clock.now().timestamp()
        name, until = self.names.get(member, (None, 0.0))
        if not until - NAME_LIFE.total_seconds() <= now < until:
            name = await self._ask_name(member)
            self.names[member] = (name, now + NAME_LIFE.total_seconds())
        return name

    async def _ask_name(self, member: MemberId) -> str | None:
        try:
            known = (await self.dispatch.me(member)).member
        except Refusal:
            return None
        return known.name if known.state is Membership.JOINED else None
