"""What a test lets go wrong: lost connections before or after a call was done, errors, delays, refusals."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.discord.state import Json


@dataclass
class Call:
    """One request, and what became of it. `at` is in Discord's seconds; status 0: no answer was sent.

    `route` names method and path as the tables do, e.g. "POST /channels/{channel}/messages"; `parameters` hold what
    stood in its place.
    """

    route: str
    parameters: dict[str, str]
    query: dict[str, str]
    body: Any
    token: str
    at: float
    status: int = 0
    answer: Any = None
    #: Whether Discord did what was asked, heard or not.
    applied: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """What stands in the path."""
        return self.parameters[name]

    @property
    def json(self) -> Json:
        """The body, where an object is wanted; anything else is an empty one."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def code(self) -> int:
        """Discord's code of the refusal; 0: none."""
        return int(self.answer.get("code", 0)) if isinstance(self.answer, dict) and self.status >= 400 else 0


@dataclass(frozen=True)
class Fault:
    """One way for a call to go wrong. Make it with the functions below."""

    applied: bool
    drop: bool = False
    status: int = 200
    code: int = 0
    retry_after: float = 0.0
    scope: str = ""
    seconds: float = 0.0
    hook: Callable[[Call], Awaitable[None]] | None = None


def drop_before() -> Fault:
    """The connection breaks, and nothing was done."""
    return Fault(applied=False, drop=True)


def drop_after() -> Fault:
    """It is done, and the connection breaks before the answer."""
    return Fault(applied=True, drop=True)


def broken(status: int = 502, *, applied: bool = False) -> Fault:
    """An answer of a machine in front of Discord that is no JSON."""
    return Fault(applied, status=status)


def refused(status: int, code: int) -> Fault:
    """A refusal with a code, e.g. 403 and 50007; nothing is done."""
    return Fault(applied=False, status=status, code=code)


def limited(retry_after: float = 1.0, *, scope: str = "user") -> Fault:
    """429, with so many of our seconds to wait. `scope` is user, shared or global."""
    return Fault(applied=False, status=429, retry_after=retry_after, scope=scope)


def slow(seconds: float) -> Fault:
    """Done, but so many of our seconds later."""
    return Fault(applied=True, seconds=seconds)


def hooked(hook: Callable[[Call], Awaitable[None]]) -> Fault:
    """Whatever the test wants to happen first; it may raise ApiError."""
    return Fault(applied=True, hook=hook)


@dataclass
class _Plan:
    route: str
    fault: Fault
    left: int | None
    share: float
    chance: random.Random
    when: Callable[[Call], bool]


class Faults:
    """The faults that are planned. Each call meets the first that is meant for it."""

    def __init__(self) -> None:
        self._plans: list[_Plan] = []

    def plan(
        self,
        route: str,
        fault: Fault,
        *,
        times: int | None = 1,
        share: float = 1.0,
        seed: int = 0,
        when: Callable[[Call], bool] = lambda call: True,
    ) -> None:
        """Let calls of a route go wrong; "*" is every route.

        Args: times is how many (None: all from now on), share which part of them, chosen by the seed.
        """
        self._plans.append(_Plan(route, fault, times, share, random.Random(seed), when))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._plans.clear()

    def met(self, call: Call) -> Fault | None:
        """What this call meets, if anything."""
        for plan in self._plans:
            if plan.route not in (call.route, "*") or plan.left == 0 or not plan.when(call):
                continue
            if plan.chance.random() >= plan.share:
                continue
            if plan.left is not None:
                plan.left -= 1
            return plan.fault
        return None
