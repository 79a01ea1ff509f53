"""Fixtures that every folder may use: databases that are migrated once and copied for each test."""

import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from adapters.store.migrate import upgrade
from adapters.store.search_tables import SEARCH
from adapters.store.sql import parsed_address
from adapters.store.tables import FEED, METADATA
from tests.postgres import Server, alone, server

#: Tables that hold next to nothing are emptied faster row by row than by TRUNCATE or by a new database.
_EMPTY = ";".join(
    [f"DELETE FROM {table.name}" for table in SEARCH.sorted_tables]
    + [f"DELETE FROM {table.name}" for table in reversed(METADATA.sorted_tables) if table is not FEED]
    + ["UPDATE feed SET number = 0"]
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes begins first, in whatever order the rest comes: no worker is left alone with it at the end."""
    items.sort(key=lambda item: "test_histories" not in item.nodeid)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL, one for each worker."""
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_database(postgres_server: Server) -> Iterator[str]:
    """The name of a database at this version, one for each worker."""
    name = postgres_server.make()
    alone(lambda: upgrade(parsed_address(postgres_server.address(name))))
    yield name
    postgres_server.drop(name)


@pytest.fixture
def emptied(postgres_server: Server, postgres_database: str) -> Callable[[], str]:
    """Empties a database at this version whenever it is called. Returns: its address."""

    def empty() -> str:
        alone(lambda: postgres_server.ask(_EMPTY, postgres_database))
        return postgres_server.address(postgres_database)

    return empty


@pytest.fixture
def postgres_url(emptied: Callable[[], str]) -> str:
    """The address of a database at this version with nothing in it."""
    return emptied()


@pytest.fixture
def new_postgres(postgres_server: Server) -> Iterator[str]:
    """The address of a database without tables."""
    name = postgres_server.make()
    yield postgres_server.address(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at this version."""
    path = tmp_path_factory.mktemp("template") / "comptoir.db"
    alone(lambda: upgrade(parsed_address(f"sqlite:///{path}")))
    return path


@pytest.fixture
def new_sqlite(sqlite_template: Path, tmp_path: Path) -> Callable[[], str]:
    """Makes the address of a database file of one's own, at this version."""

    def make() -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    return make


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What was written while a test ran may hold half a character, which no worker can hand to whoever collects."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report
