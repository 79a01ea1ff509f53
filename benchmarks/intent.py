"""How well need, offer and neither are told apart: our held-out sentences, and any labelled files given.

Prints macro-F1, precision and recall of need and offer, at the likeliest kind and at the shipped threshold, with and
without the encoder, by language; ablations; and on the held-out sentences a table of reliability. A file given as
--relief is the one that the shipped model was trained with: it is measured by models trained on four fifths of it at a
time (stratified, seed 0). Nothing is fitted on what is given as --chat. Needs scikit-learn.

    python -m benchmarks.intent --chat chat.jsonl --relief relief_en.jsonl
"""

import argparse
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.train_intent import (
    CHAT,
    HERE,
    STRENGTH,
    Rows,
    Table,
    closed_vocabulary,
    fitted,
    read,
    said,
    semantic,
    trained,
)
from matching.cues import cues
from matching.intent import Intent, decided
from matching.intent_features import BUCKETS
from matching.intent_model import KINDS, Encoder, Likelihoods, Model, model
from matching.text import fold

HELD: Final = HERE / "data" / "intent_held.jsonl"
#: Edges of the table of reliability.
EDGES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
NOTHING: Final = Likelihoods(0.0, 0.0, 1.0, 0.0)

Shares = Sequence[Likelihoods]


def shares(made: Model, rows: Rows, encoder: Encoder | None) -> Shares:
    """What a model says of each row."""
    return [made.likelihoods(said(row), encoder) if said(row).strip() else NOTHING for row in rows]


def likeliest(found: Likelihoods) -> str:
    """The likeliest of the three kinds."""
    return max(KINDS, key=lambda kind: float(getattr(found, kind)))


def figures(true: Sequence[str], guessed: Sequence[str]) -> str:
    """One line: macro-F1, then precision and recall of need and offer."""
    from sklearn.metrics import f1_score, precision_recall_fscore_support

    present = [kind for kind in KINDS if kind in true]
    macro = f1_score(true, guessed, average="macro", labels=present, zero_division=0)
    precision, recall, _, _ = precision_recall_fscore_support(true, guessed, labels=KINDS, zero_division=0)
    return f"{macro:.3f}  need {precision[0]:.2f}/{recall[0]:.2f}  offer {precision[1]:.2f}/{recall[1]:.2f}"


def tell(name: str, rows: Rows, found: Shares) -> None:
    """The lines of one file."""
    for language in ("all", *sorted({row["lang"] for row in rows})):
        picked = [(r, f) for r, f in zip(rows, found, strict=True) if language in ("all", r["lang"])]
        true = [row["intent"] for row, _ in picked]
        print(f"{name:30} {language:4} {len(true):5}  likeliest {figures(true, [likeliest(f) for _, f in picked])}")
        print(f"{'':41}   shipped   {figures(true, [decided(f).kind for _, f in picked])}")


def crossed(chat: Rows, relief: Rows, encoder: Encoder | None, heats: dict[str, float]) -> tuple[Shares, Shares]:
    """Each message judged by a model that was trained without its fifth; alone, and with the encoder."""
    from sklearn.model_selection import StratifiedKFold

    alone: list[Likelihoods] = [NOTHING] * len(relief)
    beside = list(alone)
    splits = StratifiedKFold(5, shuffle=True, random_state=0)
    for rest, part in splits.split(np.zeros(len(relief)), [row["intent"] for row in relief]):
        made = trained(chat, [relief[i] for i in rest], encoder, heats=heats)
        some = [relief[i] for i in part]
        for i, one, two in zip(part, shares(made, some, None), shares(made, some, encoder), strict=True):
            alone[i], beside[i] = one, two
    return alone, beside


def reliability(rows: Rows, found: Shares) -> None:
    """How often each kind is right, by how likely the model says it is; and the expected calibration error."""
    intents = [Intent(likeliest(f), float(getattr(f, likeliest(f)))) for f in found]
    right = np.array([i.kind == row["intent"] for i, row in zip(intents, rows, strict=True)])
    sure = np.array([i.score for i in intents])
    error = 0.0
    for low, high in pairwise(EDGES):
        here = (sure >= low) & (sure < high)
        if here.any():
            error += abs(sure[here].mean() - right[here].mean()) * here.mean()
            says, is_right = sure[here].mean(), right[here].mean()
            print(f"  {low:.1f} to {min(high, 1):.1f}: {here.sum():4} said {says:.2f} right {is_right:.2f}")
    print(f"  expected calibration error {error:.3f}")


def by_rules(row: dict[str, str]) -> str:
    """The cues alone, as before there was a model: the surest wins, doubts multiply."""
    text = fold(said(row))
    need, offer = (max((c.weight for c in cues(k) if c.pattern.search(text)), default=0.0) for k in ("need", "offer"))
    doubt = float(np.prod([c.weight for c in cues("doubt") if c.pattern.search(text)]))
    if max(need, offer) * doubt < 0.5:
        return "none"
    return "offer" if offer >= need else "need"


def ablations(chat: Rows, files: dict[str, Rows], encoder: Encoder | None) -> None:
    """What each kind of evidence is worth: trained on chat alone, the likeliest kind."""
    closed = closed_vocabulary(chat)
    ours = Table(chat, closed, encoder)
    tables = {name: Table(rows, closed, encoder) for name, rows in files.items()}
    width = BUCKETS + ours.dense.shape[1]
    keeps: dict[str, Callable[[Any], Any]] = {
        "n-grams alone": lambda x: x[:, :BUCKETS],
        "cues alone, weighed": lambda x: x[:, BUCKETS:width],
        "n-grams and cues": lambda x: x[:, :width],
    }
    if encoder:
        keeps["encoder alone"] = lambda x: x[:, width:]
        keeps["all"] = lambda x: x
    for name, rows in files.items():
        guessed = [by_rules(dict(row)) for row in rows]
        print(f"{name:30} {'cues as rules':22} {figures([row['intent'] for row in rows], guessed)}")
    for label, keep in keeps.items():
        weights, bias = fitted(keep(ours.matrix(beside=encoder is not None)), ours.kinds, STRENGTH["chat"])
        for name, table in tables.items():
            logits: npt.NDArray[Any] = keep(table.matrix(beside=encoder is not None)) @ weights + bias
            guessed = [KINDS[k] for k in logits.argmax(axis=1)]
            print(f"{name:30} {label:22} {figures([KINDS[k] for k in table.kinds], guessed)}")


def pace(rows: Rows) -> None:
    """CPU time for one sentence without the encoder."""
    made = model()
    for _ in range(2):
        began = time.process_time()
        for row in rows:
            made.likelihoods(said(row) + " ")
        spent = (time.process_time() - began) / len(rows)
    print(f"without the encoder: {1000 * spent:.2f} ms CPU a sentence")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chat", type=Path, help="labelled community chat, never trained on")
    parser.add_argument("--relief", type=Path, help="Disaster Response Messages, cross-validated")
    given = parser.parse_args()
    chat, encoder = read(CHAT), semantic()
    files: dict[str, Rows] = {"held out": read(HELD)}
    if given.chat:
        files[given.chat.name] = read(given.chat)
    heats = {name: part.temperature for name, part in model().parts.items()}
    for rows in (files["held out"],):
        pace(rows)
    for mark, beside in (("", None), (" + encoder", encoder)) if encoder else (("", None),):
        for name, rows in files.items():
            tell(name + mark, rows, shares(model(), rows, beside))
        reliability(files["held out"], shares(model(), files["held out"], beside))
    if given.relief:
        relief = read(given.relief)
        alone, both = crossed(chat, relief, encoder, heats)
        tell(given.relief.name, relief, alone)
        tell(given.relief.name + " + encoder", relief, both)
    ablations(chat, files | ({given.relief.name: read(given.relief)} if given.relief else {}), encoder)


if __name__ == "__main__":
    main()
