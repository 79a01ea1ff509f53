import numpy as np
import pytest
from numpy.typing import NDArray

from matching import words
from matching.numbering import NONE
from matching.words import Words

UP, ASIDE = np.array([1, 0], np.float32), np.array([0, 1], np.float32)


def table() -> Words:
    return Words(2, {"en": np.zeros((1, 2), np.float32)})


def lent(some: Words, **vectors: NDArray[np.float32]) -> None:
    heard = {(word, "en"): vector for word, vector in vectors.items()}
    some.lend(list(heard), heard)


def test_words_that_were_only_asked_about_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_LENT", 2)
    some = table()
    lent(some, van=UP, lorry=UP)
    some.hold(some.find(("lorry", "en")))

    lent(some, piano=ASIDE)
    lent(some, guitar=ASIDE)

    assert ("van", "en") not in some
    assert ("lorry", "en") in some
    some.release(some.find(("lorry", "en")))
    assert some.find(("lorry", "en")) == NONE


def test_words_of_a_language_that_nobody_expected_have_a_mean_of_their_own() -> None:
    some = table()
    some.lend([("kirri", "br")], {("kirri", "br"): UP})

    assert some.mean("br").tolist() == pytest.approx([1, 0])
    assert some.mean("cy").tolist() == [0, 0]


def test_cosines_are_those_of_what_words_have_beyond_their_language() -> None:
    some = table()
    lent(some, van=UP, lorry=UP, piano=ASIDE)
    ids = np.array([some.find((word, "en")) for word in ("van", "lorry", "piano")], np.int32)
    beyond = np.stack([UP, UP, ASIDE]) - some.mean("en")
    lengths = np.linalg.norm(beyond, axis=1)

    found = some.cosines(ids[:1], ids)

    assert found[0].tolist() == pytest.approx((beyond[0] @ beyond.T / lengths / lengths[0]).tolist(), abs=1e-5)
    assert some.nbytes > 0
