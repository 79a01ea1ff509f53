"""Pairs that are possible, and what each weighs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Edges:
    """The pairs that are possible: `left[i]` and `right[i]` may meet, and that is worth `weight[i]`.

    Three arrays of shape (edges,). People are 0 … count-1; each pair appears once, nobody with themselves.
    Weights are finite and not negative.
    """

    count: int
    left: Ints
    right: Ints
    weight: Floats


class Around:
    """The same by person: `others[start[p]:start[p + 1]]` are p's neighbours, in order; `weight` goes with it."""

    def __init__(self, edges: Edges) -> None:
        ends = np.concatenate([edges.left, edges.right])
        others = np.concatenate([edges.right, edges.left])
        order = np.lexsort((others, ends))
        self.count = edges.count
        self.others = others[order]
        self.weight = np.concatenate([edges.weight, edges.weight])[order]
        self.start = np.searchsorted(ends[order], np.arange(edges.count + 1))

    def of(self, person: int) -> tuple[Ints, Floats]:
        """Neighbours, and what each pair weighs."""
        part = slice(self.start[person], self.start[person + 1])
        return self.others[part], self.weight[part]

    def between(self, a: int, b: int) -> float:
        """What a pair weighs that is possible."""
        others, weight = self.of(a)
        return float(weight[np.searchsorted(others, b)])

    def total(self, mate: Ints) -> float:
        """What a pairing weighs; see `Pairing.mate`."""
        ends = np.repeat(np.arange(self.count), np.diff(self.start))
        return float(self.weight[mate[ends] == self.others].sum()) / 2
