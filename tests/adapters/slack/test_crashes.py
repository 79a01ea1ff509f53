"""The process dies at each step from two sentences to an opening, and starts again on the same store (F1)."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.crowd import cards, comes, openings
from tests.adapters.slack.dying import Life, Mortal

PEOPLE = {"U1": "I can offer some Xylography", "U2": "I am looking for some Xylography"}
#: Where nobody can know whether an opening arrived: it was sent, and its answer was not written down.
UNKNOWN = {"after chat.postMessage together", "before arrived"}


@pytest.fixture
async def bar() -> AsyncIterator[Mortal]:
    async with Mortal() as bar:
        for user in PEOPLE:
            await comes(bar, user)
        yield bar


async def told(bar: Mortal, last: int | None) -> Life:
    """The whole story, by people who press what is in front of them, and say again what nobody answers.

    The process dies at its `last` step.
    """
    life = bar.life = Life(last)
    for _ in range(6):
        await bar.lives_through(_all_say(bar))
        for user in PEOPLE:
            for choice in ("post", "yes"):
                if any(button.action_id == f"press:{choice}" for button in bar.team.buttons(user)):
                    await bar.lives_through(bar.team.press(user, choice))
        await bar.lives_through(bar.slack.settled())
        await bar.lives_through(bar.counter.later.close())
        while not await bar.lives_through(bar.travel(minutes=4)):
            pass
        await bar.lives_through(bar.engine.beat())
    return life


async def _all_say(bar: Mortal) -> None:
    for user, text in PEOPLE.items():
        if not seen(bar, user, "press:post"):
            await bar.team.say(user, text)


def seen(bar: Mortal, user: str, button: str) -> int:
    """How many messages with this button ever appeared before somebody."""
    return sum(button in str(sight.blocks) for sight in bar.team.seen(user, "message"))


async def dies(last: int) -> str:
    """Dies once at this step, if the story is as long this time. Returns: what it was doing."""
    async with Mortal() as bar:
        for user in PEOPLE:
            await comes(bar, user)
        life = await told(bar, last)
        where = life.steps[-1]
        assert life.died.is_set() or len(life.steps) < last
        assert [seen(bar, user, "press:post") for user in PEOPLE] == [1, 1], where
        assert list(cards(bar, [*PEOPLE]).values()) == [1, 1], where
        posted = len(openings(bar, *PEOPLE))
        assert posted == 1 or (posted == 2 and where in UNKNOWN), (where, posted)
        return where


@pytest.mark.parametrize("quarter", range(4))
async def test_nothing_is_lost_or_doubled_whenever_it_dies(bar: Mortal, quarter: int) -> None:
    steps = (await told(bar, None)).steps
    assert len(openings(bar, *PEOPLE)) == 1

    for last in range(1 + quarter, len(steps) + 1, 4):
        await dies(last)
