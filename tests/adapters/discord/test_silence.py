"""What one answers moves nothing for the other, and nothing shows who was asked (P3, P10, I1)."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.discord.bar import Bar
from tests.platforms.discord.people import Person
from tests.platforms.discord.permissions import Permission

OFFER, NEED = "5,000 T-shirts, cotton, to sell", "I am looking for T-shirts for a race"


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def asked(bar: Bar) -> tuple[Person, Person]:
    """Two people with a card each."""
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    await bar.posts(ana, "/offer", OFFER)
    await bar.posts(luc, "/need", NEED)
    return ana, luc


@pytest.mark.parametrize("answer", ["No", "Not now", "Stop these messages", "Yes"])
async def test_an_answer_makes_no_request_about_the_other(bar: Bar, answer: str) -> None:
    ana, luc = await asked(bar)
    before, place = len(bar.fake.calls), ana.direct.id

    await luc.presses(bar.card(luc), answer)
    await bar.look()
    await bar.travel(hours=12)

    about = [call for call in bar.fake.calls[before:] if place in call.parameters.values() or ana.id in str(call.body)]
    assert about == []


async def test_whoever_looks_after_the_server_sees_nothing_of_who_is_asked(bar: Bar) -> None:
    steward = bar.person("zoe", permissions=Permission.ADMINISTRATOR)
    ana, luc = await asked(bar)
    for person in (ana, luc):
        await person.presses(bar.card(person), "Yes")
        await bar.settled()
    await bar.travel(minutes=1)

    assert "you both said yes" in ana.seen
    assert steward.seen == ""
    assert bar.fake.threads() == []
    assert bar.fake.pings == []
    assert bar.fake.careless() == []
