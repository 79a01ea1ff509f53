"""Where a chat service reaches people: one account can be several members, and has one conversation with us.

Like `bot/rooms.py` this is for edges; no use case sees it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import MemberId


@dataclass(frozen=True)
class Place:
    """Where one member is reached. Whatever is empty is not known, or was not chosen."""

    member: MemberId
    #: The account behind the member, the same in every community of the service.
    account: str
    #: Our conversation with them alone, as the service calls it.
    direct: str = ""
    #: Since when they do not let us write there.
    closed_at: datetime | None = None
    #: A channel in which they agreed to be called aside, and the thread there that they alone see.
    channel: str = ""
    thread: str = ""
    #: Since when they are called there and have not come.
    called_at: datetime | None = None


class Places(Protocol):
    """Each call is a transaction of its own."""

    async def keep(self, place: Place) -> None:
        """Keep it in the place of what was known of that member."""
        ...

    async def change(self, member: MemberId, account: str, change: Callable[[Place], Place]) -> Place:
        """Change what is known of a member, or begin with nothing, whoever else changes it at the same time.

        `change` may be asked more than once. Returns: what was known before.
        """
        ...

    async def find(self, member: MemberId) -> Place | None:
        """What is known of a member."""
        ...

    async def of_account(self, account: str) -> Sequence[Place]:
        """All members that an account is, by id."""
        ...

    async def forget(self, member: MemberId) -> None:
        """Know nothing of a member (I9)."""
        ...
