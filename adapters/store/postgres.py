"""PostgreSQL, as we use it: READ COMMITTED for writers, who lock what they change; one picture for readers."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from adapters.store.answer import Answer, Parameters
from bot.errors import Stale

#: Serialization failure, deadlock, lock not available; and a unique wall.
_CONFLICTS = frozenset({"40001", "40P01", "55P03", "23505"})


@contextmanager
def translated() -> Iterator[None]:
    """Conflicts become Stale; what is wrong with our statements stays what it is."""
    try:
        yield
    except PoolTimeout:
        raise Stale("no connection was free") from None
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _CONFLICTS:
            raise Stale(type(error).__name__) from None
        raise


def engine(url: URL) -> AsyncEngine:
    """Connections that write."""
    address = url.set(drivername="postgresql+asyncpg")
    # Statements here are short: to compile one, as PostgreSQL does when it expects many rows, takes longer than it.
    settings = {"server_settings": {"jit": "off"}}
    return create_async_engine(
        address, pool_size=10, max_overflow=10, isolation_level="READ COMMITTED", connect_args=settings
    )


class Transaction:
    """One transaction on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(self, statement: Executable, parameters: Parameters) -> Answer:
        with translated():
            result = await self._connection.execute(statement, parameters)
        if not result.returns_rows:
            return Answer(rowcount=result.rowcount)
        return Answer(tuple(result.keys()), result.all(), result.rowcount)

    async def commit(self) -> None:
        with translated():
            await self._connection.commit()

    async def close(self) -> None:
        await self._connection.__aexit__(None, None, None)


class Server:
    """A database on a server, for several processes."""

    shared = True

    def __init__(self, url: URL) -> None:
        self._writers = engine(url)
        self._readers = self._writers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    async def writing(self, *, flushed: bool = True) -> Transaction:
        with translated():
            return Transaction(await self._writers.connect())

    async def reading(self) -> Transaction:
        with translated():
            return Transaction(await self._readers.connect())

    async def close(self) -> None:
        await self._writers.dispose()
