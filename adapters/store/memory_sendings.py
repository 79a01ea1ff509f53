"""What was handed to chat services, in memory. No call awaits anything, so that each is all or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.store.keys import keyed_hash
from adapters.store.lines import replaced, retired, tokens
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from bot.messages import Message
from bot.sendings import Sending


class MemorySendings:
    """What other chat services show of ours."""

    def __init__(self) -> None:
        self._sendings: dict[str, Sending] = {}
        self._about: dict[str, frozenset[MemberId]] = {}

    async def begin(
        self, key: str, messages: Mapping[MemberId, Message], *, at: datetime, about: Sequence[MemberId] = ()
    ) -> tuple[Sending, bool]:
        mark = keyed_hash("in memory", "sending", *sorted(messages), key)[:32]
        if mark in self._sendings:
            return self._sendings[mark], True
        self._sendings[mark] = Sending(mark, dict(messages), at)
        self._about[mark] = frozenset(about)
        return self._sendings[mark], False

    async def arrived(self, mark: str, place: str, ref: str) -> None:
        if mark in self._sendings:
            self._sendings[mark] = replace(self._sendings[mark], place=place, ref=ref)

    async def undo(self, mark: str) -> None:
        self._sendings.pop(mark, None)

    async def replace(self, reader: MemberId, token: str, message: Message) -> Sequence[Sending]:
        wanted = hashed(token)
        return self._changed(self._carrying(reader, {wanted}), lambda id, shown: replaced(shown, wanted, message))

    async def retire(self, reader: MemberId, hashes: Sequence[str]) -> Sequence[Sending]:
        wanted = set(hashes)
        return self._changed(self._carrying(reader, wanted), lambda id, shown: retired(shown, wanted))

    async def shown_to(self, reader: MemberId, *, limit: int = 1000) -> Sequence[Sending]:
        mine = [sending for sending in self._sendings.values() if reader in sending.messages]
        return sorted(mine, key=lambda sending: sending.begun_at, reverse=True)[:limit]

    async def redact(self, member: MemberId) -> Sequence[Sending]:
        these = [sending for mark, sending in self._sendings.items() if member in self._about[mark]]
        for sending in these:
            self._about[sending.mark] -= {member}
        return self._changed(these, lambda id, shown: shown if id == member else shown.redacted())

    def _carrying(self, reader: MemberId, hashes: set[str]) -> list[Sending]:
        return [
            sending
            for sending in self._sendings.values()
            if reader in sending.messages and any(tokens(message) & hashes for message in sending.messages.values())
        ]

    def _changed(self, these: Sequence[Sending], change: Callable[[MemberId, Message], Message]) -> Sequence[Sending]:
        changed = [
            replace(one, messages={id: change(id, shown) for id, shown in one.messages.items()}) for one in these
        ]
        self._sendings |= {sending.mark: sending for sending in changed}
        return [sending for sending in changed if sending.ref]
