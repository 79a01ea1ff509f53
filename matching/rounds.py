"""A round: everybody who is in is brought together with one or two others, all at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

import numpy as np

from matching.edges import Ints
from matching.pairing import Pairing, heaviest_pairing
from matching.pool import EVERY_PAIR, Participant, Pool, Rules
from matching.seats import exchanged, thirds
from matching.trios import TURNS, Group, bound_of_trios, heaviest_trios, weight_of

__all__ = ["Participant", "Round", "Rules", "pair_everybody"]

#: How often those left alone are thought of again, each time with other pairs.
ATTEMPTS: Final = 6

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Round:
    """Who meets whom. Everybody is in exactly one of `pairs`, `trios` and `alone`; all in order of ids."""

    pairs: tuple[tuple[str, str], ...]
    trios: tuple[tuple[str, str, str], ...]
    alone: tuple[str, ...]
    #: What all pairs are worth (`pool.worth`). A third who joins a pair because they were left over adds nothing.
    weight: float
    #: No choice among the pairs that were thought of is worth more; at least `weight`.
    bound: float

    @property
    def share(self) -> float:
        """How much of the bound was reached, in [0, 1]; 1.0 where there was nothing to reach."""
        return self.weight / self.bound if self.bound else 1.0


def pair_everybody(
    participants: Iterable[Participant],
    *,
    seed: int,
    met: Pairs = (),
    blocks: Pairs = (),
    rules: Rules | None = None,
    size: Literal[2, 3] = 2,
    third: bool = True,
    progress: Callable[[int, int], None] = lambda done, steps: None,
) -> Round:
    """Bring everybody together in pairs (or trios) that are worth the most, under rules that are never broken.

    The same people and seed give the same round, in whatever order they come. The seed decides between equals, and in
    a large community which pairs are thought of at all.

    Args:
        met: pairs who met before and whom nobody forgave that; never brought together again. May name others.
        blocks: pairs of whom one blocked the other. May name others.
        size: how many meet. With 3, groups of two remain where numbers or rules want it.
        third: whether somebody left over may join a pair.
        progress: told how many steps are done, and of how many.

    Raises: ValueError when two participants have the same id.
    """
    people = _in_chance_order(participants, seed)
    pool = Pool(people, met=met, blocks=blocks, rules=rules or Rules(), seed=seed)
    steps = 3 + (TURNS if size == 3 else ATTEMPTS)
    done = iter(range(1, steps + 1))
    edges = pool.edges(np.arange(len(people)))
    progress(next(done), steps)
    found = heaviest_pairing(edges)
    progress(next(done), steps)
    if size == 3:
        groups = heaviest_trios(pool, edges, found.mate, lambda: progress(next(done), steps))
        weight, bound = weight_of(pool, groups), bound_of_trios(pool, edges)
    else:
        mate, weight, bound = _everybody_seated(pool, found, lambda: progress(next(done), steps))
        groups = _groups(mate, thirds(pool, mate) if third else {})
    progress(steps, steps)
    return _named(people, groups, weight, max(weight, bound))


def _in_chance_order(participants: Iterable[Participant], seed: int) -> list[Participant]:
    """In an order that only the seed and the ids decide: it is what breaks ties."""
    people = sorted(participants, key=lambda one: (blake2b(f"{seed}:{one.id}".encode()).digest(), one.id))
    if len({one.id for one in people}) < len(people):
        raise ValueError("two participants have the same id")
    return people


def _everybody_seated(pool: Pool, found: Pairing, attempted: Callable[[], None]) -> tuple[Ints, float, float]:
    """Pair those left alone among themselves, then by parting pairs; whom each meets, the weight and the bound.

    A choice among all pairs thought of is no heavier than the best choices within each lot of pairs together, so the
    bounds add up.
    """
    mate, weight, bound = found.mate.copy(), found.weight, found.bound
    for attempt in range(1, ATTEMPTS + 1):
        alone = np.flatnonzero(mate < 0)
        if len(alone) > 1 and (attempt == 1 or len(alone) > EVERY_PAIR):
            more = heaviest_pairing(pool.edges(alone, attempt), exact=False)
            paired = more.mate >= 0
            mate[alone[paired]] = alone[more.mate[paired]]
            weight, bound = weight + more.weight, bound + more.bound
        attempted()
    gain = exchanged(pool, mate)
    return mate, weight + gain.weight, bound + gain.bound


def _groups(mate: Ints, third: Mapping[int, int]) -> list[Group]:
    joined = {frozenset((seat, int(mate[seat]))): one for one, seat in third.items()}
    groups: list[Group] = []
    for one, other in enumerate(mate.tolist()):
        if other < 0 and one not in third:
            groups.append((one,))
        elif one < other:
            more = joined.get(frozenset((one, other)))
            groups.append((one, other) if more is None else (one, other, more))
    return groups


def _named(people: Sequence[Participant], groups: Iterable[Group], weight: float, bound: float) -> Round:
    named = sorted(tuple(sorted(people[at].id for at in group)) for group in groups)
    return Round(
        pairs=tuple((one[0], one[1]) for one in named if len(one) == 2),
        trios=tuple((one[0], one[1], one[2]) for one in named if len(one) == 3),
        alone=tuple(one[0] for one in named if len(one) == 1),
        weight=weight,
        bound=bound,
    )
