"""Ties between people, as a network: who has how much in common with whom, and which ties hold parts together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from matching.edges import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: How many ties are looked at in one go.
PART: Final = 1 << 14


@dataclass(frozen=True)
class Network:
    """People 0 … count-1 and the ties between them: `left[i]` with `right[i]`, left < right, each once, in order."""

    count: int
    left: Ints
    right: Ints


def network(people: Sequence[str], ties: Iterable[tuple[str, str]]) -> Network:
    """The network of people, numbered in the order given. Ties with others or oneself, and repeated ones, do not count.

    Raises: ValueError when somebody is named twice.
    """
    place = {one: at for at, one in enumerate(people)}
    if len(place) < len(people):
        raise ValueError("somebody is named twice")
    known = (place[one] for tie in ties if tie[0] in place and tie[1] in place for one in tie)
    ends = np.fromiter(known, dtype=np.int64).reshape(-1, 2)
    left, right = ends.min(axis=1), ends.max(axis=1)
    keys = np.unique(left[left != right] * len(people) + right[left != right])
    return Network(len(people), *np.divmod(keys, max(1, len(people))))


def adjacency(ties: Network) -> "csr_array":
    """1.0 where two people are tied; square, symmetric."""
    from scipy.sparse import csr_array

    ends = np.concatenate([ties.left, ties.right])
    others = np.concatenate([ties.right, ties.left])
    return csr_array((np.ones(len(ends)), (ends, others)), shape=(ties.count, ties.count))


def overlap(ties: Network) -> Floats:
    """How much of the two people's acquaintance is shared, for each tie, in [0, 1]. The weaker the tie, the lower.

    Source: topological overlap, common neighbours of those that could be (Onnela et al., "Structure and tie strengths
            in mobile communication networks", PNAS 104, 2007; after Granovetter, "The strength of weak ties", 1973).
    """
    near = adjacency(ties)
    common = np.zeros(len(ties.left))
    for start in range(0, len(common), PART):
        part = slice(start, start + PART)
        common[part] = near[ties.left[part]].multiply(near[ties.right[part]]).sum(axis=1)
    degree = np.diff(near.indptr)
    possible = degree[ties.left] + degree[ties.right] - 2 - common
    return np.asarray(np.divide(common, possible, out=np.zeros(len(common)), where=possible > 0))


def bridges(ties: Network) -> NDArray[np.bool_]:
    """Whether each tie is the only way between two parts of the network.

    Every tie outside a breadth-first forest, drawn as a random number, is added to all of the forest on its cycle; a
    tie of the forest to which nothing was added lies on no cycle.

    Source: cut pairs by random circulations (Pritchard & Thurimella, "Fast computation of small cuts via cycle space
            sampling", ACM Transactions on Algorithms 7, 2011). A wrong answer has a chance of ties / 2^63.
    """
    parent, order = _forest(ties)
    drawn = np.random.default_rng(0).integers(1, 1 << 63, len(ties.left), dtype=np.int64)
    in_forest = (parent[ties.left] == ties.right) | (parent[ties.right] == ties.left)
    label = np.zeros(ties.count, dtype=np.int64)
    outside = ~in_forest
    np.bitwise_xor.at(label, ties.left[outside], drawn[outside])
    np.bitwise_xor.at(label, ties.right[outside], drawn[outside])
    above = parent.tolist()
    gathered = label.tolist()
    for one in reversed(order.tolist()):
        if above[one] >= 0:
            gathered[above[one]] ^= gathered[one]
    child = np.where(parent[ties.left] == ties.right, ties.left, ties.right)
    return np.asarray(in_forest & (np.array(gathered, dtype=np.int64)[child] == 0))


def _forest(ties: Network) -> tuple[Ints, Ints]:
    """Of a breadth-first forest: everybody's parent, -1 at the roots, and an order in which parents come first."""
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    near = adjacency(ties)
    parts, part = connected_components(near, directed=False)
    # One more person, tied to one of each part, makes it one tree.
    first = np.full(parts, ties.count)
    np.minimum.at(first, part, np.arange(ties.count))
    whole = Network(
        ties.count + 1, np.concatenate([ties.left, first]), np.concatenate([ties.right, np.full(parts, ties.count)])
    )
    order, parent = breadth_first_order(adjacency(whole), ties.count, directed=False)
    parent = np.where(parent == ties.count, -1, parent)[: ties.count].astype(np.int64)
    return parent, order[1:].astype(np.int64)
