"""PostgreSQL, as we use it: READ COMMITTED for writers, who lock what they change; one picture for readers."""

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def address(url: URL) -> URL:
    """The address with the driver that we use."""
    return url.set(drivername="postgresql+asyncpg")


def writers(url: URL) -> AsyncEngine:
    """Connections that write."""
    return create_async_engine(address(url), pool_size=10, max_overflow=10, isolation_level="READ COMMITTED")


def readers(writers: AsyncEngine) -> AsyncEngine:
    """The same connections, for transactions that only read."""
    return writers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
