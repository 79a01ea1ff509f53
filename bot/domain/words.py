"""What people type, made fit to keep and to show: no invisible tricks, no endless accents, no more than fits."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from bot.errors import Refusal

#: A text this many times longer than its limit is refused before it is looked at.
FAR_TOO_LONG: Final = 16
#: Marks that one letter can carry; more is a tower that hides its neighbours.
MOST_MARKS: Final = 4
#: More than this share of control characters is a file, not a text.
MOST_CONTROLS: Final = 0.1
JOINER: Final = "\u200d"
VARIATIONS: Final = frozenset("\ufe0e\ufe0f")
#: What turns the direction of a line or takes no room: bidi controls, zero-width characters, soft hyphen, BOM, tags.
INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
#: Controls, lone surrogates, private use, unassigned.
UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Co", "Cn"})


def clean(text: str, limit: int) -> str:
    """One line of readable text, at most `limit` characters.

    Raises: Refusal "empty", "too_long" (field: limit) or "unreadable".
    """
    return _fitting(text, limit, _cleaned)


def clean_lines(text: str, limit: int) -> str:
    """Readable text of several lines, at most `limit` characters; no two empty lines follow each other.

    Raises: as `clean`.
    """
    return _fitting(text, limit, _cleaned_lines)


def _fitting(text: str, limit: int, cleaned: Callable[[str], str]) -> str:
    if len(text) > FAR_TOO_LONG * limit:
        raise Refusal("too_long", limit=limit)
    if _looks_like_a_file(text):
        raise Refusal("unreadable")
    readable = cleaned(text)
    if not readable:
        raise Refusal("empty")
    if len(readable) > limit:
        raise Refusal("too_long", limit=limit)
    return readable


def _cleaned_lines(text: str) -> str:
    lines = [_cleaned(line) for line in text.splitlines()]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()


def _cleaned(line: str) -> str:
    visible = "".join(" " if c.isspace() else c for c in INVISIBLE.sub("", line) if _is_printable(c))
    return " ".join(_with_few_marks(unicodedata.normalize("NFC", _without_loose_joiners(visible))).split())


def _is_printable(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in UNPRINTABLE


def _looks_like_a_file(text: str) -> bool:
    odd = sum(not _is_printable(c) or c == "\ufffd" for c in text)
    return odd > 3 and odd > MOST_CONTROLS * len(text)


def _without_loose_joiners(text: str) -> str:
    """Keep the joiners that make one emoji of several, and no others."""
    kept: list[str] = []
    for at, character in enumerate(text):
        following = text[at + 1 : at + 2]
        if character != JOINER or (kept and _is_emoji(kept[-1]) and following and _is_emoji(following)):
            kept.append(character)
    return "".join(kept)


def _is_emoji(character: str) -> bool:
    return character in VARIATIONS or unicodedata.category(character) in ("So", "Sk")


def _with_few_marks(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
