"""The in-memory rooms of the house."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from adapters.store.lines import may_speak, private_room, replaced, retired, retires, tokens
from bot.domain.ids import CommunityId, MemberId, community_of, nobody_in
from bot.domain.tokens import hashed
from bot.errors import Refusal
from bot.messages import Message
from bot.rooms import Post

T = TypeVar("T")


@dataclass(frozen=True)
class _Line:
    post: Post
    reader: MemberId | None
    about: frozenset[MemberId]


class MemoryRooms:
    """What the house remembers. No call awaits anything, so that each is all or nothing."""

    def __init__(self) -> None:
        self._lines: dict[int, _Line] = {}
        self._seq = 0
        self._keys: set[tuple[str, MemberId | None, MemberId | None, str]] = set()
        self._pairs: dict[str, list[MemberId]] = {}
        self._sessions: dict[str, tuple[MemberId, datetime]] = {}
        self._invitations: dict[str, tuple[CommunityId, datetime]] = {}
        self._ways_back: dict[str, tuple[MemberId, datetime]] = {}
        self._settings: dict[str, str] = {}

    async def say(self, room: str, author: MemberId, text: str, *, at: datetime, key: str) -> None:
        if not may_speak(room, author, self._pairs.get(room, ())):
            raise Refusal("not_yours")
        self._add(room, at, key, author=author, text=text)

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
        self._add(room, at, key, message=message, reader=reader, about=about)

    async def open_pair(
        self, members: Sequence[MemberId], openings: Mapping[MemberId, Message], *, at: datetime, key: str
    ) -> str:
        room = f"pair:{key}"
        if room not in self._pairs:
            self._pairs[room] = list(members)
            for member, opening in openings.items():
                self._add(room, at, key, message=opening, reader=member, about=members)
        return room

    async def replace(self, reader: MemberId, token: str, message: Message) -> None:
        wanted = hashed(token)
        for seq, line in self._lines.items():
            shown = line.post.message
            if line.post.room == private_room(reader) and shown and wanted in tokens(shown):
                post = replace(line.post, message=replaced(shown, wanted, message))
                self._lines[seq] = replace(line, post=post)
                return

    async def lines(self, room: str, reader: MemberId, *, after: int = 0, limit: int = 200) -> Sequence[Post]:
        seen = [post for post in self._seen(reader) if post.room == room and post.seq > after]
        return seen[-limit:] if limit else []

    async def said_by(self, member: MemberId) -> Sequence[Post]:
        return [line.post for line in self._lines.values() if line.post.author == member]

    async def rooms_of(self, member: MemberId) -> Sequence[tuple[str, Sequence[MemberId]]]:
        mine = [(room, tuple(members)) for room, members in self._pairs.items() if member in members]
        return mine[::-1]

    async def latest(self, member: MemberId) -> int:
        return max((post.seq for post in self._seen(member)), default=0)

    async def leave(self, member: MemberId) -> None:
        for members in self._pairs.values():
            if member in members:
                members.remove(member)

    async def forget(self, member: MemberId, *, at: datetime) -> None:
        await self.leave(member)
        await self.close_sessions(member)
        self._keys = {key for key in self._keys if key[0] != private_room(member) and member not in key[1:3]}
        kept = {}
        for seq, line in self._lines.items():
            if line.post.room == private_room(member) or member in (line.post.author, line.reader):
                continue
            if member in line.about and line.post.message:
                left = line.post.message.redacted(at)
                nobody = {nobody_in(community_of(member))} if left.has_open_card(at) else set()
                line = replace(line, post=replace(line.post, message=left), about=line.about - {member} | nobody)
            kept[seq] = line
        self._lines = kept

    async def open_session(self, token_hash: str, member: MemberId, expires_at: datetime) -> None:
        self._sessions[token_hash] = (member, expires_at)

    async def session(self, token_hash: str, now: datetime) -> MemberId | None:
        return _valid(self._sessions, token_hash, now)

    async def close_session(self, token_hash: str) -> None:
        self._sessions.pop(token_hash, None)

    async def close_sessions(self, member: MemberId, *, but: str | None = None) -> None:
        self._sessions = {hash: held for hash, held in self._sessions.items() if held[0] != member or hash == but}
        self._ways_back = {hash: held for hash, held in self._ways_back.items() if held[0] != member}

    async def keep_way_back(self, token_hash: str, member: MemberId, expires_at: datetime) -> None:
        self._ways_back[token_hash] = (member, expires_at)

    async def way_back(self, token_hash: str, now: datetime) -> MemberId | None:
        return _valid(self._ways_back, token_hash, now)

    async def take_way_back(self, token_hash: str, now: datetime) -> MemberId | None:
        member = _valid(self._ways_back, token_hash, now)
        self._ways_back.pop(token_hash, None)
        return member

    async def invite(self, token_hash: str, community: CommunityId, expires_at: datetime) -> None:
        self._invitations[token_hash] = (community, expires_at)

    async def invitation(self, token_hash: str, now: datetime) -> CommunityId | None:
        return _valid(self._invitations, token_hash, now)

    async def prune(self, now: datetime) -> None:
        self._sessions = _still(self._sessions, now)
        self._invitations = _still(self._invitations, now)
        self._ways_back = _still(self._ways_back, now)

    async def setting(self, name: str) -> str | None:
        return self._settings.get(name)

    async def set_setting(self, name: str, value: str) -> None:
        self._settings[name] = value

    def _add(
        self,
        room: str,
        at: datetime,
        key: str,
        *,
        author: MemberId | None = None,
        text: str = "",
        message: Message | None = None,
        reader: MemberId | None = None,
        about: Iterable[MemberId] = (),
    ) -> None:
        mark = (room, author, reader, key)
        if mark not in self._keys:
            self._keys.add(mark)
            self._seq += 1
            post = Post(seq=self._seq, room=room, at=at, author=author, text=text, message=message)
            self._lines[self._seq] = _Line(post=post, reader=reader, about=frozenset(about))
            if message and (hashes := retires(message)):
                self._retire(private_room(reader) if reader else room, hashes)

    def _retire(self, room: str, hashes: frozenset[str]) -> None:
        for seq, line in self._lines.items():
            shown = line.post.message
            if line.post.room == room and shown and tokens(shown) & hashes:
                self._lines[seq] = replace(line, post=replace(line.post, message=retired(shown, hashes)))

    def _seen(self, reader: MemberId) -> Iterable[Post]:
        for line in self._lines.values():
            room = line.post.room
            if line.reader in (None, reader) and may_speak(room, reader, self._pairs.get(room, ())):
                yield line.post


def _valid(held: dict[str, tuple[T, datetime]], token_hash: str, now: datetime) -> T | None:
    whose, expires_at = held.get(token_hash, (None, now))
    return whose if now < expires_at else None


def _still(held: dict[str, tuple[T, datetime]], now: datetime) -> dict[str, tuple[T, datetime]]:
    return {hash: (whose, expires_at) for hash, (whose, expires_at) in held.items() if now < expires_at}
