"""A transaction, as the repositories see it: statements, seals, and errors that are ours."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.keys import Sealer, keyed_hash
from bot.errors import Stale

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
#: Serialization failure, deadlock, lock not available; and a unique wall.
_CONFLICTS = frozenset({"40001", "40P01", "55P03", "23505"})


@contextmanager
def translated() -> Iterator[None]:
    """Conflicts become Stale; what is wrong with our statements stays what it is."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        if _is_conflict(error):
            raise Stale(type(error).__name__) from None
        raise


def _is_conflict(error: DBAPIError | PoolTimeout) -> bool:
    if isinstance(error, PoolTimeout):
        return True
    if getattr(error.orig, "sqlstate", None) in _CONFLICTS:
        return True
    said = str(error.orig)
    if isinstance(error, IntegrityError):
        return said.startswith("UNIQUE constraint failed")
    return said.startswith("database is locked")


@dataclass(frozen=True)
class Secrets:
    """What keeps a database private: the sealer, and a pepper for keyed hashes that outlives every change of key."""

    sealer: Sealer
    pepper: str

    def hash(self, *parts: str) -> str:
        """A keyed hash."""
        return keyed_hash(self.pepper, *parts)


class Session:
    """One connection inside one transaction."""

    def __init__(self, connection: AsyncConnection, secrets: Secrets, *, writing: bool) -> None:
        self._connection = connection
        self.writing = writing
        self.seal = secrets.sealer.seal
        self.open = secrets.sealer.open
        self.hash = secrets.hash
        self.postgres = connection.dialect.name == "postgresql"

    async def run(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement. Raises: Stale when it met somebody else's."""
        with translated():
            return await self._connection.execute(statement, parameters)


@dataclass(frozen=True)
class Unless:
    """An INSERT that does nothing when the row is there, in the words of both databases."""

    postgres: postgresql.Insert
    sqlite: sqlite.Insert

    def on(self, session: Session) -> Executable:
        """The one for this database."""
        return self.postgres if session.postgres else self.sqlite


def unless_there(table: Table, finish: Callable[[Any], Any] = lambda insert: insert) -> Unless:
    """Insert into `table` what is not there yet; `finish` adds to the statement, e.g. what it returns."""
    return Unless(
        finish(postgresql.insert(table).on_conflict_do_nothing()),
        finish(sqlite.insert(table).on_conflict_do_nothing()),
    )
