"""An encoder behind an address that speaks the common embeddings API.

`POST {address}/embeddings` with `{"model": …, "input": […], "encoding_format": "float"}` answers
`{"data": [{"index": …, "embedding": […]}, …]}`: https://platform.openai.com/docs/api-reference/embeddings. Ollama,
vLLM, llama.cpp, LocalAI and most hosted services speak it. What members wrote is sent there, so it is the operator's
own decision.
"""

import json
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from typing import IO, Any, Final, Literal
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import numpy as np
from numpy.typing import NDArray

#: Texts sent in one request.
BATCH: Final = 64
#: Characters of one text that are sent; models read no more than a page.
LONGEST: Final = 4_000
#: Seconds until an answer is given up.
PATIENCE: Final = 20.0
#: Bytes of an answer that are read: 64 vectors of 4,096 numbers as text, and room to spare.
LARGEST: Final = 16_000_000


class EndpointFailed(Exception):
    """The service did not give vectors; says why, without a word of what was sent."""

    def __init__(self, code: Literal["silent", "refused", "odd"], detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        #: No answer, a status other than 200, or an answer that holds no vectors for these texts.
        self.code = code
        #: What kind of silence, or which status.
        self.detail = detail


class EmbeddingsEndpoint:
    """Vectors from a service, all of one `dimension`, given or learnt at the first. Calls block: give them a thread."""

    def __init__(
        self, address: str, model: str, *, key: str | None = None, dimension: int | None = None,
        patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self.address = address.rstrip("/")
        self.model = model
        self._key = key
        self._patience = patience
        self._dimension = dimension

    @property
    def dimension(self) -> int:
        if self._dimension is None:
            self._vectors(["bonjour"])
        assert self._dimension is not None
        return self._dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector for each text, shape (texts, dimension), in their order. Raises: EndpointFailed."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.concatenate([self._vectors(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # Several services refuse an empty text; a space means as little.
        asked = {"model": self.model, "input": [t[:LONGEST] or " " for t in texts], "encoding_format": "float"}
        try:
            rows = list(_rows(self._ask(asked), len(texts)))
            vectors = np.array(rows, np.float32)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            raise EndpointFailed("odd") from None
        if vectors.ndim != 2 or vectors.shape[1] in (0, 1) or not np.isfinite(vectors).all():
            raise EndpointFailed("odd")
        if vectors.shape[1] != (self._dimension or vectors.shape[1]):
            raise EndpointFailed("odd")  # another length than before: another model
        self._dimension = vectors.shape[1]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)

    def _ask(self, question: Any) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        request = Request(f"{self.address}/embeddings", json.dumps(question).encode(), headers, method="POST")
        try:
            with _OPENER.open(request, timeout=self._patience) as answer:  # settings allow http and https
                return json.loads(answer.read(LARGEST))
        except HTTPError as error:
            error.close()
            raise EndpointFailed("refused", str(error.code)) from None
        except (OSError, HTTPException) as error:
            raise EndpointFailed("silent", type(getattr(error, "reason", error)).__name__) from None


class _NoDetour(HTTPRedirectHandler):
    """Words and key go to the address that was chosen, or nowhere."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str) -> None:
        return None


_OPENER: Final = build_opener(_NoDetour)


def _rows(answer: Any, count: int) -> Iterator[Any]:
    """The vectors in the order of the texts, whatever order they came in."""
    by_index = {row["index"]: row["embedding"] for row in answer["data"]}
    return (by_index[index] for index in range(count))
