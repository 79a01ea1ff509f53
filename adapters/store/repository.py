"""What every SQL repository does: one thing, one row, one envelope."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

import structlog
from sqlalchemy import ColumnElement, Select, Table, bindparam, select

from adapters.store.kept import Kept
from adapters.store.keys import Unsealable
from adapters.store.session import Session
from bot.errors import Refusal, Stale

K = TypeVar("K")
T = TypeVar("T", bound=Kept)

log = structlog.get_logger()
#: After so many rows, others get a turn.
BREATH = 200


def by(column: ColumnElement[Any], name: str = "it") -> ColumnElement[bool]:
    """The rows whose column is the parameter of that name."""
    return column == bindparam(name)


def among(column: ColumnElement[Any], name: str = "them") -> ColumnElement[bool]:
    """The rows whose column is one of the parameters of that name."""
    return column.in_(bindparam(name, expanding=True))


def tuples(value: Any) -> Any:
    """What JSON made a list, a tuple again."""
    return tuple(tuples(inner) for inner in value) if isinstance(value, list) else value


def due_in(table: Table) -> Select[Any]:
    """The ids of the rows whose time has come, oldest first."""
    return (
        select(table.c.id)
        .where(table.c.due_at.is_not(None), table.c.due_at <= bindparam("now"))
        .order_by(table.c.due_at, table.c.id)
        .limit(bindparam("most"))
    )


class Shape(Generic[T]):
    """How a thing of ours lies in a table: its plain fields as columns, its private ones in one envelope.

    `elsewhere` are fields that the repository keeps by other means. `read` is how rows are read, when what is read
    with them is more than the table.
    """

    def __init__(
        self,
        kind: Callable[..., T],
        table: Table,
        *,
        private: Sequence[str] = (),
        elsewhere: Sequence[str] = (),
        read: Select[Any] | None = None,
    ) -> None:
        self.kind = kind
        self.table = table
        self.private = tuple(private)
        names = [f.name for f in fields(kind)]  # type: ignore[arg-type] # a dataclass, called to build one
        self.plain = tuple(name for name in names if name not in {*private, *elsewhere})
        missing = [name for name in self.plain if name not in table.c]
        assert not missing, f"{table.name} has no place for {missing}"
        rows = select(table) if read is None else read
        self.by_id = rows.where(by(table.c.id))
        self.by_ids = rows.where(among(table.c.id))
        self.insert = table.insert()
        self.update = table.update().where(by(table.c.id, "its_id"), by(table.c.version, "its_version"))
        self.delete = table.delete().where(by(table.c.id))


class SqlRepository(Generic[K, T]):
    """What every repository does, on one table."""

    shape: ClassVar[Shape[Any]]
    #: Whether a row that cannot be opened is as if it were not there, so that nobody waits for it; else it is an error.
    passes_over: ClassVar[bool] = False

    def __init__(self, session: Session) -> None:
        self._session = session
        #: What was asked in this transaction, until this repository writes: use cases need the same people many times.
        self._answers: dict[tuple[Any, ...], list[Any]] = {}

    async def find(self, id: K) -> T | None:
        return await self._one(self.shape.by_id, it=id)

    async def get(self, id: K) -> T:
        found = await self.find(id)
        if found is None:
            raise Refusal("gone")
        return found

    async def add(self, thing: T) -> None:
        await self._insert(replace(thing, version=0))

    async def save(self, thing: T) -> T:
        after = replace(thing, version=thing.version + 1)
        key = {"its_id": thing.id, "its_version": thing.version}
        self._answers.clear()
        written = await self._session.run(self.shape.update, self._row(after) | key)
        if written.rowcount != 1:
            raise Stale(f"{self.shape.table.name}: somebody else wrote first")
        return after

    async def among(self, ids: Sequence[K]) -> Mapping[K, T]:
        wanted = tuple(dict.fromkeys(ids))
        if len(wanted) > 1:
            return {thing.id: thing for thing in await self._all(self.shape.by_ids, them=wanted)}
        # A list in a statement costs SQLAlchemy half as much again as one value, and what was found is remembered.
        return {id: thing for id in wanted if (thing := await self.find(id))}

    async def remove(self, id: K) -> None:
        self._answers.clear()
        await self._session.run(self.shape.delete, {"it": id})

    async def _insert(self, thing: T) -> None:
        self._answers.clear()
        await self._session.run(self.shape.insert, self._row(thing))

    async def _one(self, statement: Select[Any], **parameters: Any) -> T | None:
        found = await self._all(statement, **parameters)
        return found[0] if found else None

    async def _all(self, statement: Select[Any], **parameters: Any) -> list[T]:
        question = (statement, *parameters.items())
        if question not in self._answers:
            self._answers[question] = await self._read(statement, parameters)
        return list(self._answers[question])

    async def _read(self, statement: Select[Any], parameters: Mapping[str, Any]) -> list[T]:
        rows = (await self._session.run(statement, parameters)).mappings()
        things: list[T] = []
        for number, row in enumerate(rows, start=1):
            try:
                things.append(self._thing(row))
            except Unsealable:
                if not self.passes_over:
                    raise
                log.error("unreadable_row", table=self.shape.table.name, id=row["id"])
            if number % BREATH == 0:
                await asyncio.sleep(0)
        return things

    async def _due(self, statement: Select[Any], now: datetime, limit: int) -> Sequence[Any]:
        return (await self._session.run(statement, {"now": now, "most": limit})).scalars()

    def _row(self, thing: T) -> dict[str, Any]:
        row = {name: getattr(thing, name) for name in self.shape.plain}
        if self.shape.private:
            row["sealed"] = self._session.seal({name: getattr(thing, name) for name in self.shape.private})
        return row

    def _thing(self, row: Mapping[Any, Any]) -> T:
        values = {name: row[name] for name in self.shape.plain}
        if self.shape.private:
            values |= {name: tuples(value) for name, value in self._session.open(row["sealed"]).items()}
        thing: T = self.shape.kind(**values)
        return thing
