"""Bringing a database to this version, from inside the process."""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

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


def engine(url: URL) -> AsyncEngine:
    """Connections for migrating. SQLite rebuilds tables to change them, so nothing must cascade meanwhile."""
    if url.get_backend_name() == "sqlite":
        return sqlite.engine(url, "BEGIN IMMEDIATE", size=1, pragmas=("journal_mode=WAL", "foreign_keys=OFF"))
    return postgres.writers(url)


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
