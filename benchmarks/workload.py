"""What is asked of every engine of the retrieval benchmark: offers as weighted terms, needs, and who may be found."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import COMMUNITIES, Corpus
from matching.postings import Allowed

#: How many are wanted.
K: Final = 50


class Weighted:
    """The corpus as terms with impacts (how much a word says in its offer), and needs with weights (how rare it is)."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        count = len(corpus.offers)
        offers, tokens = np.repeat(np.arange(count), np.diff(corpus.offers.ends, prepend=0)), corpus.offers.tokens
        cells, times = np.unique(offers.astype(np.int64) * len(corpus.words) + tokens, return_counts=True)
        self.rows, self.terms = np.divmod(cells, len(corpus.words))
        lengths = np.diff(corpus.offers.ends, prepend=0)
        # BM25 without its idf, on a scale of 255 (k1 = 1.2, b = 0.75); the idf is the need's part.
        saturated = times * 2.2 / (times + 1.2 * (0.25 + 0.75 * lengths[self.rows] / lengths.mean()))
        self.impacts = np.clip(np.rint(saturated / 2.2 * 255), 1, 255).astype(np.uint8)
        self.ends = np.searchsorted(self.rows, np.arange(1, count + 1))
        self.holders = np.bincount(self.terms, minlength=len(corpus.words))
        rarity = np.log(1 + (count - self.holders + 0.5) / (self.holders + 0.5))
        self.weights = np.clip(np.rint(rarity / rarity.max() * 31), 1, 31).astype(np.uint32)
        order = np.argsort(self.terms, kind="stable")
        self._by_term = self.rows[order], self.impacts[order], np.concatenate([[0], np.cumsum(self.holders)])

    def offer(self, i: int) -> dict[str, int]:
        """An offer as Comptoir takes it in."""
        a, b = (int(self.ends[i - 1]) if i else 0), int(self.ends[i])
        words = self.corpus.words
        return {words[t]: w for t, w in zip(self.terms[a:b].tolist(), self.impacts[a:b].tolist(), strict=True)}

    def need(self, i: int, *, all_words: bool = False) -> list[int]:
        """Words of a need that anybody has, function words left out unless asked for."""
        tokens = self.corpus.needs[i]
        terms = sorted(set(tokens[tokens >= 0].tolist())) if all_words else self.corpus.content(tokens)
        return [t for t in terms if self.holders[t]]

    def exhaustively(self, terms: list[int], allowed: NDArray[np.bool_]) -> list[tuple[int, int]]:
        """The K best allowed, (row, score), by adding everything up."""
        totals = np.zeros(len(allowed), np.int64)
        rows, impacts, begins = self._by_term
        for term in terms:
            part = slice(begins[term], begins[term + 1])
            totals[rows[part]] += impacts[part].astype(np.int64) * int(self.weights[term])
        totals[~allowed] = 0
        some = np.flatnonzero(totals)
        best = some[np.lexsort((some, -totals[some]))][:K]
        return list(zip(best.tolist(), totals[best].tolist(), strict=True))


class Constraints:
    """Which communities each need may reach, and whom it must not."""

    def __init__(self, corpus: Corpus, needs: int) -> None:
        chance = np.random.default_rng(3)
        self.count = int(corpus.members.max()) + 1
        self.open = np.zeros((needs, 256), np.uint8)
        shut = min(170, self.count // 4)
        self.shut = [chance.choice(self.count, shut, replace=False).astype(np.uint32) for _ in range(needs)]
        for row in self.open:
            row[chance.choice(COMMUNITIES, chance.integers(25, 31), replace=False)] = 1
        welcome = np.ones(self.count, np.bool_)
        self._tests = [
            Shutting(corpus, reach.astype(np.bool_), welcome, shut.astype(np.intp))
            for reach, shut in zip(self.open, self.shut, strict=True)
        ]

    def shutting(self, need: int) -> "Shutting":
        """The test of rows for a need."""
        return self._tests[need]


class Shutting:
    """A test of rows; whom it shuts out is marked before and unmarked after, as part of the search."""

    def __init__(
        self, corpus: Corpus, reach: NDArray[np.bool_], welcome: NDArray[np.bool_], shut: NDArray[np.intp]
    ) -> None:
        self._communities, self._members = corpus.communities, corpus.members
        self._reach, self._welcome, self._shut = reach, welcome, shut

    def __enter__(self) -> Allowed:
        self._welcome[self._shut] = False
        return self._may

    def __exit__(self, *_: object) -> None:
        self._welcome[self._shut] = True

    def _may(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        reached = self._reach.take(self._communities.take(rows))
        return reached & self._welcome.take(self._members.take(rows))
