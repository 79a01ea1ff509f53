"""The quality of the ranking, by language pair, and what each kind of evidence is worth.

`python -m benchmarks.quality FOLDER` reads folders of `needs.jsonl`, `offers.jsonl` and `qrels.txt` below FOLDER and
prints Markdown: nDCG@10 and MRR of each, by language pair where there are several, and the AUROC of the best share of
needs that can be met against the same needs with their answers taken out. `--ablations` turns one kind of evidence off
at a time. A set of 33,580 offers and 1,435 needs takes about four minutes.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from bot.tools.evaluate import Table, evaluate, read_judgements
from matching import calibration, meaning
from matching.encoder import built_in
from matching.index import Index
from matching.model import Notice

TOP = 100
PAIRS = [(a, b) for a in ("fr", "en") for b in ("fr", "en")]
#: What is turned off: name, module, constant, value.
ABLATIONS = [
    ("without aligned words", calibration, "ALIGNMENT", dict.fromkeys(calibration.ALIGNMENT, 0.0)),
    ("without spelling", calibration, "SPELLING", dict.fromkeys(calibration.SPELLING, 0.0)),
    ("without the subject's view", meaning, "SUBJECT", 1e-9),
]


def notices(path: Path, kind: str) -> list[Notice]:
    """The notices of a file."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Notice(r["id"], f"{kind} {r['id']}", kind, r["text"], r["lang"]) for r in rows]


def ranked(needs: list[Notice], offers: list[Notice], *, by_words: bool) -> Table:
    """What the engine finds, as `comptoir search` does."""
    index = Index([*offers, *needs], None if by_words else built_in())
    return {n.id: {c.notice: c.score for c in index.rank(n, ("offer",), limit=TOP)} for n in needs}


def auroc(run: Table, judged: Table) -> float:
    """How often the best share of a need that can be met is above that of one whose answers were taken out."""
    met, unmet = [], []
    for need, grades in judged.items():
        shares = run.get(need, {})
        met.append(max(shares.values(), default=0.0))
        unmet.append(max((s for o, s in shares.items() if grades.get(o, 0) <= 0), default=0.0))
    one, other = np.array(met)[:, None], np.array(unmet)[None]
    return float((one > other).mean() + 0.5 * (one == other).mean())


def rows(name: str, run: Table, judged: Table, needs: list[Notice], offers: list[Notice]) -> Iterator[str]:
    """Lines of the table: everything, then by pair of languages."""
    figures = evaluate(run, judged)
    yield f"| {name} | all | {figures.needs} | {figures.ndcg:.3f} | {figures.mrr:.3f} | {auroc(run, judged):.3f} |"
    pairs = [(a, b) for a, b in PAIRS if any(n.language == a for n in needs) and any(o.language == b for o in offers)]
    for a, b in pairs if len(pairs) > 1 else ():
        mine = {n.id for n in needs if n.language == a}
        theirs = {o.id for o in offers if o.language == b}
        figures = evaluate(_only(run, mine, theirs), _only(judged, mine, theirs))
        yield f"| | {a}→{b} | {figures.needs} | {figures.ndcg:.3f} | {figures.mrr:.3f} | |"


def _only(table: Table, needs: set[str], offers: set[str]) -> Mapping[str, Mapping[str, float]]:
    return {n: {o: v for o, v in row.items() if o in offers} for n, row in table.items() if n in needs}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ablations", action="store_true")
    parser.add_argument("--only", nargs="*", help="names of sets")
    arguments = parser.parse_args()
    sets = sorted(p.parent for p in arguments.folder.glob("*/qrels.txt"))
    sets = [s for s in sets if not arguments.only or s.name in arguments.only]
    print("| set | pair | needs | nDCG@10 | MRR | AUROC |\n|---|---|---|---|---|---|", flush=True)
    for folder in sets:
        needs, offers = notices(folder / "needs.jsonl", "need"), notices(folder / "offers.jsonl", "offer")
        judged = read_judgements(folder / "qrels.txt")
        for line in rows(folder.name, ranked(needs, offers, by_words=False), judged, needs, offers):
            print(line, flush=True)
        if not arguments.ablations:
            continue
        words = ranked(needs, offers, by_words=True)
        print(next(rows(f"{folder.name}, by words alone", words, judged, needs, offers)), flush=True)
        for name, module, constant, value in ABLATIONS:
            kept = getattr(module, constant)
            setattr(module, constant, value)
            run = ranked(needs, offers, by_words=False)
            setattr(module, constant, kept)
            print(next(rows(f"{folder.name}, {name}", run, judged, needs, offers)), flush=True)


if __name__ == "__main__":
    main()
