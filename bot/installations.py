"""Where an app of ours was installed in communities of a chat service, and what it speaks there with.

Like `bot/rooms.py` this is for edges; no use case sees it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.ids import CommunityId


@dataclass(frozen=True)
class Installation:
    """One community that has the app."""

    community: CommunityId
    #: What we speak there with.
    token: str = field(repr=False)
    installed_at: datetime
    #: What the community is called, and who installed the app: the service's own id for them.
    name: str = ""
    installer: str = ""
    #: The app and its account there, as the service calls them.
    app: str = ""
    account: str = ""
    #: What the app was allowed.
    scopes: tuple[str, ...] = ()
    #: Where tokens are renewed: what is given for a new one, once, and when the token ends.
    renewal: str = field(default="", repr=False)
    expires_at: datetime | None = None


class Installations(Protocol):
    """Each call is a transaction of its own."""

    async def keep(self, installation: Installation) -> None:
        """Keep it in the place of an earlier one in the same community."""
        ...

    async def find(self, community: CommunityId) -> Installation | None:
        """The one in a community, if there is one."""
        ...

    async def everywhere(self) -> Sequence[Installation]:
        """All of them."""
        ...

    async def close(self, community: CommunityId, *, ended_at: datetime) -> bool:
        """Forget the one that was there at that moment, its token first of all; one made since stays.

        Returns: whether there was one; False the second time.
        """
        ...

    async def take_turn(self, community: CommunityId, now: datetime, *, until: datetime) -> str | None:
        """Be the only one to renew its token until then. Returns: the turn; None where somebody else has it."""
        ...

    async def renewed(self, installation: Installation, turn: str) -> bool:
        """Keep it with its new token, and end the turn. Returns: False where the turn was lost, and nothing is kept."""
        ...

    async def end_turn(self, community: CommunityId, turn: str) -> None:
        """Let somebody else try."""
        ...

    async def begin(self, state_hash: str, now: datetime, *, life: timedelta) -> None:
        """Somebody sets out to install the app, with a state of which this is the hash."""
        ...

    async def take(self, state_hash: str, now: datetime) -> bool:
        """Somebody comes back with it. Returns: whether it still lived; True for one of many who come at once."""
        ...
