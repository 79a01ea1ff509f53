"""A demonstration with two people, and a real house with nobody yet."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.ids import MemberId
from tests.adapters.house.visitor import Visitor, demonstration, real_house
from tests.world import COMMUNITY, World, in_memory


@pytest.fixture
async def world() -> World:
    return await in_memory().open()


@pytest.fixture
async def amina(world: World) -> AsyncIterator[Visitor]:
    app, play = await demonstration(world, amina="en", marius="fr")
    visitor = Visitor(app)
    await visitor.become(play.people[0][0])
    yield visitor
    await visitor.client.aclose()


@pytest.fixture
async def marius(amina: Visitor) -> AsyncIterator[Visitor]:
    visitor = Visitor(amina.app)
    await visitor.become(MemberId(f"{COMMUNITY}:marius"))
    yield visitor
    await visitor.client.aclose()


@pytest.fixture
async def newcomer(world: World) -> AsyncIterator[Visitor]:
    visitor = Visitor(await real_house(world))
    yield visitor
    await visitor.client.aclose()
