"""Texts that fit: what a service counts as too long is cut where a reader would cut it, and nothing odd is left in."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Final, TypeAlias

#: How much a character counts for, however a service counts.
Weight: TypeAlias = Callable[[str], int]

ELLIPSIS: Final = "…"
#: What turns the direction of everything after it, and what no text can hold.
UNFIT: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ud800-\udfff]")


def unit(character: str) -> int:
    """What a character counts for in UTF-16, as browsers and most servers count."""
    return 1 if character <= "\uffff" else 2


def units(text: str) -> int:
    """How long a text is in UTF-16."""
    return len(text) + sum(character > "\uffff" for character in text)


def size(text: str, weight: Weight = unit) -> int:
    """How long a text is."""
    return sum(map(weight, text))


def fit(text: str) -> str:
    """Without what no message can hold: controls, halves of characters, turns of direction. Lines stay lines."""
    return UNFIT.sub(_fitted, text.replace("\r\n", "\n").replace("\r", "\n"))


def _fitted(found: re.Match[str]) -> str:
    return " " if found.group() == "\t" else "\ufffd" if "\ud800" <= found.group() <= "\udfff" else ""


def clipped(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` by `units`, with nothing in its place: for what is sent back to us."""
    used = list(accumulate(map(unit, text[: limit + 1])))
    return fit(text[: bisect_right(used, limit)])


def cut(text: str, limit: int, weight: Weight = unit) -> str:
    """The text, or its beginning and «…», at most `limit` by `size`; where possible after a whole word."""
    if len(text) <= limit and size(text, weight) <= limit:
        return text
    return text[: _end(text, limit - 1, weight)].rstrip() + ELLIPSIS


def pieces(text: str, limit: int, weight: Weight = unit) -> list[str]:
    """A long text in pieces of at most `limit` by `size`, parted at lines or words; none for an empty one."""
    found, rest = [], text.strip("\n")
    while rest.strip() and size(rest, weight) > limit:
        end = _end(rest, limit, weight, at_lines=True) or 1
        found.append(rest[:end].strip("\n"))
        rest = rest[end:].lstrip()
    return [piece for piece in (*found, rest) if piece.strip()]


def parted(text: str, limit: int, weight: Weight = unit) -> list[str]:
    """A text in pieces of at most `limit` by `size`, with nothing left out: joined they are the text."""
    used = [0, *accumulate(map(weight, text))]
    seams = [0]
    while used[-1] - used[seams[-1]] > limit:
        seams.append(bisect_right(used, used[seams[-1]] + limit) - 1)
    return [text[begin:end] for begin, end in pairwise([*seams, len(text)])]


def _end(text: str, limit: int, weight: Weight, *, at_lines: bool = False) -> int:
    """Where the beginning of at most `limit` ends of a text that is longer: at a line or word if one is near."""
    used = list(accumulate(map(weight, text[: limit + 1])))
    end = bisect_right(used, limit)
    for seam in ("\n\n", "\n", " ") if at_lines else (" ",):
        found = text.rfind(seam, end // 2, end + 1)
        if found > 0:
            return found
    whole = end
    while whole > 0 and not _parts(text, whole):
        whole -= 1
    return whole or end


def _parts(text: str, at: int) -> bool:
    """Whether a text can be parted there without breaking a letter from its marks, or an emoji."""
    before, after = text[at - 1], text[at]
    if after in "\u200d\ufe0e\ufe0f" or before == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return False
    if unicodedata.category(after) in ("Mn", "Me", "Mc") or "\U000e0020" <= after <= "\U000e007f":
        return False
    flags = 0
    while flags < at and "\U0001f1e6" <= text[at - 1 - flags] <= "\U0001f1ff":
        flags += 1
    return not (flags % 2 and "\U0001f1e6" <= after <= "\U0001f1ff")
