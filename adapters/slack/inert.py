"""People's words for Slack: they ping nobody, link nowhere, format nothing, and never exceed what Slack takes."""

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import Any, Final

#: What Slack reads as a command in a text, and how it is written to be read as itself.
#: Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
#: Longest text object, in characters. Source: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
TEXT_LIMIT: Final = 3000
ELLIPSIS: Final = "…"
#: Takes no room and keeps its two neighbours from being read as one sign.
JOINER: Final = "\u2060"
#: What turns the direction of everything after it, and what no text can hold.
UNFIT: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ud800-\udfff]")
#: Beginnings of «<@U1>», «<#C1>», «<!here>», «<https://…>», and of «&lt;» as somebody typed it.
CONTROLS: Final = re.compile(r"<(?=[@#!a-zA-Z])|&(?=(?:amp|lt|gt);)")
#: «@here» as a person types it, which some ways of parsing turn into a ping.
CALLS: Final = re.compile(r"@(?=\w)")
#: «:smile:», which Slack would draw.
DRAWINGS: Final = re.compile(r":(?=[\w+'-]+:)")


def plain(text: str, limit: int = TEXT_LIMIT) -> dict[str, Any]:
    """A text object in which nothing means anything but itself; «…» for a text that holds nothing.

    Slack reads no commands in a `plain_text`; a joiner keeps it so should another client read them all the same.
    """
    shown = cut(quiet(text), limit)
    return {"type": "plain_text", "text": shown if shown.strip() else ELLIPSIS, "emoji": False}


def quiet(text: str) -> str:
    """For text objects: commands that only another client would read are broken. Twice is the same as once."""
    return CONTROLS.sub(_joined, fit(text))


def calm(text: str) -> str:
    """For the top-level `text` of a message, of which Slack makes more: without pings and drawings. Not yet escaped."""
    return DRAWINGS.sub(_joined, CALLS.sub(_joined, fit(text)))


def escaped(text: str) -> str:
    """For the same, once it is calm and short enough: what Slack reads as a command is read as itself."""
    return "".join(ESCAPES.get(character, character) for character in text)


def fit(text: str) -> str:
    """Without what no message can hold: controls, halves of characters, turns of direction. Lines stay lines."""
    return UNFIT.sub(_fitted, text.replace("\r\n", "\n").replace("\r", "\n"))


def _fitted(found: re.Match[str]) -> str:
    return " " if found.group() == "\t" else "\ufffd" if "\ud800" <= found.group() <= "\udfff" else ""


def _joined(found: re.Match[str]) -> str:
    return found.group() + JOINER


def size(text: str) -> int:
    """How long a text is at most, however Slack may count: in UTF-16, with what it escapes written out."""
    return sum(map(_weight, text))


def _weight(character: str) -> int:
    return len(ESCAPES.get(character, character)) if character <= "\uffff" else 2


def units(text: str) -> int:
    """How long a text is in UTF-16, as browsers and most servers count."""
    return len(text) + sum(character > "\uffff" for character in text)


def clipped(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` by `units`, with nothing in its place: for what is sent back to us."""
    used = list(accumulate(2 if character > "\uffff" else 1 for character in text[: limit + 1]))
    return fit(text[: bisect_right(used, limit)])


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and «…», at most `limit` by `size`; where possible after a whole word."""
    if len(text) <= limit and size(text) <= limit:
        return text
    return text[: _end(text, limit - 1)].rstrip() + ELLIPSIS


def pieces(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """A long text in pieces of at most `limit` by `size`, parted at lines or words; none for an empty one."""
    found, rest = [], text.strip("\n")
    while rest.strip() and size(rest) > limit:
        end = _end(rest, limit, at_lines=True) or 1
        found.append(rest[:end].strip("\n"))
        rest = rest[end:].lstrip()
    return [piece for piece in (*found, rest) if piece.strip()]


def parted(text: str, limit: int) -> list[str]:
    """A text in pieces of at most `limit` by `size`, with nothing left out: joined they are the text."""
    used = [0, *accumulate(map(_weight, text))]
    seams = [0]
    while used[-1] - used[seams[-1]] > limit:
        seams.append(bisect_right(used, used[seams[-1]] + limit) - 1)
    return [text[begin:end] for begin, end in pairwise([*seams, len(text)])]


def _end(text: str, limit: int, *, at_lines: bool = False) -> int:
    """Where the beginning of at most `limit` ends of a text that is longer: at a line or word if one is near."""
    used = list(accumulate(map(_weight, text[: limit + 1])))
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
