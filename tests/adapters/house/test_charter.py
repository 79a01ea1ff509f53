"""What a house agreed on, where somebody comes in and where they ask for something."""

import pytest

from bot.commands import SetCharter
from bot.domain.ids import MemberId
from tests.adapters.house.test_bar import press, say
from tests.adapters.house.test_entering import enter
from tests.adapters.house.visitor import Visitor
from tests.world import COMMUNITY, World


@pytest.fixture
async def agreed(world: World) -> None:
    await world.send(SetCharter(MemberId(f"{COMMUNITY}:steward"), admin=True, text="Lend gladly. Sell nothing."))


async def test_whoever_comes_in_reads_the_charter_first(newcomer: Visitor, agreed: None) -> None:
    await enter(newcomer, language="en")
    assert "Lend gladly. Sell nothing." in newcomer.words
    assert "Welcome to" not in newcomer.words

    await press(newcomer, "accept")
    await newcomer.open("/")
    assert "Welcome to The Counter, Noor." in newcomer.words


async def test_a_form_shows_what_is_to_be_accepted_first(amina: Visitor, agreed: None) -> None:
    await amina.open("/need/new")
    response = await amina.send("/need/new", text="I am looking for a drill")

    assert response.status_code == 400
    assert "Lend gladly. Sell nothing." in amina.words
    assert "I am looking for a drill" in amina.page


async def test_whoever_would_rather_leave_is_out(amina: Visitor, agreed: None) -> None:
    await say(amina, "private", "hello")
    await press(amina, "leave")
    await amina.open("/notices")

    assert "/demonstration/become" in amina.page
    assert "Lend gladly" not in amina.words
