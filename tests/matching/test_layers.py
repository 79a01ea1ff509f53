"""Layer by layer, everything above 0 comes, the highest first, whichever lists it was in."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import layers
from matching.layers import Layers


def added(lists: list[tuple[list[int], int]], count: int) -> tuple[Layers, np.ndarray]:
    """Lists of places, each adding one number, as whoever searches gives them; and the totals."""
    lists = sorted((one for one in lists if one[0]), key=lambda one: -one[1])
    totals = np.zeros(count, np.uint16)
    for places, each in lists:
        totals[places] += each
    listed = np.array([place for places, _ in lists for place in places], np.intp)
    found = Layers(totals, listed, [len(places) for places, _ in lists], [each for _, each in lists])
    return found, totals


def taken(found: Layers, depth: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """All layers, each looked for twice as deep as the one before."""
    told = []
    while found.more:
        told.append(found.next(depth))
        depth *= 2
    return told


@pytest.mark.parametrize("sample", [2, layers.SAMPLE])
@settings(max_examples=40, deadline=None)
@given(
    lists=st.lists(st.tuples(st.sets(st.integers(0, 60)), st.integers(1, 9)), min_size=1, max_size=6),
    depth=st.integers(1, 80),
)
def test_every_total_above_0_comes_and_lower_ones_later(
    sample: int, lists: list[tuple[set[int], int]], depth: int
) -> None:
    kept = layers.SAMPLE, layers.FEW, layers.AT_ONCE
    if sample == 2:
        layers.SAMPLE, layers.FEW, layers.AT_ONCE = sample, 0, 0  # type: ignore[misc]  # so that little is much
    try:
        found, totals = added([*((sorted(places), each) for places, each in lists), ([0], 1)], 61)
        told = taken(found, depth)
    finally:
        layers.SAMPLE, layers.FEW, layers.AT_ONCE = kept  # type: ignore[misc]

    assert {place for places, _ in told for place in places.tolist()} == set(np.flatnonzero(totals).tolist())
    assert all((totals[places] == scores).all() for places, scores in told)
    told = [(places, scores) for places, scores in told if len(scores)]
    assert all(a.min() > b.max() for (_, a), (_, b) in pairwise(told))


@pytest.mark.parametrize("depth", [1, 50, 3000])
def test_a_layer_is_about_as_deep_as_asked(depth: int) -> None:
    totals = np.random.default_rng(1).integers(1, 60_000, 20_000).astype(np.uint16)
    found = Layers(totals, np.arange(20_000), [20_000], [60_000])

    places, _ = found.next(depth)

    assert depth / 2 <= len(places) <= 2 * depth + 8


def test_lists_that_add_little_are_not_looked_through() -> None:
    few, many = [3, 4], list(range(10_000))
    found, totals = added([(few, 200), (many, 5)], 10_000)

    found.next(1)

    assert found._seen.tolist() == totals[few].tolist()


def test_lists_that_could_add_enough_together_are_looked_through() -> None:
    lists = [([0, 1], 9), (list(range(2, 5_002)), 8), (list(range(5_002, 10_002)), 7)]
    found, totals = added(lists, 10_002)

    places, _ = found.next(1)

    assert set(places.tolist()) == {0, 1}
    assert found._seen.tolist() == totals[:5_002].tolist()
