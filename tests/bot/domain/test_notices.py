from dataclasses import replace
from itertools import product

import pytest

from bot.domain.notices import LIVE, NEXT, Kind, NoticeState, advance, closed, end_of, opened, renewed, scheduled
from bot.errors import IllegalTransition
from tests.bot.domain.people import DAY, HOUR, NOON, RULES, notice

S = NoticeState


@pytest.mark.parametrize(("start", "to"), list(product(S, S)))
def test_every_step_is_in_the_table_or_refused(start: NoticeState, to: NoticeState) -> None:
    before = notice(state=start)
    if to in NEXT[start]:
        assert advance(before, to, NOON + HOUR) == replace(before, state=to, since=NOON + HOUR)
    else:
        with pytest.raises(IllegalTransition):
            advance(before, to, NOON)


def test_every_state_is_in_the_table_and_none_goes_back_to_a_draft() -> None:
    assert set(NEXT) == set(S)
    assert not any(S.DRAFT in following for following in NEXT.values())
    assert set(S) > LIVE


def test_a_need_and_an_offer_answer_each_other() -> None:
    assert (Kind.NEED.other, Kind.OFFER.other) == (Kind.OFFER, Kind.NEED)


def test_a_draft_is_due_when_it_is_forgotten() -> None:
    assert scheduled(notice(), RULES).due_at == NOON + RULES.draft_life


@pytest.mark.parametrize(
    ("kind", "standing", "life"),
    [(Kind.NEED, False, 21), (Kind.NEED, True, 21), (Kind.OFFER, False, 180), (Kind.OFFER, True, None)],
)
def test_each_kind_has_its_life_and_a_standing_offer_none(kind: Kind, standing: bool, life: int | None) -> None:
    assert end_of(notice(kind, standing=standing), NOON, RULES) == (NOON + life * DAY if life else None)


def test_an_opened_notice_is_looked_at_at_once() -> None:
    fresh = opened(notice(), NOON + HOUR, RULES)

    assert (fresh.state, fresh.waves, fresh.next_wave_at, fresh.due_at) == (S.OPEN, 0, NOON + HOUR, NOON + HOUR)
    assert fresh.expires_at == NOON + HOUR + RULES.need_life


def test_what_is_due_next_is_the_earliest_of_wave_warning_and_end() -> None:
    quiet = scheduled(replace(opened(notice(), NOON, RULES), next_wave_at=None), RULES)
    assert quiet.expires_at
    assert quiet.due_at == quiet.expires_at - RULES.expiry_warning

    warned = scheduled(replace(quiet, warned_at=NOON), RULES)
    assert warned.due_at == quiet.expires_at
    assert scheduled(replace(warned, next_wave_at=NOON + DAY), RULES).due_at == NOON + DAY


def test_a_notice_at_rest_sends_no_wave_and_still_ends() -> None:
    paused = closed(opened(notice(), NOON, RULES), S.PAUSED, NOON, RULES)

    assert paused.next_wave_at is None
    assert paused.due_at == NOON + RULES.need_life - RULES.expiry_warning


@pytest.mark.parametrize("to", [S.MET, S.WITHDRAWN, S.EXPIRED])
def test_what_is_over_is_due_never(to: NoticeState) -> None:
    assert closed(opened(notice(), NOON, RULES), to, NOON, RULES).due_at is None


def test_a_standing_offer_at_rest_is_due_never() -> None:
    standing = opened(notice(Kind.OFFER, standing=True), NOON, RULES)

    assert closed(standing, S.PAUSED, NOON, RULES).due_at is None


def test_renewing_an_open_notice_only_moves_its_end() -> None:
    before = replace(opened(notice(), NOON, RULES), waves=2, next_wave_at=None, warned_at=NOON)
    after = renewed(before, NOON + DAY, RULES)

    assert (after.waves, after.next_wave_at, after.warned_at) == (2, None, None)
    assert after.expires_at == NOON + DAY + RULES.need_life


@pytest.mark.parametrize("state", [S.PAUSED, S.MET, S.WITHDRAWN, S.EXPIRED])
def test_renewing_what_had_ended_opens_it_again(state: NoticeState) -> None:
    after = renewed(notice(state=state), NOON + DAY, RULES)

    assert (after.state, after.next_wave_at) == (S.OPEN, NOON + DAY)
