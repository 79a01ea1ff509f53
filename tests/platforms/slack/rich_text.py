"""The rules of rich text. Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

from collections.abc import Iterator
from typing import Any, Final

from tests.platforms.slack.elements import Fault, fault, items, many, only
from tests.platforms.slack.state import Json

_PARTS: Final[dict[str, set[str]]] = {
    "rich_text_section": set(),
    "rich_text_list": {"style", "indent", "offset", "border"},
    "rich_text_quote": {"border"},
    "rich_text_preformatted": {"border", "language"},
}
#: What may stand in a part, and the field that it cannot do without.
_WORDS: Final[dict[str, tuple[str, set[str]]]] = {
    "text": ("text", {"style"}),
    "link": ("url", {"text", "unsafe", "style"}),
    "user": ("user_id", {"style"}),
    "usergroup": ("usergroup_id", {"style"}),
    "channel": ("channel_id", {"style"}),
    "broadcast": ("range", set()),
    "emoji": ("name", {"unicode"}),
    "color": ("value", set()),
    "date": ("timestamp", {"format", "url", "fallback"}),
}


def rich_text_faults(block: Json, at: str) -> Iterator[Fault]:
    """A rich_text block."""
    yield from _parts(block.get("elements"), f"{at}/elements", set(_PARTS))


def _parts(parts: Any, at: str, allowed: set[str]) -> Iterator[Fault]:
    yield from many(parts, at, 1000)
    for number, part in enumerate(items(parts)):
        where = f"{at}/{number}"
        if not isinstance(part, dict) or str(part.get("type")) not in allowed:
            yield fault(where, f"unsupported type: {part.get('type') if isinstance(part, dict) else part}")
            continue
        kind = str(part["type"])
        yield from only(part, where, {"type", "elements"} | _PARTS[kind])
        if kind == "rich_text_list":
            if part.get("style") not in ("bullet", "ordered"):
                yield fault(f"{where}/style", "must be a valid enum value")
            yield from _parts(part.get("elements"), f"{where}/elements", {"rich_text_section"})
        else:
            yield from _words(part.get("elements"), f"{where}/elements")


def _words(words: Any, at: str) -> Iterator[Fault]:
    if not isinstance(words, list):
        yield fault(at, "must be an array")
        return
    for number, word in enumerate(words):
        where = f"{at}/{number}"
        if not isinstance(word, dict) or str(word.get("type")) not in _WORDS:
            yield fault(where, f"unsupported type: {word.get('type') if isinstance(word, dict) else word}")
            continue
        needed, others = _WORDS[str(word["type"])]
        yield from only(word, where, {"type", needed} | others)
        if word.get(needed) in (None, ""):
            yield fault(f"{where}/{needed}", "must be more than 0 characters")
        if "style" in word:
            yield from only(word["style"], f"{where}/style", {"bold", "italic", "strike", "code", "underline"})
