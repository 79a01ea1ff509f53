"""All evidence of some rows for one notice, the cheapest first: who cannot be found anyway is not looked at closely."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching import spelling
from matching.calibration import Column, Curves, Evidence, calibrated, strength
from matching.forms import Forms
from matching.meaning import Look, Meaning
from matching.model import Notice
from matching.notices import Notices
from matching.wording import LABEL

Rows = NDArray[np.int64]
Places = NDArray[np.intp]
Values = NDArray[np.float64]
#: Says of shares, one for each row, which of them would be of use.
Hopes = Callable[[Values], NDArray[np.bool_]]

#: Strengths are numbers of 32 bits: what may differ by rounding.
ROUNDING: Final = 1e-5


class Weighing:
    """A notice and some rows, compared by meaning; the wholes at once, the rest when it is asked for."""

    def __init__(
        self,
        notice: Notice,
        look: Look,
        rows: Rows,
        meaning: Meaning,
        notices: Notices,
        forms: Forms,
        curves: Curves | None,
    ) -> None:
        self._notice, self._look, self._rows = notice, look, rows
        self._meaning, self._notices, self._forms, self._curves = meaning, notices, forms, curves
        self._puts = self._how_needs_are_put()
        best = np.ones(len(rows), np.float32)
        self._evidence = Evidence(meaning.wholes(notice, look, rows, notices), best, best, best)

    @property
    def by_letters(self) -> bool:
        """Whether spelling counts, which is compared for all rows or for none."""
        return LABEL in self._puts

    def closest(self, count: int) -> tuple[Places, Values]:
        """The places of the strongest pairs, as many as asked for, best first, equals by row; their shares."""
        evidence = self._aligned(np.arange(len(self._rows)))
        if self.by_letters:
            alike = spelling.likeness(self._notice.text, self._notices.texts(self._rows))
            evidence = replace(evidence, spelling=alike)
        strengths, values = self._judged(evidence)
        order = np.lexsort((self._rows, -strengths))[:count]
        return order, values[order]

    def hopeful(self, hopes: Hopes, count: int) -> tuple[Places, Values]:
        """Those among `closest` whose shares are of use, in order of their rows, and perhaps others; their shares.

        What is not known yet is taken for as good as can be: whoever is of no use then need not be known any better.
        Not for pairs that are judged by their letters.
        """
        places = hopes(self._judged(self._evidence)[1]).nonzero()[0]
        if not len(places):
            return places, np.zeros(0)
        if 2 * len(places) > len(self._rows):
            # Then the others hardly cost more.
            return self.closest(count)
        most, values = self._judged(self._aligned(places))
        places = places[hopes(values)[places]]
        if np.count_nonzero(most >= most[places].min(initial=np.inf) - ROUNDING) > count:
            # Whether they are among the strongest depends on the others.
            return self.closest(count)
        return places, values[places]

    def _aligned(self, places: Places) -> Evidence:
        """What is known once the words of these rows are aligned."""
        weighed, plain = self._evidence.weighed.copy(), self._evidence.plain.copy()
        weighed[places], plain[places] = self._meaning.aligned(
            self._look, self._rows[places], self._notices, self._forms
        )
        return replace(self._evidence, weighed=weighed, plain=plain)

    def _judged(self, evidence: Evidence) -> tuple[Column, Values]:
        """Strengths and shares, each as its need is put."""
        strengths, shares = np.zeros(len(self._rows), np.float32), np.zeros(len(self._rows))
        for put in (puts := set(self._puts)):
            mine = np.array([p == put for p in self._puts]) if len(puts) > 1 else np.ones(len(self._rows), np.bool_)
            strengths[mine] = strength(put, evidence.where(mine))
            shares[mine] = calibrated(put, strengths[mine], self._curves)
        return strengths, shares

    def _how_needs_are_put(self) -> Sequence[str]:
        if self._notice.kind == "need":
            return [self._look.register] * len(self._rows)
        sorts = self._notices.column("sort", self._rows).tolist()
        return [self._notices.sorts.thing(number).register for number in sorts]
