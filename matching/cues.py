"""The phrases by which people say that they need or offer something, and those that only look like it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Cue:
    """One way of saying it."""

    #: Over folded text, which may have several lines.
    pattern: re.Pattern[str]
    #: How sure it makes; for a doubt, what it leaves of a score.
    weight: float


@cache
def cues(kind: str) -> Sequence[Cue]:
    """The cues of a "need", of an "offer", or for "doubt"."""
    file = _file()
    return tuple(
        Cue(re.compile(_spelt_out(row["says"], file["phrases"]), re.MULTILINE), row["weight"]) for row in file[kind]
    )


def _spelt_out(pattern: str, phrases: Mapping[str, str]) -> str:
    whole = "".join(line.removeprefix("  ") for line in pattern.splitlines())
    for name, phrase in phrases.items():
        if f"<{name}>" in whole:
            whole = whole.replace(f"<{name}>", _spelt_out(phrase, {}))
    return whole


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(files("matching").joinpath("cues.toml").read_text(encoding="utf-8"))
