from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from structlog.testing import capture_logs

from adapters.encoders.endpoint import EndpointFailed
from adapters.encoders.fallback import MeaningOrWords
from bot.domain.notices import Kind, Notice
from matching.calibration import Curves, calibrated
from matching.constraints import Constraints
from matching.model import Candidate
from matching.wording import NOTICE as PUT
from tests.adapters.store.things import NOTICE

#: One strength, and curves that make one half of it.
HALF = np.full(1, 0.5, np.float32)
CURVES = Curves({PUT: 1.0}, {PUT: 0.5})


class Answering:
    """Candidates that say who answered, with the share of a middling pair as the engine then sees it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failing = False
        self.asked = 0

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        self.asked += 1
        if self.failing:
            raise EndpointFailed("silent")
        return [Candidate(self.name, "answers", float(calibrated(PUT, HALF)[0]), ())]


async def found(candidates: MeaningOrWords) -> list[tuple[str, float]]:
    return [(c.notice, c.score) for c in await candidates.search(NOTICE, [Kind.OFFER], limit=5)]


async def test_meaning_is_judged_by_the_encoder_s_own_curves_and_words_by_ours() -> None:
    meaning, words = Answering("meaning"), Answering("words")
    candidates = MeaningOrWords(meaning, words, CURVES)

    assert await found(candidates) == [("meaning", 0.5)]
    meaning.failing = True
    assert await found(candidates) == [("words", float(calibrated(PUT, HALF)[0]))]
    assert float(calibrated(PUT, HALF)[0]) != 0.5


async def test_an_encoder_that_fails_is_left_alone_for_a_while_and_the_log_says_so_once() -> None:
    meaning, words = Answering("meaning"), Answering("words")
    meaning.failing = True

    with capture_logs() as lines:
        candidates = MeaningOrWords(meaning, words, CURVES)
        for _ in range(3):
            assert [name for name, _ in await found(candidates)] == ["words"]

    assert meaning.asked == 1
    assert [line["event"] for line in lines] == ["encoder_failed"]


async def test_it_is_asked_again_and_used_once_it_answers() -> None:
    meaning, words = Answering("meaning"), Answering("words")
    meaning.failing = True
    candidates = MeaningOrWords(meaning, words, CURVES, pause=timedelta(0))

    with capture_logs() as lines:
        await found(candidates)
        await found(candidates)
        meaning.failing = False
        assert await found(candidates) == [("meaning", 0.5)]
        assert await found(candidates) == [("meaning", 0.5)]

    assert (meaning.asked, words.asked) == (4, 2)
    assert [line["event"] for line in lines] == ["encoder_failed", "encoder_back"]
