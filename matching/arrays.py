"""Arrays that grow by steps, runs of numbers, and words packed into bytes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)


def with_room(array: NDArray[Kind], size: int) -> NDArray[Kind]:
    """The array itself when it has `size` items, or a quarter more room with the same beginning and zeros after."""
    if len(array) >= size:
        return array
    larger = np.zeros((size + size // 4 + 16, *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


def spans(begins: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of each run, one run after the other: begins 5, 9 and lengths 2, 1 give 5, 6, 9."""
    ends = np.cumsum(lengths)
    numbers = np.arange(ends[-1] if len(ends) else 0, dtype=np.int64)
    numbers += np.repeat(begins - (ends - lengths), lengths)
    return numbers


def joined(words: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Words as one array of UTF-8 bytes, and where each ends."""
    texts = [word.encode("utf-8", "surrogatepass") for word in words]
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    return {"words": np.frombuffer(b"".join(texts), np.uint8), "word_ends": ends}


def split(arrays: Mapping[str, NDArray[Any]]) -> list[str]:
    """The words that `joined` packed.

    Raises: ValueError when the bytes are not words (UnicodeDecodeError is one).
    """
    text, ends = arrays["words"].tobytes(), arrays["word_ends"].tolist()
    return [text[a:b].decode("utf-8", "surrogatepass") for a, b in zip([0, *ends], ends, strict=False)]
