"""Runs the version files: on the connection that the process hands in, or by `alembic -x url=…` from a shell."""

import asyncio

from alembic import context
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.store import house_tables
from adapters.store.tables import METADATA

assert house_tables  # its tables belong to METADATA too


def run(connection: Connection) -> None:
    """Inside the transaction of whoever calls."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_alone(url: str) -> None:
    """From a shell."""
    engine = create_async_engine(make_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_alone(context.get_x_argument(as_dictionary=True)["url"]))
