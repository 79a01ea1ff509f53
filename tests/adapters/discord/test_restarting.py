"""Many cards are open at once: none is lost by a restart, nor are two yeses in the same moment."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.commands import Join, Press, Say
from bot.messages import Message
from tests.adapters.discord.bar import Bar
from tests.platforms.discord.people import Person

#: Cards that are open when it is closed: one of everybody's.
CARDS = 200
#: How many were answered by then.
ANSWERED = 50


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def asked(bar: Bar, cards: int) -> list[Person]:
    """Everybody has a card: each and the one after them, two by two, with a word of their own."""
    people: list[Person] = []
    for word in subjects(cards // 2):
        for text in (f"I can offer some {word}", f"I am looking for some {word}"):
            people.append(bar.person(f"somebody-{len(people)}"))
            await posted(bar, people[-1], text)
    await bar.look()
    return people


def subjects(count: int) -> Iterator[str]:
    chance = random.Random(11)
    for _ in range(count):
        yield "".join(chance.choices("bcdfghjklmnpqrstvwxz", k=12)).capitalize()


async def posted(bar: Bar, person: Person, text: str) -> None:
    """Somebody joins and says something, as if they did it in Discord."""
    member, receive = bar.member(person), bar.world.dispatch.receive
    await receive("made", f"join {member}", Join(member, bar.community, person.name, "en", "Europe/Paris"))
    preview = await receive("made", f"say {member}", Say(member, text))
    assert isinstance(preview, Message)
    assert preview.token
    await receive("made", f"post {member}", Press(member, preview.token, "post"))


async def says_yes(bar: Bar, person: Person) -> bool:
    """Returns: whether Discord was answered."""
    return (await person.presses(bar.card(person), "Yes")).acknowledged


@pytest.mark.timeout(300)
async def test_no_button_of_two_hundred_open_cards_is_lost(bar: Bar) -> None:
    people = await asked(bar, CARDS)
    assert all("Yes" in person.buttons(bar.card(person)) for person in people)
    assert all([await says_yes(bar, person) for person in people[:ANSWERED]])

    await bar.stop()
    patience, bar.fake.deadline = bar.fake.deadline, 0.05
    assert not await says_yes(bar, people[-1])  # they read that this failed, and press again
    bar.fake.deadline = patience
    await bar.start()

    assert all([await says_yes(bar, person) for person in people[ANSWERED:]])
    await everybody_meets(bar, people)


@pytest.mark.parametrize("copies", [1, 2])
async def test_yeses_in_the_same_moment_introduce_each_pair_once(bar: Bar, copies: int) -> None:
    people = await asked(bar, 40)
    bar.fake.gateway.copies = copies  # Discord may say everything twice

    assert all(await asyncio.gather(*(says_yes(bar, person) for person in people)))

    await everybody_meets(bar, people)


async def everybody_meets(bar: Bar, people: list[Person]) -> None:
    """Everybody is told once, of the one who had the other card."""
    await bar.settled()
    await bar.travel(minutes=2)
    for number, person in enumerate(people):
        told = [message.content for message in person.dms if "you both said yes" in message.content]
        assert len(told) == 1
        assert f"<@{people[number ^ 1].id}>" in told[0]


async def test_whoever_begins_a_session_anew_asks_whether_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """As at the first time: a session that Discord ends over and over must not use up the day (F13, F16)."""
    asked: list[None] = []

    async def may_identify(_: Bar) -> None:
        asked.append(None)

    monkeypatch.setattr(Bar, "_its_turn", may_identify)
    async with Bar() as bar:
        begun = len(bar.fake.gateway.identifies)
        assert len(asked) == begun == 1

        await bar.fake.gateway.invalidate(resumable=False)
        await bar.until(lambda: len(bar.fake.gateway.identifies) > begun)

        assert len(asked) == len(bar.fake.gateway.identifies)
