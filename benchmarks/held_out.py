"""What the engine would do with needs that nothing was fitted on: who is asked, rightly or not, and who is left alone.

`python -m benchmarks.held_out` reads `benchmarks/data/pairs_held.jsonl`: for each subject a need in French and one in
English, two offers that answer, one that nearly does, and two that only share words with them; and needs that nobody
there can meet. Nothing may be fitted on that file.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np

from matching.encoder import built_in
from matching.index import Index
from matching.model import Notice

PAIRS = Path(__file__).parent / "data" / "pairs_held.jsonl"
#: Cards of one wave.
WAVE = 3


def main() -> None:
    """Print one line for each way to compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()[1:]]
    notices = {r["id"]: Notice(r["id"], r["id"], r["kind"], r["text"], r["lang"]) for r in rows}
    judged = {r["id"]: (r["subject"], r["grade"] or 0) for r in rows}
    needs = [r for r in rows if r["kind"] == "need"]
    for name, encoder in (("meaning and words", built_in()), ("words alone", None)):
        index = Index(notices.values(), encoder)
        cards: Counter[int] = Counter()
        met = bothered = 0
        best: dict[bool, list[float]] = {True: [], False: []}
        for need in needs:
            found = index.search(notices[need["id"]], ("offer",), limit=WAVE, seed=1)
            grades = [judged[c.notice][1] if judged[c.notice][0] == need["subject"] else 0 for c in found]
            can_be_met = need["register"] != "none"
            best[can_be_met].append(
                max((c.score for c in index.rank(notices[need["id"]], ("offer",), limit=1)), default=0)
            )
            if can_be_met:
                cards.update(grades)
                met += 2 in grades
            else:
                bothered += bool(found)
        above = np.array(best[True])[:, None], np.array(best[False])[None]
        auroc = (above[0] > above[1]).mean() + 0.5 * (above[0] == above[1]).mean()
        print(
            f"{name}: {cards.total()} cards, {cards[2]} to an answer, {cards[1]} nearly, {cards[0]} wrong; {met} of "
            f"{len(best[True])} needs met; {bothered} of {len(best[False])} that nobody can meet got a card; "
            f"AUROC {auroc:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
