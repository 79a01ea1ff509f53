"""The sending side of the outbox in SQL. Every call is a transaction of its own."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Protocol

import structlog
from sqlalchemy import and_, bindparam, case, func, or_, select

from adapters.store.keys import Unsealable
from adapters.store.parcels import HELD, SETTLED, parcel_from, put
from adapters.store.repository import among, by
from adapters.store.session import Session
from adapters.store.tables import OUTBOX, OUTBOX_ABOUT, OUTBOX_RECEIVERS, Waiting
from bot.ports import Act, Fate, Leased, Parcel

log = structlog.get_logger()

_free = or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until <= bindparam("now", type_=OUTBOX.c.due_at.type))
_due = (
    select(OUTBOX.c.number)
    .where(OUTBOX.c.state == Waiting.PENDING, OUTBOX.c.due_at <= bindparam("now"), _free)
    .order_by(OUTBOX.c.priority, OUTBOX.c.due_at, OUTBOX.c.number)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # PostgreSQL: leave what another process is just taking. SQLite has one writer.
    .cte("due")
    .prefix_with("MATERIALIZED")
)
_claim = (
    OUTBOX.update()
    .where(OUTBOX.c.number.in_(select(_due.c.number)))
    .values(
        lease=bindparam("token"),
        lease_until=bindparam("until"),
        claimed_at=func.coalesce(OUTBOX.c.claimed_at, bindparam("now", type_=OUTBOX.c.due_at.type)),
        # A lease that ran out is an attempt that killed its process.
        attempts=OUTBOX.c.attempts + case((OUTBOX.c.lease.is_(None), 0), else_=1),
    )
    .returning(OUTBOX)
)
_settle = OUTBOX.update().where(*HELD)
_settle_all = OUTBOX.update().where(among(OUTBOX.c.number), *HELD[1:])
_postpone = OUTBOX.update().where(*HELD).values(attempts=OUTBOX.c.attempts + bindparam("more"))
_leased_past_due = and_(OUTBOX.c.lease_until.is_not(None), OUTBOX.c.lease_until > OUTBOX.c.due_at)
NEXT_DUE = select(
    func.min(case((_leased_past_due, OUTBOX.c.lease_until), else_=OUTBOX.c.due_at)).label("due_at")
).where(OUTBOX.c.state == Waiting.PENDING)


class Transactions(Protocol):
    """Where the carrier gets a transaction of its own."""

    def writing(self, *, flushed: bool = True) -> AbstractAsyncContextManager[Session]:
        """A transaction that is committed when left without an error; `flushed` as `Base.writing` has it."""

    def looking(self) -> AbstractAsyncContextManager[Session]:
        """A transaction that only reads."""


class _Lost(Exception):
    """Somebody else holds one of the rows now."""


class SqlCarrier:
    """The sending side of the outbox."""

    _forget_parts = tuple(part.delete().where(by(part.c.outbox)) for part in (OUTBOX_RECEIVERS, OUTBOX_ABOUT))

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def claim(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[Leased]:
        these = {"now": now, "most": limit, "token": token_hex(8), "until": now + lease}
        async with self._transactions.writing() as session:
            rows = (await session.run(_claim, these)).mappings()
            ordered = sorted(rows, key=lambda row: (row["priority"], row["due_at"], row["number"]))
            return [leased for row in ordered if (leased := _leased(session, row))]

    async def settle(self, parcels: Sequence[Leased], fate: Fate, now: datetime) -> None:
        async with self._transactions.writing() as session:
            for lease in {leased.lease for leased in parcels if leased.parcel.act is not Act.FORGET}:
                ids = [int(leased.id) for leased in parcels if leased.lease == lease]
                done = SETTLED | {"state": fate, "settled_at": now}
                await session.run(_settle_all, done | {"them": ids, "its_lease": lease})
            for leased in parcels:
                if leased.parcel.act is Act.FORGET:
                    await self._settle(session, leased, fate, now)

    async def postpone(self, leased: Leased, until: datetime, *, failed: bool, error: str = "") -> None:
        async with self._transactions.writing() as session:
            sealed = session.seal(error) if error else None
            again = {"due_at": until, "lease": None, "lease_until": None, "more": int(failed), "error": sealed}
            await session.run(_postpone, _held(leased) | again)

    async def next_due(self) -> datetime | None:
        async with self._transactions.looking() as session:
            moment: datetime | None = (await session.run(NEXT_DUE)).scalar()
            return moment

    async def bundle(self, parcels: Sequence[Leased], digest: Parcel, now: datetime) -> None:
        try:
            async with self._transactions.writing() as session:
                held = [await self._settle(session, leased, Waiting.BUNDLED, now) for leased in parcels]
                if not all(held) or not await put(session, digest):
                    raise _Lost
        except _Lost:
            return

    async def _settle(self, session: Session, leased: Leased, state: str, now: datetime) -> bool:
        row = _held(leased) | SETTLED | {"state": state, "settled_at": now}
        held = (await session.run(_settle, row)).rowcount == 1
        if held and leased.parcel.act is Act.FORGET:
            for statement in self._forget_parts:
                await session.run(statement, {"it": int(leased.id)})
        return held


def _held(leased: Leased) -> dict[str, Any]:
    return {"its_number": int(leased.id), "its_lease": leased.lease}


def _leased(session: Session, row: Mapping[Any, Any]) -> Leased | None:
    """None for a parcel that cannot be opened: others must not wait for it, and another replica may hold its key."""
    try:
        parcel = parcel_from(session, row)
    except Unsealable:
        log.error("unreadable_parcel", number=row["number"])
        return None
    return Leased(
        id=str(row["number"]),
        parcel=parcel,
        lease=row["lease"],
        attempts=row["attempts"],
        claimed_at=row["claimed_at"],
    )
