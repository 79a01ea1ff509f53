"""How good a ranking is, against what people judged: the measures of TREC.

Read as `trec_eval` reads: of a need, offers are ordered by score, equal scores by offer id, larger id first; the rank
column is not used. A gain is the grade itself (linear, as in `trec_eval`'s ndcg_cut). Needs without a relevant offer
are left out; needs without a line in the run count as 0.

Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20 (2002);
https://github.com/usnistgov/trec_eval.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import BadInput
from bot.messages import Phrase

#: Depth of nDCG, and the depths at which recall is told.
DEPTH: Final = 10
RECALLS: Final = (1, 5, 10, 50, 100)

#: Need to offer to grade, or to score.
Table = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Figures:
    """What a run is worth; means over needs that have a relevant offer, each in [0, 1]."""

    needs: int
    mrr: float
    #: By depth.
    recall: Mapping[int, float]
    ndcg: float
    map: float
    #: Judged needs without a line in the run.
    missing: tuple[str, ...]
    #: Needs of the run that nobody judged.
    unjudged: tuple[str, ...]
    #: Offers that were judged relevant and that the run, or the list that was given, does not know.
    unknown: tuple[str, ...]


def evaluate(run: Table, judged: Table, offers: frozenset[str] | None = None) -> Figures:
    """Compare a run with judgements. `offers` are those that could have been found, if known."""
    relevant = {need: {o: g for o, g in grades.items() if g > 0} for need, grades in judged.items()}
    relevant = {need: grades for need, grades in relevant.items() if grades}
    ranked = {need: _ordered(run.get(need, {})) for need in relevant}
    known = offers if offers is not None else frozenset(o for scores in run.values() for o in scores)
    gains = [[relevant[need].get(offer, 0.0) for offer in ranked[need]] for need in relevant]
    ideal = [sorted(grades.values(), reverse=True) for grades in relevant.values()]
    totals = [len(grades) for grades in relevant.values()]
    return Figures(
        needs=len(relevant),
        mrr=_mean([_reciprocal(g) for g in gains]),
        recall={k: _mean([_hits(g[:k]) / n for g, n in zip(gains, totals, strict=True)]) for k in RECALLS},
        ndcg=_mean([_cumulated(g) / _cumulated(i) for g, i in zip(gains, ideal, strict=True)]),
        map=_mean([_precision(g) / n for g, n in zip(gains, totals, strict=True)]),
        missing=tuple(sorted(need for need in relevant if need not in run)),
        unjudged=tuple(sorted(need for need in run if need not in judged)),
        unknown=tuple(sorted({o for grades in relevant.values() for o in grades} - known)),
    )


def read_run(path: Path) -> Table:
    """Scores by need and offer, of a TREC run. Raises: BadInput naming the line."""
    return _table(path, columns=6, value=4)


def read_judgements(path: Path) -> Table:
    """Grades by need and offer, of TREC qrels. Raises: BadInput naming the line."""
    return _table(path, columns=4, value=3)


def _table(path: Path, *, columns: int, value: int) -> Table:
    found: dict[str, dict[str, float]] = {}
    for number, line in enumerate(_lines(path), start=1):
        fields = line.split()
        if not fields:
            continue
        try:
            if len(fields) != columns or not math.isfinite(amount := float(fields[value])):
                raise ValueError
        except ValueError:
            what = Phrase("command.fault.columns", {"count": columns})
            raise BadInput(Phrase("command.fault.in_line", {"path": str(path), "line": number, "what": what})) from None
        found.setdefault(fields[0], {})[fields[2]] = amount
    return found


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            yield from file
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadInput(Phrase("command.fault.unreadable_file", {"path": str(path), "reason": reason})) from None


def _ordered(scores: Mapping[str, float]) -> list[str]:
    by_id = sorted(scores, reverse=True)
    return sorted(by_id, key=lambda offer: -scores[offer])


def _reciprocal(gains: Sequence[float]) -> float:
    return next((1 / rank for rank, gain in enumerate(gains, start=1) if gain > 0), 0.0)


def _hits(gains: Sequence[float]) -> int:
    return sum(gain > 0 for gain in gains)


def _cumulated(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:DEPTH], start=1))


def _precision(gains: Sequence[float]) -> float:
    return sum(_hits(gains[:rank]) / rank for rank, gain in enumerate(gains, start=1) if gain > 0)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
