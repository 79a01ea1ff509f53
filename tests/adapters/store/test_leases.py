"""What one process alone may do at a time, and what may be done only so often, on every store."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.leases import Leases, Ration, spent
from bot.ports import Store
from tests.adapters.store.things import HOUR, NOON

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
RATION = Ration(every=100 * SECOND, burst=3, apart=5 * SECOND)


@pytest.fixture
def leases(store: Store) -> Leases:
    return store.leases  # type: ignore[attr-defined,no-any-return] # both stores that we have carry them


async def test_what_is_held_is_nobody_elses(leases: Leases) -> None:
    assert await leases.take("shard 0", "a", NOON, until=NOON + HOUR)
    assert not await leases.take("shard 0", "b", NOON, until=NOON + HOUR)
    assert await leases.take("shard 1", "b", NOON, until=NOON + HOUR)


async def test_its_holder_holds_it_longer(leases: Leases) -> None:
    await leases.take("shard 0", "a", NOON, until=NOON + HOUR)

    assert await leases.take("shard 0", "a", NOON + HOUR / 2, until=NOON + 2 * HOUR)
    assert not await leases.take("shard 0", "b", NOON + HOUR, until=NOON + 2 * HOUR)


async def test_what_was_held_too_long_is_anybodys(leases: Leases) -> None:
    await leases.take("shard 0", "a", NOON, until=NOON + HOUR)

    assert await leases.take("shard 0", "b", NOON + HOUR, until=NOON + 2 * HOUR)
    assert not await leases.take("shard 0", "a", NOON + HOUR, until=NOON + 2 * HOUR)


async def test_what_is_released_is_anybodys_and_only_its_holder_can(leases: Leases) -> None:
    await leases.take("shard 0", "a", NOON, until=NOON + HOUR)

    await leases.release("shard 0", "b")
    assert not await leases.take("shard 0", "b", NOON, until=NOON + HOUR)

    await leases.release("shard 0", "a")
    assert await leases.take("shard 0", "b", NOON, until=NOON + HOUR)


async def test_of_many_who_come_at_once_one_holds_it(leases: Leases) -> None:
    came = await asyncio.gather(*(leases.take("shard 0", str(who), NOON, until=NOON + HOUR) for who in range(8)))

    assert sum(came) == 1


async def test_a_few_times_at_once_and_then_now_and_then(leases: Leases) -> None:
    now, waits = NOON, []
    for _ in range(5):
        waits.append(await leases.spend("identify", RATION, now))
        now += waits[-1] or 5 * SECOND
        if waits[-1]:
            assert await leases.spend("identify", RATION, now) == timedelta(0)
            now += 5 * SECOND

    assert [wait.total_seconds() for wait in waits] == [0, 0, 0, 85, 95]


async def test_never_too_close_together(leases: Leases) -> None:
    assert not await leases.spend("identify", RATION, NOON)
    assert await leases.spend("identify", RATION, NOON + 2 * SECOND) == 3 * SECOND
    assert not await leases.spend("identify", RATION, NOON + 5 * SECOND)
    assert not await leases.spend("something else", RATION, NOON + 5 * SECOND)


async def test_of_many_who_come_at_once_only_so_many_may(leases: Leases) -> None:
    ration = Ration(every=100 * SECOND, burst=3)
    waits = await asyncio.gather(*(leases.spend("identify", ration, NOON) for _ in range(8)))

    assert sum(not wait for wait in waits) == 3


@given(st.lists(st.floats(0, 3600), max_size=400), st.integers(1, 20), st.floats(1, 600))
def test_in_any_day_there_are_no_more_than_the_ration(pauses: list[float], burst: int, every: float) -> None:
    ration = Ration(timedelta(seconds=every), burst)
    now, paid, done = NOON, None, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        wait, then = spent(ration, now, paid, None)
        if not wait:
            paid = then
            done.append(now)

    for first in done:
        in_a_day = sum(first <= moment < first + DAY for moment in done)
        assert in_a_day <= burst + DAY / ration.every
