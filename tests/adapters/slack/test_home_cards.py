"""Cards on the Home tab: what waits for an answer, what was answered, and nothing that is over."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.world import SlackWorld, worded
from tests.journeys.test_main_path import NEED, OFFER

WAITING, ANSWERED = "Waiting for your answer", "Your answers, which you can still change"


@pytest.fixture
async def world() -> AsyncIterator[SlackWorld]:
    """Amina and Luc were asked about each other."""
    async with SlackWorld() as world:
        amina, luc = await world.join("Amina"), await world.join("Luc")
        await world.post(amina, OFFER)
        await world.post(luc, NEED)
        yield world


async def home(world: SlackWorld, user: str) -> tuple[str, list[str]]:
    """What somebody reads on their Home tab, and what they can press about cards."""
    await world.team.home(user)
    await world._settled()
    view = world.team.seen(user, "home")[-1]
    choices = [one.action_id for one in world.team.buttons(user, where="home") if one.action_id.startswith("press:")]
    return "\n".join(worded(view.blocks)), choices


async def test_a_card_waits_until_it_is_answered_and_can_be_answered_otherwise(world: SlackWorld) -> None:
    words, choices = await home(world, "UAMINA")
    assert WAITING in words
    assert ANSWERED not in words
    assert "press:yes" in choices

    await world.press(world.id_of("Amina"), "yes")

    words, choices = await home(world, "UAMINA")
    assert WAITING not in words
    assert ANSWERED in words
    assert choices == ["press:take_back"]


async def test_what_ended_is_not_on_it(world: SlackWorld) -> None:
    await world.press(world.id_of("Amina"), "yes")
    await world.travel(days=9)

    for user in ("UAMINA", "ULUC"):
        words, choices = await home(world, user)
        assert WAITING not in words
        assert ANSWERED not in words
        assert choices == []


async def test_what_ends_first_is_first(world: SlackWorld) -> None:
    iris = await world.join("Iris")
    await world.travel(hours=30)
    await world.post(iris, NEED)
    await world.travel(hours=2)

    me = world.id_of("Amina")
    cards = [card for card in await world.messages(me) if "yes" in card.choices]
    _, choices = await home(world, "UAMINA")
    tokens = [one.value for one in world.team.buttons("UAMINA", where="home") if one.action_id == "press:yes"]

    assert len(cards) == 2
    assert choices.count("press:yes") == 2
    assert tokens == [card.token for card in sorted(cards, key=lambda card: str(card.closes_at))]
