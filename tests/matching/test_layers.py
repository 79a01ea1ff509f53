"""Layer by layer, everything above 0 comes once, the highest first."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import layers
from matching.layers import folded_size


@pytest.mark.parametrize("few", [0, layers.FEW])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 30_000), most=st.integers(0, 9), first=st.integers(1, 400))
def test_every_total_above_0_comes_once_and_lower_ones_later(
    few: int, seed: int, count: int, most: int, first: int
) -> None:
    chance = np.random.default_rng(seed)
    totals = np.zeros(folded_size(count), np.uint16)
    totals[:count] = chance.integers(0, most + 1, count) ** 3 * (chance.random(count) < 0.3)
    kept, layers.FEW = layers.FEW, few  # type: ignore[misc]
    try:
        found = list(layers.layers(totals, count, first))
    finally:
        layers.FEW = kept  # type: ignore[misc]

    slots = np.concatenate([some for some, _ in found])
    assert sorted(slots.tolist()) == np.flatnonzero(totals).tolist()
    assert all((totals[some] == scores).all() for some, scores in found)
    told = [scores for _, scores in found if len(scores)]
    assert all(a.min() > b.max() for a, b in pairwise(told))
    assert len(found[0][0]) >= min(first, len(slots))
