"""The highest of very many totals, layer by layer, without sorting what nobody asks for.

Totals are folded into groups, as a long strip of paper into lines of one width; the tops of the groups are few. The
m-th best top is at most the m-th best total, so that everything from there up is complete. (`argpartition` over totals
that are mostly 0 is tens of times slower: 331 ms against 5 at a million.)
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: About how many totals fold into a group, and the fewest and most groups, as powers of two.
FOLD: Final = 32
GROUPS: Final = (8, 16)
#: Up to this many totals it is quicker to look at all of them than at the best groups.
FEW: Final = 2**15
#: Each layer is at least this many times as deep as all before.
DEEPER: Final = 4
_ABOVE_ALL: Final = 2**32


def folded_size(count: int) -> int:
    """How many totals there must be for `count` of them to fold into equal groups."""
    groups = _groups(count)
    return max(1, -(-count // groups)) * groups


def layers(
    totals: NDArray[np.unsignedinteger[Any]], count: int, first: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.uint32]]]:
    """Where totals above 0 are, and what they are: in each layer lower ones than in the layer before, in no order.

    Args:   `folded_size(count)` totals; the first layer holds at least `first`, if there are as many above 0.
    """
    folded = totals.reshape(-1, _groups(count))
    tops = folded.max(axis=0).astype(np.uint32)
    below, depth = _ABOVE_ALL, first
    while below > 1:
        above = max(1, _at_depth(tops, depth)) if depth < len(tops) else 1
        depth *= DEEPER
        if above < below:
            yield _between(totals, folded, tops, above, below)
            below = above


def _groups(count: int) -> int:
    fewest, most = GROUPS
    return 1 << min(max((count // FOLD).bit_length() - 1, fewest), most)


def _at_depth(tops: NDArray[np.uint32], depth: int) -> int:
    ranked = tops.copy()
    ranked.partition(-depth)
    return int(ranked[-depth])


def _between(
    totals: NDArray[Any], folded: NDArray[Any], tops: NDArray[np.uint32], above: int, below: int
) -> tuple[NDArray[np.intp], NDArray[np.uint32]]:
    """What is from `above` to just under `below`."""
    columns = np.flatnonzero(tops >= above)
    all_of_them = len(totals) <= FEW or 4 * len(columns) > len(tops)
    some = totals if all_of_them else folded.take(columns, axis=1).ravel()
    fit = some >= above
    if below < _ABOVE_ALL:
        fit &= some < below
    at = np.flatnonzero(fit)
    slots = at if all_of_them else at // len(columns) * len(tops) + columns[at % len(columns)]
    return slots, some[at].astype(np.uint32)
