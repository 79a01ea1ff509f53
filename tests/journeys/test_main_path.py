"""The story of the T-shirts, from a typed sentence to a nudge, through the real engine, store and outbox."""

from collections.abc import AsyncIterator

import pytest

from tests.journeys.silence import steady_world
from tests.world import World

OFFER = "I have 5,000 T-shirts left over from a festival"
NEED = "nous cherchons des T-shirts pour une course solidaire"


@pytest.fixture(params=["house", "slack", "slack over HTTP", "discord"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with steady_world(request.param) as world:
        yield world


async def test_a_need_travels_to_two_cards_and_an_opening(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")

    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)

    assert await world.openings(amina) == await world.openings(luc) == 1
    await world.travel(days=40)
    told = [*await world.keys(amina), *await world.keys(luc)]
    assert told.count("follow_up") == 2
    assert any(key.startswith("nudge.") for key in told)


async def test_nothing_is_said_before_both_yeses(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")

    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    await world.press(amina, "yes")
    await world.travel(days=6)

    seen = "\n".join(await world.transcript(luc))
    assert "Amina" not in seen
    assert await world.openings(luc) == 0
