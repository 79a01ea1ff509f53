"""The story of the T-shirts, told in Slack."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.bar import Bar
from tests.journeys.test_main_path import NEED, OFFER


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def test_a_need_travels_to_two_cards_and_an_opening(bar: Bar) -> None:
    await bar.enters("U1", "Amina")
    await bar.enters("U2", "Luc", "fr")

    await bar.posts("U1", "/offer", OFFER)
    await bar.posts("U2", "/besoin", NEED)
    await bar.team.press("U1", "yes")
    await bar.team.press("U2", "yes")
    await bar.travel(minutes=1)

    together = bar.team.together("U1", "U2")
    assert together is not None
    (opening,) = bar.team.messages(together.id)
    assert "Amina" in opening.text
    assert "Luc" in opening.text
    assert not bar.slack.controls()
