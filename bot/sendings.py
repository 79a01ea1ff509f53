"""What was handed to a chat service that is not ours: to know it again, to change it, to take it away.

Like `bot/rooms.py` this is for edges; no use case sees it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, Self

from bot.domain.ids import MemberId
from bot.messages import Message


@dataclass(frozen=True)
class Sending:
    """One message of ours, as far as we know what became of it."""

    #: What the service is given to know it by; says nothing, 32 hexadecimal digits.
    mark: str
    #: What each reader is told in it.
    messages: Mapping[MemberId, Message]
    begun_at: datetime
    #: In which conversation the service shows it, and what it calls it there; empty while nobody knows.
    place: str = ""
    ref: str = ""
    #: How many changes of it nobody has confirmed to be shown yet; 0 where it is shown as it is.
    unshown: int = 0
    #: What the service was handed at the first try, as plain JSON: every try hands over the same, and what arrived is
    #: known by it. Empty once that is known, and for a service that keeps our marks.
    handed: Mapping[str, Any] = field(default_factory=dict)

    def without(self, member: MemberId, at: datetime) -> Self:
        """As it reads when somebody in it was forgotten: not to them any more, and not about them (I9).

        What is still open at that moment stays as it is.
        """
        left = {id: message.redacted(at) for id, message in self.messages.items() if id != member}
        return self if left == self.messages else replace(self, messages=left, handed={})

    def is_open(self, at: datetime) -> bool:
        """Whether there is a card in it that can still be answered."""
        return any(message.has_open_card(at) for message in self.messages.values())


class Sendings(Protocol):
    """Each call is a transaction of its own."""

    async def begin(
        self,
        key: str,
        messages: Mapping[MemberId, Message],
        *,
        at: datetime,
        about: Sequence[MemberId] = (),
        handed: Mapping[str, Any] | None = None,
    ) -> tuple[Sending, bool]:
        """Note that something is about to be handed over, and in which words.

        Returns: what is known of it, and whether it was begun before: then it arrived if it has a `ref`, and if not,
        it may have arrived all the same.
        """
        ...

    async def arrived(self, mark: str, place: str, ref: str) -> Sequence[Sending]:
        """It is shown there. Returns: earlier ones whose buttons it puts out of use, to be shown anew.

        What must be shown anew is `unshown` until somebody says that it is `shown`.
        """
        ...

    async def undo(self, mark: str) -> None:
        """It certainly did not arrive, or is gone."""
        ...

    async def replace(self, reader: MemberId, token: str, message: Message) -> Sequence[Sending]:
        """Put another message in the place of what carries this token. Returns: what must be shown anew, as above."""
        ...

    async def retire(self, reader: MemberId, message: Message) -> Sequence[Sending]:
        """What is shown elsewhere puts earlier ones out of use. Returns: these, to be shown anew, as above."""
        ...

    async def shown(self, sending: Sending) -> bool:
        """It is shown as it is here. Returns: False when it was changed meanwhile, or is gone."""
        ...

    async def unshown(self, platform: str, *, limit: int = 1000) -> Sequence[Sending]:
        """What was changed, and may not be shown so yet, on a service ("slack"), oldest first."""
        ...

    async def find(self, mark: str) -> Sending | None:
        """What is known of one."""
        ...

    async def shown_to(self, reader: MemberId, *, limit: int = 1000) -> Sequence[Sending]:
        """What this reader was handed, newest first."""
        ...

    async def speaking_of(self, member: MemberId) -> Sequence[Sending]:
        """What others were handed that speaks of this member."""
        ...

    async def forget(self, mark: str, member: MemberId, *, at: datetime) -> None:
        """Keep it only as it is `without` that member; while it is open it speaks of `nobody_in` their community."""
        ...
