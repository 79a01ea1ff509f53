from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.index import ANSWERS
from matching.model import Notice, Reason
from matching.reading import Reading, Term, read
from matching.score import MOST_COMMON, is_slip, rarity, share, shared

ROWS = [
    tuple(line.split(" | "))
    for line in (Path(__file__).parent / "pairs.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
TEXTS = st.sampled_from([text for _, need, offer in ROWS for text in (need, offer)])


def reading(text: str, *topics: str) -> Reading:
    """A text with its language in front: "fr besoin d'un vélo"."""
    return read(Notice("n", "o", "need", text[3:], text[:2], topics))


def fit(one: str, other: str) -> float:
    return share(reading(one), reading(other), lambda _: 1.0).value


def term(word: str, *, known: bool) -> Term:
    return Term(word, word, 1.0, word, known)


def test_offers_that_answer_are_told_from_those_that_do_not() -> None:
    said = [(fit(need, offer) >= ANSWERS, verdict == "yes") for verdict, need, offer in ROWS]

    assert len(said) >= 60
    assert sum(a and b for a, b in said) >= 0.9 * sum(b for _, b in said)
    assert sum(a and b for a, b in said) >= 0.85 * sum(a for a, _ in said)


def test_reasons_quote_the_other_in_their_own_writing() -> None:
    found = share(reading("fr des T-shirts pour courir"), reading("en 5,000 T-Shirts left over"), lambda _: 1.0)

    assert found.reasons == (Reason("terms", ("T-Shirts",)), Reason("topic", ("textile",)))


def test_at_most_four_words_are_quoted() -> None:
    text = "fr vélo, guitare, compost, théâtre, poterie, origami"

    assert len(share(reading(text), reading(text), lambda _: 1.0).reasons[0].values) == 4


def test_two_that_share_nothing_have_no_reason() -> None:
    found = share(reading("en a unicorn"), reading("fr un phare"), lambda _: 1.0)

    assert (found.value, found.reasons) == (0.0, ())


def test_subjects_that_differ_take_away_and_shared_ones_add() -> None:
    need = "en lighthouse lamp"
    plain = share(reading(need), reading(need), lambda _: 1.0).value

    assert share(reading(need, "music"), reading(need, "bike"), lambda _: 1.0).value < plain
    assert share(reading(need, "music"), reading(need, "music"), lambda _: 1.0).value > plain


def test_a_shared_subject_alone_is_weak() -> None:
    assert 0 < fit("fr cherche accordeur de piano", "fr cours de guitare") < ANSWERS


def test_one_word_with_two_meanings_is_not_counted_twice() -> None:
    assert fit("fr un avocat en droit", "fr avocats et mangues") < fit("fr un avocat en droit", "fr un avocat juriste")


def test_to_teach_a_thing_is_not_to_carry_it() -> None:
    assert fit("en a piano teacher", "en we transport pianos") < 0.7 * fit("en a piano teacher", "en piano lessons")


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        (term("kubernetes", known=False), term("kuberentes", known=False), True),
        (term("postgresql", known=False), term("postgresqql", known=True), True),
        (term("course", known=True), term("courte", known=True), False),
        (term("velo", known=False), term("vela", known=False), False),
        (term("poterie", known=False), term("loterie", known=False), False),
        (term("jardin", known=True), term("jargon", known=False), False),
    ],
)
def test_a_slip_of_the_pen_is_told_from_another_word(one: Term, other: Term, slip: bool) -> None:
    assert is_slip(one, other) is slip


def test_a_slip_pairs_each_word_once() -> None:
    a = Reading({"t": term("kubernetes", known=False)}, frozenset())
    b = Reading({w: term(w, known=False) for w in ("kuberentes", "kubernets")}, frozenset())

    assert len(shared(a, b)) == 1


def test_a_share_means_the_same_in_a_small_and_a_large_community() -> None:
    assert rarity(0, 0) == 1.0
    assert 1 - MOST_COMMON < rarity(200_000, 200_000) < rarity(2, 2) < 1
    assert abs(rarity(2, 2) - rarity(10, 200_000)) < 0.1


@given(TEXTS, TEXTS)
def test_a_share_is_symmetric_and_between_nothing_and_all(one: str, other: str) -> None:
    there = share(reading(one), reading(other), lambda _: 1.0)
    back = share(reading(other), reading(one), lambda _: 1.0)

    assert 0 <= there.value <= 1
    assert there.value == pytest.approx(back.value, abs=1e-9)
