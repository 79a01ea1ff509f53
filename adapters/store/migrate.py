"""Bringing a database to this version, from inside the process."""

import asyncio
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, text

from adapters.store import postgres, sqlite

#: Names the advisory lock under which one of several processes migrates while the others wait.
LOCK = 0x636F6D70746F6972


def scripts() -> Path:
    """Where the version files are: inside the installed package, or beside it in a checkout."""
    packaged = Path(str(files("bot") / "_migrations"))
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "migrations"


def configured(connection: Connection) -> Config:
    """Alembic, working on this connection."""
    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def upgrade(url: URL, to: str = "head") -> None:
    """Bring the database to a version, in one transaction; several processes may do so at once."""
    await work_on(url, lambda connection: command.upgrade(configured(connection), to))


async def work_on(url: URL, work: Callable[[Connection], None]) -> None:
    """Do something to the tables in one transaction, in which nobody else does."""
    if url.get_backend_name() == "sqlite":
        await asyncio.to_thread(_on_file, url, work)
        return
    made = postgres.engine(url)
    try:
        async with made.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(work)
    finally:
        await made.dispose()


def _on_file(url: URL, work: Callable[[Connection], None]) -> None:
    """SQLite rebuilds tables to change them, so nothing must cascade meanwhile."""
    made = sqlite.engine(url, "journal_mode=WAL", "foreign_keys=OFF")
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with made.begin() as connection:
            work(connection)
    finally:
        made.dispose()
