"""Seats for those whom the pairing left alone: two in exchange for one pair, or one as the third of a pair."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.edges import Floats, Ints
from matching.pool import Pool

#: For this many of those left alone a seat is sought …
SOUGHT: Final = 64
#: … among this many pairs, drawn by the seed where there are more.
TRIED: Final = 2000


@dataclass(frozen=True)
class Gain:
    """What an exchange of pairs brought."""

    #: Of the new pairs, less that of the pairs that were parted.
    weight: float = 0.0
    #: Of the new pairs alone: by so much a bound rises when these pairs are thought of, too.
    bound: float = 0.0


def exchanged(pool: Pool, mate: Ints) -> Gain:
    """Part a pair to seat two who were left alone, each with one of the two, wherever both are allowed.

    Changes `mate`. Everybody who had somebody keeps having somebody.
    """
    alone = np.flatnonzero(mate < 0)[:SOUGHT].tolist()
    first, second = drawn_pairs(pool, mate)
    gained = Gain()
    while len(alone) > 1 and len(first):
        one = alone.pop(0)
        best, seat = -np.inf, (-1, -1)
        parted = pool.worth(first, second)
        left = _with(pool, one, first)
        for other in alone:
            gain = left + _with(pool, other, second) - parted
            at = int(np.argmax(gain))
            if gain[at] > best:
                best, seat = float(gain[at]), (other, at)
        other, at = seat
        if other < 0:
            continue
        a, b = int(first[at]), int(second[at])
        gained = Gain(gained.weight + best, gained.bound + best + float(parted[at]))
        mate[one], mate[a], mate[other], mate[b] = a, one, b, other
        alone.remove(other)
        kept = (mate[first] == second) & (mate[second] == first)
        first, second = first[kept], second[kept]
    return gained


def thirds(pool: Pool, mate: Ints) -> dict[int, int]:
    """Whom to add to a pair: person to one of the pair. A pair is given no more than one."""
    first, second = drawn_pairs(pool, mate)
    found: dict[int, int] = {}
    for one in np.flatnonzero(mate < 0)[:SOUGHT].tolist():
        if not len(first):
            break
        worth = _with(pool, one, first) + _with(pool, one, second)
        at = int(np.argmax(worth))
        if np.isfinite(worth[at]):
            found[one] = int(first[at])
            first, second = np.delete(first, at), np.delete(second, at)
    return found


def drawn_pairs(pool: Pool, mate: Ints) -> tuple[Ints, Ints]:
    """The pairs, each from both sides; a number of them drawn by the seed where there are many."""
    first = np.flatnonzero((mate >= 0) & (np.arange(len(mate)) < mate))
    if len(first) > TRIED:
        first = np.sort(np.random.default_rng([pool.seed, TRIED]).choice(first, TRIED, replace=False))
    second = mate[first]
    return np.concatenate([first, second]), np.concatenate([second, first])


def _with(pool: Pool, one: int, others: Ints) -> Floats:
    """What a person is worth to each of others; minus infinity where it is not allowed."""
    same = np.full(len(others), one)
    return np.where(pool.may_pair(same, others), pool.worth(same, others), -np.inf)
