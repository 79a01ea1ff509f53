"""The highest of very many totals, a layer at a time, without looking at most of them.

A total is a sum over lists of places. Whoever is only in lists that can together add less than a threshold stays under
it, so those need not be looked through: they are the long ones, of words that many use. A threshold comes from the
others. (`argpartition` over all totals, which are mostly 0, is tens of times slower: 331 ms against 5 at a million.)

Source: the "essential lists" of MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations",
Information Processing & Management 31, 1995). Here every total is exact before; only the looking is saved.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Totals: TypeAlias = NDArray[np.unsignedinteger[Any]]

#: How many more listings than the depth asked for a threshold is taken from, at first.
WIDER: Final = 2
#: Listings that are looked at in one go, in place of a threshold for each few: when all are no more than this …
FEW: Final = 512
#: … no threshold is sought, and up to this many are looked at for the first one.
AT_ONCE: Final = 4096
#: A threshold is taken from a sample of about this many when there are more than twice as many.
SAMPLE: Final = 4096


class Layers:
    """Totals above 0 and where they are: in each layer lower ones than in the layer before."""

    def __init__(self, totals: Totals, places: NDArray[np.intp], lengths: Sequence[int], mosts: Sequence[int]) -> None:
        """What has been added up, of at least one list.

        Args: `places` are those of all lists, one list after the other, best those first that can add most; `lengths`
              says how long each list is, and `mosts` how much it can add to a total.
        """
        self._totals, self._places, self._lengths, self._mosts = totals, places, lengths, mosts
        #: The totals at the first of `_places`, as far as they have been looked at.
        self._seen: Totals = totals[:0]
        self._below = 0
        #: Whether the next layer may hold anything.
        self.more = True

    def next(self, depth: int) -> tuple[NDArray[np.intp], Totals]:
        """Places and totals of the next layer: complete, in no order, a place once for each list where it was seen.

        Args: about how deep the layer reaches, counted from the top and as often as places are listed. Ask deeper each
              time; a layer may be empty, and another follow.
        """
        if not self._below and len(self._places) <= max(depth, FEW):
            self.more = False
            return self._places, self._totals[self._places]
        ends = list(accumulate(self._lengths))
        # How much all lists after each can add.
        rests = [0, *accumulate(reversed(self._mosts[1:]))][::-1]
        last = 0
        while last < len(ends) - 1 and (ends[last] < WIDER * depth or ends[last + 1] <= AT_ONCE):
            last += 1
        above = _at_depth(self._look(ends[last]), depth)
        if rests[last] >= above:
            while rests[last] >= above:
                last += 1
            above = max(above, _at_depth(self._look(ends[last]), depth))
        fit = self._seen >= above
        if self._below:
            fit &= self._seen < self._below
            above = min(above, self._below)
        self._below, self.more = above, above > 1
        at = fit.nonzero()[0]
        return self._places[at], self._seen[at]

    def _look(self, end: int) -> Totals:
        """The totals at this many places, and at those seen before."""
        begin = len(self._seen)
        if end > begin:
            seen = self._totals[self._places[begin:end]]
            self._seen = np.concatenate([self._seen, seen]) if begin else seen
        return self._seen


def _at_depth(totals: Totals, depth: int) -> int:
    """About how high the total at this depth is; 1 when there are not as many."""
    if depth >= len(totals):
        return 1
    if len(totals) > 2 * SAMPLE:
        step = len(totals) // SAMPLE
        totals, depth = totals[::step], max(1, depth // step)
    # Numpy is several times quicker in 32 bits than in 16.
    ranked = totals.astype(np.uint32)
    ranked.partition(-depth)
    return ranked.item(-depth)
