"""Whether the promises hold on a live database: what `comptoir doctor` looks at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Select, and_, func, select, text
from sqlalchemy.sql import ColumnElement

from adapters.store.keys import Unsealable
from adapters.store.parcels import mark
from adapters.store.session import Session
from adapters.store.sql import SqlStore
from adapters.store.tables import INBOX, INTRODUCTIONS, OUTBOX, SIDES
from bot.domain.introductions import State
from bot.ports import Act, Fate

#: A decision of two that has not been carried out by then is stuck.
STUCK: Final = timedelta(minutes=10)
#: Envelopes opened at a time.
PAGE: Final = 5_000
#: Words in the name of a column that would make it a ledger of people (I3).
LEDGER: Final = frozenset(
    [
        "points",
        "balance",
        "credit",
        "credits",
        "debt",
        "owed",
        "owes",
        "karma",
        "rank",
        "ranking",
        "badge",
        "badges",
        "ledger",
        "tally",
    ]
)
_COLUMNS_SQLITE: Final = text(
    "SELECT p.name FROM sqlite_master AS m, pragma_table_info(m.name) AS p WHERE m.type = 'table'"
)
_COLUMNS_POSTGRES: Final = text(
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
)


_MET: Final = INTRODUCTIONS.c.state.in_((State.INTRODUCED, State.FOLLOWED_UP))


@dataclass(frozen=True)
class Breach:
    """One broken promise: its code, a text key under "command.doctor.", and how many rows show it."""

    code: str
    count: int


async def audit(store: SqlStore, now: datetime) -> list[Breach]:
    """Everything that is broken; empty when all is well."""
    found: list[Breach] = []
    async with store.looking() as session:
        columns = (await session.run(_COLUMNS_POSTGRES if session.postgres else _COLUMNS_SQLITE)).scalars()
        found.append(Breach("ledger", sum(not LEDGER.isdisjoint(name.split("_")) for name in columns)))
        for code, rows in _questions(now).items():
            found.append(Breach(code, (await session.run(rows)).scalar_one()))
        fresh = select(INTRODUCTIONS.c.id).where(INTRODUCTIONS.c.state == State.INTRODUCED)
        introduced = (await session.run(fresh)).scalars()
        marks = {mark(session, f"{id}:opening") for id in introduced}
        known = set((await session.run(select(OUTBOX.c.mark).where(OUTBOX.c.act == Act.BRING_TOGETHER))).scalars())
        found.append(Breach("met_without_opening", len(marks - known)))
        found.append(Breach("unreadable", sum([await _unreadable(session, column) for column in store.envelopes()])))
    return [breach for breach in found if breach.count]


async def _unreadable(session: Session, column: Column[str]) -> int:
    """How many envelopes of a column do not open, a page at a time."""
    keys = list(column.table.primary_key)
    page = select(column).where(column.is_not(None)).order_by(*keys).limit(PAGE)
    count = read = 0
    while sealed := (await session.run(page.offset(read))).scalars():
        count += sum(not _opens(session, one) for one in sealed)
        read += len(sealed)
    return count


def _opens(session: Session, sealed: str) -> bool:
    try:
        session.open(sealed)
    except Unsealable:
        return False
    return True


def _questions(now: datetime) -> dict[str, Select[int]]:
    """One count each, and every one should be nought."""
    yeses = (
        select(func.count())
        .where(SIDES.c.introduction == INTRODUCTIONS.c.id, SIDES.c.answer == "yes")
        .scalar_subquery()
    )
    return {
        "met_without_two_yeses": _count(and_(_MET, yeses < 2)),
        "agreed_and_stuck": _count(and_(INTRODUCTIONS.c.state == "agreed", INTRODUCTIONS.c.due_at < now - STUCK)),
        "asked_past_deadline": _count(and_(INTRODUCTIONS.c.state == "asked", INTRODUCTIONS.c.expires_at < now - STUCK)),
        "dead_parcels": select(func.count()).select_from(OUTBOX).where(OUTBOX.c.state == Fate.DEAD),
        "abandoned_arrivals": select(func.count())
        .select_from(INBOX)
        .where(INBOX.c.done_at.is_(None), INBOX.c.received_at < now - STUCK),
    }


def _count(condition: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(INTRODUCTIONS).where(condition)
