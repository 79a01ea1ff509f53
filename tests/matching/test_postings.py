"""Whatever is added and removed, a search finds what counting by hand finds."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from numpy.typing import NDArray

from matching import postings
from matching.arrays import split
from matching.postings import MOST_WEIGHT, Postings

TERMS = [*"abcdefgh", "été", "🙂"]
rows = st.integers(0, 40)
impacts = st.dictionaries(st.sampled_from(TERMS), st.integers(1, 255))
weights = st.dictionaries(st.sampled_from([*TERMS, "unheard"]), st.one_of(st.integers(0, 20), st.integers(0, 10**6)))


def by_hand(held: Mapping[int, Mapping[str, int]], wanted: Mapping[str, int]) -> list[tuple[int, int]]:
    """(row, score) of all that score, best first, equals by row."""
    found = ((row, sum(wanted.get(t, 0) * impact for t, impact in terms.items())) for row, terms in held.items())
    return sorted((pair for pair in found if pair[1]), key=lambda pair: (-pair[1], pair[0]))


def pairs(found: tuple[NDArray[Any], NDArray[Any]]) -> list[tuple[int, int]]:
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


class Both(RuleBasedStateMachine):
    """Postings and a dictionary, told the same."""

    @initialize(few=st.sampled_from([0, 2, 1024]))
    def begin(self, few: int) -> None:
        self.before = postings.FEW
        postings.FEW = few  # type: ignore[misc]  # so that a short story sweeps
        self.postings = Postings()
        self.held: dict[int, dict[str, int]] = {}

    @rule(row=rows, terms=impacts)
    def add(self, row: int, terms: dict[str, int]) -> None:
        self.postings.add(row, terms)
        self.held[row] = terms

    @rule(row=rows)
    def remove(self, row: int) -> None:
        self.postings.remove(row)
        self.held.pop(row, None)

    @rule()
    def sweep(self) -> None:
        self.postings.sweep()

    @rule()
    def write_down_and_read(self) -> None:
        state = self.postings.state()
        assert set(split(state)) == {t for terms in self.held.values() for t in terms}
        self.postings = Postings.of(state)

    @rule(wanted=weights, k=st.integers(1, 60))
    def search(self, wanted: dict[str, int], k: int) -> None:
        assert pairs(self.postings.search(wanted, k)) == by_hand(self.held, wanted)[:k]

    @rule(wanted=weights, k=st.integers(1, 20), welcome=st.sets(rows))
    def search_among(self, wanted: dict[str, int], k: int, welcome: set[int]) -> None:
        asked: list[int] = []

        def allowed(some: NDArray[Any]) -> NDArray[np.bool_]:
            asked.extend(some.tolist())
            return np.isin(some, list(welcome))

        found = pairs(self.postings.search(wanted, k, allowed))

        assert found == [pair for pair in by_hand(self.held, wanted) if pair[0] in welcome][:k]
        assert len(set(asked)) == len(asked)

    @rule(wanted=weights, some=st.lists(st.integers(-2, 60)))
    def scores(self, wanted: dict[str, int], some: list[int]) -> None:
        expected = dict(by_hand(self.held, wanted))

        assert self.postings.scores(wanted, np.array(some, np.int64)).tolist() == [expected.get(r, 0) for r in some]

    @invariant()
    def same_counts(self) -> None:
        assert len(self.postings) == len(self.held)
        assert {row for row in range(-2, 60) if row in self.postings} == set(self.held)

    def teardown(self) -> None:
        if hasattr(self, "before"):
            postings.FEW = self.before  # type: ignore[misc]


Both.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestBoth = Both.TestCase


def many(count: int, seed: int) -> tuple[Postings, dict[int, dict[str, int]]]:
    chance = np.random.default_rng(seed)
    words = [f"w{n}" for n in range(300)]
    held = {
        row: {words[w]: int(chance.integers(1, 256)) for w in np.minimum(chance.zipf(1.3, 8) - 1, 299)}
        for row in range(count)
    }
    filled = Postings()
    for row, terms in held.items():
        filled.add(row, terms)
    return filled, held


@pytest.mark.parametrize("weight", [1, 7, 5000])
def test_among_thousands_too_with_equals_in_the_order_of_rows(weight: int) -> None:
    filled, held = many(9_000, seed=1)

    for word in ("w0", "w17", "w290"):
        for k in (1, 50, 30_000):
            wanted = {word: weight, "w2": 2 * weight}
            assert pairs(filled.search(wanted, k)) == by_hand(held, wanted)[:k]


@settings(max_examples=10, deadline=None)
@given(part=st.integers(2, 5000), k=st.integers(1, 100))
def test_never_fewer_than_k_where_k_are_allowed(part: int, k: int) -> None:
    filled, held = THOUSANDS
    wanted = {"w0": 1, "w3": 9}
    asked: list[int] = []

    def allowed(some: NDArray[Any]) -> NDArray[np.bool_]:
        asked.extend(some.tolist())
        return np.asarray(some % part == 1)

    found = pairs(filled.search(wanted, k, allowed))

    assert len(set(asked)) == len(asked)
    assert found == [pair for pair in by_hand(held, wanted) if pair[0] % part == 1][:k]


THOUSANDS = many(5_000, seed=2)


def test_a_change_is_found_at_once() -> None:
    filled = Postings()
    filled.add(3, {"tente": 4})
    filled.add(3, {"bâche": 5})

    assert pairs(filled.search({"tente": 1, "bâche": 2}, 9)) == [(3, 10)]

    filled.remove(3)
    assert pairs(filled.search({"tente": 1, "bâche": 2}, 9)) == []


@pytest.mark.parametrize("impact", [0, 256, -1])
def test_an_impact_that_does_not_fit_changes_nothing(impact: int) -> None:
    filled = Postings()
    filled.add(0, {"a": 1})

    with pytest.raises(ValueError, match="impacts"):
        filled.add(0, {"a": 1, "b": impact})

    assert pairs(filled.search({"a": 1}, 9)) == [(0, 1)]


@pytest.mark.parametrize("row", [-1, 2**31])
def test_a_row_is_a_small_number(row: int) -> None:
    with pytest.raises(ValueError, match="row"):
        Postings().add(row, {})


@pytest.mark.parametrize("wanted", [{"a": -1}, {"a": MOST_WEIGHT, "b": 1}])
def test_weights_that_could_overflow_are_refused(wanted: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Postings().search(wanted, 1)


def test_the_heaviest_weight_does_not_overflow() -> None:
    filled = Postings()
    filled.add(0, {"a": 255})

    assert pairs(filled.search({"a": MOST_WEIGHT}, 1)) == [(0, 255 * MOST_WEIGHT)]


def test_words_that_nobody_says_any_more_are_not_written_down() -> None:
    filled = Postings()
    filled.add(0, {"secret": 1})
    filled.add(1, {"vélo": 1})
    filled.remove(0)

    assert filled.state()["words"].tobytes() == "vélo".encode()


@pytest.mark.parametrize("name", ["lengths", "rows", "slots", "impacts"])
def test_arrays_that_do_not_fit_together_are_refused(name: str) -> None:
    filled = Postings()
    filled.add(0, {"a": 1, "b": 2})
    state = filled.state()

    with pytest.raises(ValueError, match="fit"):
        Postings.of(state | {name: state[name][:-1]})
    with pytest.raises(ValueError, match=name):
        Postings.of({n: a for n, a in state.items() if n != name})


@pytest.mark.parametrize("k", [0, -1])
def test_none_are_asked_for(k: int) -> None:
    filled = Postings()
    filled.add(0, {"a": 1})

    assert pairs(filled.search({"a": 1}, k)) == []


def test_what_is_withdrawn_is_swept_out_by_itself() -> None:
    filled, held = many(3000, seed=3)
    for row in range(0, 3000, 2):
        filled.remove(row)
        del held[row]

    assert len(filled._rows) < 2600  # of 3,000 that were taken in
    assert pairs(filled.search({"w0": 3, "w5": 1}, 3000)) == by_hand(held, {"w0": 3, "w5": 1})


def test_what_is_taken_in_takes_room() -> None:
    filled = Postings()
    before = filled.nbytes
    filled.add(0, {"a": 1})

    assert filled.nbytes > before


def test_arrays_that_cannot_be_written_are_copied() -> None:
    filled = Postings()
    filled.add(0, {"a": 1, "b": 2})
    state = filled.state()
    for array in state.values():
        array.flags.writeable = False
    again = Postings.of(state)
    again.add(0, {"b": 3})
    again.add(1, {"b": 1})

    assert pairs(again.search({"a": 1, "b": 1}, 5)) == [(0, 3), (1, 1)]
