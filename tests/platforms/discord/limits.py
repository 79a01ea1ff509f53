"""How much an app may ask for: buckets by route, 50 a second in all, and a ban for too many invalid requests.

Source: https://docs.discord.com/developers/topics/rate-limits. Limits of single routes are not published: those in
DOCUMENTED are chosen, near what is seen.
"""

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Rate:
    """So many in so many of Discord's seconds."""

    count: int
    seconds: float


@dataclass(frozen=True)
class Limits:
    """`opening` new direct channels beyond that are refused with 40003; `invalid` requests beyond that mean a ban."""

    overall: Rate | None = None
    routes: Mapping[str, Rate] = field(default_factory=dict)
    others: Rate | None = None
    opening: Rate | None = None
    invalid: Rate | None = None


NO_LIMITS: Final = Limits()
DOCUMENTED: Final = Limits(
    overall=Rate(50, 1),
    routes={
        "POST /channels/{channel}/messages": Rate(5, 5),
        "PATCH /channels/{channel}/messages/{message}": Rate(5, 5),
        "DELETE /channels/{channel}/messages/{message}": Rate(5, 1),
        "GET /channels/{channel}/messages": Rate(5, 5),
        "POST /channels/{channel}/threads": Rate(10, 60),
        "POST /users/@me/channels": Rate(10, 10),
        "GET /guilds/{guild}/members/{user}": Rate(5, 1),
        "PUT /applications/{application}/commands": Rate(5, 20),
    },
    others=Rate(50, 1),
    opening=Rate(10, 600),
    invalid=Rate(10_000, 600),
)

#: What in a path has limits of its own.
MAJOR: Final = ("channel", "guild", "webhook", "token")


@dataclass(frozen=True)
class Measure:
    """What a bucket says to one request. `wait` is in Discord's seconds; 0: go on."""

    bucket: str
    limit: int
    remaining: int
    reset_after: float
    wait: float


@dataclass
class Gauge:
    """Counts what was asked, against the limits. Moments are in Discord's seconds."""

    limits: Limits
    _seen: dict[str, deque[float]] = field(default_factory=dict)

    def bucket(self, route: str, parameters: Mapping[str, str], now: float) -> Measure | None:
        """Count a request. Returns: what its headers say; None without a limit."""
        rate = self.limits.routes.get(route, self.limits.others)
        if rate is None:
            return None
        major = "+".join(parameters[one] for one in MAJOR if one in parameters)
        seen = self._window(f"{route} {major}", rate, now)
        wait = max(seen[0] + rate.seconds - now, 0.001) if len(seen) >= rate.count else 0.0
        if not wait:
            seen.append(now)
        name = hashlib.md5(route.encode(), usedforsecurity=False).hexdigest()
        return Measure(name, rate.count, rate.count - len(seen), max(seen[0] + rate.seconds - now, 0.001), wait)

    def overall(self, now: float) -> float:
        """Count a request of all. Returns: how long to wait; 0: go on."""
        return self._counted("overall", self.limits.overall, now)

    def opening(self, now: float) -> float:
        """Count a new direct channel. Returns: how long to wait; 0: go on."""
        return self._counted("opening", self.limits.opening, now)

    def invalid(self, now: float) -> None:
        """Count an invalid request."""
        self._seen.setdefault("invalid", deque()).append(now)

    def banned(self, now: float) -> float:
        """How long the ban lasts that too many invalid requests brought; 0: none."""
        rate = self.limits.invalid
        if rate is None:
            return 0.0
        seen = self._window("invalid", rate, now)
        return seen[0] + rate.seconds - now if len(seen) >= rate.count else 0.0

    def _counted(self, name: str, rate: Rate | None, now: float) -> float:
        if rate is None:
            return 0.0
        seen = self._window(name, rate, now)
        if len(seen) >= rate.count:
            return max(seen[0] + rate.seconds - now, 0.001)
        seen.append(now)
        return 0.0

    def _window(self, name: str, rate: Rate, now: float) -> deque[float]:
        seen = self._seen.setdefault(name, deque())
        while seen and seen[0] <= now - rate.seconds:
            seen.popleft()
        return seen
