"""The process dies at each step from two sentences to an opening, and starts again on the same store (F1)."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.openings import is_opening
from tests.adapters.discord.dying import Life, Mortal
from tests.platforms.discord.people import Person

WORDS = {"ana": "I can offer some Xylography", "luc": "I am looking for some Xylography"}


@pytest.fixture
async def bar() -> AsyncIterator[Mortal]:
    async with Mortal() as bar:
        yield bar


async def told(bar: Mortal, last: int | None) -> tuple[Life, list[Person]]:
    """The whole story, by people who press what is in front of them, and say again what nobody answers.

    The process dies at its `last` step.
    """
    people = [await bar.enters(name) for name in WORDS]
    life = bar.life = Life(last)
    for _ in range(6):
        for person in people:
            if not seen(person, "i1:post:"):
                await bar.lives_through(person.writes(WORDS[person.name.lower()]))
                await bar.lives_through(bar.look())
        for person in people:
            for label in ("Yes, go ahead", "Yes"):
                for message in [one for one in person.dms if label in person.buttons(one)]:
                    await bar.lives_through(person.presses(message, label))
                    await bar.lives_through(bar.settled())
        while not await bar.lives_through(bar.travel(minutes=4)):
            pass
        await bar.lives_through(bar.look())
    return life, people


def seen(person: Person, button: str) -> int:
    """How many messages with this button ever appeared before somebody."""
    return len(
        {sight.message for sight in person.sights if sight.what == "message" and button in str(sight.components)}
    )


async def openings(bar: Mortal, person: Person) -> int:
    """How often somebody was told of whom they met."""
    shown = await bar.counter.sendings.shown_to(bar.member(person))
    refs = {one.ref for one in shown if len(one.messages) == 1 and is_opening(next(iter(one.messages.values())))}
    told = sum("you both said yes" in message.content for message in person.dms)
    assert told == len(refs), (told, refs)
    return told


async def dies(last: int) -> str:
    """Dies once at this step. Returns: what it was doing."""
    async with Mortal() as bar:
        life, people = await told(bar, last)
        where = life.steps[-1]
        assert life.died.is_set()
        assert [seen(person, "i1:post:") for person in people] == [1, 1], where
        assert [seen(person, "i1:yes:") for person in people] == [1, 1], where
        assert [await openings(bar, person) for person in people] == [1, 1], where
        return where


@pytest.mark.parametrize("part", [0, *(pytest.param(number, marks=pytest.mark.campaign) for number in range(1, 8))])
async def test_nothing_is_lost_or_doubled_whenever_it_dies(bar: Mortal, part: int) -> None:
    life, people = await told(bar, None)
    assert [await openings(bar, person) for person in people] == [1, 1]

    for last in range(1 + part, len(life.steps) + 1, 8):
        await dies(last)
