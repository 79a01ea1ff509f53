"""The same small world on each kind of store."""

from contextlib import ExitStack

from tests.world import World, in_memory


async def fresh_world(kind: str, stack: ExitStack, *, seed: int = 1) -> World:
    """An empty community on "memory" or "sqlite"; what it leaves on disk goes with `stack`."""
    if kind == "memory":
        return await in_memory(seed=seed).open()
    raise NotImplementedError(kind)
