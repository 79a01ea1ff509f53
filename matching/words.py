"""The words that open notices hold, each once, with its vector; forgotten when nobody holds them any more."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.arrays import with_room

#: A word or phrase in lower case, and its language.
Word: TypeAlias = tuple[str, str]
Ids: TypeAlias = NDArray[np.int32]

#: Words of questions that are remembered for the next question.
MOST_LENT: Final = 4_096


class Words:
    """A table of words by number. A number stays its word's for as long as a notice holds it."""

    def __init__(self, dimension: int, background: Mapping[str, NDArray[np.floating[Any]]]) -> None:
        self._ids: dict[Word, int] = {}
        self._vectors = np.zeros((0, dimension), np.float16)
        self._holders: Counter[int] = Counter()
        self._lent: OrderedDict[Word, None] = OrderedDict()
        self._free: list[int] = []
        #: By language: sum of the vectors of the words in the table and of some common ones, and how many.
        self._sums = {language: v.sum(axis=0, dtype=np.float64) for language, v in background.items()}
        self._counts = Counter({language: len(v) for language, v in background.items()})

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, word: Word) -> bool:
        return word in self._ids

    def lend(self, words: Sequence[Word], vectors: Mapping[Word, NDArray[np.float32]]) -> None:
        """Know these words for a while; `hold` keeps them. A vector of unit length for each that is not in."""
        for word in words:
            if word not in self._ids:
                self._ids[word] = id = self._free.pop() if self._free else len(self._ids)
                self._vectors = with_room(self._vectors, id + 1)
                self._vectors[id] = vectors[word]
                self._count(word, 1)
            self._lent[word] = None
            self._lent.move_to_end(word)
        while len(self._lent) > max(MOST_LENT, len(words)):
            word, _ = self._lent.popitem(last=False)
            if not self._holders[self._ids[word]]:
                self._forget(word)

    def ids(self, words: Iterable[Word]) -> Ids:
        """The numbers of words that the table knows."""
        return np.array([self._ids[word] for word in words], np.int32)

    def hold(self, words: Iterable[Word]) -> Ids:
        """The numbers of words, kept until they are released as often."""
        ids = self.ids(words)
        self._holders.update(ids.tolist())
        return ids

    def release(self, words: Iterable[Word]) -> None:
        """Let go of words that were held."""
        for word in words:
            id = self._ids[word]
            self._holders[id] -= 1
            if not self._holders[id]:
                del self._holders[id]
                self._lent.pop(word, None)
                self._forget(word)

    def vectors(self, ids: NDArray[Any]) -> NDArray[np.float32]:
        """Vectors by number, as they were given."""
        found: NDArray[np.float32] = self._vectors[ids].astype(np.float32)
        return found

    def mean(self, language: str) -> NDArray[np.float32]:
        """What the words of a language have in common; zeros for a language without words."""
        count = self._counts[language]
        zeros = np.zeros(self._vectors.shape[1])
        found: NDArray[np.float32] = (self._sums.get(language, zeros) / max(count, 1)).astype(np.float32)
        return found

    def _forget(self, word: Word) -> None:
        self._count(word, -1)
        id = self._ids.pop(word)
        self._vectors[id] = 0
        self._free.append(id)

    def _count(self, word: Word, by: int) -> None:
        language, vector = word[1], self._vectors[self._ids[word]].astype(np.float64)
        self._sums[language] = self._sums.get(language, np.zeros(len(vector))) + by * vector
        self._counts[language] += by
