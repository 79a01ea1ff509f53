from datetime import timedelta

import pytest

from bot import engine as engines
from bot import tick as ticks
from bot.context import Context
from bot.domain.ids import NoticeId
from bot.tick import Tick
from bot.usecases.propose import send_wave
from tests.bot.usecases.stories import NEED, OFFER, asked, intro_of, met, notices_of
from tests.world import START, World, in_memory


@pytest.fixture
async def world() -> World:
    return await in_memory().open()


async def test_a_row_that_fails_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    for member, text in ((amina, OFFER), (luc, NEED)):
        await world.say(member, text)
        await world.press(member, "post")
    broken = (await notices_of(world, amina))[0].id

    async def failing(id: NoticeId, found: object, ctx: Context) -> int:
        if id == broken:
            raise RuntimeError("broken")
        return await send_wave(id, found, ctx)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr("bot.tick.send_wave", failing)
    await world.engine.look()
    assert "card.answers.offer" in await world.keys(luc)

    monkeypatch.undo()
    await world.engine.look()
    assert (await notices_of(world, amina))[0].waves == 1


async def test_what_is_over_is_left_alone(world: World) -> None:
    amina, _ = await asked(world)
    await world.travel(days=8)
    intro = await intro_of(world, amina)
    assert not await world.runner.run(lambda ctx: ticks._is_agreed(intro.id, ctx))

    assert await intro_of(world, amina) == intro


async def test_tidying_forgets_dead_buttons_and_old_arrivals(world: World) -> None:
    await met(world)
    world.clock.move(timedelta(days=400))
    await world.engine.tick.tidy()

    async with world.store.unit_of_work() as uow:
        assert not (await uow.inbox.receive("house", "arrival-1", {}, START)).done


async def test_looking_has_an_end_even_if_something_is_always_due(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    async def always(self: Tick) -> int:
        nonlocal looks
        looks += 1
        return 1

    amina = await world.join("Amina")
    await world.say(amina, NEED)
    await world.press(amina, "post")
    monkeypatch.setattr(engines, "ROUNDS", 7)
    monkeypatch.setattr(Tick, "look", always)
    await world.engine.look()

    assert looks == 7


async def test_travelling_stops_at_its_end_and_does_everything_on_the_way(world: World) -> None:
    amina, _ = await asked(world)
    await world.travel(days=4, seconds=-1)
    assert "card.reminder.silent" not in await world.keys(amina)
    assert world.clock.now() == START + timedelta(days=4, seconds=-1)

    await world.travel(seconds=30)
    assert "card.reminder.silent" in await world.keys(amina)
    assert world.clock.now() == START + timedelta(days=4, seconds=29)
