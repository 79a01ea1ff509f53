"""What the engine would do with needs that nothing was fitted on: who is asked, rightly or not, and who is left alone.

`python -m benchmarks.held_out` reads `benchmarks/data/pairs_held.jsonl`: for each subject a need in French and one in
English, two offers that answer, one that nearly does, and two that only share words with them; and needs that nobody
there can meet. Nothing may be fitted on that file.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matching.encoder import Encoder, built_in
from matching.index import Index
from matching.model import Notice

PAIRS = Path(__file__).parent / "data" / "pairs_held.jsonl"
#: Cards of one wave.
WAVE = 3


@dataclass(frozen=True)
class Tried:
    """What became of all needs."""

    #: Cards to offers that answer, nearly do, and do not.
    right: int
    nearly: int
    wrong: int
    #: Needs that somebody could meet, and those whose cards led to one who can.
    needs: int
    met: int
    #: Needs that nobody could meet, and those that got a card all the same.
    hopeless: int
    bothered: int
    #: How often the best share of a need that can be met is above that of one that cannot.
    auroc: float

    def __str__(self) -> str:
        cards = self.right + self.nearly + self.wrong
        return (
            f"{cards} cards, {self.right} to an answer, {self.nearly} nearly, {self.wrong} wrong; {self.met} of "
            f"{self.needs} needs met; {self.bothered} of {self.hopeless} that nobody can meet got a card; "
            f"AUROC {self.auroc:.3f}"
        )


def tried(encoder: Encoder | None) -> Tried:
    """Ask for every need."""
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()[1:]]
    by_id = {row["id"]: row for row in rows}
    notices = {r["id"]: Notice(r["id"], r["id"], r["kind"], r["text"], r["lang"]) for r in rows}
    index = Index(notices.values(), encoder)
    grades: list[int] = []
    met = bothered = 0
    best: dict[bool, list[float]] = {True: [], False: []}
    for need in (row for row in rows if row["kind"] == "need"):
        found = index.search(notices[need["id"]], ("offer",), limit=WAVE, seed=1)
        others = [by_id[candidate.notice] for candidate in found]
        mine = [other["grade"] if other["subject"] == need["subject"] else 0 for other in others]
        hopeful = need["register"] != "none"
        ranked = index.rank(notices[need["id"]], ("offer",), limit=1)
        best[hopeful].append(ranked[0].score if ranked else 0.0)
        if hopeful:
            grades += mine
            met += 2 in mine
        else:
            bothered += bool(found)
    can, cannot = np.array(best[True])[:, None], np.array(best[False])[None]
    auroc = float((can > cannot).mean() + 0.5 * (can == cannot).mean())
    sizes = len(best[True]), met, len(best[False]), bothered
    return Tried(grades.count(2), grades.count(1), grades.count(0), *sizes, auroc)


def main() -> None:
    """Print one line for each way to compare."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    print("meaning and words:", tried(built_in()), flush=True)
    print("words alone:", tried(None))


if __name__ == "__main__":
    main()
