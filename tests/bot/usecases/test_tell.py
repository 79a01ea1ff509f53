from datetime import time, timedelta

import pytest

from bot.commands import ChangeSettings, Pause
from bot.context import Context
from bot.domain.ids import MemberId
from bot.messages import Message
from bot.ports import Priority
from bot.usecases.tell import budget_left, tell, tell_unasked
from tests.world import START, World

LINE = Message("nudge.plain", {"name": "Luc", "since": START})


async def unasked(world: World, member: MemberId, key: str, **more: object) -> bool:
    async def step(ctx: Context) -> bool:
        them, person = await ctx.joined(member)
        options = {"priority": Priority.NUDGE, **more}
        return await tell_unasked(ctx, them, person, LINE, key=key, **options)  # type: ignore[arg-type]  # any of its options

    return await world.runner.run(step)


async def left(world: World, member: MemberId) -> int:
    async def step(ctx: Context) -> int:
        _, person = await ctx.joined(member)
        return await budget_left(ctx, person)

    return await world.runner.read(step)


async def test_a_budget_is_used_up_and_comes_back_after_a_month(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, monthly_budget=2))
    assert [await unasked(world, amina, f"{n}") for n in range(3)] == [True, True, False]
    assert await left(world, amina) == 0

    await world.travel(days=31)
    assert await left(world, amina) == 2


@pytest.mark.parametrize("priority", [Priority.REMINDER])
async def test_what_goes_with_a_card_needs_no_budget_and_uses_none(world: World, priority: Priority) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, monthly_budget=1))
    assert await unasked(world, amina, "reminder", priority=priority)
    assert await left(world, amina) == 1

    await unasked(world, amina, "nudge")
    assert await unasked(world, amina, "end", priority=priority)


async def test_what_was_asked_for_leaves_at_once_whatever_the_hour(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, quiet_from=time(0), quiet_until=time(23, 59), monthly_budget=1))
    await world.runner.run(lambda ctx: tell(ctx, amina, Message("help"), key="help"))
    await world.engine.look()

    assert await world.keys(amina) == ["help"]
    assert await left(world, amina) == 1


async def test_nothing_unasked_is_said_to_whoever_stopped_everything(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(Pause(amina, None))

    assert not await unasked(world, amina, "a")
    assert not await unasked(world, amina, "b", priority=Priority.REMINDER)


async def test_what_would_come_too_late_is_not_said(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, quiet_from=time(10), quiet_until=time(18)))

    assert not await unasked(world, amina, "a", not_after=START + timedelta(hours=3))
    assert await unasked(world, amina, "b", not_after=START + timedelta(hours=10))
