"""SQLite, as we use it: one process a file, every acknowledged write on the disk, writers one after the other.

Statements run in the event loop, through SQLAlchemy's synchronous engine: each takes SQLite some ten microseconds, and
handing it to a thread and back costs several times what the rest of a use case does. So does the commit, which waits
for the disk: writers take turns anyway. See docs/decisions/0008.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Executable, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from adapters.store.answer import Answer, Parameters
from bot.errors import ConfigError, Stale
from bot.messages import Phrase

#: How long a transaction waits for another process, such as `comptoir erase` beside `comptoir run`: tries of 50 ms.
PATIENCE = 100


ERRORS = DBAPIError, sqlite3.OperationalError


def translated(error: Exception) -> Exception:
    """A conflict as Stale; what is wrong with our statements stays what it is."""
    conflict = str(getattr(error, "orig", error)).startswith(("UNIQUE constraint failed", "database is locked"))
    return Stale(type(error).__name__) if conflict else error


class Transaction:
    """One transaction on one connection."""

    def __init__(self, connection: Connection, begin: str, done: Callable[[Connection], None]) -> None:
        self._connection = connection
        self._raw: Any = connection.connection.driver_connection
        self._begin = begin
        self._done = done

    async def run(self, statement: Executable, parameters: Parameters) -> Answer:
        try:
            if not self._connection.in_transaction():
                await self._start()
            result = self._connection.execute(statement, parameters)
            if not result.returns_rows:
                return Answer(rowcount=result.rowcount)
            return Answer(tuple(result.keys()), result.all(), result.rowcount)
        except ERRORS as error:
            raise translated(error) from None

    async def commit(self) -> None:
        try:
            self._connection.commit()
        except ERRORS as error:
            raise translated(error) from None

    async def close(self) -> None:
        self._connection.rollback()
        self._done(self._connection)

    async def _start(self) -> None:
        for _ in range(PATIENCE):
            try:
                self._really_begin()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                await asyncio.sleep(0.05)
            else:
                return
        self._really_begin()

    def _really_begin(self) -> None:
        # Past SQLAlchemy: listening to its "begin" would make it ask for listeners around every statement.
        self._raw.execute(self._begin)
        self._connection.begin()


class File:
    """A database file. `BEGIN IMMEDIATE`: a transaction that cannot write does not even begin."""

    shared = False

    def __init__(self, url: URL) -> None:
        pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
        self._engines = engine(url, *pragmas), engine(url, "query_only=ON")
        self._writer = self._engines[0].connect()
        self._turn = asyncio.Lock()
        #: Connections for reading that nobody uses; taking one from a pool each time would cost more than a statement.
        self._idle: list[Connection] = []

    async def writing(self, *, flushed: bool = True) -> Transaction:
        await self._turn.acquire()
        try:
            if not flushed:
                self._synchronize("NORMAL")
        except sqlite3.Error:
            self._turn.release()
            raise
        return Transaction(self._writer, "BEGIN IMMEDIATE", lambda _: self._written(flushed))

    def _written(self, flushed: bool) -> None:
        try:
            if not flushed:
                self._synchronize("FULL")
        finally:
            self._turn.release()

    def _synchronize(self, how: str) -> None:
        raw: Any = self._writer.connection.driver_connection
        raw.execute(f"PRAGMA synchronous={how}")

    async def reading(self) -> Transaction:
        connection = self._idle.pop() if self._idle else self._engines[1].connect()
        return Transaction(connection, "BEGIN", self._idle.append)

    async def close(self) -> None:
        for connection in (self._writer, *self._idle):
            connection.close()
        for engine in self._engines:
            engine.dispose()


def engine(url: URL, *pragmas: str) -> Engine:
    """Connections of one kind, on which every transaction is begun by us."""
    path_of(url)
    made = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=QueuePool,
        pool_reset_on_return=None,  # whoever takes a connection rolls back what they did not commit
        max_overflow=-1,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": 0},
    )

    def prepare(raw: sqlite3.Connection, _: object) -> None:
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")

    event.listen(made, "connect", prepare)
    return made


def path_of(url: URL) -> Path:
    """The database file."""
    if not url.database or url.database == ":memory:":
        raise ConfigError(Phrase("command.fault.no_database_file"))
    return Path(url.database)


@contextmanager
def sole_process(url: URL) -> Iterator[None]:
    """Hold the file for this process. Raises: ConfigError when another one does."""
    path = path_of(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # nobody else reads it, nor what SQLite puts beside it
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(Phrase("command.fault.second_process", {"path": str(path)})) from None
        yield
    finally:
        os.close(handle)
