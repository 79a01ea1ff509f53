"""What a chat service must remember, for the one that is ours: the house. Its store is behind this port."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import CommunityId, MemberId
from bot.messages import Message


@dataclass(frozen=True)
class Post:
    """One line in a room of the house."""

    seq: int
    room: str
    at: datetime
    #: None when Comptoir speaks.
    author: MemberId | None
    #: What a member typed; empty when Comptoir speaks.
    text: str
    #: What Comptoir says, to be put into the reader's language; per reader in a pair's room.
    message: Message | None


class Rooms(Protocol):
    """Rooms, lines, sessions, invitations, ways back.

    Each call is a transaction of its own. Room ids: "channel:<name>", "private:<member>", "pair:<key>".
    """

    async def say(self, room: str, author: MemberId, text: str, *, at: datetime, key: str) -> None:
        """A member's line; the same key twice shows one."""
        ...

    async def tell(
        self,
        room: str,
        message: Message,
        *,
        at: datetime,
        key: str,
        reader: MemberId | None = None,
        about: Sequence[MemberId] = (),
        flushed: bool = True,
    ) -> None:
        """Comptoir's line; `reader` limits it to one person, `about` are those of whom it speaks.

        The same key twice, to the same reader in the same room, shows one. Not `flushed`, it may be lost with the
        machine until something else is written: for whoever says it again until they have noted that it was said.
        """
        ...

    async def open_pair(
        self, members: Sequence[MemberId], openings: Mapping[MemberId, Message], *, at: datetime, key: str
    ) -> str:
        """Make the room of a pair, put the opening in, take Comptoir out: one transaction. Returns its id."""
        ...

    async def replace(self, reader: MemberId, token: str, message: Message) -> None:
        """Put another message in the place of the one that carries this token, in this reader's private room."""
        ...

    async def lines(self, room: str, reader: MemberId, *, after: int = 0, limit: int = 200) -> Sequence[Post]:
        """The newest lines that this reader may see, in order; empty for a room that is not theirs."""
        ...

    async def said_by(self, member: MemberId) -> Sequence[Post]:
        """Every line that a member wrote, in order, in rooms that they have left too."""
        ...

    async def rooms_of(self, member: MemberId) -> Sequence[tuple[str, Sequence[MemberId]]]:
        """The pair rooms of a member, newest first, each with who is in it."""
        ...

    async def latest(self, member: MemberId) -> int:
        """A number that grows when there is something new for this member."""
        ...

    async def leave(self, member: MemberId) -> None:
        """Out of every room."""
        ...

    async def forget(self, member: MemberId, *, at: datetime) -> None:
        """Remove a member's lines, private room, sessions and ways back, and redact messages that speak of them.

        While a card among these can still be answered, it stays, and speaks of `nobody_in` their community.
        """
        ...

    async def open_session(self, token_hash: str, member: MemberId, expires_at: datetime) -> None:
        """Remember a browser."""
        ...

    async def session(self, token_hash: str, now: datetime) -> MemberId | None:
        """Whose browser this is."""
        ...

    async def close_session(self, token_hash: str) -> None:
        """Forget a browser."""
        ...

    async def close_sessions(self, member: MemberId, *, but: str | None = None) -> None:
        """Forget all browsers of a member but the one of that hash, and the ways back that nobody took yet."""
        ...

    async def keep_way_back(self, token_hash: str, member: MemberId, expires_at: datetime) -> None:
        """Remember a link that lets one browser in as this member, once."""
        ...

    async def way_back(self, token_hash: str, now: datetime) -> MemberId | None:
        """To whom a way back leads. It stays."""
        ...

    async def take_way_back(self, token_hash: str, now: datetime) -> MemberId | None:
        """To whom a way back led: of several who take it at once, one gets an answer."""
        ...

    async def invite(self, token_hash: str, community: CommunityId, expires_at: datetime) -> None:
        """Remember an invitation, which anybody who holds it may use until it ends."""
        ...

    async def invitation(self, token_hash: str, now: datetime) -> CommunityId | None:
        """Where an invitation leads."""
        ...

    async def prune(self, now: datetime) -> None:
        """Remove sessions, invitations and ways back that ran out."""
        ...

    async def setting(self, name: str) -> str | None:
        """A small fact that the house keeps, such as how far the demonstration's clock was moved."""
        ...

    async def set_setting(self, name: str, value: str) -> None:
        """Keep it."""
        ...
