"""A transaction, as the repositories see it: statements and seals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from adapters.store.answer import Answer, Parameters, Wire
from adapters.store.keys import Sealer, keyed_hash


@dataclass(frozen=True)
class Secrets:
    """What keeps a database private: the sealer, and a pepper for keyed hashes that outlives every change of key."""

    sealer: Sealer
    pepper: str

    def hash(self, *parts: str) -> str:
        """A keyed hash."""
        return keyed_hash(self.pepper, *parts)


class Session:
    """One transaction, and what opens its envelopes."""

    def __init__(self, wire: Wire, secrets: Secrets, *, writing: bool, postgres: bool) -> None:
        self._wire = wire
        self.writing = writing
        self.postgres = postgres
        self.seal = secrets.sealer.seal
        self.open = secrets.sealer.open
        self.hash = secrets.hash
        self.commit = wire.commit

    async def run(self, statement: Executable, parameters: Parameters = None) -> Answer:
        """Run a statement. Raises: Stale when it met somebody else's."""
        return await self._wire.run(statement, parameters)


@dataclass(frozen=True)
class Unless:
    """An INSERT that says what to do when the row is there, in the words of both databases."""

    postgres: postgresql.Insert
    sqlite: sqlite.Insert

    def on(self, session: Session) -> Executable:
        """The one for this database."""
        return self.postgres if session.postgres else self.sqlite


def inserting(table: Table, finish: Callable[[Any], Any]) -> Unless:
    """Insert into `table`; `finish` says the rest of the statement."""
    return Unless(finish(postgresql.insert(table)), finish(sqlite.insert(table)))


def unless_there(table: Table, finish: Callable[[Any], Any] = lambda insert: insert) -> Unless:
    """Insert into `table` what is not there yet; `finish` adds to the statement, e.g. what it returns."""
    return inserting(table, lambda insert: finish(insert.on_conflict_do_nothing()))
