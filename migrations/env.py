"""Runs the version files: on the connection handed in, or by `alembic -x url=sqlite:///…` from a shell."""

from alembic import context
from sqlalchemy import Connection, create_engine

from adapters.store import house_tables, installation_tables, lease_tables, place_tables, sending_tables
from adapters.store.search_tables import SEARCH
from adapters.store.tables import METADATA

assert house_tables  # these tables belong to METADATA too
assert installation_tables
assert lease_tables
assert place_tables
assert sending_tables


def run(connection: Connection) -> None:
    """Inside the transaction of whoever calls."""
    context.configure(
        connection=connection,
        target_metadata=[METADATA, SEARCH] if connection.dialect.name == "postgresql" else METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_alone(url: str) -> None:
    """From a shell, on an SQLite file."""
    engine = create_engine(url)
    with engine.begin() as connection:
        run(connection)
    engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    run_alone(context.get_x_argument(as_dictionary=True)["url"])
