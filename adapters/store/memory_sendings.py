"""What was handed to chat services, in memory. No call awaits anything, so that each is all or nothing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from adapters.store.keys import keyed_hash
from adapters.store.lines import replaced, retired, retires, tokens
from bot.domain.ids import MemberId, community_of, nobody_in
from bot.domain.tokens import hashed
from bot.messages import Message
from bot.sendings import Sending


class MemorySendings:
    """What other chat services show of ours."""

    def __init__(self) -> None:
        self._sendings: dict[str, Sending] = {}
        self._about: dict[str, frozenset[MemberId]] = {}

    async def begin(
        self,
        key: str,
        messages: Mapping[MemberId, Message],
        *,
        at: datetime,
        about: Sequence[MemberId] = (),
        handed: Mapping[str, Any] | None = None,
    ) -> tuple[Sending, bool]:
        mark = keyed_hash("in memory", "sending", *sorted(messages), key)[:32]
        if mark in self._sendings:
            return self._sendings[mark], True
        self._sendings[mark] = Sending(mark, dict(messages), at, handed=handed or {})
        self._about[mark] = frozenset(about)
        return self._sendings[mark], False

    async def arrived(self, mark: str, place: str, ref: str) -> Sequence[Sending]:
        if mark not in self._sendings:
            return []
        before = self._sendings[mark]
        handed = {} if ref else before.handed
        sending = self._sendings[mark] = replace(before, place=place, ref=ref, handed=handed)
        retired_now: list[Sending] = []
        for reader, message in sending.messages.items():
            retired_now += await self.retire(reader, message)
        return retired_now

    async def undo(self, mark: str) -> None:
        self._sendings.pop(mark, None)

    async def replace(self, reader: MemberId, token: str, message: Message) -> Sequence[Sending]:
        wanted = hashed(token)
        return self._changed(self._carrying(reader, {wanted}), lambda shown: replaced(shown, wanted, message))

    async def retire(self, reader: MemberId, message: Message) -> Sequence[Sending]:
        hashes = retires(message)
        return self._changed(self._carrying(reader, hashes), partial(retired, hashes=hashes))

    async def shown(self, sending: Sending) -> bool:
        known = self._sendings.get(sending.mark)
        if known is None or known.unshown != sending.unshown:
            return False
        self._sendings[sending.mark] = replace(known, unshown=0)
        return True

    async def unshown(self, platform: str, *, limit: int = 1000) -> Sequence[Sending]:
        changed = (one for one in self._sendings.values() if one.unshown)
        there = [one for one in changed if any(id.startswith(f"{platform}:") for id in one.messages)]
        return sorted(there, key=lambda sending: (sending.begun_at, sending.mark))[:limit]

    async def find(self, mark: str) -> Sending | None:
        return self._sendings.get(mark)

    async def shown_to(self, reader: MemberId, *, limit: int = 1000) -> Sequence[Sending]:
        mine = [sending for sending in self._sendings.values() if reader in sending.messages]
        return sorted(mine, key=lambda sending: sending.begun_at, reverse=True)[:limit]

    async def speaking_of(self, member: MemberId) -> Sequence[Sending]:
        return [sending for mark, sending in self._sendings.items() if member in self._about[mark]]

    async def forget(self, mark: str, member: MemberId, *, at: datetime) -> None:
        after = self._sendings[mark].without(member, at)
        self._about[mark] -= {member}
        if after.is_open(at):
            self._about[mark] |= {nobody_in(community_of(member))}
        if after.messages:
            self._sendings[mark] = after
        else:
            del self._sendings[mark]

    def _carrying(self, reader: MemberId, hashes: Collection[str]) -> list[Sending]:
        mine = [sending for sending in self._sendings.values() if reader in sending.messages]
        return [one for one in mine if any(tokens(message) & set(hashes) for message in one.messages.values())]

    def _changed(self, these: Sequence[Sending], change: Callable[[Message], Message]) -> Sequence[Sending]:
        changed = [
            replace(one, messages={id: change(shown) for id, shown in one.messages.items()}, unshown=one.unshown + 1)
            for one in these
        ]
        self._sendings |= {sending.mark: sending for sending in changed}
        return [sending for sending in changed if sending.ref]
