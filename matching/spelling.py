"""How alike texts are written, by runs of four letters: names, cognates, forms of a word that no stemmer joins."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.text import TYPED, fold

#: Letters of a run, the spaces around a word among them.
LENGTH: Final = 4
#: Characters of a text that are looked at.
LONGEST: Final = 400
WORD: Final = re.compile(r"\w+")


def likeness(text: str, others: Sequence[str]) -> NDArray[np.float32]:
    """Cosine with each of the others, in [0, 1]; runs that few of these texts have count most.

    What is rare is judged among the texts given, so that nothing needs to be kept for it.
    """
    mine = _runs(text)
    theirs = [_runs(other) for other in others]
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    for run in mine:
        numbers[run]
    sizes = list(map(len, theirs))
    runs = np.fromiter(map(numbers.__getitem__, chain.from_iterable(theirs)), np.intp, sum(sizes))
    whose = np.repeat(np.arange(len(theirs)), sizes)
    holders = np.bincount(runs, minlength=len(numbers))
    weights = np.square(np.log((len(theirs) + 1) / (holders + 0.5)))
    squares = np.bincount(whose, weights[runs], len(theirs)) * weights[: len(mine)].sum()
    shared = runs < len(mine)
    common = np.bincount(whose[shared], weights[runs[shared]], len(theirs))
    cosines = np.divide(common, np.sqrt(squares), out=np.zeros(len(theirs)), where=squares > 0)
    return np.asarray(cosines, np.float32)


@lru_cache(maxsize=8_192)
def _runs(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).translate(TYPED)
    return frozenset().union(*map(_runs_of_word, WORD.findall(plain)))


@lru_cache(maxsize=65_536)
def _runs_of_word(word: str) -> frozenset[str]:
    spaced = f" {fold(word)} "
    return frozenset(spaced[at : at + LENGTH] for at in range(max(1, len(spaced) - LENGTH + 1)))
