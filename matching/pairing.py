"""Who goes with whom, so that the pairs together weigh as much as can be; and how much more there could be, at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.edges import Around, Edges, Floats, Ints
from matching.repair import brought_in

#: Weights become integers, this many to one; rounded upwards, so that the bound stays a bound.
GRAIN: Final = 1 << 20
#: Up to this many people, and edges, an answer that is not proved best is sought exactly.
EXACT_COUNT: Final = 128
EXACT_EDGES: Final = EXACT_COUNT * (EXACT_COUNT - 1) // 2
#: Nodes of the search tree after which the exact search is left; a number and no time, so that every run ends alike.
EXACT_NODES: Final = 200


@dataclass(frozen=True)
class Pairing:
    """Pairs, and the proof of how good they are."""

    #: Shape (count,): with whom each goes, -1 for alone. Symmetric.
    mate: Ints
    weight: float
    #: No choice among these edges weighs more; at least `weight`.
    bound: float


def heaviest_pairing(edges: Edges, *, exact: bool = True) -> Pairing:
    """Pairs of the greatest total weight: proved best in small communities, close to a proved bound in large ones.

    Every person is put twice, once on each side, and the sides are assigned to each other at the greatest weight; half
    of that bounds every pairing. The assignment falls into pairs and cycles; cycles are cut where least is lost, and
    who is left over is brought in by exchanges. The same edges give the same pairs.

    Args: exact: whether to seek further, for up to a few seconds, what is not proved best among few people.
    Raises: ValueError when a weight is negative or not finite.
    Source: the linear relaxation of matching is half-integral (Balinski, "Integer programming: methods, uses,
            computation", Management Science 12, 1965); assignment by cost scaling (Goldberg & Kennedy, Mathematical
            Programming 71, 1995), as in OR-tools.
    """
    if not np.isfinite(edges.weight).all() or (edges.weight < 0).any():
        raise ValueError("weights are finite and not negative")
    if not len(edges.left):
        return Pairing(np.full(edges.count, -1), 0.0, 0.0)
    image = _assigned(edges)
    prices = _prices(edges, image)
    bound = float(prices.sum())
    around = Around(edges)
    mate = np.full(edges.count, -1)
    for a, b in _cut(image, around):
        mate[a], mate[b] = b, a
    brought_in(mate, around, prices)
    weight = around.total(mate)
    # A bound that is missed by less than the rounding is reached.
    few = edges.count <= EXACT_COUNT and len(edges.left) <= EXACT_EDGES
    if exact and few and bound - weight > edges.count / GRAIN:
        mate, bound = _exact(edges, mate, weight, bound)
        weight = around.total(mate)
    return Pairing(mate, weight, max(weight, bound))


def _assigned(edges: Edges) -> Ints:
    """The heaviest assignment of everybody to somebody, or to themselves, which weighs nothing."""
    from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment

    itself = np.arange(edges.count, dtype=np.int32)
    left, right = edges.left.astype(np.int32), edges.right.astype(np.int32)
    cost = -_whole(edges.weight)
    solver = SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(left, right, cost)
    solver.add_arcs_with_cost(right, left, cost)
    solver.add_arcs_with_cost(itself, itself, np.zeros(edges.count, dtype=np.int64))
    status = solver.solve()
    if status != solver.Status.OPTIMAL:  # pragma: no cover — everybody may be assigned to themselves
        raise RuntimeError(f"assignment: {status}")
    return np.array([solver.right_mate(person) for person in range(edges.count)], dtype=np.int64)


def _whole(weight: Floats) -> Ints:
    return np.ceil(weight * GRAIN).astype(np.int64)


def _prices(edges: Edges, image: Ints) -> Floats:
    """A price for each person: together, any two who may meet cost at least what they weigh.

    So the sum of all prices bounds every pairing. They are the potentials of an assignment that cannot be bettered:
    longest paths, found by going on from whoever's price changed.

    Source: linear programming duality; Bellman, "On a routing problem", Quarterly of Applied Mathematics 16, 1958.
    """
    around = Around(edges)
    weight = _whole(around.weight)
    ends = np.repeat(np.arange(edges.count), np.diff(around.start))
    taken = np.zeros(edges.count, dtype=np.int64)
    assigned = image[ends] == around.others
    taken[ends[assigned]] = weight[assigned]
    more = weight - taken[ends]
    source = np.empty(edges.count, dtype=np.int64)
    source[image] = np.arange(edges.count)
    theirs = np.zeros(edges.count, dtype=np.int64)
    rows = np.arange(edges.count)
    while len(rows):
        before = theirs.copy()
        # To oneself, for nothing …
        np.maximum.at(theirs, rows, before[image[rows]] - taken[rows])
        # … and to everybody around.
        at = _spans(around.start[rows], around.start[rows + 1])
        np.maximum.at(theirs, around.others[at], more[at] + before[image[ends[at]]])
        rows = source[theirs > before]
    ours = taken - theirs[image]
    return (ours + theirs) / (2 * GRAIN)


def _spans(start: Ints, stop: Ints) -> Ints:
    """All numbers of several ranges, one range after the other."""
    length = stop - start
    before = np.cumsum(length) - length
    return np.asarray(np.arange(length.sum()) + np.repeat(start - before, length), dtype=np.int64)


def _cut(image: Ints, around: Around) -> Iterator[tuple[int, int]]:
    """The pairs of an assignment: those that are mutual, and the heaviest in every longer cycle."""
    here = np.arange(len(image))
    mutual = image[image] == here
    first = mutual & (here < image)
    yield from zip(here[first].tolist(), image[first].tolist(), strict=True)
    seen = mutual
    for start in np.flatnonzero(~mutual).tolist():
        cycle = []
        person = start
        while not seen[person]:
            seen[person] = True
            cycle.append(person)
            person = int(image[person])
        if cycle:
            weights = [around.between(a, b) for a, b in zip(cycle, cycle[1:] + cycle[:1], strict=True)]
            for at in heaviest_on_cycle(weights):
                yield cycle[at], cycle[(at + 1) % len(cycle)]


def heaviest_on_cycle(weights: Sequence[float]) -> list[int]:
    """Which edges of a cycle to keep, no two of them neighbours, at the greatest weight; edge i joins i and i + 1.

    Args: weights: three or more.
    """
    without = _heaviest_on_path(weights[:-1])
    with_last = [at + 1 for at in _heaviest_on_path(weights[1:-2])] + [len(weights) - 1]
    return max(without, with_last, key=lambda kept: sum(weights[at] for at in kept))


def _heaviest_on_path(weights: Sequence[float]) -> list[int]:
    best = [0.0, 0.0]
    for weight in weights:
        best.append(max(best[-1], best[-2] + weight))
    kept = []
    at = len(weights)
    while at > 0:
        if best[at + 1] > best[at]:
            kept.append(at - 1)
            at -= 2
        else:
            at -= 1
    return kept


def _exact(edges: Edges, mate: Ints, weight: float, bound: float) -> tuple[Ints, float]:
    """The best pairing by branch and bound, or what was found so far, and the better bound."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    number = len(edges.left)
    ends = np.concatenate([edges.left, edges.right])
    once = csr_array((np.ones(2 * number), (ends, np.tile(np.arange(number), 2))), shape=(edges.count, number))
    found = milp(
        -edges.weight,
        constraints=LinearConstraint(once, ub=1),
        integrality=np.ones(number),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "node_limit": EXACT_NODES},
    )
    if found.mip_dual_bound is not None:  # pragma: no branch — it is, but for faults of the solver
        bound = min(bound, -float(found.mip_dual_bound))
    if found.x is None or -found.fun <= weight:
        return mate, bound
    chosen = found.x > 0.5
    better = np.full(edges.count, -1)
    better[edges.left[chosen]] = edges.right[chosen]
    better[edges.right[chosen]] = edges.left[chosen]
    return better, bound
