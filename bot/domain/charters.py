"""Charters: a community's purpose, who runs it and why, and the rules; in versions, accepted by each member (E1)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from bot.domain.ids import CommunityId

#: The most that a charter may hold, in characters.
CHARTER_LIMIT: Final = 4000
#: Characters around a change where it is told, at most: which step it is, quotation marks, and the end of its line.
AROUND: Final = 16
#: Where one sentence ends and the next begins, on one line.
_BETWEEN: Final = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class Charter:
    """One version of what a community agreed on. It never changes; what changes is a new version."""

    community: CommunityId
    #: Counts from 1.
    number: int
    text: str
    at: datetime


class Step(StrEnum):
    """What became of a sentence from one version to the next."""

    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One sentence that was added or removed."""

    step: Step
    text: str


def changes(before: str, after: str) -> tuple[Change, ...]:
    """What must be done to one text to make it the other, sentence by sentence, in the order of reading.

    Where sentences only moved, they are removed in one place and added in another. Breaks between lines are not told.
    """
    old, new = list(_sentences(before)), list(_sentences(after))
    found: list[Change] = []
    for _, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[first:last] != new[start:end]:
            found += [Change(Step.REMOVED, text) for text in old[first:last]]
            found += [Change(Step.ADDED, text) for text in new[start:end]]
    return tuple(found)


def fit(found: Sequence[Change]) -> bool:
    """Whether changes can be told wherever a charter can be shown: they take no more room than the longest one."""
    return sum(len(change.text) + AROUND for change in found) <= CHARTER_LIMIT


def _sentences(text: str) -> Iterator[str]:
    return (part for line in text.splitlines() for part in _BETWEEN.split(line.strip()) if part)
