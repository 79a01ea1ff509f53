from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.domain.ids import PersonId, community_of
from bot.domain.members import NEXT, Member, Membership, Person, moved
from bot.errors import IllegalTransition
from tests.bot.domain.people import AMINA, HERE, HOUR, NOON

MEMBER = Member(AMINA, HERE, PersonId("p"), "Amina", Membership.JOINED, NOON)
PERSON = Person(PersonId("p"), "en", "Europe/Paris")


@pytest.mark.parametrize(("start", "to"), list(product(Membership, Membership)))
def test_every_step_is_in_the_table_or_refused(start: Membership, to: Membership) -> None:
    member = replace(MEMBER, state=start)
    if to in NEXT[start]:
        after = moved(member, to, NOON + HOUR)
        assert (after.state, after.joined_at) == (to, NOON + HOUR if to is Membership.JOINED else NOON)
    else:
        with pytest.raises(IllegalTransition):
            moved(member, to, NOON)


@pytest.mark.parametrize(
    ("paused", "stopped", "away"),
    [
        (None, False, False),
        (1, False, True),
        (0, False, False),
        (-1, False, False),
        (None, True, True),
        (-1, True, True),
    ],
)
def test_somebody_is_away_while_paused_or_stopped(paused: int | None, stopped: bool, away: bool) -> None:
    until = None if paused is None else NOON + timedelta(seconds=paused)

    assert replace(PERSON, paused_until=until, stopped_at=NOON if stopped else None).is_away(NOON) is away


def test_an_account_knows_its_community() -> None:
    assert community_of(AMINA) == HERE
