"""Introductions in SQL: one row for the introduction, one for each side."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from adapters.store.repository import Shape, SqlRepository, among, by, due_in, tuples
from adapters.store.session import Session
from adapters.store.tables import INTRODUCTIONS, SIDES
from bot.domain.ids import IntroductionId, MemberId, NoticeId, PersonId
from bot.domain.introductions import OPEN_STATES, Ground, Introduction, Side
from bot.domain.notices import Kind
from bot.errors import Refusal

#: What is a column of a side; what was said of its notice is in the envelope of the whole.
_FIELDS = tuple(f.name for f in fields(Side) if f.name not in ("card", "kind"))


def _with(column: Any) -> Select[Any]:
    """The introductions of which one side has this in that column, newest first."""
    sides = select(SIDES.c.introduction).where(by(column))
    found = select(INTRODUCTIONS).where(INTRODUCTIONS.c.id.in_(sides))
    return found.order_by(INTRODUCTIONS.c.asked_at.desc(), INTRODUCTIONS.c.id.desc())


class SqlIntroductions(SqlRepository[IntroductionId, Introduction]):
    """Introductions with their two sides."""

    shape = Shape(Introduction, INTRODUCTIONS, private=["grounds"], elsewhere=["sides"])
    _locked = select(INTRODUCTIONS).where(by(INTRODUCTIONS.c.id)).with_for_update()
    _sides = select(SIDES).order_by(SIDES.c.introduction, SIDES.c.key)
    _sides_of_one = _sides.where(by(SIDES.c.introduction))
    _sides_of_all = _sides.where(among(SIDES.c.introduction))
    _add_side = SIDES.insert()
    _save_side = SIDES.update().where(by(SIDES.c.introduction, "its_id"), by(SIDES.c.key, "its_key"))
    _of_member = _with(SIDES.c.member)
    _of_notice = _with(SIDES.c.notice)
    _of_person = _with(SIDES.c.person)
    _open_asks = (
        select(SIDES.c.person, func.count())
        .join(INTRODUCTIONS, INTRODUCTIONS.c.id == SIDES.c.introduction)
        .where(among(SIDES.c.person), INTRODUCTIONS.c.state.in_(sorted(OPEN_STATES)))
        .group_by(SIDES.c.person)
    )
    _due_ids = due_in(INTRODUCTIONS)

    async def get(self, id: IntroductionId) -> Introduction:
        # The lock comes first and the sides are read after it: read together, they could be from before the wait.
        found = await self._one(self._locked if self._session.writing else self.shape.by_id, it=id)
        if found is None:
            raise Refusal("gone")
        return found

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        #: The sides as they are stored, of what was read.
        self._stored: dict[IntroductionId, tuple[Side, Side]] = {}

    async def save(self, thing: Introduction) -> Introduction:
        after = await super().save(thing)
        known = self._stored.pop(thing.id, ())
        sides = [
            {"its_id": thing.id, "its_key": side.key} | _side_row(side) for side in thing.sides if side not in known
        ]
        if sides:
            await self._session.run(self._save_side, sides)
        return after

    async def of_member(self, member: MemberId) -> Sequence[Introduction]:
        return await self._all(self._of_member, it=member)

    async def of_notice(self, notice: NoticeId) -> Sequence[Introduction]:
        return await self._all(self._of_notice, it=notice)

    async def of_person(self, person: PersonId) -> Sequence[Introduction]:
        return await self._all(self._of_person, it=person)

    async def open_asks(self, persons: Sequence[PersonId]) -> Mapping[PersonId, int]:
        if not persons:
            return {}
        return {person: count for person, count in await self._session.run(self._open_asks, {"them": list(persons)})}

    async def due(self, now: datetime, limit: int) -> Sequence[IntroductionId]:
        return await self._due(self._due_ids, now, limit)

    async def _insert(self, thing: Introduction) -> None:
        await super()._insert(thing)
        await self._session.run(
            self._add_side, [{"introduction": thing.id, "key": side.key} | _side_row(side) for side in thing.sides]
        )

    async def _read(self, statement: Select[Any], parameters: Mapping[str, Any]) -> list[Introduction]:
        rows = (await self._session.run(statement, parameters)).mappings()
        if not rows:
            return []
        ids = [row["id"] for row in rows]
        found = await (
            self._session.run(self._sides_of_all, {"them": ids})
            if len(ids) > 1
            else self._session.run(self._sides_of_one, {"it": ids[0]})
        )
        sides: dict[str, list[Side]] = {}
        for row in found.mappings():
            sides.setdefault(row["introduction"], []).append(Side(**{name: row[name] for name in _FIELDS}))
        wholes = [self._whole(row, sides[row["id"]]) for row in rows]
        self._stored |= {whole.id: whole.sides for whole in wholes}
        return wholes

    def _row(self, thing: Introduction) -> dict[str, Any]:
        pair = sorted(thing.persons)
        low, high = pair if len(pair) == 2 else (None, None)
        row = {name: getattr(thing, name) for name in self.shape.plain}
        grounds = [[ground.kind, ground.values] for ground in thing.grounds]
        cards, kinds = zip(*((side.card, side.kind) for side in thing.sides), strict=True)
        sealed = self._session.seal({"grounds": grounds, "cards": cards, "kinds": kinds})
        return row | {"pair_low": low, "pair_high": high, "sealed": sealed}

    def _whole(self, row: Mapping[Any, Any], sides: Sequence[Side]) -> Introduction:
        envelope = self._session.open(row["sealed"])
        kinds = envelope.get("kinds", (None, None))  # who was asked before it was written down has none
        a, b = (
            replace(side, card=card, kind=Kind(kind) if kind else None)
            for side, card, kind in zip(sides, envelope["cards"], kinds, strict=True)
        )
        grounds = tuple(Ground(kind, tuples(values)) for kind, values in envelope["grounds"])
        return Introduction(sides=(a, b), grounds=grounds, **{name: row[name] for name in self.shape.plain})


def _side_row(side: Side) -> dict[str, Any]:
    return {name: getattr(side, name) for name in _FIELDS if name != "key"}
