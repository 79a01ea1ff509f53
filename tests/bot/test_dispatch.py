from datetime import timedelta

import pytest

from adapters.store.memory import MemoryStore
from bot.commands import Erase, Join, Leave, Say
from bot.context import Context
from bot.dispatch import Dispatch
from bot.domain.ids import MemberId
from bot.errors import Stale
from bot.messages import Message, Refused, Reply
from bot.runner import ATTEMPTS, Runner
from tests.world import World, in_memory


@pytest.fixture
async def world() -> World:
    return await in_memory().open()


async def test_what_arrives_twice_is_done_once(world: World) -> None:
    amina = await world.join("Amina")

    reply = await world.send(Say(amina, "I need a drill"), arrival="same")
    again = await world.send(Say(amina, "I need a drill"), arrival="same")

    assert reply == again is not None
    async with world.store.reading() as uow:
        assert len(await uow.notices.of_member(amina)) == 1


async def test_a_refusal_is_a_reply_and_is_not_done_again(world: World) -> None:
    amina = await world.join("Amina")
    reply = await world.send(Say(amina, "/dance"), arrival="same")

    assert reply == Refused("refusal.unknown_command", {"word": "dance"})
    assert await world.send(Say(amina, "/dance"), arrival="same") == reply
    assert not isinstance(world.store, MemoryStore) or await _unfinished(world) == 0


async def refused_once(world: World, attempt: str) -> MemberId:
    """Somebody who is refused because they left, and who has come back since."""
    amina = await world.join("Amina")
    await world.send(Leave(amina))
    assert isinstance(await say(world, amina, attempt), Refused)
    await world.send(Join(amina, world.community, "Amina", "en", "UTC"))
    return amina


async def say(world: World, member: MemberId, attempt: str, *, told: bool = False) -> Reply | None:
    return await world.dispatch.receive("house", "same", Say(member, "I need a drill"), attempt=attempt, told=told)


@pytest.mark.parametrize("attempt", ["", "first"])
async def test_what_was_refused_stays_refused_when_it_arrives_again(world: World, attempt: str) -> None:
    amina = await refused_once(world, attempt)

    assert isinstance(await say(world, amina, attempt), Refused)


async def test_what_was_refused_can_be_tried_again(world: World) -> None:
    amina = await refused_once(world, "first")
    granted = await say(world, amina, "second")

    assert isinstance(granted, Message)
    assert "post" in granted.choices
    assert isinstance(await say(world, amina, "first"), Refused)


async def test_what_was_granted_is_done_once_however_often_it_is_tried(world: World) -> None:
    amina = await world.join("Amina")
    granted = await say(world, amina, "first")
    again = await say(world, amina, "second")
    async with world.store.reading() as uow:
        assert len(await uow.notices.of_member(amina)) == 1
    await world.send(Leave(amina))

    assert granted == again == await say(world, amina, "first") == await say(world, amina, "third")


async def test_whoever_is_told_in_private_is_told_once_for_each_attempt(world: World) -> None:
    amina = await world.join("Amina")
    for attempt in ("first", "first", "second"):
        assert await say(world, amina, attempt, told=True) is None
    await world.engine.look()

    assert await world.keys(amina) == ["draft.preview.need"]


async def _unfinished(world: World) -> int:
    async with world.store.reading() as uow:
        return len(await uow.inbox.unfinished(world.clock.now() + timedelta(days=1), 10))


async def test_a_commit_is_told_and_a_refusal_is_not(world: World) -> None:
    amina = await world.join("Amina")
    told: list[str] = []
    dispatch = Dispatch(world.runner, lambda: told.append("changed"))
    await dispatch.receive("house", "one", Say(amina, "/dance"))
    assert told == []

    await dispatch.receive("house", "two", Say(amina, "hello"))
    assert told == ["changed"]


async def test_what_a_process_that_died_had_noted_is_done_by_the_next(world: World) -> None:
    amina = await world.join("Amina")
    assert await world.dispatch.note("house", "lost", Say(amina, "I need a drill"))
    await world.engine.beat()
    assert await _unfinished(world) == 1

    await world.travel(minutes=2)
    await world.engine.beat()
    assert await _unfinished(world) == 0
    async with world.store.reading() as uow:
        assert len(await uow.notices.of_member(amina)) == 1


async def test_an_arrival_is_finished_once(world: World) -> None:
    amina = await world.join("Amina")
    arrival = await world.dispatch.note("slack", "x", Say(amina, "hello"))
    assert arrival

    assert await world.dispatch.finish(arrival, Say(amina, "hello")) == Message("talk.greeting")
    assert await world.dispatch.finish(arrival, Say(amina, "hello")) is None
    assert await world.dispatch.note("slack", "x", Say(amina, "hello")) is None


async def test_what_was_noted_and_refused_is_not_taken_up_again(world: World) -> None:
    amina = await world.join("Amina")
    arrival = await world.dispatch.note("slack", "x", Say(amina, "/dance"))
    assert arrival

    assert isinstance(await world.dispatch.finish(arrival, Say(amina, "/dance")), Refused)
    assert await _unfinished(world) == 0


async def _stale(world: World, times: int) -> int:
    tries = 0

    async def step(ctx: Context) -> int:
        nonlocal tries
        tries += 1
        if tries <= times:
            raise Stale
        return tries

    runner: Runner = world.runner
    return await runner.run(step)


async def test_a_step_that_came_second_is_run_again(world: World) -> None:
    assert await _stale(world, ATTEMPTS - 1) == ATTEMPTS


async def test_after_many_attempts_it_is_somebody_elses_turn_to_know(world: World) -> None:
    with pytest.raises(Stale):
        await _stale(world, ATTEMPTS)


async def test_what_an_edge_keeps_is_there_until_somebody_is_forgotten(world: World) -> None:
    zoe = await world.join("Zoe")
    await world.dispatch.keep("discord", "begun:1", {"text": "a drill"})

    assert [await world.dispatch.kept("discord", "begun:1") for _ in range(2)] == [{"text": "a drill"}] * 2
    assert [await world.dispatch.kept("discord", "begun:2") for _ in range(2)] == [None, None]
    assert not isinstance(world.store, MemoryStore) or await _unfinished(world) == 0
    await world.send(Erase(zoe))
    assert await world.dispatch.kept("discord", "begun:1") is None
