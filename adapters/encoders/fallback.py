"""What happens while an encoder elsewhere does not answer: words are compared alone."""

from asyncio import get_running_loop
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final, Protocol, TypeVar

import structlog

from adapters.encoders.endpoint import EndpointFailed
from bot.domain.notices import Kind, Notice
from bot.ports import Candidates
from matching.constraints import Constraints
from matching.model import Candidate

#: An encoder that failed is left alone for this long, so that not every search waits for it.
PAUSE: Final = timedelta(minutes=5)

T = TypeVar("T")
log = structlog.get_logger()


class Following(Candidates, Protocol):
    """Candidates that follow the store in memory."""

    async def refresh(self) -> None:
        """Bring it up to date without a question."""
        ...

    async def close(self) -> None:
        """Write down what should outlive the process."""
        ...


class MeaningOrWords:
    """Candidates by meaning as long as the encoder answers; by words alone otherwise."""

    def __init__(self, meaning: Following, words: Candidates, *, pause: timedelta = PAUSE) -> None:
        self._meaning = meaning
        self._words = words
        self._pause = pause.total_seconds()
        #: When it is asked again, by the loop's clock; None while all is well.
        self._again: float | None = None

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        ask = partial(self._meaning.search, notice, kinds, limit=limit, constraints=constraints)
        found = await self._tried(ask)
        if found is None:
            return await self._words.search(notice, kinds, limit=limit, constraints=constraints)
        if self._again is not None:
            log.info("encoder_back")
            self._again = None
        return found

    async def refresh(self) -> None:
        await self._tried(self._meaning.refresh)

    async def close(self) -> None:
        await self._meaning.close()

    async def _tried(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """What comes of something that needs the encoder; None while it fails, or is left alone for that."""
        now = get_running_loop().time
        if self._again is not None and now() < self._again:
            return None
        try:
            return await work()
        except EndpointFailed as failed:
            if self._again is None:
                log.warning("encoder_failed", code=failed.code)
            self._again = now() + self._pause
            return None
