"""What somebody began goes on once they answered what it waited for, in the community that they chose."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.ids import member_of
from adapters.discord.lost import names
from bot.domain.ids import MemberId
from tests.adapters.discord.bar import Bar
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Message


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar(listening=False) as bar:
        yield bar


async def in_two(bar: Bar) -> tuple[Person, Server]:
    """Somebody who joined in two servers, and the second."""
    ana, other = await bar.enters("ana"), bar.fake.guild("The Workshop")
    await ana.joins(other)
    await bar.settled()
    await ana.runs("/join", channel=other.channel("hall"))
    await ana.submits(ana.modal)
    await bar.look()
    return ana, other


async def chooses(bar: Bar, person: Person, menu: Message, guild: str) -> Message:
    """A community in the menu that asks for which one it is. Returns: what is shown of it."""
    (name,) = [name for name in names(menu.components) if name.startswith("i1:where:")]
    outcome = await person.chooses(menu, name, guild)
    await bar.settled()
    assert outcome.message is not None, outcome.kind
    return outcome.message


async def texts(bar: Bar, member: MemberId) -> list[str]:
    """What somebody wrote that stands, drafts included."""
    found = await bar.world.runner.read(lambda ctx: ctx.uow.notices.of_member(member))
    return [notice.text for notice in found]


async def test_the_menu_is_replaced_by_what_came_of_the_choice(bar: Bar) -> None:
    ana, _ = await in_two(bar)
    menu = (await ana.runs("/need", text="a plumber for Saturday")).message
    assert menu

    shown = await chooses(bar, ana, menu, bar.guild.id)

    assert shown is menu
    assert "a plumber for Saturday" in shown.text
    assert not [name for name in names(shown.components) if name.startswith("i1:where:")]


async def test_chosen_twice_it_is_done_in_each_community(bar: Bar) -> None:
    """As by who is quicker than our answer."""
    ana, other = await in_two(bar)
    menu = (await ana.runs("/pause")).message
    assert menu
    (name,) = [name for name in names(menu.components) if name.startswith("i1:where:")]

    await asyncio.gather(*(ana.chooses(menu, name, guild) for guild in (bar.guild.id, other.id)))
    await bar.settled()

    for guild in (bar.guild.id, other.id):
        known = await bar.world.dispatch.known(member_of(guild, ana.id))
        assert known and known[1].paused_until is not None, guild


async def test_a_form_that_was_chosen_twice_is_for_the_one_chosen(bar: Bar) -> None:
    ana, other = await in_two(bar)
    menu = (await ana.runs("/need")).message
    assert menu
    (name,) = [name for name in names(menu.components) if name.startswith("i1:where:")]

    for guild in (bar.guild.id, other.id):
        await ana.chooses(menu, name, guild)
    await ana.submits(ana.modal, text="a ladder")

    assert await texts(bar, bar.member(ana)) == []
    assert await texts(bar, member_of(other.id, ana.id)) == ["a ladder"]


async def test_what_takes_long_replaces_the_menu_as_well(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, _ = await in_two(bar)
    menu = (await ana.runs("/need", text="a plumber for Saturday")).message
    assert menu
    monkeypatch.setattr("adapters.discord.replying.SOON", 0.0)

    shown = await chooses(bar, ana, menu, bar.guild.id)

    assert shown is menu
    assert "a plumber for Saturday" in shown.text


# --- words that are checked before they are kept -------------------------------------------------------------------


async def checked(bar: Bar, person: Person, *texts: str) -> list[Message]:
    """The only notice of somebody, rewritten so many times. Returns: what is to be kept of each."""
    page = (await person.runs("/me", channel=bar.general)).message
    assert page
    (menu,) = [one for row in page.components for one in row["components"] if one.get("options")]
    one = (await person.chooses(page, menu["custom_id"], menu["options"][0]["value"])).message
    shown = []
    for text in texts:
        assert one
        await person.presses(one, "Edit")
        outcome = await person.submits(person.modal, text=text)
        assert outcome.message
        shown.append(outcome.message)
    return shown


async def keeps(bar: Bar, person: Person, message: Message) -> str:
    """Returns: everything that is shown of it."""
    outcome = await person.presses(message, "Keep it")
    await bar.settled()
    return outcome.text


async def test_words_that_were_checked_before_others_were_kept_are_not_put_back(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await bar.posts(ana, "/need", "a plumber for Saturday")
    first, second = await checked(bar, ana, "a plumber for Sunday", "a plumber for Monday")

    await keeps(bar, ana, second)
    said = await keeps(bar, ana, first)

    assert "begin again" in said
    assert await texts(bar, bar.member(ana)) == ["a plumber for Monday"]


async def test_kept_twice_is_kept_once(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await bar.posts(ana, "/need", "a plumber for Saturday")
    (check,) = await checked(bar, ana, "a plumber for Sunday")

    outcomes = await asyncio.gather(*(ana.presses(check, "Keep it") for _ in range(2)))
    await bar.settled()

    assert "begin again" not in "".join(outcome.text for outcome in outcomes)
    assert await texts(bar, bar.member(ana)) == ["a plumber for Sunday"]
