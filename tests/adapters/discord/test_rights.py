"""What the invitation asks for is enough for everything that Comptoir does; what a server takes away is missed alone.

Nobody but its own role gives the bot anything here: what everybody may do, people have by roles of their own.
"""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.permissions import NEEDED, needed
from tests.adapters.discord.bar import Bar
from tests.platforms.discord import Permission
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.people import Person
from tests.platforms.discord.permissions import EVERYONE
from tests.platforms.discord.state import Channel


def ours_alone(guild: Server, given: int) -> None:
    """Everybody may do nothing, and the bot this."""
    guild.guild.roles[guild.id].permissions = 0
    guild.change_role(guild.bot_role, given | Permission.ADD_REACTIONS)


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar(listening=False) as bar:
        ours_alone(bar.guild, needed().value)
        yield bar


async def introduced(bar: Bar) -> tuple[Person, Person]:
    """Two who said yes to each other; one of them cannot be written to."""
    ana, luc = [await bar.enters(name, permissions=int(EVERYONE)) for name in ("ana", "luc")]
    await bar.posts(luc, "/offer", "I have five thousand T-shirts to sell")
    await bar.posts(ana, "/need", "I am looking for five thousand T-shirts")
    for person in (ana, luc):
        await person.presses(bar.card(person), "Yes")
        await bar.settled()
    await bar.travel(minutes=1)
    return ana, luc


async def thread_of(bar: Bar, person: Person) -> Channel | None:
    """The thread that somebody has made for the two; None where none could be."""
    sure = await person.presses(person.dms[-1], "Make a private thread")
    await bar.settled()
    message = sure.followups[-1] if sure.followups else sure.message
    assert message
    await person.presses(message, person.buttons(message)[0])
    await bar.settled()
    found = bar.fake.threads()
    return found[0] if found else None


def refusals(bar: Bar) -> list[str]:
    """What Discord did not let us do."""
    return [f"{call.route} {call.status}" for call in bar.fake.calls if call.status in (401, 403)]


async def test_it_is_enough(bar: Bar) -> None:
    ana, luc = await introduced(bar)

    thread = await thread_of(bar, ana)

    assert thread
    assert bar.fake.readers(thread) >= {"ana", "luc"}
    assert [len(person.messages(thread)) for person in (ana, luc)] == [1, 1]
    assert bar.fake.app.id not in thread.thread.members
    assert refusals(bar) == []


async def test_it_is_enough_to_call_somebody_aside(bar: Bar) -> None:
    ana, luc = [await bar.enters(name, permissions=int(EVERYONE)) for name in ("ana", "luc")]
    await ana.runs("/settings", channel=bar.general, salon=bar.general)
    ana.closes_dms()
    await bar.posts(ana, "/offer", "I have five thousand T-shirts to sell")
    await bar.posts(luc, "/need", "I am looking for five thousand T-shirts")

    (thread,) = bar.fake.threads()

    assert "Something is waiting" in ana.messages(thread)[-1].content


@pytest.mark.parametrize("name", NEEDED)
async def test_without_one_of_them_people_are_introduced_all_the_same(bar: Bar, name: str) -> None:
    less = needed()
    setattr(less, name, False)
    ours_alone(bar.guild, less.value)

    ana, luc = await introduced(bar)
    thread = await thread_of(bar, ana)

    assert [len([one for one in person.dms if "you both said yes" in one.content]) for person in (ana, luc)] == [1, 1]
    assert thread is None or len(ana.messages(thread)) <= 1
