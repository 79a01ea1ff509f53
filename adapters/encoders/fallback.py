"""What happens while an encoder elsewhere does not answer: words are compared alone."""

from asyncio import get_running_loop
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from adapters.encoders.endpoint import EndpointFailed
from bot.domain.notices import Kind, Notice
from bot.ports import Candidates
from matching.constraints import Constraints
from matching.model import Candidate

#: An encoder that failed is left alone for this long, so that not every search waits for it.
PAUSE: Final = timedelta(minutes=5)

log = structlog.get_logger()


class MeaningOrWords:
    """Candidates by meaning as long as the encoder answers; by words alone otherwise."""

    def __init__(self, meaning: Candidates, words: Candidates, *, pause: timedelta = PAUSE) -> None:
        self._meaning = meaning
        self._words = words
        self._pause = pause.total_seconds()
        #: When it is asked again, by the loop's clock; None while all is well.
        self._again: float | None = None

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        now = get_running_loop().time
        if self._again is None or now() >= self._again:
            try:
                found = await self._meaning.search(notice, kinds, limit=limit, constraints=constraints)
            except EndpointFailed as failed:
                if self._again is None:
                    log.warning("encoder_failed", code=failed.code)
                self._again = now() + self._pause
            else:
                if self._again is not None:
                    log.info("encoder_back")
                    self._again = None
                return found
        return await self._words.search(notice, kinds, limit=limit, constraints=constraints)
