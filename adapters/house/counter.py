"""What every page of the house is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

from jinja2 import Environment

from adapters.house.bell import Bell
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId, MemberId
from bot.ports import Clock, Random
from bot.rooms import Rooms


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

    @property
    def secure(self) -> bool:
        """Whether browsers reach the house by https."""
        return urlsplit(self.public_url).scheme == "https"
