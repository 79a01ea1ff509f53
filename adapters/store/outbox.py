"""The outbox and the inbox in SQL, inside a unit of work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Select, Table, bindparam, func, or_, select, union

from adapters.store.keys import Unsealable
from adapters.store.parcels import COUNTED, NUDGED, SETTLED, mark, put
from adapters.store.repository import by
from adapters.store.session import Session, inserting, unless_there
from adapters.store.tables import INBOX, MEMBERS, OUTBOX, OUTBOX_ABOUT, OUTBOX_RECEIVERS, Waiting
from bot.domain.ids import MemberId, PersonId
from bot.ports import Act, Arrival, Fate, Parcel, Priority

log = structlog.get_logger()


def _count(states: Sequence[str]) -> Select[Any]:
    received = (
        select(OUTBOX_RECEIVERS.c.outbox)
        .join(MEMBERS, MEMBERS.c.id == OUTBOX_RECEIVERS.c.member)
        .where(by(MEMBERS.c.person))
    )
    return select(func.count()).where(
        OUTBOX.c.number.in_(received),
        OUTBOX.c.unasked.is_(True),
        or_(*(OUTBOX.c.state == state for state in states)),
        OUTBOX.c.due_at >= bindparam("since"),
    )


def _waiting_forget() -> Select[Any]:
    return select(OUTBOX.c.number).where(OUTBOX.c.state == Waiting.PENDING, OUTBOX.c.act == Act.FORGET)


def _strike(part: Table) -> Any:
    return part.delete().where(by(part.c.member), part.c.outbox.not_in(_waiting_forget()))


class SqlOutbox:
    """What waits to be said."""

    _cancel = OUTBOX.delete().where(
        by(OUTBOX.c.mark), OUTBOX.c.state == Waiting.PENDING, OUTBOX.c.claimed_at.is_(None)
    )  # fmt: skip
    _concerned = union(
        select(OUTBOX_RECEIVERS.c.outbox).where(by(OUTBOX_RECEIVERS.c.member)),
        select(OUTBOX_ABOUT.c.outbox).where(by(OUTBOX_ABOUT.c.member)),
    )
    _drop = (
        OUTBOX.update()
        .where(OUTBOX.c.number.in_(_concerned), OUTBOX.c.state == Waiting.PENDING, OUTBOX.c.act != Act.FORGET)
        .values(state=Fate.DROPPED, **SETTLED)
    )
    _drop_one = (
        OUTBOX.update()
        .where(by(OUTBOX.c.mark), OUTBOX.c.state == Waiting.PENDING)
        .values(state=Fate.DROPPED, **SETTLED)
    )
    _strikes = (_strike(OUTBOX_RECEIVERS), _strike(OUTBOX_ABOUT))
    _unasked = _count(COUNTED).where(OUTBOX.c.priority != int(Priority.REMINDER))
    _nudges = _count(NUDGED).where(OUTBOX.c.priority == int(Priority.NUDGE))

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, parcel: Parcel) -> None:
        await put(self._session, parcel)

    async def cancel(self, key: str) -> bool:
        return (await self._session.run(self._cancel, {"it": mark(self._session, key)})).rowcount == 1

    async def drop(self, key: str) -> bool:
        return (await self._session.run(self._drop_one, {"it": mark(self._session, key)})).rowcount == 1

    async def forget(self, member: MemberId) -> None:
        for statement in (self._drop, *self._strikes):
            await self._session.run(statement, {"it": member})

    async def count_unasked(self, person: PersonId, since: datetime) -> int:
        return await self._counted(self._unasked, person, since)

    async def count_nudges(self, person: PersonId, since: datetime) -> int:
        return await self._counted(self._nudges, person, since)

    async def _counted(self, statement: Select[Any], person: PersonId, since: datetime) -> int:
        return int((await self._session.run(statement, {"it": person, "since": since})).scalar_one())


class SqlInbox:
    """What arrived, each thing once."""

    _receive = unless_there(INBOX, lambda insert: insert.returning(INBOX.c.number))
    _known = select(INBOX.c.number, INBOX.c.done_at, INBOX.c.sealed).where(
        INBOX.c.source == bindparam("source"), INBOX.c.external_id == bindparam("external_id")
    )
    _done = inserting(
        INBOX,
        lambda insert: insert.on_conflict_do_update(
            index_elements=[INBOX.c.source, INBOX.c.external_id],
            set_={name: insert.excluded[name] for name in ("done_at", "sealed")},
            where=INBOX.c.done_at.is_(None),
        ),
    )
    _forget = INBOX.update().where(INBOX.c.done_at.is_not(None)).values(sealed=None)
    _finish = INBOX.update().where(by(INBOX.c.number, "its_number"), INBOX.c.done_at.is_(None))
    _unfinished = (
        select(INBOX.c.number, INBOX.c.sealed)
        .where(INBOX.c.done_at.is_(None), INBOX.c.received_at < bindparam("before"))
        .order_by(INBOX.c.received_at, INBOX.c.number)
        .limit(bindparam("most"))
    )
    _prune = INBOX.delete().where(INBOX.c.done_at < bindparam("before"))

    def __init__(self, session: Session) -> None:
        self._session = session

    async def receive(self, source: str, external_id: str, payload: Mapping[str, Any], now: datetime) -> Arrival:
        key = {"source": source, "external_id": external_id}
        row = key | {"received_at": now, "sealed": self._session.seal(payload) if payload else None}
        number = (await self._session.run(self._receive.on(self._session), row)).scalar()
        if number is not None:
            return Arrival(str(number), done=False)
        [(number, done_at, sealed)] = await self._session.run(self._known, key)
        return Arrival(str(number), done_at is not None, self._session.open(sealed) if done_at and sealed else None)

    async def finish(self, id: str, now: datetime, reply: Mapping[str, Any] | None = None) -> bool:
        sealed = None if reply is None else self._session.seal(reply)
        done = {"its_number": int(id), "done_at": now, "sealed": sealed}
        return (await self._session.run(self._finish, done)).rowcount == 1

    async def replied(self, source: str, external_id: str) -> Mapping[str, Any] | None:
        rows = await self._session.run(self._known, {"source": source, "external_id": external_id})
        return next((self._session.open(sealed) for _, done_at, sealed in rows if done_at and sealed), None)

    async def done(self, source: str, external_id: str, now: datetime, reply: Mapping[str, Any] | None = None) -> bool:
        key = {"source": source, "external_id": external_id, "received_at": now, "done_at": now}
        row = key | {"sealed": None if reply is None else self._session.seal(reply)}
        return (await self._session.run(self._done.on(self._session), row)).rowcount == 1

    async def forget_replies(self) -> None:
        await self._session.run(self._forget)

    async def unfinished(self, before: datetime, limit: int) -> Sequence[tuple[str, Mapping[str, Any]]]:
        rows = await self._session.run(self._unfinished, {"before": before, "most": limit})
        return [
            (str(number), opened) for number, sealed in rows if (opened := self._opened(number, sealed)) is not None
        ]

    def _opened(self, number: int, sealed: str | None) -> Mapping[str, Any] | None:
        """None for an arrival that cannot be opened: others must not wait for it."""
        try:
            return self._session.open(sealed) if sealed else {}
        except Unsealable:
            log.error("unreadable_arrival", number=number)
            return None

    async def prune(self, before: datetime) -> None:
        await self._session.run(self._prune, {"before": before})
