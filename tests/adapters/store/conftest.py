"""The three stores that must behave alike."""

from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet

from adapters.store.keys import Sealer
from adapters.store.memory import MemoryStore
from adapters.store.sql import SqlStore

KEY = Fernet.generate_key().decode()


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([KEY])


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.external)])
def sql_url(request: pytest.FixtureRequest) -> str:
    return _address(request)


@pytest.fixture
async def sql_store(sql_url: str, sealer: Sealer) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(sql_url, sealer, migrate=False)
    yield store
    await store.close()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.external)])
async def store(request: pytest.FixtureRequest, sealer: Sealer) -> AsyncIterator[MemoryStore | SqlStore]:
    opened: MemoryStore | SqlStore = MemoryStore()
    if request.param != "memory":
        opened = await SqlStore.open(_address(request), sealer, migrate=False)
    yield opened
    await opened.close()


def _address(request: pytest.FixtureRequest) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return str(request.getfixturevalue("new_sqlite")())
