"""Second thoughts about a pairing: who is alone is brought in by exchanges along a chain of pairs."""

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Final

import numpy as np

from matching.edges import Around, Floats, Ints

#: How many people one search may come by, each time that everybody who is alone is thought of.
REACHES: Final = (40, 100, 400, 1000)
#: Gains below this are rounding.
LEAST: Final = 1e-6


@dataclass(frozen=True)
class _Chain:
    """The best way found to bring somebody in."""

    gain: float
    #: The last who gets somebody new …
    end: int
    #: … and who that is; -1 when `end` is left alone instead.
    free: int


def brought_in(mate: Ints, around: Around, prices: Floats) -> None:
    """Exchange pairs along alternating chains from somebody alone to somebody else alone, where that weighs more.

    Chains are searched cheapest first by what the prices of two people exceed their weight; chains that would come by
    one pair twice are left out, so this is no exact search. Changes `mate`; it never weighs less.

    Args: prices: see `pairing._prices`; shape (count,).
    Source: shortest augmenting paths over reduced costs (Edmonds, "Maximum matching and a polyhedron with
            0,1-vertices", Journal of Research NBS 69B, 1965), without the shrinking of blossoms.
    """
    for reach in REACHES:
        alone = np.flatnonzero(mate < 0)
        for person in alone[np.argsort(-prices[alone], kind="stable")].tolist():
            if mate[person] < 0 and prices[person] > LEAST:
                _search(person, mate, around, prices, reach)


def _search(person: int, mate: Ints, around: Around, prices: Floats, reach: int) -> None:
    came_by: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    number = count()
    queue = [(0.0, next(number), person, -1, -1)]
    own = float(prices[person])
    most = float(prices[mate < 0].max())
    best = _Chain(LEAST, -1, -1)
    while queue and len(seen) < reach:
        cost, _, here, before, through = heappop(queue)
        if own + most - cost <= best.gain:
            break
        if here in seen:
            continue
        seen.add(here)
        came_by[here] = before, through
        if here != person and own - float(prices[here]) - cost > best.gain:
            best = _Chain(own - float(prices[here]) - cost, here, -1)
        others, weights = around.of(here)
        over = np.maximum(prices[here] + prices[others] - weights, 0.0)
        limit = own + most - cost - best.gain
        near = over < limit
        for other, more, partner in zip(
            others[near].tolist(), over[near].tolist(), mate[others[near]].tolist(), strict=True
        ):
            if partner < 0:
                gain = own + float(prices[other]) - cost - more
                if other != person and gain > best.gain:
                    best = _Chain(gain, here, other)
            elif partner not in seen and not _on_the_way(other, here, came_by):
                heappush(queue, (cost + more, next(number), partner, here, other))
    if best.end >= 0:
        _exchange(best, mate, came_by)


def _on_the_way(one: int, end: int, came_by: dict[int, tuple[int, int]]) -> bool:
    while end >= 0:
        if end == one:
            return True
        end = came_by[end][0]
    return False


def _exchange(chain: _Chain, mate: Ints, came_by: dict[int, tuple[int, int]]) -> None:
    here, new = chain.end, chain.free
    while here >= 0:
        before, old = came_by[here]
        mate[here] = new
        if new >= 0:
            mate[new] = here
        here, new = before, old
