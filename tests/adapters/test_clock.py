from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import MovedClock, SystemClock
from bot.ports import Clock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class StoppedClock(Clock):
    def now(self) -> datetime:
        return NOON


def test_the_system_clock_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)

    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert before <= now <= datetime.now(UTC)


def test_a_moved_clock_adds_what_it_was_moved_by() -> None:
    clock = MovedClock(timedelta(days=1), clock=StoppedClock())

    clock.move(timedelta(days=3))

    assert clock.now() == NOON + timedelta(days=4)
    assert clock.offset == timedelta(days=4)


def test_a_moved_clock_follows_the_system_by_default() -> None:
    assert MovedClock(timedelta(days=30)).now() > SystemClock().now() + timedelta(days=29)


def test_a_moved_clock_never_goes_back() -> None:
    clock = MovedClock(clock=StoppedClock())

    with pytest.raises(ValueError, match="never goes back"):
        clock.move(timedelta(seconds=-1))

    assert clock.now() == NOON
