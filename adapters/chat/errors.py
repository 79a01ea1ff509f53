"""What a chat service answers when it does not do what we ask, beside the errors that the application knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from bot.errors import TryLater

MENDED: Final = timedelta(minutes=5)
#: Where a service cannot be reached at all.
DOWN: Final = timedelta(seconds=10)
#: How soon, and how late, what had no answer is tried again.
SOONEST: Final = timedelta(seconds=10)
LATEST: Final = timedelta(minutes=10)


class Unanswered(Exception):
    """Nobody knows whether it was done: the line dropped, or the service failed in the middle."""


class Rejected(Exception):
    """The service refuses what we ask for a reason that trying again does not mend; the message is its code."""


class Forbidden(TryLater):
    """The service refuses us until the operator mends something; the message is its code."""

    def __init__(self, code: str) -> None:
        super().__init__(MENDED)
        self.args = (code,)


@contextmanager
def asked_again() -> Iterator[None]:
    """Where nothing was to be changed: what was not answered may be asked again. Raises: TryLater."""
    try:
        yield
    except Unanswered as error:
        raise TryLater(DOWN) from error


@contextmanager
def unhurried(for_so_long: timedelta) -> Iterator[None]:
    """A lost answer is no fault of the message: however long a service is away, it is tried again, ever less often.

    Raises: TryLater.
    """
    try:
        yield
    except Unanswered as lost:
        raise TryLater(min(max(for_so_long, SOONEST), LATEST)) from lost
