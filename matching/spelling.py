"""How alike texts are written, by runs of four letters: names, cognates, forms of a word that no stemmer joins."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.text import fold

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
    holders = Counter(run for runs in theirs for run in runs)
    weight = {run: math.log((len(theirs) + 1) / (holders[run] + 0.5)) ** 2 for run in {*holders, *mine}}
    length = math.sqrt(sum(weight[run] for run in mine))
    squares = [sum(weight[run] for run in runs) for runs in theirs]
    common = [sum(weight[run] for run in mine & runs) for runs in theirs]
    found = [_cosine(c, length, square) for c, square in zip(common, squares, strict=True)]
    return np.array(found, np.float32)


def _cosine(common: float, length: float, square: float) -> float:
    return common / (length * math.sqrt(square)) if length and square else 0.0


@lru_cache(maxsize=8_192)
def _runs(text: str) -> frozenset[str]:
    words = (f" {word} " for word in WORD.findall(fold(text[:LONGEST])))
    return frozenset(word[at : at + LENGTH] for word in words for at in range(max(1, len(word) - LENGTH + 1)))
