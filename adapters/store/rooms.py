"""The rooms of the house in SQL. Every call is a transaction of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, and_, bindparam, func, or_, select, text, union_all

from adapters.store.carrier import Transactions
from adapters.store.house_tables import (
    HOUSE_SETTINGS,
    INVITATIONS,
    POST_ABOUT,
    POST_TOKENS,
    POSTS,
    ROOM_MEMBERS,
    ROOMS,
    SESSIONS,
    WAYS_BACK,
)
from adapters.store.lines import CHANNEL, may_speak, private_room, replaced, retired, retires, tokens
from adapters.store.repository import among, by
from adapters.store.session import Session, unless_there
from bot.domain.ids import CommunityId, MemberId, community_of, nobody_in
from bot.domain.tokens import hashed
from bot.errors import Refusal
from bot.messages import Message, from_json, to_json
from bot.rooms import Post

_open_room = unless_there(ROOMS, lambda insert: insert.returning(ROOMS.c.number))
_enter = ROOM_MEMBERS.insert()
_inside = select(ROOM_MEMBERS.c.member).where(by(ROOM_MEMBERS.c.room)).order_by(ROOM_MEMBERS.c.member)
_leave = ROOM_MEMBERS.delete().where(by(ROOM_MEMBERS.c.member))
_mine = select(ROOM_MEMBERS.c.room).where(by(ROOM_MEMBERS.c.member, "me"))
_of_my_rooms = (
    select(ROOMS.c.id, ROOM_MEMBERS.c.member)
    .join(ROOM_MEMBERS, ROOM_MEMBERS.c.room == ROOMS.c.id)
    .where(ROOMS.c.id.in_(_mine))
    .order_by(ROOMS.c.number.desc(), ROOM_MEMBERS.c.member)
)
_post = unless_there(POSTS, lambda insert: insert.returning(POSTS.c.seq))
_in_order = text("LOCK TABLE posts IN SHARE ROW EXCLUSIVE MODE")
_post_about = POST_ABOUT.insert()
_post_about_too = unless_there(POST_ABOUT)
_post_token = unless_there(POST_TOKENS)
_for_me = or_(POSTS.c.reader.is_(None), by(POSTS.c.reader, "me"))
_lines = (
    select(POSTS)
    .where(by(POSTS.c.room), POSTS.c.seq > bindparam("after"), _for_me)
    .order_by(POSTS.c.seq.desc())
    .limit(bindparam("most"))
)
_said_by = select(POSTS).where(by(POSTS.c.author)).order_by(POSTS.c.seq)
_latest = union_all(
    select(func.max(POSTS.c.seq)).where(POSTS.c.public),
    select(func.max(POSTS.c.seq)).where(by(POSTS.c.room, "private"), _for_me),
    select(func.max(POSTS.c.seq)).where(POSTS.c.room.in_(_mine), _for_me),
)
_with_tokens = (
    select(POSTS.c.seq, POSTS.c.sealed)
    .join(POST_TOKENS, POST_TOKENS.c.post == POSTS.c.seq)
    .where(among(POST_TOKENS.c.hash), by(POSTS.c.room, "room"))
    .distinct()
)
_rewrite = POSTS.update().where(by(POSTS.c.seq, "its_seq"))
_forget_tokens = POST_TOKENS.delete().where(by(POST_TOKENS.c.post))
_own = POSTS.delete().where(
    or_(by(POSTS.c.author, "me"), by(POSTS.c.reader, "me"), by(POSTS.c.room, "private"))
)  # fmt: skip
_about = select(POSTS.c.seq, POSTS.c.sealed).join(
    POST_ABOUT, and_(POST_ABOUT.c.post == POSTS.c.seq, by(POST_ABOUT.c.member))
)
_forget_about = POST_ABOUT.delete().where(by(POST_ABOUT.c.member))
_unset = HOUSE_SETTINGS.delete().where(by(HOUSE_SETTINGS.c.name))
_set = HOUSE_SETTINGS.insert()
_setting = select(HOUSE_SETTINGS.c.value).where(by(HOUSE_SETTINGS.c.name))


def _held(table: Table) -> Select[Any]:
    return select(table.c.whose).where(by(table.c.hash), table.c.expires_at > bindparam("now"))


_BEARERS = (SESSIONS, INVITATIONS, WAYS_BACK)
_HELD = {table: _held(table) for table in _BEARERS}
_DROP = {table: table.delete().where(by(table.c.hash)) for table in _BEARERS}
_HOLD = {table: table.insert() for table in _BEARERS}
_PRUNE = [table.delete().where(table.c.expires_at <= bindparam("now")) for table in _BEARERS]
_close_sessions = SESSIONS.delete().where(by(SESSIONS.c.whose), SESSIONS.c.hash != bindparam("but"))
_forget_ways_back = WAYS_BACK.delete().where(by(WAYS_BACK.c.whose))
_take_way_back = (
    WAYS_BACK.delete()
    .where(by(WAYS_BACK.c.hash), WAYS_BACK.c.expires_at > bindparam("now"))
    .returning(WAYS_BACK.c.whose)
)


class SqlRooms:
    """What the house remembers."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def say(self, room: str, author: MemberId, text: str, *, at: datetime, key: str) -> None:
        async with self._transactions.writing() as session:
            if not await _may_enter(session, room, author):
                raise Refusal("not_yours")
            await _add(session, room, at, key, author=author, content={"text": text})

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
        async with self._transactions.writing(flushed=flushed) as session:
            await _tell(session, room, message, at, key, reader=reader, about=about)

    async def open_pair(
        self, members: Sequence[MemberId], openings: Mapping[MemberId, Message], *, at: datetime, key: str
    ) -> str:
        room = f"pair:{key}"
        async with self._transactions.writing() as session:
            if (await session.run(_open_room.on(session), {"id": room})).scalar() is not None:
                await session.run(_enter, [{"room": room, "member": member} for member in members])
                for member, opening in openings.items():
                    await _tell(session, room, opening, at, key, reader=member, about=members)
        return room

    async def replace(self, reader: MemberId, token: str, message: Message) -> None:
        wanted = hashed(token)
        async with self._transactions.writing() as session:
            for seq, sealed in await session.run(_with_tokens, {"them": [wanted], "room": private_room(reader)}):
                shown = _message(session, sealed)
                await _rewritten(session, seq, shown, replaced(shown, wanted, message))

    async def lines(self, room: str, reader: MemberId, *, after: int = 0, limit: int = 200) -> Sequence[Post]:
        async with self._transactions.looking() as session:
            if not await _may_enter(session, room, reader):
                return []
            these = {"it": room, "me": reader, "after": after, "most": limit}
            rows = (await session.run(_lines, these)).mappings()
            return [_shown(session, row) for row in reversed(rows)]

    async def said_by(self, member: MemberId) -> Sequence[Post]:
        async with self._transactions.looking() as session:
            rows = (await session.run(_said_by, {"it": member})).mappings()
            return [_shown(session, row) for row in rows]

    async def rooms_of(self, member: MemberId) -> Sequence[tuple[str, Sequence[MemberId]]]:
        rooms: dict[str, list[MemberId]] = {}
        async with self._transactions.looking() as session:
            for room, inside in await session.run(_of_my_rooms, {"me": member}):
                rooms.setdefault(room, []).append(inside)
        return [(room, tuple(inside)) for room, inside in rooms.items()]

    async def latest(self, member: MemberId) -> int:
        async with self._transactions.looking() as session:
            found = await session.run(_latest, {"me": member, "private": private_room(member)})
            return max((seq for seq in found.scalars() if seq), default=0)

    async def leave(self, member: MemberId) -> None:
        async with self._transactions.writing() as session:
            await session.run(_leave, {"it": member})

    async def forget(self, member: MemberId, *, at: datetime) -> None:
        async with self._transactions.writing() as session:
            await session.run(_own, {"me": member, "private": private_room(member)})
            concerned = [(seq, _message(session, sealed)) for seq, sealed in await session.run(_about, {"it": member})]
            for statement in (_forget_about, _leave):
                await session.run(statement, {"it": member})
            for seq, shown in concerned:
                left = shown.redacted(at)
                await _rewritten(session, seq, shown, left)
                if left.has_open_card(at):
                    row = {"post": seq, "member": nobody_in(community_of(member))}
                    await session.run(_post_about_too.on(session), row)
            await _close_all(session, member, but=None)

    async def open_session(self, token_hash: str, member: MemberId, expires_at: datetime) -> None:
        await self._hold(SESSIONS, token_hash, member, expires_at)

    async def session(self, token_hash: str, now: datetime) -> MemberId | None:
        found = await self._whose(SESSIONS, token_hash, now)
        return MemberId(found) if found else None

    async def close_session(self, token_hash: str) -> None:
        async with self._transactions.writing() as session:
            await session.run(_DROP[SESSIONS], {"it": token_hash})

    async def close_sessions(self, member: MemberId, *, but: str | None = None) -> None:
        async with self._transactions.writing() as session:
            await _close_all(session, member, but=but)

    async def keep_way_back(self, token_hash: str, member: MemberId, expires_at: datetime) -> None:
        await self._hold(WAYS_BACK, token_hash, member, expires_at)

    async def way_back(self, token_hash: str, now: datetime) -> MemberId | None:
        found = await self._whose(WAYS_BACK, token_hash, now)
        return MemberId(found) if found else None

    async def take_way_back(self, token_hash: str, now: datetime) -> MemberId | None:
        async with self._transactions.writing() as session:
            found: MemberId | None = (await session.run(_take_way_back, {"it": token_hash, "now": now})).scalar()
            return found

    async def invite(self, token_hash: str, community: CommunityId, expires_at: datetime) -> None:
        await self._hold(INVITATIONS, token_hash, community, expires_at)

    async def invitation(self, token_hash: str, now: datetime) -> CommunityId | None:
        found = await self._whose(INVITATIONS, token_hash, now)
        return CommunityId(found) if found else None

    async def prune(self, now: datetime) -> None:
        async with self._transactions.writing() as session:
            for statement in _PRUNE:
                await session.run(statement, {"now": now})

    async def setting(self, name: str) -> str | None:
        async with self._transactions.looking() as session:
            found: str | None = (await session.run(_setting, {"it": name})).scalar()
            return found

    async def set_setting(self, name: str, value: str) -> None:
        async with self._transactions.writing() as session:
            await session.run(_unset, {"it": name})
            await session.run(_set, {"name": name, "value": value})

    async def _whose(self, table: Table, token_hash: str, now: datetime) -> str | None:
        async with self._transactions.looking() as session:
            found: str | None = (await session.run(_HELD[table], {"it": token_hash, "now": now})).scalar()
            return found

    async def _hold(self, table: Table, token_hash: str, whose: str, expires_at: datetime) -> None:
        async with self._transactions.writing() as session:
            await session.run(_DROP[table], {"it": token_hash})
            await session.run(_HOLD[table], {"hash": token_hash, "whose": whose, "expires_at": expires_at})


async def _close_all(session: Session, member: MemberId, *, but: str | None) -> None:
    await session.run(_close_sessions, {"it": member, "but": but or ""})
    await session.run(_forget_ways_back, {"it": member})


async def _may_enter(session: Session, room: str, member: MemberId) -> bool:
    inside = (await session.run(_inside, {"it": room})).scalars()
    return may_speak(room, member, inside)


async def _tell(
    session: Session,
    room: str,
    message: Message,
    at: datetime,
    key: str,
    *,
    reader: MemberId | None,
    about: Iterable[MemberId],
) -> None:
    content = {"message": to_json(message)}
    seq = await _add(session, room, at, key, reader=reader, content=content)
    if seq is None:
        return
    rows = [{"post": seq, "member": member} for member in dict.fromkeys(about)]
    if rows:
        await session.run(_post_about, rows)
    await _remember_tokens(session, seq, message)
    hashes = retires(message)
    if hashes:
        these = {"them": sorted(hashes), "room": private_room(reader) if reader else room}
        for earlier, sealed in await session.run(_with_tokens, these):
            shown = _message(session, sealed)
            await _rewritten(session, earlier, shown, retired(shown, hashes))


async def _add(
    session: Session,
    room: str,
    at: datetime,
    key: str,
    *,
    content: Mapping[str, Any],
    author: MemberId | None = None,
    reader: MemberId | None = None,
) -> int | None:
    if session.postgres:  # numbers must become visible in order; in SQLite, writers take turns anyway
        await session.run(_in_order)
    row = {
        "room": room,
        "public": room.startswith(CHANNEL),
        "at": at,
        "author": author,
        "reader": reader,
        "mark": session.hash("post", room, author or "", reader or "", key),
        "sealed": session.seal(content),
    }
    seq: int | None = (await session.run(_post.on(session), row)).scalar()
    return seq


async def _remember_tokens(session: Session, seq: int, message: Message) -> None:
    rows = [{"post": seq, "hash": hash} for hash in tokens(message)]
    if rows:
        await session.run(_post_token.on(session), rows)


async def _rewritten(session: Session, seq: int, before: Message, message: Message) -> None:
    await session.run(_rewrite, {"its_seq": seq, "sealed": session.seal({"message": to_json(message)})})
    if tokens(message) != tokens(before):
        await session.run(_forget_tokens, {"it": seq})
        await _remember_tokens(session, seq, message)


def _message(session: Session, sealed: str) -> Message:
    return from_json(session.open(sealed)["message"])


def _shown(session: Session, row: Any) -> Post:
    content = session.open(row["sealed"])
    message = from_json(content["message"]) if "message" in content else None
    post = Post(
        seq=row["seq"], room=row["room"], at=row["at"], author=row["author"], text=content.get("text", ""), message=None
    )
    return replace(post, message=message)
