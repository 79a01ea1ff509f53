"""The trained part of `intent`: how likely a text is a need, an offer or neither.

Two logistic regressions over the same features, one of community chat and one of messages from disasters, mixed by a
third that says which of the two a text reads like. Each exists twice: alone, and with a sentence encoder beside.
`benchmarks/train_intent.py` makes the file; no pickle is in it.

Source: hashed features as in Weinberger et al., "Feature hashing for large scale multitask learning" (ICML 2009);
        temperature as in Guo et al., "On calibration of modern neural networks" (ICML 2017).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from matching.intent_features import Features, Floats, dense_size, features

FILE: Final = "intent_model.npz"
#: The order of every triple of likelihoods.
KINDS: Final = ("need", "offer", "none")
#: What is added to the log odds that a text is chat, alone and beside an encoder. A community hears hardly any alarm;
#: but beside an encoder the gate is sure enough for what may be either to be heard as one (docs/decisions/0014).
FOR_CHAT: Final[Mapping[str, float]] = {"": 1.0, "+": -0.5}
#: An encoder's vectors are as long as this in front of the regression.
VECTOR_LENGTH: Final = 2.0


class Encoder(Protocol):
    """Sentences to unit vectors of one length."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, dimensions), float32."""
        ...


@dataclass(frozen=True)
class Likelihoods:
    """How likely a text is each of the three; they sum to one."""

    need: float
    offer: float
    none: float
    #: In [0, 1]: how much it reads like a message from a disaster rather than a community's chat.
    alarm: float


@dataclass(frozen=True)
class Linear:
    """One regression. Its logits are divided by a temperature, so that shares mean what they say."""

    #: Shape (buckets, classes), each column in steps of its scale.
    hashed: npt.NDArray[np.int8]
    scale: Floats
    #: Shape (dense features, classes).
    dense: Floats
    bias: Floats
    temperature: float

    def logits(self, found: Features, beside: Floats) -> Floats:
        """Shape (classes,)."""
        sparse = found.values @ self.hashed[found.buckets].astype(np.float32) * self.scale
        total = sparse + np.concatenate([found.dense, beside]) @ self.dense + self.bias
        return np.asarray(total / self.temperature, dtype=np.float32)


@dataclass(frozen=True)
class Model:
    """What the file holds."""

    closed: frozenset[int]
    #: "gate", "chat", "alarm", and the same again with an encoder: "gate+", "chat+", "alarm+".
    parts: Mapping[str, Linear]

    def likelihoods(self, text: str, encoder: Encoder | None = None) -> Likelihoods:
        """Of a text that is not empty. An encoder whose vectors have another length than the model's is left aside."""
        found = features(text, self.closed)
        beside, mark = np.zeros(0, dtype=np.float32), ""
        if encoder is not None and "chat+" in self.parts:
            vector = np.asarray(encoder.encode([text]), dtype=np.float32)[0]
            if len(vector) == len(self.parts["chat+"].dense) - dense_size() and np.isfinite(vector).all():
                beside, mark = vector * VECTOR_LENGTH, "+"
        gate, chat, alarm = (self.parts[name + mark].logits(found, beside) for name in ("gate", "chat", "alarm"))
        return mixed(gate, chat, alarm, mark)


def mixed(gate: Floats, chat: Floats, alarm: Floats, mark: str) -> Likelihoods:
    """What the three parts say, as logits, in one; `mark` is "+" for those beside an encoder."""
    lean = np.array([FOR_CHAT[mark], 0.0], dtype=np.float32)
    share = float(softmax(gate + lean)[1])
    need, offer, none = (float(one) for one in (1 - share) * softmax(chat) + share * softmax(alarm))
    return Likelihoods(need, offer, none, share)


def softmax(logits: Floats) -> Floats:
    """Logits to shares that sum to one."""
    powers = np.exp(logits - logits.max())
    shares: Floats = powers / powers.sum()
    return shares


@cache
def model() -> Model:
    """The model that is shipped, read once."""
    with files("matching").joinpath(FILE).open("rb") as file:
        held: Mapping[str, Any] = dict(np.load(file, allow_pickle=False))
    names = sorted({key.split(".")[0] for key in held if "." in key})
    parts = {
        name: Linear(
            _unpacked(held[f"{name}.rows"], held[f"{name}.hashed"], int(held["buckets"])),
            held[f"{name}.scale"], held[f"{name}.dense"], held[f"{name}.bias"], float(held[f"{name}.temperature"]),
        )
        for name in names
    }  # fmt: skip
    return Model(frozenset(held["closed"].tolist()), parts)


def _unpacked(rows: npt.NDArray[np.int64], packed: npt.NDArray[np.int8], buckets: int) -> npt.NDArray[np.int8]:
    whole = np.zeros((buckets, packed.shape[1]), dtype=np.int8)
    whole[rows] = packed
    return whole
