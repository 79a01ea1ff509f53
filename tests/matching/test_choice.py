from hypothesis import given
from hypothesis import strategies as st

from matching.choice import EQUAL, EVEN, Balance, in_turn
from matching.model import Candidate

SCORES = st.lists(st.floats(0, 1).map(lambda s: round(s, 3)), max_size=12)
BONUSES = st.dictionaries(st.sampled_from([f"p{n}" for n in range(12)]), st.floats(-5, 5))
COUNTS = st.dictionaries(st.sampled_from([f"p{n}" for n in range(12)]), st.integers(0, 99))


def found(scores: list[float]) -> list[tuple[Candidate, str]]:
    return [(Candidate(f"n{n}", "answers", s, ()), f"p{n}") for n, s in enumerate(scores)]


def names(ordered: list[Candidate]) -> list[str]:
    return [c.notice for c in ordered]


@given(SCORES, BONUSES, COUNTS, st.integers(0, 9))
def test_nothing_lifts_anybody_above_one_who_fits_better(
    scores: list[float], bridging: dict[str, float], exposure: dict[str, int], seed: int
) -> None:
    ordered = in_turn(found(scores), Balance(bridging, exposure), seed)

    assert sorted(c.score for c in ordered) == sorted(scores)
    for at, candidate in enumerate(ordered):
        assert all(later.score <= candidate.score + EQUAL + 1e-9 for later in ordered[at:])


def test_among_equals_a_bridge_comes_first_and_then_whoever_was_asked_least() -> None:
    balance = Balance({"p2": 1.0}, {"p0": 3})

    assert names(in_turn(found([0.9, 0.9, 0.89, 0.5]), balance, 1)) == ["n2", "n1", "n0", "n3"]


def test_a_bridge_to_somebody_who_fits_less_is_passed_over() -> None:
    assert names(in_turn(found([0.9, 0.8]), Balance({"p1": 1.0}), 1)) == ["n0", "n1"]


def test_equals_come_by_lots() -> None:
    assert {names(in_turn(found([0.9, 0.9]), EVEN, seed))[0] for seed in range(30)} == {"n0", "n1"}
