from dataclasses import replace
from datetime import date

import pytest

from bot.commands import ChangeSettings, Erase, Leave, Pause
from bot.domain.ids import MemberId, NudgeId
from bot.domain.ties import NudgeState, TieState
from bot.usecases.nudge import nudge
from tests.bot.usecases.stories import met, nudges_of, tie_of
from tests.world import World


async def nudges_told(world: World, *members: MemberId) -> list[list[str]]:
    return [[key for key in await world.keys(member) if key.startswith("nudge")] for member in members]


async def test_one_of_the_two_is_nudged_after_a_month_and_the_other_two_months_later(world: World) -> None:
    await met(world)
    tie = await tie_of(world, MemberId("house:test:amina"))
    first, second = (member for member in tie.members if member)
    await world.travel(days=31)
    assert await nudges_told(world, first, second) == [["nudge.topic"], []]

    await world.travel(days=60)
    assert await nudges_told(world, first, second) == [["nudge.topic"], ["nudge.topic"]]


async def test_pauses_between_nudges_grow_until_the_last_repeats(world: World) -> None:
    amina, _ = await met(world)
    await world.travel(days=1000)
    nudges = await nudges_of(world, await tie_of(world, amina))

    assert [nudge.state for nudge in nudges] == [NudgeState.PLANNED] + [NudgeState.SENT] * 6


async def test_a_tie_without_a_subject_is_nudged_about_its_age(world: World) -> None:
    amina, _ = await met(world)
    async with world.store.unit_of_work() as uow:
        tie = (await uow.ties.of_member(amina))[0]
        await uow.ties.save(replace(tie, topics=()))
        await uow.commit()
    await world.travel(days=31)

    assert ["nudge.plain"] in await nudges_told(world, *(m for m in tie.members if m))


@pytest.mark.parametrize("until", [None, date(2026, 6, 1)])
async def test_somebody_who_is_away_is_skipped_and_the_next_is_planned(world: World, until: date | None) -> None:
    amina, luc = await met(world)
    for member in (amina, luc):
        await world.send(Pause(member, until))
    await world.travel(days=31)

    nudges = await nudges_of(world, await tie_of(world, amina))
    assert [nudge.state for nudge in nudges] == [NudgeState.PLANNED, NudgeState.SKIPPED]


async def test_a_budget_that_is_used_up_skips_a_nudge(world: World) -> None:
    amina, luc = await met(world)
    await world.travel(days=6)
    for member in (amina, luc):
        await world.send(ChangeSettings(member, monthly_budget=1))
    await world.travel(days=25)

    assert await nudges_told(world, amina, luc) == [[], []]


async def test_at_most_two_nudges_a_month_reach_one_person(world: World) -> None:
    amina, _ = await met(world)
    tie = await tie_of(world, amina)
    to = tie.members[0]
    assert to
    async with world.store.unit_of_work() as uow:
        for number in range(3):
            id = NudgeId(f"more{number}")
            await uow.nudges.add(replace((await uow.nudges.of_tie(tie.id))[-1], id=id, due_at=world.clock.now()))
        await uow.commit()
    await world.engine.look()

    assert len((await nudges_told(world, to))[0]) == 2


async def test_ending_a_tie_cancels_its_nudges(world: World) -> None:
    amina, luc = await met(world)
    await world.travel(days=31)
    nudged = amina if (await nudges_told(world, amina))[0] else luc
    await world.press(nudged, "end_tie")
    await world.travel(days=400)

    assert await nudges_told(world, amina, luc) == [[], []]
    assert "tie.ended" in await world.keys(nudged)
    states = {nudge.state for nudge in await nudges_of(world, await tie_of(world, amina))}
    assert states == {NudgeState.SENT, NudgeState.CANCELLED}


async def test_a_nudge_of_a_tie_that_has_ended_is_cancelled_when_it_is_due(world: World) -> None:
    amina, luc = await met(world)
    tie = await tie_of(world, amina)
    async with world.store.unit_of_work() as uow:
        await uow.ties.save(replace(tie, state=TieState.ENDED))
        await uow.commit()
    await world.travel(days=31)

    assert [n.state for n in await nudges_of(world, tie)] == [NudgeState.CANCELLED]
    assert await nudges_told(world, amina, luc) == [[], []]


@pytest.mark.parametrize("gone", [Leave, Erase])
async def test_nobody_is_nudged_about_somebody_who_is_gone(world: World, gone: type[Leave] | type[Erase]) -> None:
    amina, luc = await met(world)
    await world.send(gone(luc))
    await world.travel(days=200)

    assert (await nudges_told(world, amina))[0] == []


async def test_a_nudge_is_planned_and_sent_once_whoever_looks(world: World) -> None:
    amina, _ = await met(world)
    planned = (await nudges_of(world, await tie_of(world, amina)))[0]
    await world.runner.run(lambda ctx: nudge(planned.id, ctx))

    assert await nudges_of(world, await tie_of(world, amina)) == [planned]


async def test_a_tie_that_one_of_the_two_is_gone_from_has_no_further_nudge(world: World) -> None:
    amina, _ = await met(world)
    tie = await tie_of(world, amina)
    async with world.store.unit_of_work() as uow:
        await uow.ties.save(replace(tie, members=(amina, None)))
        await uow.commit()
    await world.travel(days=31)

    assert [nudge.state for nudge in await nudges_of(world, tie)] == [NudgeState.SKIPPED]
