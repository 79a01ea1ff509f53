from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from structlog.testing import capture_logs

from adapters.chance import SeededRandom
from adapters.encoders.endpoint import EndpointFailed
from adapters.encoders.fallback import MeaningOrWords
from adapters.index.in_process import InProcessCandidates
from adapters.store.memory import MemoryStore
from bot.domain.ids import NoticeId, PersonId
from bot.domain.notices import Kind, Notice
from matching.constraints import Constraints
from matching.model import Candidate
from tests.adapters.store.things import NOTICE
from tests.matching.encoders import TinyEncoder


class Answering:
    """Candidates that say who answered."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failing = False
        self.asked = self.refreshed = 0
        self.closed = False

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        self.asked += 1
        if self.failing:
            raise EndpointFailed("silent")
        return [Candidate(self.name, "answers", 0.9, ())]

    async def refresh(self) -> None:
        self.refreshed += 1
        if self.failing:
            raise EndpointFailed("silent")

    async def close(self) -> None:
        self.closed = True


async def found(candidates: MeaningOrWords) -> list[str]:
    return [c.notice for c in await candidates.search(NOTICE, [Kind.OFFER], limit=5)]


async def test_an_encoder_that_fails_is_left_alone_for_a_while_and_the_log_says_so_once() -> None:
    meaning, words = Answering("meaning"), Answering("words")
    meaning.failing = True

    with capture_logs() as lines:
        candidates = MeaningOrWords(meaning, words)
        for _ in range(3):
            assert await found(candidates) == ["words"]

    assert meaning.asked == 1
    assert [line["event"] for line in lines] == ["encoder_failed"]


async def test_it_is_asked_again_and_used_once_it_answers() -> None:
    meaning, words = Answering("meaning"), Answering("words")
    meaning.failing = True
    candidates = MeaningOrWords(meaning, words, pause=timedelta(0))

    with capture_logs() as lines:
        await found(candidates)
        await found(candidates)
        meaning.failing = False
        assert await found(candidates) == ["meaning"]
        assert await found(candidates) == ["meaning"]

    assert (meaning.asked, words.asked) == (4, 2)
    assert [line["event"] for line in lines] == ["encoder_failed", "encoder_back"]


async def test_the_index_is_refreshed_unless_its_encoder_is_left_alone() -> None:
    meaning, words = Answering("meaning"), Answering("words")
    candidates = MeaningOrWords(meaning, words)

    await candidates.refresh()
    meaning.failing = True
    await candidates.refresh()
    await candidates.refresh()

    assert (meaning.refreshed, words.refreshed) == (2, 0)


async def test_what_needs_no_encoder_does_not_say_that_it_is_back() -> None:
    meaning, words = Answering("meaning"), Answering("words")
    candidates = MeaningOrWords(meaning, words, pause=timedelta(0))

    with capture_logs() as lines:
        meaning.failing = True
        await found(candidates)
        meaning.failing = False
        await candidates.refresh()
        meaning.failing = True
        await found(candidates)

    assert [line["event"] for line in lines] == ["encoder_failed"]


async def test_the_index_is_closed() -> None:
    meaning = Answering("meaning")

    await MeaningOrWords(meaning, Answering("words")).close()

    assert meaning.closed


class Fragile(TinyEncoder):
    """An encoder that answers so often before it fails."""

    def __init__(self, answers: int) -> None:
        super().__init__()
        self.answers = answers

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.answers == 0:
            raise EndpointFailed("silent")
        self.answers -= 1
        return super().encode(texts)


@pytest.mark.parametrize("answers", range(12))
async def test_wherever_an_encoder_fails_words_are_compared_until_it_is_back(answers: int) -> None:
    store, random, encoder = MemoryStore(), SeededRandom(1), Fragile(answers)
    async with store.unit_of_work() as uow:
        for n, card in enumerate(["a zorille", "a zorille, too", "chess boards"]):
            offer = replace(
                NOTICE, id=NoticeId(f"o{n}"), person=PersonId(f"p{n}"), kind=Kind.OFFER, card=card, topics=()
            )
            await uow.notices.add(offer)
        await uow.commit()
    candidates = MeaningOrWords(
        InProcessCandidates(store, random, encoder), InProcessCandidates(store, random), pause=timedelta(0)
    )

    async def found(card: str) -> set[str]:
        need = replace(NOTICE, id=NoticeId("need"), card=card, topics=())
        return {c.notice for c in await candidates.search(need, [Kind.OFFER], limit=5)}

    for _ in range(3):
        assert await found("a zorille") == {"o0", "o1"}
    encoder.answers = 1_000

    assert await found("a quagga") == {"o0", "o1"}
    assert await found("chess boards") == {"o2"}
