import asyncio
import logging
from datetime import timedelta

import pytest

from adapters.schedule.metronome import Metronome

SELDOM = timedelta(days=1)
SOON = timedelta(milliseconds=1)


class Looker:
    """Counts looks, and can be made to fail or to take its time."""

    def __init__(self) -> None:
        self.looks = 0
        self.at_once = 0
        self.most_at_once = 0
        self.fails = False
        #: What each look says of the next; the last is said from then on.
        self.after: list[timedelta | None] = [None]
        self.may_end = asyncio.Event()
        self.may_end.set()
        self._seen = asyncio.Condition()

    async def look(self) -> timedelta | None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        async with self._seen:
            self.looks += 1
            self._seen.notify_all()
        await self.may_end.wait()
        self.at_once -= 1
        if self.fails:
            raise RuntimeError("the shelf fell down")
        return self.after[min(self.looks, len(self.after)) - 1]

    async def seen(self, looks: int) -> None:
        async with self._seen:
            await asyncio.wait_for(self._seen.wait_for(lambda: self.looks >= looks), 5)


async def test_it_looks_at_once_when_started() -> None:
    looker = Looker()
    metronome = Metronome(SELDOM, looker.look)

    metronome.start()
    await looker.seen(1)
    await metronome.stop()

    assert looker.looks == 1


async def test_it_looks_at_every_beat() -> None:
    looker = Looker()
    metronome = Metronome(SOON, looker.look)

    metronome.start()
    await looker.seen(4)
    await metronome.stop()


async def test_it_looks_when_woken() -> None:
    looker = Looker()
    metronome = Metronome(SELDOM, looker.look)
    metronome.start()
    await looker.seen(1)

    metronome.wake()
    await looker.seen(2)
    await metronome.stop()


async def test_it_looks_when_the_look_before_said_so() -> None:
    looker = Looker()
    looker.after = [SOON, timedelta(0), SELDOM]
    metronome = Metronome(SELDOM, looker.look)

    metronome.start()
    await looker.seen(3)
    await asyncio.sleep(0.05)
    await metronome.stop()

    assert looker.looks == 3  # what is due later than a beat is left to it


async def test_many_wakes_during_one_look_cause_one_more_and_never_two_at_once() -> None:
    looker = Looker()
    looker.may_end.clear()
    metronome = Metronome(SELDOM, looker.look)
    metronome.start()
    await looker.seen(1)

    for _ in range(50):
        metronome.wake()
    looker.may_end.set()
    await looker.seen(2)
    await metronome.stop()

    assert (looker.looks, looker.most_at_once) == (2, 1)


async def test_a_look_that_fails_is_logged_and_the_next_beat_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    looker = Looker()
    looker.fails = True
    metronome = Metronome(SOON, looker.look)

    with caplog.at_level(logging.ERROR):
        metronome.start()
        await looker.seen(3)
        await metronome.stop()

    assert caplog.records[0].exc_info is not None
    assert "the shelf fell down" in caplog.text


async def test_stopping_lets_a_look_finish() -> None:
    looker = Looker()
    looker.may_end.clear()
    metronome = Metronome(SELDOM, looker.look)
    metronome.start()
    await looker.seen(1)

    stopping = asyncio.create_task(metronome.stop())
    looker.may_end.set()
    await stopping

    assert looker.at_once == 0


async def test_stopping_cancels_a_look_that_never_ends() -> None:
    looker = Looker()
    looker.may_end.clear()
    metronome = Metronome(SELDOM, looker.look)
    metronome.start()
    await looker.seen(1)

    await asyncio.wait_for(metronome.stop(grace=SOON), 5)

    assert looker.looks == 1


async def test_stopping_before_the_start_or_twice_does_nothing() -> None:
    metronome = Metronome(SELDOM, Looker().look)

    await metronome.stop()
    metronome.start()
    await metronome.stop()
    await metronome.stop()
