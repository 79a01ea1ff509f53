"""Groups of three: pairs are given a third, time and again, and the best that came out is kept."""

from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np

from matching.edges import Edges, Floats, Ints
from matching.pairing import heaviest_pairing
from matching.pool import EVERY_PAIR, INTERESTS, MEETING, SAT_OUT, STRANGERS, Pool

#: How often one of each trio is released, and all who are released are given to pairs again.
TURNS: Final = 8
#: With one or two people over, so many groups of two cannot be helped.
UNAVOIDABLE: Final = 2
#: Up to this many people, everything is tried.
FEW: Final = 12

Group = tuple[int, ...]


def heaviest_trios(pool: Pool, edges: Edges, mate: Ints, progress: Callable[[], None] = lambda: None) -> list[Group]:
    """Everybody in groups of three, two where it does not work out, or one where nobody is left or allowed.

    The heaviest pairs are kept, one for each group, and everybody else is assigned to them at the greatest weight; then
    one of each trio is released by chance, surplus pairs are parted, and all are assigned again. The best turn counts.
    Each assignment is exact. That as few as possible are alone comes before weight. The problem as a whole is NP-hard:
    up to FEW people every choice is tried; beyond, nothing is promised but `bound_of_trios`.

    Args:
        mate: a pairing of everybody, see `Pairing`.
        progress: called after each turn.
    Source: large neighbourhood search (Shaw, "Using constraint programming and local search methods to solve vehicle
            routing problems", CP 1998).
    """
    if len(mate) <= FEW:
        return _best_of_all(edges)
    chance = np.random.default_rng([pool.seed, TURNS])
    groups = _kept_pairs(pool, mate)
    seated = {one for group in groups for one in group}
    singles = [one for one in range(len(mate)) if one not in seated]
    beside = _neighbours(edges)
    before: dict[int, int] = {}
    best: list[Group] = []
    most = (-len(mate) - 1, 0.0)
    for turn in range(TURNS):
        groups, singles = _assigned(pool, beside, groups, singles, before)
        groups, singles = _rest_in_pairs(pool, groups, singles, turn)
        value = (-len(singles), weight_of(pool, groups))
        if value > most:
            best, most = [*groups, *((one,) for one in singles)], value
        groups, released, before = _released(groups, chance)
        singles = singles + released
        progress()
    return best


def weight_of(pool: Pool, groups: list[Group]) -> float:
    """What groups weigh: each is worth what all the pairs in it are worth."""
    pairs = [(a, b) for group in groups for at, a in enumerate(group) for b in group[at + 1 :]]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return float(pool.worth(ends[:, 0], ends[:, 1]).sum())


def bound_of_trios(pool: Pool, edges: Edges) -> float:
    """No groups of three or two weigh more than this.

    In a trio each person is in two pairs: half of what the best two of everybody are worth bounds it. In a large pool,
    where not every pair is thought of, the best two are taken to be worth the most that a pair can be.
    """
    if edges.count > EVERY_PAIR:
        out = sum(person.sat_out for person in pool.people)
        return edges.count * (MEETING + INTERESTS + STRANGERS) + 2 * SAT_OUT * out
    ends = np.concatenate([edges.left, edges.right])
    weight = np.tile(edges.weight, 2)
    order = np.lexsort((-weight, ends))
    start = np.searchsorted(ends[order], np.arange(edges.count))
    best = np.arange(len(order)) - start[ends[order]] < 2
    return float(weight[order][best].sum()) / 2


def _best_of_all(edges: Edges) -> list[Group]:
    """By dynamic programming over the sets of people who are still to be placed; needs every allowed pair."""
    ends = zip(edges.left.tolist(), edges.right.tolist(), strict=True)
    worth = dict(zip(ends, edges.weight.tolist(), strict=True))

    @cache
    def best(left: tuple[int, ...]) -> tuple[int, float, tuple[Group, ...]]:
        if not left:
            return 0, 0.0, ()
        first, *rest = left
        choices: list[tuple[Group, float]] = [((first,), 0.0)]
        near = [one for one in rest if (first, one) in worth]
        choices += [((first, one), worth[first, one]) for one in near]
        for a, b in combinations(near, 2):
            if (a, b) in worth:
                choices.append(((first, a, b), worth[first, a] + worth[first, b] + worth[a, b]))
        found = []
        for group, weight in choices:
            alone, more, others = best(tuple(one for one in rest if one not in group))
            found.append((alone - (len(group) == 1), weight + more, (group, *others)))
        return max(found)

    return list(best(tuple(range(edges.count)))[2])


def _kept_pairs(pool: Pool, mate: Ints) -> list[Group]:
    """The heaviest pairs, as many as there will be groups."""
    first = np.flatnonzero((mate >= 0) & (np.arange(len(mate)) < mate))
    order = np.argsort(-pool.worth(first, mate[first]), kind="stable")
    return [(int(one), int(mate[one])) for one in first[order[: -(-len(mate) // 3)]]]


def _neighbours(edges: Edges) -> tuple[Ints, Ints]:
    """The edges by person: where each one's begin, and the others."""
    ends = np.concatenate([edges.left, edges.right])
    order = np.argsort(ends, kind="stable")
    others = np.concatenate([edges.right, edges.left])[order]
    return np.searchsorted(ends[order], np.arange(edges.count + 1)), others


def _released(groups: list[Group], chance: np.random.Generator) -> tuple[list[Group], list[int], dict[int, int]]:
    """Take one out of each trio, and part pairs that are one too many; who is out, and of which group they were."""
    pairs = [at for at, group in enumerate(groups) if len(group) == 2]
    parted = set(chance.permutation(pairs)[UNAVOIDABLE:].tolist())
    kept: list[Group] = []
    released: list[int] = []
    before: dict[int, int] = {}
    for at, (group, out) in enumerate(zip(groups, chance.integers(3, size=len(groups)).tolist(), strict=True)):
        if at in parted:
            released += group
            continue
        if len(group) == 3:
            released.append(group[out])
            before[group[out]] = len(kept)
            group = group[:out] + group[out + 1 :]
        kept.append(group)
    return kept, released, before


def _assigned(
    pool: Pool, beside: tuple[Ints, Ints], groups: list[Group], singles: list[int], before: dict[int, int]
) -> tuple[list[Group], list[int]]:
    """Give singles to pairs at the greatest weight; `before` says from which group each was released."""
    pairs = np.array([at for at, group in enumerate(groups) if len(group) == 2], dtype=np.int64)
    if not len(pairs) or not singles:
        return groups, singles
    single, pair, weight = _seats(pool, beside, groups, singles, pairs, before)
    chosen = _best_seats(single, pair, weight, len(singles), len(pairs))
    after = list(groups)
    for one, at in chosen.items():
        group = int(pairs[at])
        after[group] = (*groups[group], singles[one])
    return after, [one for at, one in enumerate(singles) if at not in chosen]


def _seats(
    pool: Pool,
    beside: tuple[Ints, Ints],
    groups: list[Group],
    singles: list[int],
    pairs: Ints,
    before: dict[int, int],
) -> tuple[Ints, Ints, Floats]:
    """The seats to think of: every one in a small pool; else in pairs where a neighbour sits, and one's own."""
    ends = np.array([groups[at] for at in pairs], dtype=np.int64)
    people = np.array(singles, dtype=np.int64)
    if len(singles) * len(pairs) <= EVERY_PAIR**2:
        single, pair = (part.ravel() for part in np.indices((len(singles), len(pairs))))
    else:
        place = np.full(len(pool.people), -1)
        place[ends.ravel()] = np.repeat(np.arange(len(pairs)), 2)
        start, others = beside
        degree = start[people + 1] - start[people]
        single = np.repeat(np.arange(len(singles)), degree)
        within = np.arange(degree.sum()) - np.repeat(np.cumsum(degree) - degree, degree)
        pair = place[others[start[people][single] + within]]
        own = [(at, before[one]) for at, one in enumerate(singles) if one in before]
        if own:
            back = np.array(own, dtype=np.int64)
            single = np.concatenate([single, back[:, 0]])
            pair = np.concatenate([pair, np.searchsorted(pairs, back[:, 1])])
        keys = np.unique(single[pair >= 0] * len(pairs) + pair[pair >= 0])
        single, pair = keys // len(pairs), keys % len(pairs)
    one, a, b = people[single], ends[pair, 0], ends[pair, 1]
    allowed = pool.may_pair(one, a) & pool.may_pair(one, b)
    single, pair, one, a, b = (part[allowed] for part in (single, pair, one, a, b))
    return single, pair, pool.worth(one, a) + pool.worth(one, b)


def _best_seats(single: Ints, pair: Ints, weight: Floats, singles: int, pairs: int) -> dict[int, int]:
    """The heaviest assignment of singles to pairs, each at most once."""
    edges = Edges(singles + pairs, single, pair + singles, weight)
    mate = heaviest_pairing(edges, exact=False).mate
    return {one: int(mate[one]) - singles for one in range(singles) if mate[one] >= 0}


def _rest_in_pairs(pool: Pool, groups: list[Group], singles: list[int], turn: int) -> tuple[list[Group], list[int]]:
    """Whoever found no seat goes in pairs with another who found none."""
    if len(singles) < 2:
        return groups, singles
    among = np.array(singles, dtype=np.int64)
    mate = heaviest_pairing(pool.edges(among, turn + 1), exact=False).mate
    pairs = [(singles[a], singles[b]) for a, b in enumerate(mate.tolist()) if a < b]
    return groups + pairs, [one for at, one in enumerate(singles) if mate[at] < 0]
