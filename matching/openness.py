"""How open a community is: figures about circles and about all, never about a person (F3)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matching.edges import Floats, Ints
from matching.ties import Network


@dataclass(frozen=True)
class Openness:
    """How much a community keeps to its circles."""

    #: Ties between circles less ties within, as a share of all, in [-1, 1]: -1 is closed. None with fewer than k ties.
    insularity: float | None
    #: The same of each circle of at least k people with at least k ties, from the largest; nan for those with fewer.
    by_circle: Floats


def openness(ties: Network, own: Ints, *, k: int) -> Openness:
    """The E-I index of a community and of its circles, in the order of `large_enough`.

    Args: own: the circle of each person.
    Source: Krackhardt & Stern, "Informal networks and organizational crises", Social Psychology Quarterly 51, 1988.
    """
    shown, sizes, _ = large_enough(own, k=k)
    across = np.where(own[ties.left] != own[ties.right], 1.0, -1.0)
    inside, total = np.zeros(len(sizes)), np.zeros(len(sizes))
    # A tie across is one of both circles, a tie within counts once.
    for ends, counted in ((ties.left, across != 0), (ties.right, across > 0)):
        kept = counted & (shown[ends] >= 0)
        np.add.at(inside, shown[ends[kept]], across[kept])
        np.add.at(total, shown[ends[kept]], 1.0)
    by_circle = np.divide(inside, total, out=np.full(len(sizes), np.nan), where=total >= k)
    return Openness(float(across.mean()) if len(across) >= max(1, k) else None, by_circle)


def large_enough(own: Ints, *, k: int) -> tuple[Ints, Ints, int]:
    """Circles that may be shown, numbered anew from the largest: k-anonymity.

    Returns: each person's circle (-1 in a smaller one), the sizes of those shown, and how many are in smaller ones (0
             where they are fewer than k themselves: then nothing is said of them).
    """
    _, first, part, size = np.unique(own, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -size))
    order = order[size[order] >= k]
    number = np.full(len(size), -1)
    number[order] = np.arange(len(order))
    shown = number[part]
    others = int((shown < 0).sum())
    return shown, size[order], others if others >= k else 0


def concentration(exposure: Iterable[float]) -> float:
    """How unequally exposure is spread, from 0 (everybody the same) to almost 1 (all to one): the Gini coefficient.

    Args: exposure: of each person, how often they were shown to somebody; not negative. 0.0 where there is none.
    Source: Gini, "Variabilità e mutabilità", 1912; in the form over ordered values.
    """
    values = np.sort(np.fromiter(exposure, dtype=np.float64))
    total = float(values.sum())
    if not total:
        return 0.0
    place = np.arange(1, len(values) + 1)
    return max(0.0, float(((2 * place - len(values) - 1) * values).sum()) / (len(values) * total))
