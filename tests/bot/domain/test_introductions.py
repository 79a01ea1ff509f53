from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest

from bot.domain.ids import NoticeId
from bot.domain.introductions import (
    NEXT,
    OPEN_STATES,
    Answer,
    Ground,
    Introduction,
    Outcome,
    Side,
    State,
    Why,
    advance,
    answered,
    end_of,
    forgotten,
    refused,
    scheduled,
    told,
    unsaid,
    with_side,
)
from bot.errors import IllegalTransition, Refusal
from tests.bot.domain.people import AMINA, DAY, LUC, NOON, RULES, SECOND, SOFIA, asked

DEADLINE = NOON + RULES.card_life
END = DEADLINE + RULES.undo


def after(*steps: tuple[str, Answer | None, datetime]) -> Introduction:
    intro = asked()
    for by, answer, at in steps:
        intro = answered(intro, AMINA if by == "amina" else LUC, answer, at=at, rules=RULES)
    return intro


YES, NO, NOT_NOW = Answer.YES, Answer.NO, Answer.NOT_NOW


@pytest.mark.parametrize(("start", "to"), list(product(State, State)))
def test_every_step_is_in_the_table_or_refused(start: State, to: State) -> None:
    intro = replace(asked(), state=start)
    if to in NEXT[start]:
        assert advance(intro, to, NOON + SECOND, RULES).state is to
    else:
        with pytest.raises(IllegalTransition):
            advance(intro, to, NOON, RULES)


def test_every_state_is_in_the_table_and_the_ends_are_ends() -> None:
    assert set(NEXT) == set(State)
    assert {state for state in State if not NEXT[state]} == {State.EXPIRED, State.ENDED}


@pytest.mark.parametrize(("one", "other"), list(product([*Answer, None], [*Answer, None])))
def test_only_two_yeses_agree(one: Answer | None, other: Answer | None) -> None:
    intro = after(("amina", one, NOON), ("luc", other, NOON))

    assert intro.state is (State.AGREED if one is other is YES else State.ASKED)
    assert intro.side_of(AMINA).answer is one


@pytest.mark.parametrize("second", [NO, NOT_NOW, None])
@pytest.mark.parametrize("who", ["amina", "luc"])
def test_either_can_take_an_agreement_back(who: str, second: Answer | None) -> None:
    intro = after(("amina", YES, NOON), ("luc", YES, NOON), (who, second, NOON + SECOND))

    assert intro.state is State.ASKED
    assert intro.due_at == NOON + RULES.reminder_after


def test_a_yes_repeated_changes_no_moment() -> None:
    agreed = after(("amina", YES, NOON), ("luc", YES, NOON))

    assert answered(agreed, LUC, YES, at=NOON + SECOND, rules=RULES).due_at == agreed.due_at == NOON + RULES.undo


def test_an_answer_is_dated_and_a_new_one_forgets_the_reason_for_the_old() -> None:
    no = refused(after(("amina", NO, NOON)), AMINA, Why.SUBJECT)
    assert no.side_of(AMINA).answered_at == NOON

    back = answered(no, AMINA, None, at=NOON, rules=RULES)
    assert back.side_of(AMINA) == asked().side_of(AMINA)


@pytest.mark.parametrize("other", [*Answer, None])
@pytest.mark.parametrize(
    ("answer", "at", "counts"),
    [
        (YES, DEADLINE - SECOND, True),
        (YES, DEADLINE, False),
        (NO, DEADLINE, True),
        (None, END - SECOND, True),
        (None, END, False),
        (NO, END, False),
    ],
)
def test_the_deadline_is_the_same_whatever_the_other_answered(
    other: Answer | None, answer: Answer | None, at: datetime, counts: bool
) -> None:
    intro = after(("luc", other, NOON), ("amina", YES, DEADLINE - 2 * SECOND))
    if counts:
        assert answered(intro, AMINA, answer, at=at, rules=RULES).side_of(AMINA).answer is answer
    else:
        with pytest.raises(IllegalTransition):
            answered(intro, AMINA, answer, at=at, rules=RULES)


@pytest.mark.parametrize("state", [State.INTRODUCED, State.FOLLOWED_UP, State.EXPIRED, State.ENDED])
def test_nothing_is_answered_once_it_is_over(state: State) -> None:
    with pytest.raises(IllegalTransition):
        answered(replace(asked(), state=state), AMINA, YES, at=NOON, rules=RULES)


def test_only_the_two_can_answer() -> None:
    with pytest.raises(Refusal, match="not_yours"):
        answered(asked(), SOFIA, YES, at=NOON, rules=RULES)


@pytest.mark.parametrize("answer", [YES, NOT_NOW, None])
def test_a_reason_needs_a_no(answer: Answer | None) -> None:
    with pytest.raises(IllegalTransition):
        refused(after(("amina", answer, NOON)), AMINA, Why.OTHER)


@pytest.mark.parametrize("state", State)
def test_an_outcome_needs_an_introduction(state: State) -> None:
    intro = replace(asked(), state=state)
    if state in (State.INTRODUCED, State.FOLLOWED_UP):
        assert told(intro, AMINA, Outcome.TALKED).side_of(AMINA).outcome is Outcome.TALKED
        assert told(intro, AMINA, Outcome.TALKED).side_of(LUC).outcome is None
    else:
        with pytest.raises(IllegalTransition):
            told(intro, AMINA, Outcome.TALKED)


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (State.ASKED, State.ASKED),
        (State.AGREED, State.ASKED),
        (State.INTRODUCED, State.ENDED),
        (State.FOLLOWED_UP, State.ENDED),
        (State.EXPIRED, State.EXPIRED),
        (State.ENDED, State.ENDED),
    ],
)
def test_every_state_has_a_way_out_for_somebody_who_is_forgotten(state: State, then: State) -> None:
    intro = forgotten(replace(asked(), state=state), AMINA, NOON, RULES)

    assert intro.state is then
    assert replace(intro.sides[0], card="") == Side("a", None, None, None)
    assert intro.side_of(LUC) == asked().side_of(LUC)
    assert intro.persons == {"pb"}


@pytest.mark.parametrize("state", State)
def test_of_who_is_forgotten_the_other_keeps_what_their_card_says_until_it_is_over(state: State) -> None:
    side = replace(asked().sides[0], card="a drill")
    grounds = (Ground("topic", ("tools",)), Ground("circle", ("Lyon",)))
    before = replace(with_side(asked(), side), state=state, grounds=grounds)
    intro = forgotten(before, AMINA, NOON, RULES)

    stays = state in OPEN_STATES
    assert (intro.sides[0].card, intro.grounds) == (("a drill", grounds[:1]) if stays else ("", ()))
    if stays:
        for after in (advance(intro, State.EXPIRED, END, RULES), forgotten(intro, LUC, NOON, RULES)):
            assert (after.sides[0].card, after.grounds) == ("", ())


@pytest.mark.parametrize(
    ("state", "reminded", "due"),
    [
        (State.ASKED, False, NOON + RULES.reminder_after),
        (State.ASKED, True, END),
        (State.AGREED, False, NOON + RULES.undo),
        (State.INTRODUCED, True, NOON + RULES.follow_up_after),
        (State.FOLLOWED_UP, True, None),
        (State.EXPIRED, True, None),
        (State.ENDED, True, None),
    ],
)
def test_each_state_knows_when_time_moves_it(state: State, reminded: bool, due: datetime | None) -> None:
    intro = replace(asked(), state=state, reminded_at=NOON if reminded else None)

    assert scheduled(intro, RULES).due_at == due


def test_cards_that_end_before_any_reminder_have_none() -> None:
    patient = replace(RULES, reminder_after=30 * DAY)

    assert scheduled(asked(), patient).due_at == end_of(asked(), patient) == END


def test_the_other_side_is_across() -> None:
    first, second = asked().sides

    assert asked().other(first) == second
    assert asked().other(second) == first


def test_two_who_both_said_yes_at_the_time_of_the_reminder_get_none_later() -> None:
    at = NOON + RULES.reminder_after
    intro = after(("amina", YES, NOON), ("luc", YES, at - SECOND), ("luc", None, at + SECOND))

    assert intro.reminded_at == at
    assert intro.due_at == END


@pytest.mark.parametrize("state", State)
def test_words_that_are_taken_back_leave_who_was_asked_and_what_they_answered(state: State) -> None:
    sides = tuple(replace(side, card=f"words of {side.key}") for side in after(("amina", YES, NOON)).sides)
    before = replace(asked(), state=state, sides=(sides[0], sides[1]), grounds=(Ground("terms", ("drill",)),))
    left = unsaid(before, NoticeId("na"))

    assert left.side_of(AMINA) == replace(before.side_of(AMINA), notice=None, card="")
    assert left.side_of(LUC) == before.side_of(LUC)
    assert (left.grounds, left.state, left.due_at, left.persons) == ((), state, before.due_at, before.persons)
    assert unsaid(left, NoticeId("na")) == left
