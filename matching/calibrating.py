"""Fits the curves of another encoder: what strength means which share differs from one model to the next.

`pairs.jsonl` holds needs, offers that answer them, nearly or not at all, and needs that nobody there can meet. It was
written for this. Only the curves are fitted: how much words, wholes and letters count is the same for every encoder.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matching.calibration import FAR, Curves
from matching.encoder import Encoder
from matching.index import SURE, Index
from matching.model import Notice
from matching.wording import LABEL, NOTICE, SENTENCE, register

#: The ways in which needs are put that share a curve; there are too few sentences for one of their own.
TOGETHER: Final = ((LABEL,), (NOTICE, SENTENCE))
#: Of each need so many of the best offers count.
DEPTH: Final = 5
#: Curves that leave strengths as they are, but for the scale.
PLAIN: Final = Curves({put: 1.0 for put in (LABEL, NOTICE, SENTENCE)}, {put: 0.0 for put in (LABEL, NOTICE, SENTENCE)})
#: How steep a curve may be is held back by this much, so that a few clean pairs do not make it a wall.
HELD_BACK: Final = 1e-3
#: Subjects are put into so many parts, and each is judged by curves fitted on the others.
PARTS: Final = 5
#: How often an answer must be stronger than what is none; half the time is chance.
LEAST: Final = 0.75

Numbers = NDArray[np.float64]


class Unfit(Exception):
    """The encoder hardly tells answers from what is none."""

    def __init__(self, tells: float) -> None:
        super().__init__(f"{tells:.2f}")
        self.tells = tells


@dataclass(frozen=True)
class Fit:
    """Curves, and what they are worth on pairs that they were not fitted on."""

    curves: Curves
    #: Pairs that were looked at.
    pairs: int
    #: How often an answer is stronger than what is none, in [0, 1].
    tells: float
    #: Of the pairs that would be proposed, the part that are answers, nearly ones by half; and of the answers, the part
    #: that would be proposed. In [0, 1].
    precision: float
    recall: float


@dataclass(frozen=True, eq=False)
class _Pairs:
    #: How the need is put, the subject it is about, the strength, and how much of an answer the offer is: 0, 0.5 or 1.
    put: NDArray[np.str_]
    subject: NDArray[np.str_]
    strength: Numbers
    answer: Numbers

    def where(self, chosen: NDArray[np.bool_]) -> "_Pairs":
        return _Pairs(self.put[chosen], self.subject[chosen], self.strength[chosen], self.answer[chosen])


def fit(encoder: Encoder) -> Fit:
    """The curves of an encoder: some 3,000 short texts are read, so give it a thread.

    Raises: Unfit, when its vectors would mislead; and whatever the encoder raises.
    """
    pairs = _judged(encoder)
    tells = _tells(pairs.strength, pairs.answer)
    curves = _curves(pairs)
    if tells < LEAST or curves is None:
        raise Unfit(tells)
    shares = np.zeros(len(pairs.put))
    part = np.unique(pairs.subject, return_inverse=True)[1] % PARTS
    for number in range(PARTS):
        shares[part == number] = _shares(_curves(pairs.where(part != number)) or curves, pairs.where(part == number))
    passed = shares >= SURE
    precision = float(pairs.answer[passed].mean()) if passed.any() else 0.0
    return Fit(curves, len(pairs.put), tells, precision, float(pairs.answer[passed].sum() / pairs.answer.sum()))


def _judged(encoder: Encoder) -> _Pairs:
    """The best offers for each need of ours, as this encoder sees them."""
    rows = _ours()
    by_id = {row["id"]: row for row in rows}
    notices = [Notice(row["id"], row["id"], row["kind"], row["text"], row["lang"]) for row in rows]
    found = []
    index = Index(notices, encoder, PLAIN)
    for need in (notice for notice in notices if notice.kind == "need"):
        put, subject = register(need.text, need.language), by_id[need.id]["subject"]
        for candidate in index.rank(need, ("offer",), limit=DEPTH):
            other = by_id[candidate.notice]
            answer = other["grade"] / 2 if other["subject"] == subject else 0.0
            found.append((put, subject, _strength(candidate.score), answer))
    puts, subjects, strengths, answers = zip(*found, strict=True)
    return _Pairs(np.array(puts), np.array(subjects), np.array(strengths), np.array(answers))


def _strength(share: float) -> float:
    """What `calibrated` makes this share of, by the plain curves: strengths of about 1 are never far out on those."""
    assert 0 < share < 1
    sure = float(np.log(share / (1 - share)))
    assert abs(sure) < FAR
    return sure


def _curves(pairs: _Pairs) -> Curves | None:
    """A curve for each way to put a need; None when one would fall instead of rise."""
    slope, middle = {}, {}
    for puts in TOGETHER:
        mine = pairs.where(np.isin(pairs.put, puts))
        steep, start = logistic(mine.strength, mine.answer)
        if not steep > 0:
            return None
        for put in puts:
            slope[put], middle[put] = round(steep, 2), round(-start / steep, 4)
    return Curves(slope, middle)


def logistic(strengths: Numbers, answers: Numbers) -> tuple[float, float]:
    """The likeliest curve for answers in [0, 1]: slope and start of 1 / (1 + exp(-(slope · strength + start)))."""

    def unlikely(line: Numbers) -> tuple[float, Numbers]:
        sure = line[0] * strengths + line[1]
        missed = 1 / (1 + np.exp(-sure)) - answers
        cost = np.logaddexp(0, sure).sum() - answers @ sure + HELD_BACK * line[0] ** 2 / 2
        return float(cost), np.array([missed @ strengths + HELD_BACK * line[0], missed.sum()])

    found = minimize(unlikely, np.zeros(2), jac=True, method="BFGS").x
    return float(found[0]), float(found[1])


def _shares(curves: Curves, pairs: _Pairs) -> Numbers:
    slope = np.array([curves.slope[put] for put in pairs.put])
    middle = np.array([curves.middle[put] for put in pairs.put])
    shares: Numbers = 1 / (1 + np.exp(-slope * (pairs.strength - middle)))
    return shares


def _tells(strengths: Numbers, answers: Numbers) -> float:
    """The area under the ROC curve, answers against what is none at all."""
    good, bad = strengths[answers > 0], strengths[answers == 0]
    stronger = (good[:, None] > bad).mean() + (good[:, None] == bad).mean() / 2
    return float(stronger)


@cache
def _ours() -> Sequence[Mapping[str, Any]]:
    lines = files("matching").joinpath("pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[1:]]
