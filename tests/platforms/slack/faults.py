"""What a test lets go wrong: lost connections before or after a call was done, errors, delays, refusals."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.platforms.slack.state import ApiError, Json


@dataclass
class Call:
    """One request to the Web API, and what became of it. `at` is in Slack's seconds; status 0: no answer was sent."""

    method: str
    arguments: Json
    token: str
    at: float
    team: str = ""
    status: int = 0
    answer: Json = field(default_factory=dict)
    #: Whether Slack did what was asked, heard or not.
    applied: bool = False

    def number(self, name: str, default: float) -> float:
        """An argument that is a number. Raises: ApiError."""
        try:
            return float(str(self.arguments.get(name) or default))
        except ValueError as odd:
            raise ApiError(f"invalid_{name}") from odd

    @property
    def error(self) -> str:
        return str(self.answer.get("error", ""))


@dataclass(frozen=True)
class Fault:
    """One way for a call to go wrong. Make it with the functions below."""

    applied: bool
    drop: bool = False
    status: int = 200
    answer: Json | None = None
    retry_after: str = ""
    seconds: float = 0.0
    hook: Callable[[Call], Awaitable[None]] | None = None


def drop_before() -> Fault:
    """The connection breaks, and nothing was done."""
    return Fault(applied=False, drop=True)


def drop_after() -> Fault:
    """It is done, and the connection breaks before the answer."""
    return Fault(applied=True, drop=True)


def broken(status: int = 503, *, applied: bool = False) -> Fault:
    """An answer of a machine in front of Slack that is no JSON."""
    return Fault(applied, status=status)


def refused(code: str, *, applied: bool = False, **extra: object) -> Fault:
    """An answer with `ok: false`. After `fatal_error` or `internal_error` it may have been done all the same.

    Source: the errors of https://docs.slack.dev/reference/methods/chat.postMessage.
    """
    return Fault(applied, answer={"ok": False, "error": code, **extra})


def limited(retry_after: float = 1.0) -> Fault:
    """429, with so many of our seconds to wait."""
    return Fault(applied=False, status=429, retry_after=f"{retry_after:g}")


def slow(seconds: float) -> Fault:
    """Done, but so many of our seconds later."""
    return Fault(applied=True, seconds=seconds)


def hooked(hook: Callable[[Call], Awaitable[None]]) -> Fault:
    """Whatever the test wants to happen first; it may raise ApiError."""
    return Fault(applied=True, hook=hook)


@dataclass
class _Plan:
    method: str
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
        method: str,
        fault: Fault,
        *,
        times: int | None = 1,
        share: float = 1.0,
        seed: int = 0,
        when: Callable[[Call], bool] = lambda call: True,
    ) -> None:
        """Let calls of a method go wrong; "*" is every method.

        Args: times is how many (None: all from now on), share which part of them, chosen by the seed.
        """
        self._plans.append(_Plan(method, fault, times, share, random.Random(seed), when))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._plans.clear()

    def met(self, call: Call) -> Fault | None:
        """What this call meets, if anything."""
        for plan in self._plans:
            if plan.method not in (call.method, "*") or plan.left == 0 or not plan.when(call):
                continue
            if plan.chance.random() >= plan.share:
                continue
            if plan.left is not None:
                plan.left -= 1
            return plan.fault
        return None


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP. No answer: no JSON either."""

    status: int
    answer: Json | None
    headers: dict[str, str] = field(default_factory=dict)


def spoilt(fault: Fault, reply: Reply) -> Reply:
    """What comes back instead of the reply."""
    if fault.retry_after:
        return Reply(fault.status, {"ok": False, "error": "ratelimited"}, {"Retry-After": fault.retry_after})
    if fault.status != 200:
        return Reply(fault.status, None)
    return reply if fault.answer is None else Reply(200, fault.answer)
