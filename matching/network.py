"""The network of a community: its circles, its weak ties and where each would stand on a map."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.edges import Floats, Ints
from matching.layout import positions
from matching.openness import Openness, large_enough, openness
from matching.ties import Network, bridges, network, overlap

__all__ = ["Map", "Network", "View", "circles", "draw", "network", "read"]

#: A circle of fewer people is not shown by itself.
K: Final = 5
#: Of a weak tie, the two share less of their acquaintance.
WEAK: Final = 0.1


@dataclass(frozen=True)
class View:
    """What a network shows about ties and circles; by place of person or tie, for the program alone."""

    #: Shape (people,): the circle of each, numbered from the largest; nobody's circle means anything by its number.
    circles: Ints
    #: Shape (ties,): how much of their acquaintance two people share, in [0, 1].
    overlap: Floats
    #: Shape (ties,): the only way between two parts.
    bridges: NDArray[np.bool_]
    #: Shape (ties,): between two circles.
    across: NDArray[np.bool_]

    @property
    def weak(self) -> NDArray[np.bool_]:
        """Shape (ties,): ties across circles between people who share little acquaintance, and bridges."""
        return self.bridges | (self.across & (self.overlap < WEAK))


@dataclass(frozen=True)
class Map:
    """What may be shown: circles of at least k people, with no word about who is in them."""

    #: Shape (circles, 2): where each stands, within a square from -1 to 1.
    positions: Floats
    #: Shape (circles,): people in each.
    sizes: Ints
    #: Shape (circles, circles): ties between and within circles, symmetric; 0 where they are fewer than k.
    ties: Ints
    #: People in circles too small to be shown; 0 where they are fewer than k.
    others: int
    openness: Openness


def circles(ties: Network, *, seed: int) -> Ints:
    """The circle of each person, numbered from the largest; whoever has no tie is a circle of their own.

    The same network and seed give the same circles. Not to be run in several threads at once: the library's seed and
    number of threads belong to the process.

    Source: parallel Louvain with refinement (Staudt & Meyerhenke, "Engineering parallel algorithms for community
            detection in massive networks", IEEE TPDS 27, 2016), in one thread, as in NetworKit.
    """
    if not len(ties.left):
        return np.arange(ties.count)
    import networkit

    networkit.setNumberOfThreads(1)
    networkit.setSeed(seed, False)
    ends = (ties.left.astype(np.uint64), ties.right.astype(np.uint64))
    graph = networkit.GraphFromCoo((np.ones(len(ties.left)), ends), n=ties.count)
    found = networkit.community.PLM(graph, refine=True)
    found.run()
    part = np.array(found.getPartition().getVector(), dtype=np.int64)
    _, first, part, size = np.unique(part, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(size))
    return rank[part]


def read(ties: Network, *, seed: int) -> View:
    """Circles, overlaps and bridges of a network."""
    own = circles(ties, seed=seed)
    return View(own, overlap(ties), bridges(ties), own[ties.left] != own[ties.right])


def draw(ties: Network, own: Ints, *, seed: int, k: int = K) -> Map:
    """A map that names nobody: circles where their people would stand, small ones left out.

    Args:
        own: the circle of each person, any numbers; see `circles`.
        k: fewer people, or fewer ties, are not shown.
    """
    shown, sizes, others = large_enough(own, k=k)
    place = positions(ties, own, seed=seed)
    within = shown >= 0
    middle = np.zeros((len(sizes), 2))
    np.add.at(middle, shown[within], place[within])
    middle /= np.maximum(sizes, 1)[:, None]
    a, b = shown[ties.left], shown[ties.right]
    both = (a >= 0) & (b >= 0)
    between = np.zeros((len(sizes), len(sizes)), dtype=np.int64)
    np.add.at(between, (np.minimum(a, b)[both], np.maximum(a, b)[both]), 1)
    between = np.triu(between) + np.triu(between, 1).T
    return Map(middle, sizes, np.where(between >= k, between, 0), others, openness(ties, own, k=k))
