"""Who stops all messages where one conversation is for all of their communities, and where it is not."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.ids import member_of
from tests.adapters.discord.bar import Bar
from tests.adapters.discord.test_conversation import in_two
from tests.adapters.discord.test_pressing import presses
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Message

UNDERSTOOD = "Understood: I will not write to you unless you write first. "


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def stopped(bar: Bar, person: Person, other: Server) -> tuple[bool, bool]:
    """Whether somebody stopped everything here, and in another server."""
    here, there = [await bar.world.dispatch.me(member_of(guild.id, person.id)) for guild in (bar.guild, other)]
    return here.person.stopped_at is not None, there.person.stopped_at is not None


async def asked(bar: Bar, ana: Person) -> Message:
    """A card from here for somebody who is in another server as well."""
    luc = await bar.enters("luc")
    await bar.posts(ana, "/offer", "I have five thousand T-shirts to sell")
    await bar.posts(luc, "/need", "I am looking for five thousand T-shirts")
    return bar.card(ana)


@pytest.mark.parametrize("words", ["/unsubscribe", "/arrêtez", "/stop!", "That’s enough, thanks"])
async def test_what_is_no_wish_for_quiet_stops_nothing_anywhere(bar: Bar, words: str) -> None:
    ana, other = await in_two(bar)

    await ana.types(bar.general, f"<@{bar.fake.app.id}> {words}")
    await bar.look()

    assert await stopped(bar, ana, other) == (False, False)


async def test_what_was_changed_to_stop_is_for_all_of_them(bar: Bar) -> None:
    ana, other = await in_two(bar)
    message = await ana.types(bar.general, f"<@{bar.fake.app.id}> I am looking for a drill")
    await bar.look()

    await ana.edits(message, f"<@{bar.fake.app.id}> stop")
    await bar.look()

    assert await stopped(bar, ana, other) == (True, True)


async def test_to_stop_everything_in_the_settings_is_for_all_where_they_are_private(bar: Bar) -> None:
    ana, other = await in_two(bar)
    which = (await ana.runs("/settings")).message
    assert which
    page = (await ana.chooses(which, "Choose a server", "The Counter")).message
    assert page

    await ana.presses(page, next(label for label in ana.buttons(page) if "top" in label))
    await bar.settled()

    assert await stopped(bar, ana, other) == (True, True)


@pytest.mark.parametrize("words", ["stop", "Please stop!", "/stop"])
async def test_stop_in_private_is_for_all_communities(bar: Bar, words: str) -> None:
    ana, other = await in_two(bar)
    before = len(ana.dms)

    await ana.writes(words)
    await bar.look()

    assert [one.content.startswith(UNDERSTOOD) for one in ana.dms[before:] if one.author != ana.id] == [True]
    assert await stopped(bar, ana, other) == (True, True)


async def test_so_is_the_command_there_and_what_stands_below_a_message(bar: Bar) -> None:
    ana, other = await in_two(bar)
    card = await asked(bar, ana)

    pressed = await presses(bar, ana, card, "Stop these messages")
    after_button = await stopped(bar, ana, other)
    for guild in (bar.guild, other):
        await ana.runs("/resume", channel=guild.channel("hall"))
    resumed = await stopped(bar, ana, other)
    typed = await ana.runs("/stop")

    assert [one.startswith(UNDERSTOOD) for one in (pressed.content, typed.text)] == [True, True]
    assert [after_button, resumed, await stopped(bar, ana, other)] == [(True, True), (False, False), (True, True)]


async def test_to_be_called_in_a_channel_and_told_to_stop_is_for_all_of_them(bar: Bar) -> None:
    ana, other = await in_two(bar)

    await ana.types(bar.general, f"<@{bar.fake.app.id}> stop")
    await bar.look()

    assert await stopped(bar, ana, other) == (True, True)


async def test_in_a_server_it_is_for_that_one_and_they_are_told_how_to_stop_all(bar: Bar) -> None:
    ana, other = await in_two(bar)

    told = await ana.runs("/stop", channel=bar.general)

    assert told.text.startswith("Understood: in The Counter, I will not write to you")
    assert "“stop” to me in private" in told.text
    assert await stopped(bar, ana, other) == (True, False)


async def test_who_is_in_one_community_is_told_nothing_of_others(bar: Bar) -> None:
    ana = await bar.enters("ana")

    assert (await ana.runs("/stop", channel=bar.general)).text.startswith(UNDERSTOOD)
