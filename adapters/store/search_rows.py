"""Keeps what PostgreSQL searches in step with the notices, inside the transaction that changes them.

Counting is done at the end of a transaction, while it holds the counter of the change feed: writers of counts take
turns there anyway, and so never wait for each other in circles.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, BigInteger, Integer, bindparam, case, column, func, select
from sqlalchemy.dialects import postgresql

from adapters.store.repository import among
from adapters.store.search_keys import Blind, engine_number
from adapters.store.search_tables import NOTICE_TERMS, READINGS, TERMS
from adapters.store.session import Session
from bot.domain.ids import NoticeId
from bot.domain.notices import Notice, NoticeState
from bot.seen import seen_by_engine
from matching.drawn import Read
from matching.index import LONGEST
from matching.reading import read

#: As JSON, and back.
AS_JSON: Final = TypeAdapter(Read)

_kept = select(NOTICE_TERMS.c.notice, NOTICE_TERMS.c.mark, NOTICE_TERMS.c.engine).where(among(NOTICE_TERMS.c.notice))
_remove = NOTICE_TERMS.delete().where(among(NOTICE_TERMS.c.notice)).returning(NOTICE_TERMS.c.terms)
_insert = NOTICE_TERMS.insert()
_remove_reading = READINGS.delete().where(among(READINGS.c.notice))
_insert_reading = READINGS.insert()
_new = postgresql.insert(TERMS)
_count = _new.on_conflict_do_update(
    index_elements=[TERMS.c.term],
    set_={
        "holders": TERMS.c.holders + _new.excluded.holders,
        "slips": case(
            (TERMS.c.slips.contains(_new.excluded.slips), TERMS.c.slips), else_=TERMS.c.slips + _new.excluded.slips
        ),
    },
)
_fewer = (
    func.unnest(bindparam("terms", type_=ARRAY(BigInteger)), bindparam("fewer", type_=ARRAY(Integer)))
    .table_valued(column("term", BigInteger), column("fewer", Integer), name="given")
    .render_derived()
)
_discount = TERMS.update().where(TERMS.c.term == _fewer.c.term).values(holders=TERMS.c.holders - _fewer.c.fewer)
_forget = TERMS.delete().where(among(TERMS.c.term), TERMS.c.holders < 1)


@dataclass(frozen=True)
class Plan:
    """What is to be written for some notices, once the counter is held."""

    gone: Sequence[NoticeId] = ()
    rows: Sequence[Mapping[str, Any]] = ()
    readings: Sequence[Mapping[str, Any]] = ()
    #: What slips can leave of each term of those rows.
    slips: Mapping[int, frozenset[int]] = field(default_factory=dict)


def read_by_engine(notice: Notice) -> Read:
    """What the engine makes of a notice, of no more of it than the index in memory reads."""
    seen = seen_by_engine(notice)
    return Read(replace(seen, text=""), read(replace(seen, text=seen.text[:LONGEST])))


@dataclass(frozen=True)
class _Made:
    """What one notice becomes."""

    row: Mapping[str, Any]
    reading: Mapping[str, Any]
    slips: Mapping[int, frozenset[int]]


class SearchRows:
    """The rows of one transaction. Not `wanted`, or on SQLite, it only takes out."""

    def __init__(self, session: Session, *, wanted: bool) -> None:
        self._session = session
        self._wanted = wanted
        #: Terms of rows that are out already, not yet counted.
        self._out: Counter[int] = Counter()

    async def forget(self, id: NoticeId) -> None:
        """Take a notice out, just before its own row goes."""
        if self._session.postgres:
            await self._take_out([id])

    async def plan(self, changed: Mapping[NoticeId, Notice | None]) -> Plan:
        """What to write for notices as they are now; None is one that is gone. Nothing when no word changed."""
        if not self._session.postgres:
            return Plan()
        engine = engine_number(self._session.hash)
        kept = {id: (mark, engine) for id, mark, engine in await self._session.run(_kept, {"them": list(changed)})}
        wanted = [n for n in changed.values() if n and n.state is NoticeState.OPEN and self._wanted]
        marks = {n.id: self._mark(n) for n in wanted}
        fresh = [n for n in wanted if kept.get(n.id) != (marks[n.id], engine)]
        gone = [id for id in kept if id not in marks or kept[id] != (marks[id], engine)]
        made = [self._made(notice, marks[notice.id], engine) for notice in fresh]
        slips: dict[int, frozenset[int]] = {}
        for one in made:
            for term, left in one.slips.items():
                slips[term] = slips.get(term, frozenset()) | left
        return Plan(gone, [one.row for one in made], [one.reading for one in made], slips)

    async def write(self, plan: Plan) -> None:
        """Carry it out, and count. The caller holds the feed's counter."""
        if plan.gone:
            await self._take_out(plan.gone)
        if plan.rows:
            await self._session.run(_insert, plan.rows)
            await self._session.run(_insert_reading, plan.readings)
        more = Counter(term for row in plan.rows for term in row["terms"])
        if more:
            counts = [
                {"term": t, "holders": n, "slips": sorted(plan.slips.get(t, ()))} for t, n in sorted(more.items())
            ]
            await self._session.run(_count, counts)
        if self._out:
            fewer = {"terms": list(self._out), "fewer": list(self._out.values())}
            await self._session.run(_discount, fewer)
            await self._session.run(_forget, {"them": list(self._out)})
            self._out.clear()

    async def _take_out(self, ids: Sequence[NoticeId]) -> None:
        for terms in (await self._session.run(_remove, {"them": list(ids)})).scalars():
            self._out.update(terms)
        await self._session.run(_remove_reading, {"them": list(ids)})

    def _mark(self, notice: Notice) -> int:
        seen = vars(seen_by_engine(notice))
        plain = {name: sorted(v) if isinstance(v, frozenset) else v for name, v in seen.items()}
        return Blind(self._session.hash, notice.community).number("mark", json.dumps(plain))

    def _made(self, notice: Notice, mark: int, engine: int) -> "_Made":
        blind = Blind(self._session.hash, notice.community)
        one = read_by_engine(notice)
        reading = one.reading
        row = {
            "notice": notice.id,
            "community": notice.community,
            "person": notice.person,
            "kind": notice.kind,
            "engine": engine,
            "mark": mark,
            "terms": blind.terms(reading),
            "weight": sum(term.weight for term in reading.terms.values()),
        }
        sealed = {"notice": notice.id, "sealed": self._session.seal(AS_JSON.dump_python(one, mode="json"))}
        slips = {blind.term(key): blind.slips_of(term) for key, term in reading.terms.items()}
        return _Made(row, sealed, slips)
