"""The nearest are found, whatever is added and removed; and among many, nearly all of them."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from numpy.typing import NDArray

from matching import vectors
from matching.vectors import Allowed, Vectors

rows = st.integers(0, 60)
small = arrays(np.float32, 5, elements=st.floats(-4, 4, width=32))


def bytes_of(vector: NDArray[Any]) -> NDArray[np.float64]:
    most = np.abs(vector).max()
    return np.rint(vector.astype(np.float64) / most * 127) if most else np.zeros(len(vector))


def by_hand(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The cosine of two vectors as they are kept."""
    x, y = bytes_of(a), bytes_of(b)
    return float(x @ y / np.sqrt((x @ x) * (y @ y))) if x.any() and y.any() else 0.0


class Both(RuleBasedStateMachine):
    """Vectors and a dictionary, told the same."""

    @initialize()
    def begin(self) -> None:
        self.vectors = Vectors(5)
        self.held: dict[int, NDArray[Any]] = {}

    @rule(row=rows, vector=small)
    def add(self, row: int, vector: NDArray[Any]) -> None:
        self.vectors.add(row, vector)
        self.held[row] = vector

    @rule(row=rows)
    def remove(self, row: int) -> None:
        self.vectors.remove(row)
        self.held.pop(row, None)

    @rule()
    def write_down_and_read(self) -> None:
        self.vectors = Vectors.of(self.vectors.state())

    @rule(query=small, k=st.integers(1, 80), welcome=st.one_of(st.none(), st.sets(rows)))
    def search(self, query: NDArray[Any], k: int, welcome: set[int] | None) -> None:
        among = None if welcome is None else np.array(sorted(welcome), np.intp)

        found, cosines = self.vectors.search(query, k, among)

        fit = {row: by_hand(query, v) for row, v in self.held.items() if welcome is None or row in welcome}
        best = sorted(fit.values(), reverse=True)[:k]
        assert cosines.tolist() == pytest.approx(best, abs=1e-6)
        assert [fit[row] for row in found.tolist()] == pytest.approx(best, abs=1e-6)
        assert len(set(found.tolist())) == len(found)
        assert all(a < b for (a, x), (b, y) in pairs_in_turn(found, cosines) if x == y)

    @rule(query=small, some=st.lists(st.integers(-2, 80)))
    def cosines(self, query: NDArray[Any], some: list[int]) -> None:
        expected = [by_hand(query, self.held[row]) if row in self.held else 0.0 for row in some]

        assert self.vectors.cosines(query, np.array(some, np.int64)).tolist() == pytest.approx(expected, abs=1e-6)

    @invariant()
    def same_rows(self) -> None:
        assert len(self.vectors) == len(self.held)
        assert {row for row in range(-2, 80) if row in self.vectors} == set(self.held)


def pairs_in_turn(found: NDArray[Any], cosines: NDArray[Any]) -> list[Any]:
    return list(pairwise(zip(found.tolist(), cosines.tolist(), strict=True)))


Both.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestBoth = Both.TestCase


@pytest.fixture(scope="module")
def many() -> tuple[Vectors, NDArray[Any]]:
    """Thousands around some centres, as texts are around subjects."""
    chance = np.random.default_rng(1)
    centres = chance.standard_normal((40, 96))
    drawn = (centres[chance.integers(0, 40, 6000)] + 1.2 * chance.standard_normal((6000, 96))).astype(np.float32)
    filled = Vectors(96)
    for row, vector in enumerate(drawn):
        filled.add(row, vector)
    return filled, drawn


def limits(welcome: NDArray[np.intp], count: int, *, asked: bool) -> tuple[NDArray[np.intp], Allowed | None]:
    """Rows that may be found: given at once, or asked about one by one."""
    return (np.arange(count), lambda rows: np.isin(rows, welcome)) if asked else (welcome, None)


def exactly(filled: Vectors, query: NDArray[Any], welcome: NDArray[np.bool_]) -> NDArray[Any]:
    cosines = np.where(welcome, filled.cosines(query, np.arange(len(welcome))), -2)
    return np.lexsort((np.arange(len(welcome)), -cosines))


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("one_in", [1, 3, 16])
def test_among_many_the_shortlist_holds_nearly_all_of_the_nearest(
    many: tuple[Vectors, NDArray[Any]], monkeypatch: pytest.MonkeyPatch, one_in: int, *, asked: bool
) -> None:
    filled, drawn = many
    monkeypatch.setattr(vectors, "EXACT", 50)
    monkeypatch.setattr(vectors, "SHORTLIST", 300)
    monkeypatch.setattr(vectors, "SHORTLIST_EACH", 1)
    welcome = np.arange(len(drawn)) % one_in == 0
    found = kept = 0

    for query in drawn[:60]:
        near, cosines = filled.search(query, 20, *limits(np.flatnonzero(welcome), len(welcome), asked=asked))
        assert len(near) == 20
        assert welcome[near].all()
        assert cosines.tolist() == filled.cosines(query, near).tolist()
        kept += len(set(near.tolist()) & set(exactly(filled, query, welcome)[:20].tolist()))
        found += 20

    assert kept / found > 0.97


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("welcome", [set(), {7}, set(range(100, 140)), set(range(0, 6000, 2))])
def test_never_fewer_than_k_where_k_are_allowed(
    many: tuple[Vectors, NDArray[Any]], monkeypatch: pytest.MonkeyPatch, welcome: set[int], *, asked: bool
) -> None:
    filled, drawn = many
    monkeypatch.setattr(vectors, "EXACT", 50)
    monkeypatch.setattr(vectors, "SHORTLIST", 10)
    monkeypatch.setattr(vectors, "SHORTLIST_EACH", 1)

    for k in (1, 30, 6000):
        near, _ = filled.search(drawn[5], k, *limits(np.array(sorted(welcome), np.intp), 6000, asked=asked))
        assert len(near) == min(k, len(welcome))
        assert set(near.tolist()) <= welcome


def test_equals_are_exactly_equal_wherever_they_stand(many: tuple[Vectors, NDArray[Any]]) -> None:
    _, drawn = many
    filled = Vectors(96)
    for row in range(1500):
        filled.add(row, drawn[0] * np.float32(1 + row / 7))

    near, cosines = filled.search(drawn[1], 1500)

    assert near.tolist() == list(range(1500))
    assert len(set(cosines.tolist())) == 1


@settings(deadline=None)
@given(vector=arrays(np.float32, 5, elements=st.floats(width=32)))
def test_what_is_not_a_number_never_gets_in(vector: NDArray[Any]) -> None:
    filled = Vectors(5)
    if np.isfinite(vector).all():
        filled.add(0, vector)
        assert np.isfinite(filled.cosines(vector, np.array([0]))).all()
    else:
        with pytest.raises(ValueError, match="finite"):
            filled.add(0, vector)
        assert len(filled) == 0


def test_what_does_not_fit_is_refused() -> None:
    filled = Vectors(5)

    with pytest.raises(ValueError, match="shape"):
        filled.add(0, np.zeros(4))
    with pytest.raises(ValueError, match="shape"):
        filled.search(np.zeros(6), 1)
    with pytest.raises(ValueError, match="shape"):
        filled.cosines(np.zeros(6), np.array([0]))
    with pytest.raises(ValueError, match="row"):
        filled.add(-1, np.zeros(5))


def test_none_are_asked_for_and_none_are_there() -> None:
    filled = Vectors(5)

    assert len(filled.search(np.ones(5), 3)[0]) == 0
    filled.add(0, np.ones(5))
    assert len(filled.search(np.ones(5), 0)[0]) == 0


def test_codes_are_compared_in_full_where_the_first_words_do_not_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "EXACT", 50)
    monkeypatch.setattr(vectors, "SHORTLIST", 40)
    monkeypatch.setattr(vectors, "SHORTLIST_EACH", 1)
    monkeypatch.setattr(vectors, "ROUGH", 1)
    drawn = np.random.default_rng(5).standard_normal((600, 300)).astype(np.float32)
    filled = Vectors(300)
    for row, vector in enumerate(drawn):
        filled.add(row, vector)

    found = [filled.search(vector + drawn[0] / 4, 1)[0][0] for vector in drawn[1:40]]

    assert found == list(range(1, 40))


def test_a_removed_vector_is_forgotten() -> None:
    filled = Vectors(5)
    filled.add(0, np.ones(5))
    assert filled.vector(0).tolist() == pytest.approx([5**-0.5] * 5)
    filled.remove(0)

    assert filled.vector(0).tolist() == [0] * 5
    assert not any(array.any() for array in filled.state().values())
    assert filled.nbytes > 0


def test_arrays_that_do_not_fit_together_are_refused() -> None:
    filled = Vectors(5)
    filled.add(0, np.ones(5))
    state = filled.state()

    for name in ("factors", "alive", "codes"):
        with pytest.raises(ValueError, match="fit"):
            Vectors.of(state | {name: state[name][:0]})
