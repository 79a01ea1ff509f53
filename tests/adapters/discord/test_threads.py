"""A thread is only for two between whom nothing came since they met, and one that cannot be made stops at nothing."""

from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest

from bot.commands import Block, Command, EndTie, Leave, Pause, Report
from bot.domain.ids import MemberId, TieId
from tests.adapters.discord.bar import Bar
from tests.adapters.discord.test_servers import asked, yes
from tests.platforms.discord.faults import refused
from tests.platforms.discord.people import Person
from tests.platforms.discord.permissions import Permission

WAYS_OUT: dict[str, Callable[[MemberId, TieId], Command]] = {
    "blocks": Block,
    "ends the tie": EndTie,
    "reports": lambda member, tie: Report(member, tie, "He was rude", share=False),
    "leaves": lambda member, _: Leave(member),
    "stops": lambda member, _: Pause(member, None),
    "pauses": lambda member, _: Pause(member, date(2026, 3, 9)),
}


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def met(bar: Bar) -> tuple[Person, Person]:
    """Two who were introduced."""
    people = await asked(bar)
    await yes(bar, *people)
    await bar.travel(minutes=1)
    return people


async def thread_pressed(bar: Bar, person: Person) -> str:
    """What is said to who presses the button for a thread, and is sure."""
    opening = next(message for message in person.dms if "Make a private thread" in person.buttons(message))
    asking = await person.presses(opening, "Make a private thread")
    assert asking.message
    sure = await person.presses(asking.message, person.buttons(asking.message)[0])
    await bar.settled()
    return sure.text


@pytest.mark.parametrize("way", list(WAYS_OUT))
async def test_nobody_is_put_in_a_thread_with_who_they_turned_away_from(bar: Bar, way: str) -> None:
    ana, luc = await met(bar)
    member = bar.member(luc)
    (tie,) = (await bar.world.dispatch.me(member)).ties
    await bar.world.dispatch.receive("discord", "out", WAYS_OUT[way](member, tie.id))
    before = len(luc.sights)

    said = await thread_pressed(bar, ana)

    assert said == "The thread cannot be made. You can always write to them directly."
    assert bar.fake.threads() == []
    assert len(luc.sights) == before


async def test_who_is_away_themselves_can_still_have_one(bar: Bar) -> None:
    ana, _ = await met(bar)
    await bar.world.dispatch.receive("discord", "away", Pause(bar.member(ana), date(2026, 3, 9)))

    await thread_pressed(bar, ana)

    assert len(bar.fake.threads()) == 1


async def test_nobody_is_told_why_there_is_no_thread(bar: Bar) -> None:
    ana, luc = await met(bar)
    await luc.leaves(bar.guild)

    said = await thread_pressed(bar, ana)

    assert said == "The thread cannot be made. You can always write to them directly."


async def test_it_is_made_where_both_see_it(bar: Bar) -> None:
    """Where everybody sees nothing and a role sees some, and whatever channel one of the two chose for themselves."""
    ana, luc = await met(bar)
    bar.guild.change_role(bar.guild.guild.roles[bar.guild.id], Permission.SEND_MESSAGES)
    hers, theirs = bar.guild.channel("hers"), bar.guild.channel("members")
    inside = bar.guild.role("inside")
    for person in (ana, luc):
        bar.guild.guild.members[person.id].roles.append(inside.id)
    bar.guild.permit(hers, ana, Permission.VIEW_CHANNEL)
    bar.guild.permit(theirs, inside, Permission.VIEW_CHANNEL)
    await bar.counter.aside.choose(bar.member(ana), hers.id)

    await thread_pressed(bar, ana)

    (thread,) = bar.fake.threads()
    assert thread.parent == theirs.id
    assert {"ana", "luc"} <= bar.fake.readers(thread)
    assert all(call.status < 400 for call in bar.fake.calls)


async def test_a_channel_that_lets_nobody_in_is_not_tried_for_ever(bar: Bar) -> None:
    other = bar.guild.channel("other")
    ana, luc = await met(bar)
    bar.fake.faults.plan("PUT /channels/{channel}/thread-members/{user}", refused(403, 50001))

    said = await thread_pressed(bar, ana)

    left, made = bar.fake.threads()
    assert said == f"The thread is there, for the two of you:\n\n<#{made.id}>"
    assert left.strand
    assert not left.strand.members
    assert made.parent == other.id
    assert left.name != made.name
    assert {"ana", "luc"} <= bar.fake.readers(made)
    assert f"<#{made.id}>" in luc.dms[-1].content


async def test_where_nobody_is_let_in_nothing_is_left_half_made(bar: Bar) -> None:
    ana, _ = await met(bar)
    bar.fake.faults.plan("PUT /channels/{channel}/thread-members/{user}", refused(403, 50001))

    assert await thread_pressed(bar, ana) == "The thread cannot be made. You can always write to them directly."
    assert "The thread is there" in await thread_pressed(bar, ana)
