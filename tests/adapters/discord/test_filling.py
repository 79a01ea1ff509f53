"""Forms that come back: what they make out of date cannot be pressed any more."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.discord.bar import Bar
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Message


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar(listening=False) as bar:
        yield bar


async def edits(bar: Bar, person: Person, preview: Message, text: str) -> Message:
    """Returns: what is shown of it."""
    await person.presses(preview, "Edit")
    outcome = await person.submits(person.modal, text=text)
    await bar.settled()
    found = outcome.followups[-1] if outcome.followups else outcome.message
    assert found is not None, outcome.kind
    return found


async def stands(bar: Bar, person: Person) -> list[tuple[str, str]]:
    """The state and the words of what somebody wrote."""
    found = await bar.world.runner.read(lambda ctx: ctx.uow.notices.of_member(bar.member(person)))
    return [(notice.state, notice.text) for notice in found]


@pytest.mark.parametrize("soon", [1.6, 0.0])
async def test_a_preview_that_was_edited_is_replaced(bar: Bar, monkeypatch: pytest.MonkeyPatch, soon: float) -> None:
    ana = await bar.enters("ana")
    preview = (await ana.runs("/need", channel=bar.general, text="a plumber for Saturday")).message
    assert preview
    monkeypatch.setattr("adapters.discord.replying.SOON", soon)

    shown = await edits(bar, ana, preview, "an electrician for Sunday")
    await ana.presses(shown, "Yes, go ahead")
    await bar.settled()

    assert shown is preview
    assert await stands(bar, ana) == [("open", "an electrician for Sunday")]


async def test_a_preview_in_our_conversation_loses_its_buttons_once_it_was_edited(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await ana.writes("I am looking for a plumber for Saturday")
    await bar.look()
    preview = ana.dms[-1]

    shown = await edits(bar, ana, preview, "an electrician for Sunday")

    assert ana.buttons(preview) == []
    assert "an electrician for Sunday" in shown.text
    assert "Yes, go ahead" in ana.buttons(shown)


async def test_words_of_a_command_that_were_refused_are_not_lost(bar: Bar) -> None:
    ana = await bar.enters("ana")

    refused = (await ana.runs("/need", channel=bar.general, text="call me at 06 12 34 56 78")).message
    assert refused
    await ana.presses(refused, "Go on with what I wrote")

    assert "Contact details" in refused.text
    assert ana.modal and "call me at 06 12 34 56 78" in ana.modal.text


async def test_a_preview_stays_where_its_words_were_refused(bar: Bar) -> None:
    ana = await bar.enters("ana")
    preview = (await ana.runs("/need", channel=bar.general, text="a plumber for Saturday")).message
    assert preview

    shown = await edits(bar, ana, preview, "01 23 45 67 89")

    assert shown is not preview
    assert ana.buttons(shown) == ["Go on with what I wrote"]
    assert "Yes, go ahead" in ana.buttons(preview)
