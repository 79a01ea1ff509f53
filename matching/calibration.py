"""All the evidence of a pair in one number, and that number as a share in [0, 1] that means the same everywhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.wording import LABEL, NOTICE, SENTENCE

Column = NDArray[np.float32]

#: How much aligned words count beside the whole, by how the need is put: labels are their words, sentences are not.
ALIGNMENT: Final[Mapping[str, float]] = {LABEL: 0.75, NOTICE: 0.3, SENTENCE: 0.15}
#: How much shared parts of words count.
SPELLING: Final[Mapping[str, float]] = {LABEL: 0.6, NOTICE: 0.0, SENTENCE: 0.0}
#: Log-odds from which on a share hardly grows: 998 in 1,000.
FAR: Final = 6.0


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of some pairs, a number for each."""

    #: Cosine of the wholes, means taken away, in [-1, 1].
    whole: Column
    #: Words aligned, in [0, 1], each counting by its weight, or all alike.
    weighed: Column
    plain: Column
    #: As `matching.spelling.likeness` gives it, in [0, 1].
    spelling: Column

    def where(self, chosen: NDArray[np.bool_]) -> "Evidence":
        """The same of some of the pairs."""
        return Evidence(self.whole[chosen], self.weighed[chosen], self.plain[chosen], self.spelling[chosen])


def strength(put: str, evidence: Evidence) -> Column:
    """How well pairs fit, for ranking; `put` is how the need is put. About -1 to 1."""
    aligned = evidence.plain if put == LABEL else evidence.weighed
    words, letters = ALIGNMENT[put], SPELLING[put]
    total = evidence.whole + words * aligned + letters * evidence.spelling
    found: Column = (total / (1 + words + letters)).astype(np.float32)
    return found


@dataclass(frozen=True)
class Curves:
    """Logistic curves from strengths to shares, by how the need is put; each encoder has its own."""

    slope: Mapping[str, float]
    #: The strength whose share is one half.
    middle: Mapping[str, float]


def calibrated(put: str, strengths: Column, curves: Curves | None = None) -> NDArray[np.float64]:
    """Strengths as shares: the part of such pairs that people would call an answer.

    By the curves of the built-in encoder, which `benchmarks/calibrate.py` fits on pairs written for this purpose, or
    by those given.
    """
    curves = curves or built_in_curves()
    sure = curves.slope[put] * (strengths.astype(np.float64) - curves.middle[put])
    # Far out the curve is drawn wider, so that the better of two is still told from the good.
    beyond = np.maximum(np.abs(sure) - FAR, 0)
    sure = np.sign(sure) * (np.minimum(np.abs(sure), FAR) + np.log1p(beyond))
    found: NDArray[np.float64] = 1 / (1 + np.exp(-sure))
    return found


@cache
def built_in_curves() -> Curves:
    """The curves of the encoder that comes with a package."""
    numbers = json.loads(files("matching").joinpath("calibration.json").read_text(encoding="utf-8"))
    return Curves(numbers["slope"], numbers["middle"])
