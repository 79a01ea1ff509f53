from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.edges import Edges
from matching.pairing import heaviest_on_cycle, heaviest_pairing

#: Multiples of what the solver rounds to.
weights = st.integers(0, 64).map(lambda parts: parts / 64)


@st.composite
def graphs(draw: st.DrawFn, most: int = 8) -> Edges:
    count = draw(st.integers(0, most))
    found = {pair: draw(weights) for pair in combinations(range(count), 2) if draw(st.booleans())}
    return edges(count, found)


def edges(count: int, found: dict[tuple[int, int], float]) -> Edges:
    ends = np.array(list(found), dtype=np.int64).reshape(-1, 2)
    return Edges(count, ends[:, 0], ends[:, 1], np.array(list(found.values()), dtype=np.float64))


def best(found: dict[tuple[int, int], float]) -> float:
    """By trying everything."""
    if not found:
        return 0.0
    (a, b), weight = next(iter(found.items()))
    without = {pair: worth for pair, worth in found.items() if pair != (a, b)}
    apart = {pair: worth for pair, worth in without.items() if not {a, b} & set(pair)}
    return max(best(without), weight + best(apart))


def weights_of(graph: Edges) -> dict[tuple[int, int], float]:
    return dict(zip(zip(graph.left.tolist(), graph.right.tolist(), strict=True), graph.weight.tolist(), strict=True))


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_a_small_pairing_is_the_heaviest_and_is_a_pairing(graph: Edges) -> None:
    found = heaviest_pairing(graph)
    known = weights_of(graph)

    pairs = [(a, b) for a, b in enumerate(found.mate.tolist()) if a < b]
    assert all(found.mate[b] == a and (a, b) in known for a, b in pairs)
    assert sum(known[pair] for pair in pairs) == pytest.approx(found.weight)
    assert found.weight == pytest.approx(best(known), abs=1e-4)
    assert found.weight <= found.bound


@pytest.mark.parametrize("seed", range(4))
def test_even_where_all_are_in_triangles_a_pairing_is_not_far_from_its_bound(seed: int) -> None:
    graph = by_chance(600, 4, seed)

    found = heaviest_pairing(graph)

    assert found.mate.tolist() == heaviest_pairing(graph).mate.tolist()
    assert all(found.mate[other] == one for one, other in enumerate(found.mate.tolist()) if other >= 0)
    assert 0.9 <= found.weight / found.bound <= 1


def by_chance(count: int, degree: int, seed: int) -> Edges:
    """Triangles by the dozen, where a fractional pairing is far from a pairing."""
    chance = np.random.default_rng(seed)
    start = np.arange(0, count, 3)
    found = {(int(a), int(a) + 1): 1.0 for a in start}
    found |= {(int(a), int(a) + 2): 1.0 for a in start} | {(int(a) + 1, int(a) + 2): 1.0 for a in start}
    for a, b in np.sort(chance.integers(0, count, (count * degree // 2, 2))).tolist():
        if a < b:
            found.setdefault((a, b), round(float(chance.random()), 3))
    return edges(count, found)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_weights_that_cannot_be_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        heaviest_pairing(edges(2, {(0, 1): wrong}))


@given(st.lists(weights, min_size=3, max_size=9))
def test_a_cycle_is_cut_where_least_is_lost(around: list[float]) -> None:
    kept = heaviest_on_cycle(around)

    size = len(around)
    assert all((b - a) % size not in (1, size - 1) for a, b in combinations(kept, 2))
    known = {(at, (at + 1) % size): weight for at, weight in enumerate(around)}
    assert sum(around[at] for at in kept) == pytest.approx(best(known))
