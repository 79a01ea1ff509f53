"""Whom one search may find, by row: each thing that notices share is judged once."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.constraints import Constraints, admits
from matching.model import Notice
from matching.notices import Notices

Flags = NDArray[np.bool_]


class Allowance:
    """Who may be found for a notice, among those of these kinds: never its owner's own, nor itself."""

    def __init__(self, notice: Notice, kinds: Collection[str], constraints: Constraints, notices: Notices) -> None:
        self._notices = notices
        self._own = notices.find(notice.id)
        # Numbers of nothing are the last place of each array.
        self._sort, self._profile = (np.zeros(len(n) + 1, np.bool_) for n in (notices.sorts, notices.profiles))
        for sort, number in notices.sorts:
            self._sort[number] = sort.kind in kinds
        for profile, number in notices.profiles:
            self._profile[number] = admits(constraints, profile)
        self._owner = np.ones(len(notices.owners) + 1, np.bool_)
        self._owner[notices.owners.find_all({*constraints.excluded, notice.owner})] = False

    def __call__(self, rows: NDArray[Any]) -> Flags:
        """Whether each of these rows may be found."""
        column = self._notices.column
        found = self._profile.take(column("profile", rows))
        found &= self._sort.take(column("sort", rows))
        found &= self._owner.take(column("owner", rows))
        found &= rows != self._own
        return found

    def everybody(self) -> NDArray[np.intp]:
        """All rows that may be found, ascending; rows that were given up may be among them."""
        # Places and circles shut out most.
        rows = np.flatnonzero(self._profile.take(self._notices.column("profile")))
        return rows.compress(self(rows))
