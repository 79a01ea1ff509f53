"""People's words for Slack: they ping nobody, link nowhere, format nothing, and never exceed what Slack takes."""

import re
from typing import Any, Final

from adapters.chat import texts
from adapters.chat.texts import ELLIPSIS, fit

#: What Slack reads as a command in a text, and how it is written to be read as itself.
#: Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
#: Longest text object, in characters. Source: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
TEXT_LIMIT: Final = 3000
#: Takes no room and keeps its two neighbours from being read as one sign.
JOINER: Final = "\u2060"
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


def _joined(found: re.Match[str]) -> str:
    return found.group() + JOINER


def size(text: str) -> int:
    """How long a text is at most, however Slack may count: in UTF-16, with what it escapes written out."""
    return texts.size(text, _weight)


def _weight(character: str) -> int:
    return len(ESCAPES.get(character, character)) if character <= "\uffff" else 2


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and «…», at most `limit` by `size`; where possible after a whole word."""
    return texts.cut(text, limit, _weight)


def pieces(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """A long text in pieces of at most `limit` by `size`, parted at lines or words; none for an empty one."""
    return texts.pieces(text, limit, _weight)


def parted(text: str, limit: int) -> list[str]:
    """A text in pieces of at most `limit` by `size`, with nothing left out: joined they are the text."""
    return texts.parted(text, limit, _weight)
