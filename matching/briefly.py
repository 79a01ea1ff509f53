"""Texts kept in few bytes, next to the things that they name: what is left of most is a few common words."""

import re
from collections.abc import Sequence
from typing import Final

#: In a text: the next thing that it names, the same and a space, one that is not found in it, a text kept as it is.
NEXT, NEXT_AND, SKIP, WHOLE = "\0", "\3", "\1", "\2"
#: Letters that no text of ours has, and what they stand for; those that hold others come first.
COMMON: Final = dict(
    zip(
        "\4\5\6\7\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f",
        [
            *["avec ", "pour ", "with ", "les ", "des ", "une ", "que ", "the ", "for ", "and ", "est ", "de ", "la "],
            *["le ", "un ", "et ", "en ", "du ", "je ", "to ", "of ", "in ", "my ", "à ", "a "],
        ],
        strict=True,
    )
)
_RESERVED: Final = re.compile(f"[{NEXT}-\x08\x0b\x0c\x0e-\x1f]")
_MARKS: Final = re.compile(f"[{NEXT}{SKIP}]")
_SAID: Final = str.maketrans({**COMMON, NEXT_AND: f"{NEXT} "})


def shortened(text: str, named: Sequence[str]) -> bytes:
    """A text without the things that it names, which are kept elsewhere."""
    if _RESERVED.search(text):
        return _bytes(WHOLE + text)
    parts, at = [], 0
    for name in named:
        found = text.find(name, at) if name else -1
        if found < 0:
            parts.append(SKIP)
        else:
            parts += [text[at:found], NEXT]
            at = found + len(name)
    left = "".join([*parts, text[at:]]).replace(f"{NEXT} ", NEXT_AND)
    for letter, common in COMMON.items():
        left = left.replace(common, letter)
    return _bytes(left)


def lengthened(kept: bytes, named: Sequence[str]) -> str:
    """The text that was shortened; `named` as then."""
    text = kept.decode("utf-8", "surrogatepass")
    if text.startswith(WHOLE):
        return text[1:]
    text = text.translate(_SAID)
    if SKIP in text:
        names = iter(named)
        return _MARKS.sub(lambda mark: _named(mark[0], next(names)), text)
    parts = text.split(NEXT)
    woven = [""] * (2 * len(parts) - 1)
    woven[::2], woven[1::2] = parts, named[: len(parts) - 1]
    return "".join(woven)


def _named(mark: str, name: str) -> str:
    return name if mark == NEXT else ""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
