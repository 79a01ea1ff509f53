"""The same small world on each kind of store, for tests that cannot ask for fixtures."""

import shutil
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet

from adapters.store.keys import Sealer
from adapters.store.migrate import upgrade
from adapters.store.sql import SqlStore, parsed_address
from tests.postgres import alone
from tests.world import World, in_memory

SEALER = Sealer([Fernet.generate_key().decode()])


async def fresh_world(kind: str, stack: ExitStack, *, seed: int = 1) -> World:
    """An empty community on "memory" or "sqlite"; what it leaves on disk goes with `stack`."""
    if kind == "memory":
        return await in_memory(seed=seed).open()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comptoir")))
    store = await SqlStore.open(copy_of_template(folder), SEALER, migrate=False)
    return await World(store, store.rooms, seed=seed).open()


def copy_of_template(folder: Path) -> str:
    """The address of a new SQLite file at this version."""
    path = folder / "comptoir.db"
    shutil.copy(_template(), path)
    return f"sqlite:///{path}"


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="comptoir")) / "template.db"
    alone(lambda: upgrade(parsed_address(f"sqlite:///{path}")))
    return path
