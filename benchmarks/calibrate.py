"""Fits the numbers of `matching/calibration.json`: strengths of pairs to the part of them that people call an answer.

`python -m benchmarks.calibrate` reads `matching/pairs.jsonl`, which was written for this and is no evaluation
set. Of each need the five best offers count, each with whether it answers (grade 2; grade 1 counts half); a third of
the needs have no answer there. Needs in the manner of a label are fitted apart. What is printed is the fit on the same
pairs.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from matching.calibration import built_in_curves, calibrated
from matching.encoder import built_in
from matching.index import Index
from matching.model import Notice
from matching.wording import LABEL, NOTICE, SENTENCE, register

HERE = Path(__file__).parent
NUMBERS = HERE.parent / "matching" / "calibration.json"
PAIRS = HERE.parent / "matching" / "pairs.jsonl"
#: How many of the best of each need are looked at.
DEPTH = 5


def strengths() -> Iterator[tuple[str, float, float]]:
    """How the need is put, the strength of a pair, and how much of an answer it is."""
    numbers = json.loads(NUMBERS.read_text(encoding="utf-8"))
    lines = PAIRS.read_text(encoding="utf-8").splitlines()[1:]
    rows = [json.loads(line) for line in lines]
    notices = {r["id"]: Notice(r["id"], r["id"], r["kind"], r["text"], r["lang"]) for r in rows}
    grades = {r["id"]: (r["subject"], r["grade"]) for r in rows}
    index = Index(notices.values(), built_in())
    for need in (n for n in notices.values() if n.kind == "need"):
        put = register(need.text, need.language)
        found = index.rank(need, ("offer",), limit=DEPTH)
        for candidate in found:
            subject, grade = grades[candidate.notice]
            share = min(max(candidate.score, 1e-6), 1 - 1e-6)
            slope, middle = numbers["slope"][put], numbers["middle"][put]
            strength = float(np.log(share / (1 - share))) / slope + middle
            yield put, strength, grade / 2 if subject == grades[need.id][0] else 0.0


def fitted(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Slope and middle of the logistic curve through strengths and answers."""
    x = np.array([s for s, _ in pairs for _ in (0, 1)]).reshape(-1, 1)
    y = np.array([k for _ in pairs for k in (0, 1)])
    weight = np.array([w for _, answer in pairs for w in (1 - answer, answer)])
    model = LogisticRegression(C=1e3).fit(x, y, sample_weight=weight)
    slope = float(model.coef_[0, 0])
    return slope, float(-model.intercept_[0] / slope)


def main() -> None:
    """Fit, write, and say what the threshold then does."""
    pairs = list(strengths())
    slope, middle = {}, {}
    for puts in ((LABEL,), (NOTICE, SENTENCE)):
        mine = [(s, answer) for put, s, answer in pairs if put in puts]
        curve = fitted(mine)
        for put in puts:
            slope[put], middle[put] = round(curve[0], 2), round(curve[1], 4)
    NUMBERS.write_text(json.dumps({"slope": slope, "middle": middle}) + "\n", encoding="utf-8")
    built_in_curves.cache_clear()
    for name, puts in (("labels", (LABEL,)), ("notices", (NOTICE, SENTENCE))):
        for least in (0.5, 0.6, 0.7):
            passed = [
                answer for put, s, answer in pairs if put in puts and calibrated(put, np.float32([s]))[0] >= least
            ]
            total = sum(answer for put, _, answer in pairs if put in puts)
            print(
                f"{name:8} share ≥ {least}: {len(passed)} pass, precision {np.mean(passed or [0]):.2f}, "
                f"recall {sum(passed) / total:.2f}"
            )


if __name__ == "__main__":
    main()
