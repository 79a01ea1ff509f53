"""What time it is: really, or somewhere else in the year for the demonstration."""

from datetime import UTC, datetime, timedelta

from bot.ports import Clock


class SystemClock(Clock):
    """The machine's own clock."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC)


class MovedClock(Clock):
    """Another clock, moved forward by an offset: the demonstration's "+3 days"."""

    def __init__(self, offset: timedelta = timedelta(0), *, clock: Clock | None = None) -> None:
        self.offset = offset
        self._clock = clock or SystemClock()

    def now(self) -> datetime:
        """Aware, in UTC."""
        return self._clock.now() + self.offset

    def move(self, by: timedelta) -> None:
        """Go forward. Raises: ValueError for a step back, which would undo what has already happened."""
        if by < timedelta(0):
            raise ValueError("a clock that other people saw never goes back")
        self.offset += by
