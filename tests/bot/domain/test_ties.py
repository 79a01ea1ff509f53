from dataclasses import replace
from itertools import product

import pytest

from bot.domain.ids import IntroductionId, MemberId, NudgeId, TieId
from bot.domain.ties import NEXT_NUDGE, NEXT_TIE, Nudge, NudgeState, Tie, TieState, ended, next_nudge, settled
from bot.errors import IllegalTransition, Refusal
from tests.bot.domain.people import AMINA, DAY, HERE, LUC, NOON, RULES, SOFIA

TIE = Tie(TieId("t"), HERE, IntroductionId("i"), (AMINA, LUC), (), TieState.ALIVE, NOON)


def planned(tie: Tie) -> tuple[Tie, Nudge | None]:
    return next_nudge(tie, id=NudgeId(f"n{tie.step}"), at=NOON, rules=RULES)


def test_each_sees_the_other_and_nobody_else_sees_either() -> None:
    assert (TIE.other(AMINA), TIE.other(LUC)) == (LUC, AMINA)
    with pytest.raises(Refusal, match="not_yours"):
        TIE.other(SOFIA)


def test_a_tie_ends_once() -> None:
    assert set(NEXT_TIE) == set(TieState)
    with pytest.raises(IllegalTransition):
        ended(ended(TIE))


@pytest.mark.parametrize(("start", "to"), list(product(NudgeState, NudgeState)))
def test_every_step_of_a_nudge_is_in_the_table_or_refused(start: NudgeState, to: NudgeState) -> None:
    nudge = Nudge(NudgeId("n"), TIE.id, AMINA, start, NOON)
    if to in NEXT_NUDGE[start]:
        assert settled(nudge, to) == replace(nudge, state=to, due_at=None)
    else:
        with pytest.raises(IllegalTransition):
            settled(nudge, to)


def test_nudges_go_to_one_and_then_to_the_other_at_widening_intervals() -> None:
    tie, told = TIE, []
    for _ in range(6):
        tie, nudge = planned(tie)
        assert nudge is not None
        assert nudge.due_at is not None
        told.append((nudge.to, (nudge.due_at - NOON) // DAY))

    assert told == [(AMINA, 30), (LUC, 60), (AMINA, 120), (LUC, 240), (AMINA, 240), (LUC, 240)]


@pytest.mark.parametrize("members", [(None, LUC), (AMINA, None), (None, None)])
def test_nobody_is_nudged_about_somebody_who_is_gone(members: tuple[MemberId | None, MemberId | None]) -> None:
    after, nudge = planned(replace(TIE, members=members))

    assert nudge is None
    assert after.step == 1


def test_a_tie_that_has_ended_is_nudged_no_more() -> None:
    assert planned(ended(TIE))[1] is None
