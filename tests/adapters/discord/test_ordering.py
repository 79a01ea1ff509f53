"""Commands that are written as words, and commands of who is no member."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.ordering import is_of_members, named
from tests.adapters.discord.bar import Bar

PITCH = "introduce them only if both say yes"


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/settings", "settings"),
        (" /Reglages now", "settings"),
        ("/vie-privée", "privacy"),
        ("settings", ""),
        ("/", ""),
        ("forget me", "privacy"),
        ("Efface mes données, s’il te plaît", "privacy"),
        ("I want to leave", "leave"),
        ("I can delete data from old disks", ""),
        ("leave me alone", ""),
    ],
)
def test_a_command_is_known_in_both_languages(text: str, command: str) -> None:
    assert named(text) == command


@pytest.mark.parametrize(
    "text", ["stop", "STOP !", "/stop", "/partir", "arrêtez", "unsubscribe.", "pause", "forget me"]
)
def test_who_wishes_us_to_be_quiet_is_understood(text: str) -> None:
    assert is_of_members(text)


@pytest.mark.parametrize(
    "text", ["", "hello", "/need a bus stop", "Stop by with a ladder, please", "/help", "who are you?"]
)
def test_who_does_not_is_greeted(text: str) -> None:
    assert not is_of_members(text)


async def test_who_never_came_is_told_so_and_may_join(bar: Bar) -> None:
    ana = bar.person("ana")

    for command in ("/stop", "/leave", "/resume", "/settings", "/ties", "/why", "/pause"):
        outcome = await ana.runs(command, channel=bar.general)

        assert outcome.message, command
        assert outcome.ephemeral
        assert "not a member" in outcome.text
        assert ana.buttons(outcome.message) == ["Join"]
        assert (await ana.presses(outcome.message, "Join")).modal


async def test_who_left_may_still_be_forgotten(bar: Bar) -> None:
    ana = await bar.enters("ana")
    sure = await ana.runs("/leave", channel=bar.general)
    assert sure.message
    await ana.presses(sure.message, "Leave")
    await bar.look()

    outcome = await ana.runs("/stop", channel=bar.general)

    assert outcome.message
    assert "not a member" in outcome.text
    assert ana.buttons(outcome.message) == ["Join", "Erase everything about me"]


@pytest.mark.parametrize("text", ["stop", "/settings", "delete my data"])
async def test_a_stranger_who_wishes_us_to_be_quiet_hears_no_praise(bar: Bar, text: str) -> None:
    ana = bar.person("ana")

    await ana.writes(text)
    await bar.look()

    assert "not a member" in ana.dms[-1].text
    assert PITCH not in ana.dms[-1].text
    assert ana.buttons(ana.dms[-1]) == ["Join"]


@pytest.mark.parametrize(
    ("text", "label", "shown"),
    [("/privacy", "Privacy", "kept"), ("/settings", "Settings", "Quiet hours"), ("/leave", "Leave", "taken away"),
     ("/join", "Needs and offers", "offer"), ("Please erase all my data", "Privacy", "kept"),
     ("I want to leave", "Leave", "taken away")],
)  # fmt: skip
async def test_what_is_no_order_in_words_has_a_button(bar: Bar, text: str, label: str, shown: str) -> None:
    ana = await bar.enters("ana")

    await ana.writes(text)
    await bar.look()
    offered = ana.dms[-1]
    before = offered.text
    outcome = await ana.presses(offered, label)
    await bar.settled()

    assert outcome.ephemeral, "a page that stayed in the conversation would outlive its reader's erasure"
    assert shown in outcome.text
    assert offered.text == before
