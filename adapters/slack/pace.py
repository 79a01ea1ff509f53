"""How fast we may speak: about one message a second in a conversation, and so many a second in a workspace.

Source: https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

#: Seconds between two messages of one conversation, and how many may come at once.
IN_CHANNEL: Final = (1.0, 3)
#: Seconds between two messages of one workspace ("several hundred a minute"), and how many may come at once.
IN_TEAM: Final = (1 / 3, 20)
#: The same of methods that are called for many in one moment: a little less than what their tiers allow in a minute.
OF_METHOD: Final[Mapping[str, tuple[float, int]]] = {"conversations.open": (1.3, 4)}
#: Seconds that are nothing: less than sums of fractions are exact to.
GRAIN: Final = 1e-6
#: Conversations that are remembered, at most.
REMEMBERED: Final = 10_000


class Meter:
    """Lets events through at a steady rate, a few at once; the more urgent before the less, whoever came first.

    Source: the generic cell rate algorithm, ITU-T I.371.
    """

    def __init__(self, interval: float, at_once: int) -> None:
        self.interval = interval
        self._slack = interval * (at_once - 1)
        self._next = 0.0
        #: Until when others stand in line, by priority.
        self._promised: dict[int, float] = {}

    def wait(self, now: float, priority: int = 0) -> float:
        """Seconds until the next may go; 0 when it may go now, and nothing more urgent stands in line."""
        ahead = (until for other, until in self._promised.items() if other < priority)
        wait = max(self._next - self._slack, max(ahead, default=now)) - now
        return wait if wait > GRAIN else 0.0

    def go(self, now: float) -> None:
        """One goes."""
        self._next = max(self._next, now) + self.interval

    def turn(self, now: float, priority: int = 0) -> float:
        """Seconds after which one that has to wait should come again, each in its turn."""
        last = self._promised.get(priority, 0.0)
        self._promised[priority] = max(last + self.interval, now + self.wait(now, priority))
        return self._promised[priority] - now

    def is_idle(self, now: float) -> bool:
        """Whether it would let anything through."""
        return self._next <= now and all(until <= now for until in self._promised.values())


class Pace:
    """The turns of all conversations and workspaces, and what Slack asked us to wait with."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._teams: dict[str, Meter] = {}
        self._channels: dict[tuple[str, str], Meter] = {}
        self._methods: dict[tuple[str, str], Meter] = {}
        self._held: dict[tuple[str, str], float] = {}

    def hold(self, team: str, method: str, seconds: float) -> None:
        """Slack asked us not to call this method for this workspace for so long."""
        self._held[team, method] = self._now() + seconds

    def held(self, team: str, method: str) -> float:
        """Seconds to wait before a method may be called; 0, and it counts, when it may now."""
        now = self._now()
        if (until := self._held.get((team, method), 0.0)) > now:
            return until - now
        if method not in OF_METHOD:
            return 0.0
        meter = self._methods.setdefault((team, method), Meter(*OF_METHOD[method]))
        if meter.wait(now):
            return meter.turn(now)
        meter.go(now)
        return 0.0

    def wait(self, team: str, channel: str, priority: int = 0) -> float:
        """Seconds to wait before a message may be posted there; 0, and it counts, when it may now.

        Args: priority says who goes first where many wait, smaller first.
        """
        now = self._now()
        if len(self._channels) > REMEMBERED:
            self._channels = {key: meter for key, meter in self._channels.items() if not meter.is_idle(now)}
        meters = (
            self._teams.setdefault(team, Meter(*IN_TEAM)),
            self._channels.setdefault((team, channel), Meter(*IN_CHANNEL)),
        )
        if any(meter.wait(now, priority) for meter in meters):
            return max(meter.turn(now, priority) for meter in meters if meter.wait(now, priority))
        for meter in meters:
            meter.go(now)
        return 0.0
