"""How soon it is looked again at what is due."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap.serving import wait_for

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("due", "wait"),
    [
        (None, None),
        (NOON + 10 * SECOND, 9 * SECOND),
        (NOON + SECOND / 2, timedelta(0)),  # it became due during the look
        (NOON, None),  # it was due before, and could not be moved
    ],
)
def test_a_look_is_followed_by_one_when_something_is_due(due: datetime | None, wait: timedelta | None) -> None:
    assert wait_for(due, began=NOON, now=NOON + SECOND) == wait
