"""Everything that is written down while people say private things, and handlers fail over them (P13)."""

import io
import logging
import os
import random
from collections import Counter
from collections.abc import Awaitable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final, Literal

import pytest
import structlog

from adapters.logs import set_up_logs
from adapters.web.metrics import CountedCarrier, Metrics
from bot import tick
from bot.dispatch import USE_CASES, Dispatch
from bot.domain.ids import MemberId

#: How many pairs of people say and answer something; a thousand in a campaign.
FLOWS: Final = int(os.environ.get("FLOWS", "6"))
#: How many of them one process hears.
TOGETHER: Final = 12
#: In which part of them some handler fails.
FAILING: Final = 2 / 3
#: At each of these: a level, and whether libraries are made to say everything, which no setting does.
LOUDNESS: Final[Sequence[tuple[Literal["debug", "info"], bool]]] = (("debug", False), ("info", False), ("debug", True))
#: What time moves.
MOVES: Final = ("send_wave", "introduce", "lapse", "follow_up", "nudge", "expire")

#: A handler: what holds it, and what it is called there.
Place = tuple[Any, Any]


def words(flow: int) -> str:
    """What is said in one of them: like no other word, and in nothing that is written down."""
    letters = "".join("bcdfghjklm"[int(digit)] for digit in f"{flow:05}")
    return f"Zebra{letters}"


def moved_and_asked() -> list[Place]:
    """The handlers of every platform: each use case, and each move."""
    return [*((USE_CASES, command) for command in USE_CASES), *((tick, name) for name in MOVES)]


@dataclass
class Overheard:
    """What was written down."""

    stream: io.StringIO = field(default_factory=io.StringIO)
    metrics: Metrics = field(default_factory=lambda: Metrics("1"))
    #: How often each handler failed.
    failed: Counter[str] = field(default_factory=Counter)

    def count(self, store: Any) -> None:
        """Count what a store sends."""
        store.carrier = CountedCarrier(store.carrier, self.metrics)

    def fail(self, patch: pytest.MonkeyPatch, place: Place, word: str) -> None:
        """Let a handler fail from now on, and tell everything that it was given."""
        holder, name = place

        def fail(*given: Any, **more: Any) -> None:
            self.failed[str(name)] += 1
            raise RuntimeError(f"{word} {given!r} {more!r}")

        if isinstance(holder, MutableMapping):
            patch.setitem(holder, name, fail)
        else:
            patch.setattr(holder, name, fail)

    def found(self, hidden: Sequence[str]) -> list[str]:
        """What of this is written somewhere."""
        text = self.stream.getvalue().casefold() + self.metrics.text().decode().casefold()
        return [one for one in hidden if one.casefold() in text]


@contextmanager
def overheard(chunk: int, libraries: Sequence[str]) -> Iterator[Overheard]:
    """Write down everything, more or less loudly."""
    level, loud = LOUDNESS[chunk % len(LOUDNESS)]
    root, heard = logging.getLogger(), Overheard()
    handlers, before = root.handlers[:], root.level
    loggers = {name: logging.getLogger(name).level for name in libraries}
    set_up_logs(level, "json", stream=heard.stream)
    if loud:
        for name in libraries:
            logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
        for name, was in loggers.items():
            logging.getLogger(name).setLevel(was)
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()


def at_fault(flow: int, places: Sequence[Place]) -> tuple[Place, bool]:
    """Which handler one of them is about, and whether it fails, as most do."""
    chance = random.Random(flow)
    return chance.choice(places), chance.random() < FAILING


def is_patient(place: Place) -> bool:
    """Whether a handler is only come to by two who say yes, and some time after."""
    return place[1] in (*MOVES, "bring_together")


async def ask_for(place: Place, dispatch: Dispatch, member: MemberId, word: str) -> None:
    """Have a use case be asked for that fails at once, so that it does not matter what for."""
    holder, command = place
    if holder is USE_CASES:
        wanted = {one.name: word for one in fields(command) if one.default is one.default_factory is MISSING}
        wanted |= {"member": member} if "member" in wanted else {}
        await tried(dispatch.receive("made", f"{command.__name__} {word}", command(**wanted)))


async def tried(act: Awaitable[Any]) -> Any:
    """Do something that may fail, or may not be there to be done. Returns: what came of it; None for nothing."""
    with suppress(LookupError, ValueError, RuntimeError, TimeoutError, PermissionError):
        return await act
    return None
