"""Every database can be brought to this version, and back."""

import ast
import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from cryptography.fernet import Fernet
from sqlalchemy import Connection, inspect

from adapters.store.keys import Sealer
from adapters.store.migrate import configured, scripts, upgrade, work_on
from adapters.store.search_tables import SEARCH
from adapters.store.sql import SqlStore, parsed_address
from adapters.store.tables import METADATA

VERSIONS = sorted((scripts() / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.external)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("new_postgres"))
    return f"sqlite:///{tmp_path}/new.db"


async def on(url: str, work: Callable[[Connection], None]) -> None:
    await work_on(parsed_address(url), work)


async def test_up_down_up_and_the_tables_are_those_of_the_code(empty_url: str) -> None:
    def tables(connection: Connection) -> None:
        assert set(inspect(connection).get_table_names()) - {"alembic_version"} == expected

    expected = set(METADATA.tables) | set(SEARCH.tables if empty_url.startswith("postgres") else ())
    await upgrade(parsed_address(empty_url))
    await on(empty_url, tables)
    await on(empty_url, lambda connection: command.downgrade(configured(connection), "base"))
    expected = set()
    await on(empty_url, tables)

    await upgrade(parsed_address(empty_url))

    await on(empty_url, lambda connection: command.check(configured(connection)))


async def test_a_new_database_is_made_at_the_first_start(empty_url: str) -> None:
    sealer = Sealer([Fernet.generate_key().decode()])
    await (await SqlStore.open(empty_url, sealer)).close()

    again = await SqlStore.open(empty_url, sealer)

    assert await again.open_notices() == (0, [])
    await again.close()


@pytest.mark.external
async def test_several_processes_may_start_at_once(new_postgres: str) -> None:
    sealer = Sealer([Fernet.generate_key().decode()])

    stores = await asyncio.gather(*(SqlStore.open(new_postgres, sealer) for _ in range(3)))

    for store in stores:
        assert await store.open_notices() == (0, [])
        await store.close()


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_version_files_are_numbered_and_import_nothing_of_ours(path: Path) -> None:
    imported = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }

    assert re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem)
    assert f'revision = "{path.stem[:4]}"' in path.read_text()
    assert imported <= {"alembic", "sqlalchemy", "json", "datetime"}
