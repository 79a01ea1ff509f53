"""The in-memory outbox and inbox."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Protocol

from adapters.store.memory_repositories import MEMBERS
from adapters.store.shelf import Label, Session
from bot.domain.ids import MemberId, PersonId
from bot.ports import Act, Arrival, Fate, Leased, Parcel, Priority

PENDING, BUNDLED = "pending", "bundled"
#: What counts against a budget, and what counts as a nudge: one that went into a digest still was one.
COUNTED = frozenset({PENDING, Fate.SENT})
NUDGED = frozenset({PENDING, Fate.SENT, BUNDLED})


@dataclass(frozen=True)
class Row:
    """A parcel and what became of it; `to` outlives its payload, for the budgets."""

    id: str
    parcel: Parcel
    to: frozenset[MemberId]
    state: str = PENDING
    lease: str | None = None
    lease_until: datetime | None = None
    claimed_at: datetime | None = None
    attempts: int = 0

    @property
    def free_at(self) -> datetime:
        """When it can be claimed."""
        return max(self.parcel.due_at, self.lease_until or self.parcel.due_at)

    def settled(self, state: str) -> "Row":
        """Done with: no payload, no lease."""
        to = frozenset[MemberId]() if self.parcel.act is Act.FORGET else self.to
        blank = replace(self.parcel, to={}, about=())
        return replace(self, parcel=blank, to=to, state=state, lease=None, lease_until=None)


def _pending(row: Row) -> Iterable[object]:
    return [True] if row.state == PENDING else []


OUTBOX: Label[str, Row] = Label(
    "outbox", {"pending": _pending, "to": lambda row: row.to, "about": lambda row: row.parcel.about}
)


class MemoryOutbox:
    """What waits to be said."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, parcel: Parcel) -> None:
        put(self._session, parcel)

    async def cancel(self, key: str) -> bool:
        row = self._session.read(OUTBOX).rows.get(key)
        if row is None or row.state != PENDING or row.claimed_at is not None:
            return False
        self._session.write(OUTBOX).drop(key)
        return True

    async def drop(self, key: str) -> bool:
        row = self._session.read(OUTBOX).rows.get(key)
        if row is None or row.state != PENDING:
            return False
        self._session.write(OUTBOX).put(key, row.settled(Fate.DROPPED))
        return True

    async def forget(self, member: MemberId) -> None:
        shelf = self._session.write(OUTBOX)
        for row in {r.id: r for name in ("to", "about") for r in shelf.where(name, member)}.values():
            if row.state == PENDING and row.parcel.act is Act.FORGET:
                continue
            gone = row.settled(Fate.DROPPED) if row.state == PENDING else row
            shelf.put(row.id, replace(gone, to=gone.to - {member}))

    async def count_unasked(self, person: PersonId, since: datetime) -> int:
        return sum(
            row.state in COUNTED and row.parcel.priority is not Priority.REMINDER
            for row in self._unasked(person, since)
        )

    async def count_nudges(self, person: PersonId, since: datetime) -> int:
        return sum(
            row.state in NUDGED and row.parcel.priority is Priority.NUDGE for row in self._unasked(person, since)
        )

    def _unasked(self, person: PersonId, since: datetime) -> Iterable[Row]:
        accounts = [member.id for member in self._session.read(MEMBERS).where("person", person)]
        found = self._session.read(OUTBOX).where("to", *accounts)
        return (row for row in found if row.parcel.unasked and row.parcel.due_at >= since)


def put(session: Session, parcel: Parcel) -> bool:
    """Queue a parcel. Returns: False when its key was ever used."""
    if parcel.key in session.read(OUTBOX).rows:
        return False
    session.write(OUTBOX).put(parcel.key, Row(id=parcel.key, parcel=parcel, to=frozenset(parcel.to)))
    return True


class Transactions(Protocol):
    """Where the carrier gets a transaction of its own."""

    def writing(self) -> AbstractAsyncContextManager[Session]:
        """A session that is committed when left without an error."""

    def looking(self) -> Session:
        """A session that only reads."""


class MemoryCarrier:
    """The sending side of the outbox."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def claim(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[Leased]:
        async with self._transactions.writing() as session:
            due = [row for row in session.read(OUTBOX).where("pending", True) if row.free_at <= now]
            due.sort(key=lambda row: (row.parcel.priority, row.parcel.due_at))
            return [self._leased(session, row, now, lease) for row in due[:limit]]

    def _leased(self, session: Session, row: Row, now: datetime, lease: timedelta) -> Leased:
        token, first = token_hex(8), row.claimed_at or now
        attempts = row.attempts + (row.lease is not None)
        claimed = replace(row, lease=token, lease_until=now + lease, claimed_at=first, attempts=attempts)
        session.write(OUTBOX).put(row.id, claimed)
        return Leased(id=row.id, parcel=row.parcel, lease=token, attempts=attempts, claimed_at=first)

    async def settle(self, parcels: Sequence[Leased], fate: Fate, now: datetime) -> None:
        async with self._transactions.writing() as session:
            for row in filter(None, [self._held(session, leased) for leased in parcels]):
                session.write(OUTBOX).put(row.id, row.settled(fate))

    async def postpone(self, leased: Leased, until: datetime, *, failed: bool, error: str = "") -> None:
        async with self._transactions.writing() as session:
            row = self._held(session, leased)
            if row:
                parcel = replace(row.parcel, due_at=until)
                again = replace(row, parcel=parcel, lease=None, lease_until=None, attempts=row.attempts + failed)
                session.write(OUTBOX).put(row.id, again)

    async def bundle(self, parcels: Sequence[Leased], digest: Parcel, now: datetime) -> None:
        async with self._transactions.writing() as session:
            rows = [self._held(session, leased) for leased in parcels]
            if None not in rows and put(session, digest):
                for row in rows:
                    assert row is not None
                    session.write(OUTBOX).put(row.id, row.settled(BUNDLED))

    async def next_due(self) -> datetime | None:
        pending = self._transactions.looking().read(OUTBOX).where("pending", True)
        return min((row.free_at for row in pending), default=None)

    def _held(self, session: Session, leased: Leased) -> Row | None:
        row = session.read(OUTBOX).rows.get(leased.id)
        return row if row and row.lease == leased.lease else None


@dataclass(frozen=True)
class Noted:
    """Something that came in."""

    id: str
    payload: Mapping[str, Any]
    received_at: datetime
    done_at: datetime | None = None
    reply: Mapping[str, Any] | None = None


INBOX: Label[str, Noted] = Label("inbox", {"open": lambda a: [] if a.done_at else [True]})
ARRIVED: Label[tuple[str, str], str] = Label("inbox_keys")


class MemoryInbox:
    """What arrived, each thing once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def receive(self, source: str, external_id: str, payload: Mapping[str, Any], now: datetime) -> Arrival:
        id = f"{source}|{external_id}"
        if (source, external_id) in self._session.read(ARRIVED).rows:
            known = self._session.read(INBOX).rows[id]
            return Arrival(id, known.done_at is not None, known.reply)
        self._session.write(ARRIVED).put((source, external_id), id)
        self._session.write(INBOX).put(id, Noted(id, payload, now))
        return Arrival(id, done=False)

    async def finish(self, id: str, now: datetime, reply: Mapping[str, Any] | None = None) -> bool:
        row = self._session.read(INBOX).rows.get(id)
        if row is None or row.done_at:
            return False
        self._session.write(INBOX).put(id, replace(row, payload={}, reply=reply, done_at=now))
        return True

    async def replied(self, source: str, external_id: str) -> Mapping[str, Any] | None:
        id = self._session.read(ARRIVED).rows.get((source, external_id))
        return self._session.read(INBOX).rows[id].reply if id else None

    async def done(self, source: str, external_id: str, now: datetime, reply: Mapping[str, Any] | None = None) -> bool:
        return await self.finish((await self.receive(source, external_id, {}, now)).id, now, reply)

    async def forget_replies(self) -> None:
        inbox = self._session.write(INBOX)
        for row in list(inbox.rows.values()):
            if row.reply is not None:
                inbox.put(row.id, replace(row, reply=None))

    async def unfinished(self, before: datetime, limit: int) -> Sequence[tuple[str, Mapping[str, Any]]]:
        rows = self._session.read(INBOX).where("open", True)
        waiting = sorted((row for row in rows if row.received_at < before), key=lambda row: row.received_at)
        return [(row.id, row.payload) for row in waiting[:limit]]

    async def prune(self, before: datetime) -> None:
        inbox, arrived = self._session.write(INBOX), self._session.write(ARRIVED)
        old = {row.id for row in inbox.rows.values() if row.done_at and row.done_at < before}
        for key in [key for key, id in arrived.rows.items() if id in old]:
            arrived.drop(key)
        for id in old:
            inbox.drop(id)
