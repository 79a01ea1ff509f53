"""Bringing a database to this version, from inside the process."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.store import postgres

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


def engine(url: URL) -> AsyncEngine:
    """Connections for migrating. SQLite rebuilds tables to change them, so nothing must cascade meanwhile."""
    if url.get_backend_name() != "sqlite":
        return postgres.engine(url)
    made = create_async_engine(url.set(drivername="sqlite+aiosqlite"), connect_args={"isolation_level": None})
    event.listen(made.sync_engine, "connect", _prepare)
    event.listen(made.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return made


def _prepare(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=OFF")


async def upgrade(url: URL, to: str = "head") -> None:
    """Bring the database to a version, in one transaction; several processes may do so at once."""
    made = engine(url)
    try:
        async with made.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(lambda sync: command.upgrade(configured(sync), to))
    finally:
        await made.dispose()
