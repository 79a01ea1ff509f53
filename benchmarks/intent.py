"""How well need, offer and neither are told apart: our own sentences, and any labelled files given.

Prints macro-F1, precision and recall of need and offer, at the likeliest kind and as `comptoir classify` decides, with
and without the encoder, by language. Our own sentences come twice: 298 that no model learns from, and all others, each
judged by a model that saw nothing of its persona. A file given as --relief is the one that the shipped model was
trained with: it is measured by models trained on four fifths of it at a time (stratified, seed 0; and by --turns other
seeds), and told apart by the last figure of the id, too: its labels differ by that. Nothing is fitted on what is given
as --chat. Then reliability, and ablations. Needs scikit-learn; takes ten minutes.

    python -m benchmarks.intent --chat chat.jsonl --relief relief_en.jsonl
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.intent_sentences import ALARM, HERE, MADE, RELIEF, TRAPS, Rows, read, said, written
from benchmarks.train_intent import FOLDS, STRENGTH, School, Table, fitted, semantic
from matching.cues import cues
from matching.intent import Intent, decided, judged, likelihoods
from matching.intent_features import BUCKETS, Floats
from matching.intent_model import KINDS, Encoder, Likelihoods, Linear, Model, mixed, model, softmax
from matching.text import fold

HELD: Final = HERE / "intent_held.jsonl"
#: Thresholds of the table of personas.
SURE: Final = (0.5, 0.6, 0.7, 0.8, 0.9)
#: Edges of the table of reliability.
EDGES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)

#: What a model says of each row, and what is decided from it.
Answers = Sequence[tuple[Likelihoods, Intent]]


def answers(rows: Rows, encoder: Encoder | None, by: Model | None = None) -> Answers:
    """What a model says of each row, as the command would."""
    judge = partial(likelihoods, encoder=encoder, by=by)
    return [(judge(row["text"]), judged(row["text"], judge)) for row in rows]


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


def tell(name: str, rows: Rows, found: Answers) -> None:
    """The lines of one file."""
    for language in ("all", *sorted({row["lang"] for row in rows})):
        picked = [(r, f) for r, f in zip(rows, found, strict=True) if language in ("all", r["lang"])]
        true = [row["intent"] for row, _ in picked]
        print(
            f"{name:30} {language:4} {len(true):5}  likeliest {figures(true, [likeliest(f) for _, (f, _) in picked])}"
        )
        print(f"{'':41}   shipped   {figures(true, [intent.kind for _, (_, intent) in picked])}")


def crossed(school: School, relief: Rows, encoder: Encoder | None, seed: int = 0) -> tuple[Answers, Answers]:
    """Each message judged by a model that was trained without its fifth; alone, and with the encoder."""
    from sklearn.model_selection import StratifiedKFold

    shipped = model().parts
    chat = {name: part for name, part in shipped.items() if name.startswith("chat")}
    alone: dict[int, tuple[Likelihoods, Intent]] = {}
    beside = dict(alone)
    splits = StratifiedKFold(5, shuffle=True, random_state=seed)
    for rest, part in splits.split(np.zeros(len(relief)), [row["intent"] for row in relief]):
        made = Model(school.closed, chat | school.alarmed(school.table([relief[i] for i in rest])))
        some = [relief[i] for i in part]
        alone |= dict(zip(part, answers(some, None, made), strict=True))
        beside |= dict(zip(part, answers(some, encoder, made), strict=True))
    return [alone[i] for i in range(len(relief))], [beside[i] for i in range(len(relief))]


def again(school: School, relief: Rows, encoder: Encoder | None, turns: int) -> None:
    """The macro-F1 of messages from disasters with other fifths, as decided: each, their mean and spread."""
    from sklearn.metrics import f1_score

    true = [row["intent"] for row in relief]
    found = [crossed(school, relief, encoder, seed) for seed in range(1, turns + 1)]
    for name, pick in (("alone", 0), ("encoder", 1)):
        scores = [f1_score(true, [intent.kind for _, intent in both[pick]], average="macro") for both in found]
        each = " ".join(f"{score:.3f}" for score in scores)
        print(f"other fifths, {name}: {each}  mean {np.mean(scores):.3f} spread {np.std(scores):.3f}")


def logits(part: Linear, x: Any) -> Floats:
    """What a part of the model says of rows of a matrix, shape (rows, classes)."""
    total = x[:, :BUCKETS] @ (part.hashed * part.scale) + x[:, BUCKETS:] @ part.dense + part.bias
    return np.asarray(total / part.temperature, dtype=np.float32)


def gated(school: School, relief: Rows, mark: str, chat: Floats) -> None:
    """Personas as decided: the gate, too, saw nothing of theirs. `chat` has what the part for chat says of each row."""
    from sklearn.model_selection import GroupKFold

    groups, x, parts = school.ours.groups, school.ours.matrix(beside=mark == "+"), model().parts
    theirs, gate = school.table(relief), np.zeros((len(groups), 2), dtype=np.float32)
    for _, part in GroupKFold(FOLDS, shuffle=True, random_state=0).split(groups, groups=groups):
        gate[part] = logits(school.gate(theirs, mark, frozenset(groups[part])), x[part])
    is_judged = np.arange(len(groups)) < school.written
    at = np.flatnonzero(is_judged & ~np.isin(groups, [*TRAPS, *MADE, ALARM]))
    alarm = logits(parts["alarm" + mark], x[at])
    found = [decided(mixed(*triple, mark)) for triple in zip(gate[at], chat[at], alarm, strict=True)]
    true = [KINDS[kind] for kind in school.ours.kinds[at]]
    print(f"personas{' + encoder' if mark else '':12} as decided {figures(true, [intent.kind for intent in found])}")
    called = [(intent.kind, kind) for intent, kind in zip(found, true, strict=True) if intent.kind != "none"]
    right = sum(one == other for one, other in called)
    print(f"{'':20} together {right / len(called):.3f}/{right / sum(kind != 'none' for kind in true):.3f}")


def personas(school: School, relief: Rows, mark: str) -> None:
    """Our own sentences by models that saw nothing of their persona, at several thresholds: personas, then traps."""
    lesson, heat = school.chat(mark), model().parts["chat" + mark].temperature
    left_out = lesson.left_out(STRENGTH["chat"], beside=mark == "+") / heat
    shares = np.array([softmax(row) for row in left_out])
    groups = lesson.groups
    natural = np.arange(len(groups)) < school.written
    trap, made = np.isin(groups, list(TRAPS)), np.isin(groups, list(MADE))
    for name, picked in (("personas", ~trap & ~made), ("traps", trap)):
        at = np.flatnonzero(picked & natural)
        true, said_so = lesson.kinds[at], shares[at]
        kinds, sure = said_so[:, :2].argmax(axis=1), said_so[:, :2].max(axis=1)
        rates = []
        for enough in SURE:
            called = sure >= enough
            right = (called & (kinds == true)).sum()
            rates.append(f"{enough}: {right / max(called.sum(), 1):.3f}/{right / (true < 2).sum():.2f}")
        guessed = [KINDS[k] for k in said_so.argmax(axis=1)]
        line = figures([KINDS[k] for k in true], guessed)
        print(f"{name + (' + encoder' if mark else ''):20} {len(at):5} likeliest {line}; at  {'  '.join(rates)}")
    gated(school, relief, mark, left_out)


def reliability(rows: Rows, found: Answers) -> None:
    """How often each kind is right, by how likely the model says it is; and the expected calibration error."""
    right = np.array([likeliest(f) == row["intent"] for (f, _), row in zip(found, rows, strict=True)])
    sure = np.array([float(getattr(f, likeliest(f))) for f, _ in found])
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


def ablations(school: School, files: dict[str, Rows]) -> None:
    """What each kind of evidence is worth: trained on chat alone, the likeliest kind."""
    ours, beside = school.ours, school.encoder is not None
    tables = {name: Table(rows, school.closed, school.encoder) for name, rows in files.items()}
    width = BUCKETS + ours.dense.shape[1]
    keeps: dict[str, Callable[[Any], Any]] = {
        "n-grams alone": lambda x: x[:, :BUCKETS],
        "cues alone, weighed": lambda x: x[:, BUCKETS:width],
        "n-grams and cues": lambda x: x[:, :width],
    }
    if beside:
        keeps["encoder alone"] = lambda x: x[:, width:]
        keeps["all, one regression"] = lambda x: x
    for name, rows in files.items():
        guessed = [by_rules(dict(row)) for row in rows]
        print(f"{name:30} {'cues as rules':22} {figures([row['intent'] for row in rows], guessed)}")
    for label, keep in keeps.items():
        weights, bias = fitted(keep(ours.matrix(beside=beside)), ours.kinds, STRENGTH["chat"])
        for name, table in tables.items():
            found: npt.NDArray[Any] = keep(table.matrix(beside=beside)) @ weights + bias
            guessed = [KINDS[k] for k in found.argmax(axis=1)]
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
    parser.add_argument("--turns", type=int, default=0, help="cross-validate so many times more, with other fifths")
    given = parser.parse_args()
    encoder, held = semantic(), read(HELD)
    files: dict[str, Rows] = {"held out": held} | ({given.chat.name: read(given.chat)} if given.chat else {})
    pace(held)
    for mark, beside in (("", None), (" + encoder", encoder)) if encoder else (("", None),):
        for name, rows in files.items():
            tell(name + mark, rows, answers(rows, beside))
        reliability(held, answers(held, beside))
    school = School(written(), encoder, read(RELIEF))
    if given.relief:
        relief = read(given.relief)
        alone, both = crossed(school, relief, encoder)
        tell(given.relief.name, relief, alone)
        tell(given.relief.name + " + encoder", relief, both)
        for figure in sorted({row["id"][-1] for row in relief}):
            part = [at for at, row in enumerate(relief) if row["id"].endswith(figure)]
            tell(f"… ids that end in {figure}", [relief[at] for at in part], [both[at] for at in part])
        if given.turns:
            again(school, relief, encoder, given.turns)
        files[given.relief.name] = relief
    for mark in school.marks:
        personas(school, read(given.relief) if given.relief else [], mark)
    ablations(school, files)


if __name__ == "__main__":
    main()
