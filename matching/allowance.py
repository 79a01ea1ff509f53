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
        # Places and circles shut out most, so they come first. Numbers of nothing are the last place of each table.
        self._tables = {
            name: np.ones(len(shared) + 1, np.bool_)
            for name, shared in (("profile", notices.profiles), ("sort", notices.sorts), ("owner", notices.owners))
        }
        profiles, sorts = list(notices.profiles), list(notices.sorts)
        self._tables["profile"][[n for profile, n in profiles if not admits(constraints, profile)]] = False
        self._tables["sort"][[n for sort, n in sorts if sort.kind not in kinds]] = False
        self._tables["owner"][notices.owners.find_all({*constraints.excluded, notice.owner})] = False

    def __call__(self, rows: NDArray[Any]) -> Flags:
        """Whether each of these rows may be found."""
        found = self.of_others(rows)
        for name in ("profile", "sort"):
            found &= self._tables[name].take(self._notices.column(name, rows))
        return found

    def everybody(self) -> NDArray[np.intp]:
        """All rows that may be found but for whose they are, ascending; few are left out for that.

        Rows that were given up, or never given, may be among them.
        """
        rows: NDArray[np.intp] | None = None
        for name in ("profile", "sort"):
            table, column = self._tables[name], self._notices.column(name)
            if table[:-1].all():
                continue
            if rows is None:
                # In order is quicker than one by one, and "clip" asks nothing of numbers that are inside.
                rows = np.flatnonzero(table.take(column, mode="clip"))
            else:
                rows = rows.compress(table.take(column.take(rows)))
        return np.arange(len(self._notices.column("sort"))) if rows is None else rows

    def of_others(self, rows: NDArray[Any]) -> Flags:
        """Whether each of these rows may be found, as to whose it is."""
        found: Flags = rows != self._own
        found &= self._tables["owner"].take(self._notices.column("owner", rows))
        return found
