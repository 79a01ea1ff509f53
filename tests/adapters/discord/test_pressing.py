"""Buttons that change something: of a press that Discord says has failed, nothing was done (RELIABILITY 1.8)."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.members import Membership
from tests.adapters.discord.bar import Bar
from tests.adapters.discord.test_servers import asked, yes
from tests.platforms.discord import drop_before
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Message

CALLBACK = "POST /interactions/{interaction}/{token}/callback"


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar(listening=False) as bar:
        yield bar


async def presses(bar: Bar, person: Person, message: Message, button: str) -> Message:
    """Returns: what is shown of it."""
    outcome = await person.presses(message, button)
    await bar.settled()
    found = outcome.followups[-1] if outcome.followups else outcome.message
    assert found is not None, outcome.kind
    return found


async def runs(bar: Bar, person: Person, command: str) -> Message:
    """Returns: what is shown of it."""
    found = (await person.runs(command, channel=bar.general)).message
    assert found is not None
    return found


async def fails(bar: Bar, person: Person, message: Message, button: str) -> None:
    """Discord does not hear that we heard of it, and says so."""
    bar.fake.faults.plan(CALLBACK, drop_before())
    outcome = await person.presses(message, button)
    await bar.settled()
    assert not outcome.acknowledged


@pytest.mark.parametrize(
    ("begins", "button", "after"),
    [("/leave", "Leave", Membership.LEFT), ("/privacy", "Erase everything about me", None)],
)
async def test_what_cannot_be_undone_is_not_done_where_discord_says_that_it_failed(
    bar: Bar, begins: str, button: str, after: Membership | None
) -> None:
    ana = await bar.enters("ana")
    sure = await runs(bar, ana, begins)
    if begins == "/privacy":
        sure = await presses(bar, ana, sure, button)
    (does, *_) = ana.buttons(sure)

    await fails(bar, ana, sure, does)
    before = await state(bar, ana)
    await presses(bar, ana, sure, does)
    await bar.look()

    assert before is Membership.JOINED
    assert await state(bar, ana) is after


async def test_a_need_is_not_paused_where_discord_says_that_it_failed(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await bar.posts(ana, "/need", "a plumber for Saturday")
    page = await runs(bar, ana, "/me")
    (menu,) = [one for row in page.components for one in row["components"] if one.get("options")]
    one = (await ana.chooses(page, menu["custom_id"], menu["options"][0]["value"])).message
    assert one

    await fails(bar, ana, one, "Pause")
    before = await states(bar, ana)
    shown = await presses(bar, ana, one, "Pause")

    assert (before, await states(bar, ana)) == (["open"], ["paused"])
    assert shown is one


async def test_forms_still_open_at_once(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await bar.posts(ana, "/need", "a plumber for Saturday")
    page = await runs(bar, ana, "/me")
    (menu,) = [one for row in page.components for one in row["components"] if one.get("options")]
    one = (await ana.chooses(page, menu["custom_id"], menu["options"][0]["value"])).message
    assert one

    assert (await ana.presses(one, "Edit")).modal is not None


@pytest.mark.parametrize("resumed", [False, True])
async def test_a_card_below_which_all_was_stopped_can_still_be_answered(bar: Bar, *, resumed: bool) -> None:
    """To stop all messages answers no card: it stays where it is, and among those that wait."""
    ana, luc = await asked(bar)
    card = bar.card(ana)

    told = await presses(bar, ana, card, "Stop these messages")
    if resumed:
        await runs(bar, ana, "/resume")
    page = await runs(bar, ana, "/me")
    cards = await presses(bar, ana, page, "Cards (1)")
    again = await presses(bar, ana, cards, "Stop these messages")
    await bar.travel(minutes=1)
    await presses(bar, ana, cards, "Yes")
    await yes(bar, luc)
    await bar.travel(minutes=1)

    assert [one.content.split(":")[0] for one in (told, again)] == ["Understood", "Understood"]
    assert f"<@{ana.id}>" in luc.dms[-1].content


async def test_what_is_no_card_gives_way_to_the_answer_that_all_is_stopped(bar: Bar) -> None:
    ana, luc = await asked(bar)
    await yes(bar, ana, luc)
    await bar.travel(days=5)
    asking = ana.dms[-1]
    before = ana.buttons(asking)

    await presses(bar, ana, asking, "Stop these messages")

    assert "Stop these messages" in before
    assert asking.content.startswith("Understood")
    assert ana.buttons(asking) == []


async def state(bar: Bar, person: Person) -> Membership | None:
    """Whether somebody is a member; None for who is not known."""
    found = await bar.world.runner.read(lambda ctx: ctx.uow.members.find(bar.member(person)))
    return found.state if found else None


async def states(bar: Bar, person: Person) -> list[str]:
    """How what somebody wrote stands."""
    return [notice.state for notice in (await bar.world.dispatch.me(bar.member(person))).notices]
