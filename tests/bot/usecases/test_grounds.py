from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.introductions import Ground
from bot.domain.notices import Kind, Notice
from bot.usecases.grounds import as_written, brought_forward, grounds_of
from matching.choice import EQUAL, Balance
from matching.model import Candidate, Reason
from tests.bot.domain.people import notice

NEED = replace(
    notice(), kind=Kind.NEED, card="qui pourrait prêter une machine à coudre ou des porte-bébés ?", language="fr"
)
OFFER = replace(notice(), kind=Kind.OFFER, card="Lending my Sewing machine", language="en")


def found(*reasons: Reason) -> Candidate:
    return Candidate("offer", "answers", 0.9, reasons)


def kept(candidate: Candidate, need: Notice = NEED, offer: Notice = OFFER) -> dict[str, tuple[str, ...]]:
    return {ground.kind: ground.values for ground in grounds_of(candidate, need, offer, bridging=False)}


def test_shared_words_are_kept_as_each_side_wrote_them() -> None:
    candidate = found(Reason("terms", ("Sewing machine",), ("=sewing machine",)), Reason("topic", ("clothes",)))

    assert kept(candidate) == {
        "terms": ("Sewing machine",), "terms.a": ("machine à coudre",), "concepts": ("=sewing machine",),
        "languages": ("fr", "en"), "topic": ("clothes",),
    }  # fmt: skip


def test_a_word_that_is_no_more_in_a_notice_is_said_as_it_was_found() -> None:
    assert kept(found(Reason("terms", ("loom",)))) == {
        "terms": ("loom",), "terms.a": ("loom",), "concepts": ("",), "languages": ("fr", "en"),
    }  # fmt: skip


def test_meaning_alone_keeps_no_words() -> None:
    assert grounds_of(found(Reason("meaning")), NEED, OFFER, bridging=True) == (
        Ground("meaning", ()), Ground("bridging", ()),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("term", "text", "written"),
    [
        ("machine coudre", "une machine à coudre", "machine à coudre"),
        ("porte vélo", "un porte-vélo", "porte-vélo"),
        ("garde enfants", "la garde d’enfants", "garde d’enfants"),
        ("machine coudre", "une machine, et coudre", "machine coudre"),
        ("machine coudre", "une machine", "machine coudre"),
        ("art", "un départ, de l’art", "art"),
        ("c++", "some C++ and c++", "c++"),
        ("(a[", "(a[", "(a["),
    ],
)
def test_a_term_of_several_words_is_said_with_what_was_between_them(term: str, text: str, written: str) -> None:
    assert as_written(term, text) == written


@given(st.text(max_size=40), st.text(max_size=80))
def test_a_term_is_never_lost_whatever_the_text(term: str, text: str) -> None:
    assert as_written(term, text).split()[:1] == term.split()[:1] or term.strip() == ""


# --- who came first for being further away ---------------------------------------------------------------------------

shares = st.sampled_from([0.9, 0.89, 0.88, 0.8, 0.6])
bonuses = st.sampled_from([0.0, 0.5, 1.0])
pools = st.lists(st.tuples(shares, bonuses, st.integers(0, 2)), max_size=7)


def pool(drawn: list[tuple[float, float, int]]) -> tuple[list[tuple[Candidate, str]], Balance]:
    owned = [(Candidate(f"n{i}", "answers", share, ()), f"p{i}") for i, (share, _, _) in enumerate(drawn)]
    bridging = {f"p{i}": bonus for i, (_, bonus, _) in enumerate(drawn)}
    return owned, Balance(bridging, {f"p{i}": times for i, (_, _, times) in enumerate(drawn)})


@given(pools, st.integers(0, 3))
def test_whoever_was_brought_forward_passed_an_equal_who_is_nearer(
    drawn: list[tuple[float, float, int]], seed: int
) -> None:
    owned, balance = pool(drawn)
    share = {candidate.notice: candidate.score for candidate, _ in owned}
    bonus = {candidate.notice: balance.bridging[owner] for candidate, owner in owned}

    for one in brought_forward(owned, balance, seed):
        assert any(bonus[n] < bonus[one] and abs(share[n] - share[one]) <= EQUAL + 1e-9 for n in share)


@given(pools, st.integers(0, 3), bonuses)
def test_nobody_is_brought_forward_where_all_are_as_far(
    drawn: list[tuple[float, float, int]], seed: int, bonus: float
) -> None:
    owned, balance = pool([(share, bonus, times) for share, _, times in drawn])

    assert brought_forward(owned, balance, seed) == brought_forward(owned, replace(balance, bridging={}), seed) == set()


def test_the_further_of_two_equals_is_brought_forward_by_some_lots_and_needs_it_not_by_others() -> None:
    owned, balance = pool([(0.9, 0.5, 0), (0.9, 1.0, 0)])

    assert {brought_forward(owned, balance, seed) for seed in range(20)} == {frozenset(), frozenset({"n1"})}
