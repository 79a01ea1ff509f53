"""A world for each test."""

import pytest

from tests.world import World, in_memory


@pytest.fixture
async def world() -> World:
    return await in_memory().open()
