"""The process dies at each step from two sentences to an opening, and starts again on the same store (F1).

On each kind of store: at some steps each time, and at each in a campaign, where `DEATHS` says how often.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

import pytest

from adapters.discord.openings import is_opening
from bot.commands import Erase
from tests.adapters.discord.dying import Mortal
from tests.adapters.dying import DEATHS, NOW_AND_THEN, Life, dies_until_it_lives, every, world_on
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Message

#: A Comptoir in a fresh Discord, on a fresh store.
Begin: TypeAlias = Callable[[], AbstractAsyncContextManager[Mortal]]

WORDS = {"ana": "I can offer some Xylography", "luc": "I am looking for some Xylography"}


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


@asynccontextmanager
async def mortal(address: str | None) -> AsyncIterator[Mortal]:
    """On the empty database that is there, or in memory."""
    async with world_on(address) as world, Mortal(world) as bar:
        yield bar


async def dies(last: int, begin: Begin) -> str:
    """Dies once at this step, if the story is as long this time. Returns: what it was doing."""
    async with begin() as bar:
        life, people = await told(bar, last)
        where = life.steps[-1]
        assert life.died.is_set() or len(life.steps) < last
        assert [seen(person, "i1:post:") for person in people] == [1, 1], where
        assert [seen(person, "i1:yes:") for person in people] == [1, 1], where
        assert [await openings(bar, person) for person in people] == [1, 1], where
        return where


@pytest.mark.parametrize("part", [0, *(pytest.param(number, marks=pytest.mark.campaign) for number in range(1, 8))])
async def test_nothing_is_lost_or_doubled_whenever_it_dies(part: int) -> None:
    await dies_at_each_step(lambda: mortal(None), part, apart=8)


@NOW_AND_THEN
async def test_nothing_is_lost_or_doubled_in_a_file(new_sqlite: Callable[[], str], part: int, apart: int) -> None:
    await dies_at_each_step(lambda: mortal(new_sqlite()), part, apart=apart)


@pytest.mark.external
@NOW_AND_THEN
async def test_nothing_is_lost_or_doubled_in_postgresql(emptied: Callable[[], str], part: int, apart: int) -> None:
    await dies_at_each_step(lambda: mortal(emptied()), part, apart=apart)


async def dies_at_each_step(begin: Begin, part: int, *, apart: int) -> None:
    """The story is told, then told again with a death, one story for each step of this part."""
    async with begin() as bar:
        life, people = await told(bar, None)
        assert [await openings(bar, person) for person in people] == [1, 1]

    for last in [*range(1 + part, len(life.steps) + 1, apart)] * DEATHS:
        await dies(last, begin)


# --- a thread for the two --------------------------------------------------------------------------------------------


@every(7)
async def test_there_is_one_thread_whenever_it_dies(apart: int) -> None:
    assert await dies_until_it_lives(dies_over_a_thread, apart) > 20


async def dies_over_a_thread(last: int) -> str:
    """Dies at this step after somebody asked for a thread. Returns: "lived" when there are not so many steps."""
    async with Mortal() as bar:
        _, (ana, luc) = await told(bar, None)
        life = bar.life = Life(last)
        await bar.lives_through(makes(bar, ana))
        where = life.steps[-1]
        await bar.world.travel(minutes=2)  # who died holds the turn for a moment
        await makes(bar, ana)
        await makes(bar, luc)
        await bar.service.tidy()
        await bar.settled()

        (thread,) = bar.fake.threads()
        assert thread.strand, where
        assert {"ana", "luc"} <= bar.fake.readers(thread), where
        assert bar.fake.app.id not in thread.strand.members, where
        assert len(ana.messages(thread)) == 1, where
        for person in (ana, luc):
            assert f"<#{thread.id}>" in opening_of(person).content, where
            assert person.buttons(opening_of(person)) == [], where
        return where if life.died.is_set() else "lived"


def opening_of(person: Person) -> Message:
    """What introduced them."""
    return next(message for message in person.dms if "you both said yes" in message.content)


async def makes(bar: Mortal, person: Person) -> None:
    """Ask for a thread, and be sure of it, as far as there is a button."""
    opening = opening_of(person)
    if "Make a private thread" in person.buttons(opening):
        outcome = await person.presses(opening, "Make a private thread")
        if outcome.message and "Make it" in person.buttons(outcome.message):
            await person.presses(outcome.message, "Make it")
        await bar.settled()


# --- who asks to be forgotten ----------------------------------------------------------------------------------------


@every(7)
async def test_whoever_asks_to_be_forgotten_is_forgotten_whenever_it_dies(apart: int) -> None:
    assert await dies_until_it_lives(dies_over_forgetting, apart) > 20


async def dies_over_forgetting(last: int) -> str:
    """Dies at this step after somebody asked to be forgotten. Returns: "lived" when there are not so many steps."""
    async with Mortal() as bar:
        _, (ana, luc) = await told(bar, None)
        life = bar.life = Life(last)
        for number in range(2):
            await bar.lives_through(bar.world.dispatch.receive("discord", f"erase-{number}", Erase(bar.member(ana))))
        while not await bar.lives_through(bar.travel(minutes=4)):
            pass
        await bar.lives_through(bar.look())
        where = life.steps[-1]

        assert [message for message in ana.dms if message.author == bar.fake.app.id] == [], where
        assert ana.id not in "".join(message.content for message in luc.dms), where
        assert not any("Ana" in message.content for message in luc.dms), where
        assert await bar.counter.people.here(int(ana.id)) == [], where
        return where if life.died.is_set() else "lived"
