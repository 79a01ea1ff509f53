"""Who is not looked at closely would not have been found."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import index as indexes
from matching.index import Index
from matching.model import Candidate, Notice
from matching.weighing import Places, Values, Weighing
from tests.matching.encoders import TinyEncoder

WORDS = [
    "lorry", "van", "zorille", "quagga", "tent", "roof", "food, water", "who lends", "I need", "!", "bike repair",
    "guitar lessons", "piano", "violin", "concert", "bicycle", "flour", "bread",
]  # fmt: skip
LANGUAGES = ["fr", "en"]


def texts(chance: Random) -> str:
    # Put so, spelling does not count.
    return " ".join(["I need", *chance.choices(WORDS, k=chance.randint(1, 4))])


@pytest.fixture(scope="module")
def crowd() -> Index:
    chance = Random(5)
    kinds = ["need", "offer"]
    notices = [
        Notice(f"n{n}", f"p{n}", chance.choice(kinds), texts(chance), chance.choice(LANGUAGES)) for n in range(60)
    ]
    return Index(notices, TinyEncoder())


def everything(weighing: Weighing, hopes: object, count: int) -> tuple[Places, Values]:
    return weighing.closest(count)


def found(index: Index, notice: Notice) -> list[Candidate]:
    return index.search(notice, ("need", "offer"), limit=5, seed=1)


@settings(max_examples=80, deadline=None)
@given(
    asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(lambda said: " ".join(["I need", *said])),
    kind=st.sampled_from(["need", "offer"]),
    language=st.sampled_from(LANGUAGES),
    few=st.integers(1, 12),
    sure=st.floats(0.46, 1.1),
)
def test_the_same_are_found_as_when_all_are_looked_at_closely(
    crowd: Index, asked: str, kind: str, language: str, few: int, sure: float
) -> None:
    notice = Notice("asked", "asker", kind, asked, language)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexes, "SURE", sure)
        patch.setattr(indexes, "CLOSELY", few)
        patch.setattr(indexes, "CLOSELY_EACH", 1)

        quickly = found(crowd, notice)

        patch.setattr(Weighing, "hopeful", everything)
        assert quickly == found(crowd, notice)


def test_nobody_is_looked_at_closely_whose_whole_is_too_far(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index([Notice("o", "owner", "offer", "who lends guitars", "en")], TinyEncoder())
    looked_at: list[Sequence[int]] = []

    def aligned(self: Weighing, places: Places) -> Any:
        looked_at.append(places.tolist())

    monkeypatch.setattr(Weighing, "_aligned", aligned)

    assert found(index, Notice("asked", "asker", "need", "does anybody have a lighthouse?", "en")) == []
    assert looked_at == []


def test_who_means_the_same_in_other_words_is_looked_at_closely() -> None:
    index = Index([Notice("o", "owner", "offer", "quagga", "en")], TinyEncoder())

    assert [c.notice for c in found(index, Notice("asked", "asker", "need", "zorille", "fr"))] == ["o"]
