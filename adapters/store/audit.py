"""Whether the promises hold on a live database: what `comptoir doctor` looks at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, func, select
from sqlalchemy.sql import ColumnElement

from adapters.store.parcels import mark
from adapters.store.sql import SqlStore
from adapters.store.tables import INBOX, INTRODUCTIONS, METADATA, OUTBOX, SIDES
from bot.domain.introductions import State
from bot.ports import Act, Fate

#: A decision of two that has not been carried out by then is stuck.
STUCK: Final = timedelta(minutes=10)
#: Columns that would make a ledger of people (I3).
LEDGER: Final = ("points", "balance", "credit", "karma", "rank", "badge", "given", "taken", "received")


_MET: Final = INTRODUCTIONS.c.state.in_((State.INTRODUCED, State.FOLLOWED_UP))


@dataclass(frozen=True)
class Breach:
    """One broken promise: its code, a text key under "command.doctor.", and how many rows show it."""

    code: str
    count: int


async def audit(store: SqlStore, now: datetime) -> list[Breach]:
    """Everything that is broken; empty when all is well."""
    found = [Breach("ledger", sum(column.name in LEDGER for table in METADATA.tables.values() for column in table.c))]
    async with store.looking() as session:
        for code, rows in _questions(now).items():
            found.append(Breach(code, (await session.run(rows)).scalar_one()))
        fresh = select(INTRODUCTIONS.c.id).where(INTRODUCTIONS.c.state == State.INTRODUCED)
        introduced = (await session.run(fresh)).scalars()
        marks = {mark(session, f"{id}:opening") for id in introduced}
        known = set((await session.run(select(OUTBOX.c.mark).where(OUTBOX.c.act == Act.BRING_TOGETHER))).scalars())
        found.append(Breach("met_without_opening", len(marks - known)))
    return [breach for breach in found if breach.count]


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
