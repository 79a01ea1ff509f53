"""SQLite, as we use it: one process a file, every acknowledged write on the disk, writers one after the other.

SQLAlchemy's `aiosqlite` dialect is kept and its driver's thread is not: handing each statement to a thread and back
costs thirty times what the statement does. Here statements run where they are asked for, some ten microseconds each,
and only the commit, which waits for the disk, goes to a thread.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.errors import ConfigError

#: How long a transaction waits for somebody outside of this process, such as a shell on the file: in tries of 50 ms.
PATIENCE = 100


class Cursor:
    """What the dialect asks of a cursor."""

    arraysize = 1

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._cursor = raw.cursor()

    async def __aenter__(self) -> "Cursor":
        return self

    @property
    def description(self) -> Any:
        """The columns of the answer; None when there is none."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were written."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number of the row that was added last."""
        return self._cursor.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run it, here and now."""
        self._cursor.execute(statement, parameters)

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run it for each."""
        self._cursor.executemany(statement, parameters)

    async def fetchall(self) -> list[Any]:
        """The whole answer."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Done with."""
        self._cursor.close()


class RawConnection:
    """What the dialect asks of a connection."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        self._commit: asyncio.Future[None] | None = None

    def cursor(self) -> Cursor:
        """A cursor."""
        return Cursor(self._connection)

    async def commit(self) -> None:
        """Make it true, and wait for the disk."""
        self._commit = asyncio.ensure_future(asyncio.to_thread(self._connection.commit))
        await asyncio.shield(self._commit)

    async def rollback(self) -> None:
        """Undo; a commit that nobody waits for any more ends first."""
        if self._commit and not self._commit.done():
            await asyncio.wait([self._commit])
        self._connection.rollback()

    async def create_function(self, *args: Any, **options: Any) -> None:
        """A function for SQL."""
        self._connection.create_function(*args, **options)

    async def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def stop(self) -> None:
        """Let go of the file at once."""
        self._connection.close()


def path_of(url: URL) -> Path:
    """The database file."""
    if not url.database or url.database == ":memory:":
        raise ConfigError(["The database address names no file; use for example sqlite:///var/comptoir.db"])
    return Path(url.database)


def engine(url: URL, begin: str, *, size: int, pragmas: Sequence[str]) -> AsyncEngine:
    """Connections to the file on which every transaction starts with `begin`."""
    path = path_of(url)

    async def connect(*_: Any, **__: Any) -> RawConnection:
        return RawConnection(path)

    made = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        connect_args={"async_creator_fn": connect},
        pool_size=size,
        max_overflow=0,
        pool_reset_on_return=None,
    )
    event.listen(made.sync_engine, "connect", _prepare(pragmas))
    event.listen(made.sync_engine, "begin", _start(begin))
    return made


def writers(url: URL) -> AsyncEngine:
    """The one connection that writes. `BEGIN IMMEDIATE`: a transaction that cannot write does not even begin."""
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
    return engine(url, "BEGIN IMMEDIATE", size=1, pragmas=pragmas)


def readers(url: URL) -> AsyncEngine:
    """Connections that only read, each transaction one picture of the whole."""
    return engine(url, "BEGIN", size=4, pragmas=("query_only=ON",))


def _prepare(pragmas: Sequence[str]) -> Callable[[Any, Any], None]:
    def prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare


def _start(begin: str) -> Callable[[Connection], None]:
    def start(connection: Connection) -> None:
        for _ in range(PATIENCE):
            try:
                connection.exec_driver_sql(begin)
            except OperationalError as error:
                if "locked" not in str(error.orig):
                    raise
                await_only(asyncio.sleep(0.05))
            else:
                return
        connection.exec_driver_sql(begin)

    return start


@contextmanager
def sole_process(url: URL) -> Iterator[None]:
    """Hold the file for this process. Raises: ConfigError when another one does."""
    path = path_of(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(
                [f"Another process uses the database {path}. Stop it first, or use PostgreSQL for several processes."]
            ) from None
        yield
    finally:
        os.close(handle)
