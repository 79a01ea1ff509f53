from collections.abc import Sequence
from datetime import timedelta

from structlog.testing import capture_logs

from adapters.encoders.endpoint import EndpointFailed
from adapters.encoders.fallback import MeaningOrWords
from bot.domain.notices import Kind, Notice
from matching.constraints import Constraints
from matching.model import Candidate
from tests.adapters.store.things import NOTICE


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
