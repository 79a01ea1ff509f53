"""Whom one search may find, by row: each thing that notices share is judged once."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.constraints import Constraints, admits
from matching.model import Notice
from matching.notices import Notices
from matching.numbering import NONE

Flags = NDArray[np.bool_]


class Allowance:
    """Who may be found for a notice, among those of these kinds: never its owner's own, nor itself."""

    def __init__(self, notice: Notice, kinds: Collection[str], constraints: Constraints, notices: Notices) -> None:
        self._notices = notices
        self._own = notices.find(notice.id)
        # Places and circles shut out most, so they come first. Numbers of nothing are the last place of each table.
        self._tables = {
            name: np.ones(len(shared) + 1, np.bool_)
            for name, shared in (("profile", notices.profiles), ("sort", notices.sorts), ("owner", notices.owners))
        }
        for profile, number in notices.profiles:
            self._tables["profile"][number] = admits(constraints, profile)
        for sort, number in notices.sorts:
            self._tables["sort"][number] = sort.kind in kinds
        self._tables["owner"][notices.owners.find_all({*constraints.excluded, notice.owner})] = False

    def __call__(self, rows: NDArray[Any]) -> Flags:
        """Whether each of these rows may be found."""
        found: Flags = rows != self._own
        for name, table in self._tables.items():
            found &= table.take(self._notices.column(name, rows))
        return found

    def everybody(self) -> NDArray[np.intp]:
        """All rows that may be found, ascending; rows that were given up, or never given, may be among them."""
        rows: NDArray[np.intp] | None = None
        for name, table in self._tables.items():
            if table[:-1].all():
                continue
            column = self._notices.column(name)
            # In order is quicker than one by one.
            rows = np.flatnonzero(table.take(column)) if rows is None else rows.compress(table.take(column.take(rows)))
        if rows is None:
            rows = np.arange(len(self._notices.column("owner")))
        return rows if self._own == NONE else rows.compress(rows != self._own)
