"""Slack's limits: so many calls of a method in a minute, one message a second in a channel, so many in a workspace.

Sources: https://docs.slack.dev/apis/web-api/rate-limits; the tier of each method is on its page (where the page and
Slack's own Java SDK disagree, the lower). Slack names no number for a workspace ("several hundred per minute") and none
for bursts; these are ours, and settable.
"""

import math
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rate:
    """At most `count` in any `seconds` of Slack's."""

    count: int
    seconds: float = 60.0


_TIERS: Final = {1: Rate(1), 2: Rate(20), 3: Rate(50), 4: Rate(100)}
_METHODS: Final = {
    "apps.uninstall": 1,
    "users.list": 2,
    "apps.connections.open": 3, "auth.revoke": 3, "chat.delete": 3, "chat.deleteScheduledMessage": 3,
    "chat.scheduleMessage": 3, "chat.scheduledMessages.list": 3, "chat.update": 3, "conversations.history": 3,
    "conversations.info": 3, "conversations.open": 3, "team.info": 3,
    "chat.postEphemeral": 4, "conversations.members": 4, "oauth.v2.access": 4, "users.info": 4,
    "views.open": 4, "views.publish": 4, "views.push": 4, "views.update": 4,
}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What Slack allows: by method and workspace, posts by channel, posts by workspace. None: no limit."""

    methods: Mapping[str, Rate]
    channel: Rate | None
    workspace: Rate | None


DOCUMENTED: Final = Limits({name: _TIERS[tier] for name, tier in _METHODS.items()}, Rate(4, 4.0), Rate(300))
NO_LIMITS: Final = Limits({}, None, None)


class Gauge:
    """Counts what was done, and says how long to wait for what would be too much."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._done: dict[str, deque[float]] = defaultdict(deque)

    def wait(self, method: str, team: str, channel: str, at: float) -> int:
        """Seconds until it may be done: 0 when it may be done now, which is then counted."""
        keys = list(self._keys(method, team, channel))
        wait = max((self._left(key, rate, at) for key, rate in keys), default=0.0)
        if wait <= 0:
            for key, _ in keys:
                self._done[key].append(at)
        return math.ceil(wait)

    def _keys(self, method: str, team: str, channel: str) -> Iterator[tuple[str, Rate]]:
        if method in self.limits.methods:
            yield f"{team}:{method}", self.limits.methods[method]
        if method == "chat.postMessage":
            if self.limits.channel:
                yield f"channel:{channel}", self.limits.channel
            if self.limits.workspace:
                yield f"workspace:{team}", self.limits.workspace

    def _left(self, key: str, rate: Rate, at: float) -> float:
        done = self._done[key]
        while done and done[0] <= at - rate.seconds:
            done.popleft()
        return done[0] + rate.seconds - at if len(done) >= rate.count else 0.0
