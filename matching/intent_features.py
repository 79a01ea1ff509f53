"""What a sentence is made of, as the model of intent sees it: words in a row, their skeleton, letters, cues."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from matching.cues import cues
from matching.text import fold

Floats = npt.NDArray[np.float32]

#: Features are hashed into as many buckets; a power of two.
BUCKETS: Final = 2**17
TOKEN: Final = re.compile(r"\d+|[^\W\d_]+|[?!.…:;,]|[^\w\s]")
#: What a word outside the closed vocabulary becomes in a skeleton.
ANY: Final = "*"
#: A text as long as this counts as long, in tokens.
LONG: Final = 60


@dataclass(frozen=True)
class Features:
    """One text: which buckets, how much of each, and what is always there."""

    buckets: npt.NDArray[np.int64]
    values: Floats
    #: Shape (`dense_size()`,): each cue, the surest of either kind before and after doubts, length and question marks.
    dense: Floats


def dense_size() -> int:
    """How many features are always there; a model fits only the cues that it was trained with."""
    return sum(len(cues(kind)) for kind in ("need", "offer", "doubt")) + 7


def tokens(text: str) -> list[str]:
    """Words, folded, and marks; every number is "0"."""
    return ["0" if token[0].isdigit() else token for token in TOKEN.findall(fold(text))]


def features(text: str, closed: Collection[int]) -> Features:
    """The features of a text.

    Args: closed: `crc32` of the words that a skeleton keeps ("who", "lend", "no"); all others are subjects.
    """
    said = tokens(text)
    buckets: list[int] = []
    values: list[float] = []
    for names in (_rows(said), _skeleton(said, closed), _letters(said)):
        found = {crc32(name.encode("utf-8", "replace")) % BUCKETS for name in names}
        buckets += sorted(found)
        values += [max(len(found), 1) ** -0.5] * len(found)
    return Features(np.array(buckets, dtype=np.int64), np.array(values, dtype=np.float32), _dense(text, len(said)))


def _rows(said: list[str]) -> Iterator[str]:
    return _grams("w", ["^", *said, "$"], 1, 3)


def _skeleton(said: list[str], closed: Collection[int]) -> Iterator[str]:
    kept = [t if not t[0].isalpha() or crc32(t.encode("utf-8", "replace")) in closed else ANY for t in said]
    return _grams("s", ["^", *(t for t, same in groupby(kept) for t in (same if t != ANY else ANY)), "$"], 2, 5)


def _letters(said: list[str]) -> Iterator[str]:
    for token in said:
        padded = f" {token} "
        for size in (3, 4, 5):
            for start in range(len(padded) - size + 1):
                yield "c" + padded[start : start + size]


def _grams(prefix: str, parts: list[str], shortest: int, longest: int) -> Iterator[str]:
    for size in range(shortest, longest + 1):
        for start in range(len(parts) - size + 1):
            yield prefix + "_".join(parts[start : start + size])


def _dense(text: str, length: int) -> Floats:
    folded = fold(text)
    row: list[float] = []
    surest = []
    for kind in ("need", "offer", "doubt"):
        hits = [(cue.weight, cue.pattern.search(folded) is not None) for cue in cues(kind)]
        row += [0.5 * hit for _, hit in hits]
        weights = [weight for weight, hit in hits if hit]
        surest.append(prod(weights) if kind == "doubt" else max(weights, default=0.0))
    need, offer, doubt = surest
    return np.array(
        [
            *row,
            need,
            offer,
            need * doubt,
            offer * doubt,
            min(length, LONG) / LONG,
            "?" in text,
            text.rstrip().endswith("?"),
        ],
        dtype=np.float32,
    )
