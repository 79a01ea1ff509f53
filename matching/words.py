"""The words that open notices hold, each once, with its vector; forgotten when nobody holds them any more."""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.arrays import joined, split, with_room
from matching.encoder import unit
from matching.numbering import NONE
from matching.strings import Strings
from matching.vectors import Desk, compared, in_bytes

#: A word or phrase in lower case, and its language.
Word: TypeAlias = tuple[str, str]
Ids: TypeAlias = NDArray[np.int32]

#: Words of questions that are remembered for the next question.
MOST_LENT: Final = 4_096
#: Words that are added up at a time.
PART: Final = 4_096
_BETWEEN: Final = "\x1f"
_COLUMNS: Final = ("values", "factors", "holders", "spoken")


class Words:
    """A table of words by number, a byte for each number of a vector. A number stays its word's for as long as it is
    held.
    """

    def __init__(self, dimension: int, background: Mapping[str, NDArray[np.floating[Any]]]) -> None:
        self._names = Strings()
        self._values = np.zeros((0, dimension), np.int8)
        #: One over the length of each row of `_values`.
        self._factors = np.zeros(0, np.float32)
        self._desk = Desk(dimension)
        #: How often each number is held, and its language, by its place in `_languages`.
        self._holders = np.zeros(0, np.int32)
        self._spoken = np.zeros(0, np.uint8)
        self._languages: list[str] = list(background)
        self._lent: OrderedDict[int, None] = OrderedDict()
        #: By language: sum of the vectors of the words in the table and of some common ones, and how many.
        self._sums = {language: v.sum(axis=0, dtype=np.float64) for language, v in background.items()}
        self._counts = Counter({language: len(v) for language, v in background.items()})

    @property
    def end(self) -> int:
        """One more than the highest number given so far."""
        return self._names.end

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep."""
        return (
            self._names.nbytes + self._values.nbytes + self._factors.nbytes + self._holders.nbytes + self._spoken.nbytes
        )

    def __contains__(self, word: Word) -> bool:
        return self.find(word) != NONE

    def find(self, word: Word) -> int:
        """The number of a word, or `NONE`."""
        return self._names.find(_BETWEEN.join(word))

    def lend(self, words: Sequence[Word], vectors: Mapping[Word, NDArray[np.float32]]) -> None:
        """Know these words for a while; `hold` keeps them. A vector of unit length for each that is not in."""
        for word in words:
            id = self.find(word)
            if id == NONE:
                id = self._take(word, vectors[word])
            self._lent[id] = None
            self._lent.move_to_end(id)
        while len(self._lent) > max(MOST_LENT, len(words)):
            id, _ = self._lent.popitem(last=False)
            if not self._holders[id]:
                self._forget(id)

    def hold(self, id: int) -> None:
        """Keep a word that is in until it is released as often."""
        self._holders[id] += 1

    def release(self, id: int) -> None:
        """Let go of a word that was held."""
        self._holders[id] -= 1
        if not self._holders[id]:
            self._lent.pop(id, None)
            self._forget(id)

    def cosines(self, ids: Ids, others: Ids) -> NDArray[np.float32]:
        """How near words are to others, one row for each of `ids`, what their languages have in common taken away."""
        means = np.stack([self.mean(language) for language in self._languages])
        asked = unit(self._values[ids] * self._factors[ids, None] - means[self._spoken[ids]])
        # Of a word w and its mean m, by products alone: (w - m)·q = w·q - m·q, and |w - m|² = |w|² - 2 w·m + |m|².
        products = self._products(others, np.concatenate([asked, means]))
        spoken = self._spoken[others]
        there = (self._factors[others] > 0).astype(np.float32)
        squares = (
            there - 2 * products[len(asked) + spoken, np.arange(len(others))] + np.square(means).sum(axis=1)[spoken]
        )
        found: NDArray[np.float32] = products[: len(asked)] - (asked @ means.T).take(spoken, axis=1)
        found /= np.sqrt(np.maximum(squares, 1e-12))
        return found

    def _products(self, ids: Ids, queries: NDArray[np.float32]) -> NDArray[np.float32]:
        """Products with these words' vectors, a row for each query."""
        products = compared(self._values, ids, queries, self._desk)
        products *= self._factors[ids]
        return products

    def mean(self, language: str) -> NDArray[np.float32]:
        """What the words of a language have in common; zeros for a language without words."""
        count = self._counts[language]
        zeros = np.zeros(self._values.shape[1])
        found: NDArray[np.float32] = (self._sums.get(language, zeros) / max(count, 1)).astype(np.float32)
        return found

    def _take(self, word: Word, vector: NDArray[np.float32]) -> int:
        id = self._names.take(_BETWEEN.join(word))
        for name in _COLUMNS:
            setattr(self, f"_{name}", with_room(getattr(self, f"_{name}"), id + 1))
        self._values[id], self._factors[id] = in_bytes(vector)
        language = word[1]
        if language not in self._languages:
            self._languages.append(language)
        self._spoken[id] = self._languages.index(language)
        self._count(id, 1)
        return id

    def _forget(self, id: int) -> None:
        self._count(id, -1)
        self._names.drop(id)
        self._values[id], self._factors[id] = 0, 0

    def _count(self, id: int, by: int) -> None:
        language = self._languages[self._spoken[id]]
        vector = self._values[id].astype(np.float64) * float(self._factors[id])
        self._sums[language] = self._sums.get(language, np.zeros(len(vector))) + by * vector
        self._counts[language] += by

    # --- as arrays ------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Everything as plain arrays; words that are only lent are forgotten first.

        They hold what people wrote: whoever stores them protects them.
        """
        while self._lent:
            id, _ = self._lent.popitem()
            if not self._holders[id]:
                self._forget(id)
        end = self.end
        columns = {name: getattr(self, f"_{name}")[:end] for name in _COLUMNS}
        return {"words": columns, "word names": self._names.state(), "spoken": joined(self._languages)}

    def take_over(self, state: Mapping[str, Mapping[str, NDArray[Any]]]) -> None:
        """Hold what `state` described, while nothing is held yet.

        Raises: ValueError when the arrays do not fit together.
        """
        self._names = Strings.of(state["word names"])
        self._languages = split(state["spoken"])
        for name in _COLUMNS:
            setattr(self, f"_{name}", np.require(state["words"][name], requirements="W"))
        if {len(getattr(self, f"_{name}")) for name in _COLUMNS} != {self.end}:
            raise ValueError("the arrays do not fit together")
        ids = self._names.numbers()
        for number, language in enumerate(self._languages):
            mine = ids[self._spoken[ids] == number]
            total = np.zeros(self._values.shape[1])
            for begin in range(0, len(mine), PART):
                part = mine[begin : begin + PART]
                total += self._factors[part].astype(np.float64) @ self._values[part].astype(np.float64)
            self._sums[language] = self._sums.get(language, 0.0) + total
            self._counts[language] += len(mine)
