"""SQLite, as we use it: one process a file, every acknowledged write on the disk, writers one after the other.

Statements run where they are asked for; only the commit, which waits for the disk, goes to a thread.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Executable, TextClause

from adapters.store.answer import Answer, Parameters
from adapters.store.prepared import prepared
from bot.errors import ConfigError, Stale

#: How long a transaction waits for somebody outside of this process, such as a shell on the file: in tries of 50 ms.
PATIENCE = 100
#: Connections for reading that are kept open.
KEPT = 4


@contextmanager
def translated() -> Iterator[None]:
    """Conflicts become Stale; what is wrong with our statements stays what it is."""
    try:
        yield
    except sqlite3.Error as error:
        if str(error).startswith(("UNIQUE constraint failed", "database is locked")):
            raise Stale(type(error).__name__) from None
        raise


class Transaction:
    """One transaction on one connection."""

    def __init__(self, base: "File", raw: sqlite3.Connection, begin: str) -> None:
        self._base = base
        self._raw = raw
        self._begin = begin
        self._commit: asyncio.Future[None] | None = None

    async def run(self, statement: Executable, parameters: Parameters) -> Answer:
        with translated():
            if not self._raw.in_transaction:
                await self._start()
            if isinstance(statement, TextClause):
                return self._said(statement)
            if parameters is None or isinstance(parameters, Mapping):
                return self._one(statement, parameters or {})
            return self._many(statement, parameters)

    async def commit(self) -> None:
        self._commit = asyncio.ensure_future(asyncio.to_thread(self._raw.commit))
        with translated():
            await asyncio.shield(self._commit)

    async def close(self) -> None:
        try:
            if self._commit and not self._commit.done():  # nobody waits for it any more, but it goes on
                await asyncio.wait([self._commit])
            if self._raw.in_transaction:
                self._raw.rollback()
        finally:
            self._base.take_back(self._raw)

    async def _start(self) -> None:
        for _ in range(PATIENCE):
            try:
                self._raw.execute(self._begin)
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                await asyncio.sleep(0.05)
            else:
                return
        self._raw.execute(self._begin)

    def _one(self, statement: Executable, given: Mapping[str, Any]) -> Answer:
        ready = prepared(statement, tuple(given))
        cursor = self._raw.execute(ready.text(given), ready.parameters(given))
        if cursor.description is None:
            return Answer(rowcount=cursor.rowcount)
        return Answer(ready.keys, ready.rows(cursor.fetchall()), cursor.rowcount)

    def _many(self, statement: Executable, several: Any) -> Answer:
        ready = prepared(statement, tuple(several[0]))
        cursor = self._raw.executemany(ready.text(several[0]), [ready.parameters(given) for given in several])
        return Answer(rowcount=cursor.rowcount)

    def _said(self, statement: TextClause) -> Answer:
        cursor = self._raw.execute(statement.text)
        return Answer((), cursor.fetchall(), cursor.rowcount)


class File:
    """A database file. `BEGIN IMMEDIATE`: a transaction that cannot write does not even begin."""

    shared = False

    def __init__(self, url: URL) -> None:
        self._path = path_of(url)
        self._writer = connected(self._path, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
        self._turn = asyncio.Lock()
        self._readers: list[sqlite3.Connection] = []

    async def writing(self) -> Transaction:
        await self._turn.acquire()
        return Transaction(self, self._writer, "BEGIN IMMEDIATE")

    async def reading(self) -> Transaction:
        raw = self._readers.pop() if self._readers else connected(self._path, "query_only=ON")
        return Transaction(self, raw, "BEGIN")

    def take_back(self, raw: sqlite3.Connection) -> None:
        """A connection whose transaction is over."""
        if raw is self._writer:
            self._turn.release()
        elif len(self._readers) < KEPT:
            self._readers.append(raw)
        else:
            raw.close()

    async def close(self) -> None:
        for raw in (*self._readers, self._writer):
            raw.close()


def path_of(url: URL) -> Path:
    """The database file."""
    if not url.database or url.database == ":memory:":
        raise ConfigError(["The database address names no file; use for example sqlite:///var/comptoir.db"])
    return Path(url.database)


def connected(path: Path, *pragmas: str) -> sqlite3.Connection:
    """A connection on which every transaction is begun by us."""
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    for pragma in pragmas:
        raw.execute(f"PRAGMA {pragma}")
    return raw


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
