"""How often we may begin a session: Discord resets the token of who begins more than a thousand in a day.

Source: https://docs.discord.com/developers/events/gateway#session-start-limit-object
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog

from bot.leases import Ration

DAY: Final = timedelta(days=1)
#: Of all that Discord allows in a day, the share that is ours, and the share from which on it is said aloud.
OURS: Final = 0.9
ALARM: Final = 0.5
#: How many may begin in quick succession, where there are few shards.
BURST: Final = 30
#: Between two, so that one shard after the other may begin: Discord wants five seconds from one IDENTIFY to the next,
#: and the way from leave to IDENTIFY is not as long each time. Source: …#rate-limiting (`max_concurrency`)
APART: Final = timedelta(seconds=6)

log = structlog.get_logger()


class TooSoon(Exception):
    """So many sessions were begun that this one has to wait."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"after {after}")
        self.after = after


@dataclass(frozen=True)
class Limit:
    """What Discord allows."""

    total: int = 1000
    remaining: int = 1000
    resets_after: timedelta = DAY

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> "Limit":
        """As `GET /gateway/bot` says it."""
        return cls(int(answer["total"]), int(answer["remaining"]), timedelta(milliseconds=int(answer["reset_after"])))

    def ration(self, shards: int) -> Ration:
        """What all processes together take of it: in no day more than `OURS`, in a crash loop as well.

        All shards may begin twice, one after the other; from then on they begin as slowly as the day allows.
        """
        burst = max(BURST, 2 * shards)
        most = max(int(self.total * OURS), burst + 1)
        return Ration(DAY / (most - burst), burst, APART)

    def wait(self) -> timedelta:
        """How long to wait before beginning at all: until Discord counts anew, when little is left."""
        used = self.total - self.remaining
        if used >= self.total * ALARM:
            log.warning("many_sessions_begun", count=used, of=self.total)
        return self.resets_after if used >= self.total * OURS else timedelta(0)
