"""Block Kit's rules, as Slack checks them when something is posted: missing, too long, too many, or out of place.

Sources: https://docs.slack.dev/reference/block-kit/blocks, /block-elements, /composition-objects, /reference/views; the
numbers are also in slack_sdk.models. The words of the errors follow answers quoted in public issues, e.g. "must be less
than 3001 characters [json-pointer:/blocks/0/text/text]" and "no more than 25 items allowed
[json-pointer:/blocks/1/elements]".
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from tests.platforms.slack.elements import (
    ACTIONS,
    CONTEXT,
    INPUTS,
    SECTION,
    Fault,
    element_faults,
    fault,
    items,
    length,
    many,
    only,
    required,
    text_faults,
)
from tests.platforms.slack.rich_text import rich_text_faults
from tests.platforms.slack.state import Json

IN_MESSAGE: Final = 50
IN_VIEW: Final = 100
#: Not documented: github.com/slackapi/bolt-js/issues/2509 saw 13,297 characters pass in one block, fewer in more.
TOTAL: Final = 13_200


def block_faults(blocks: Sequence[Any], at: str = "/blocks", most: int = IN_MESSAGE) -> list[str]:
    """What Slack finds wrong with blocks; empty when it takes them. Each fault ends with where, as a JSON pointer."""
    return list(_all(blocks, at, most, "message"))


def too_long(blocks: Sequence[Json]) -> bool:
    """Whether a message's blocks are too much together, by the sum of what is in them."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > TOTAL


def view_faults(view: Json, kind: str) -> list[str]:
    """The same for a view: `kind` is modal or home. Source: https://docs.slack.dev/reference/views."""
    return list(_view(view, kind))


def _view(view: Json, kind: str) -> Iterator[Fault]:
    if view.get("type") != kind:
        yield fault("/view/type", f"must be {kind}")
    yield from only(
        view,
        "/view",
        {
            "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close",
            "notify_on_close", "external_id", "submit_disabled",
        },
    )  # fmt: skip
    yield from required(view, "/view", "blocks", *(["title"] if kind == "modal" else []))
    for name in ("title", "submit", "close"):
        if name in view:
            yield from text_faults(view[name], f"/view/{name}", 24, plain=True)
    yield from length(view, "/view", private_metadata=3000, callback_id=255, external_id=255)
    blocks = view.get("blocks", [])
    if not isinstance(blocks, list):
        yield fault("/view/blocks", "must be an array")
        return
    asking = [n for n, block in enumerate(blocks) if isinstance(block, dict) and block.get("type") == "input"]
    if kind == "modal" and "submit" not in view and asking:
        yield fault(f"/view/blocks/{asking[0]}/input", "must define submit to use input block")
    yield from _all(blocks, "/view/blocks", IN_VIEW, kind)


def _all(blocks: Sequence[Any], at: str, most: int, surface: str) -> Iterator[Fault]:
    if len(blocks) > most:
        yield fault(at, f"no more than {most} items allowed")
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        where = f"{at}/{number}"
        if not isinstance(block, dict):
            yield fault(where, "must be an object")
            continue
        name = block.get("block_id")
        if name not in (None, "") and not isinstance(name, str):
            yield fault(f"{where}/block_id", "must be a string")
        elif isinstance(name, str) and name:
            if name in seen:
                yield fault(f"{where}/block_id", f"duplicate block_id: {name}")
            seen.add(name)
            yield from length(block, where, block_id=255)
        kind = str(block.get("type"))
        if kind not in _BLOCKS or surface not in _WHERE.get(kind, ("message", "modal", "home")):
            yield fault(where, f"unsupported type: {kind}")
            continue
        fields, check = _BLOCKS[kind]
        yield from only(block, where, {"type", "block_id", *fields})
        yield from check(block, where)


def _section(block: Json, at: str) -> Iterator[Fault]:
    if "text" not in block and "fields" not in block:
        yield fault(at, "missing required field: text")
    if "text" in block:
        yield from text_faults(block["text"], f"{at}/text", 3000)
    if "fields" in block:
        yield from many(block["fields"], f"{at}/fields", 10)
    for number, field in enumerate(items(block.get("fields"))):
        yield from text_faults(field, f"{at}/fields/{number}", 2000)
    if "accessory" in block:
        yield from element_faults(block["accessory"], f"{at}/accessory", SECTION)


def _header(block: Json, at: str) -> Iterator[Fault]:
    yield from required(block, at, "text")
    if "text" in block:
        yield from text_faults(block["text"], f"{at}/text", 150, plain=True)


def _divider(block: Json, at: str) -> Iterator[Fault]:
    yield from ()


def _context(block: Json, at: str) -> Iterator[Fault]:
    yield from many(block.get("elements"), f"{at}/elements", 10)
    for number, element in enumerate(items(block.get("elements"))):
        where = f"{at}/elements/{number}"
        if isinstance(element, dict) and element.get("type") in ("plain_text", "mrkdwn"):
            yield from text_faults(element, where, 2000)
        else:
            yield from element_faults(element, where, CONTEXT)


def _actions(block: Json, at: str) -> Iterator[Fault]:
    yield from many(block.get("elements"), f"{at}/elements", 25)
    seen: set[str] = set()
    for number, element in enumerate(items(block.get("elements"))):
        where = f"{at}/elements/{number}"
        yield from element_faults(element, where, ACTIONS)
        name = element.get("action_id") if isinstance(element, dict) else None
        # "should be unique among all other action_ids in the containing block"
        if name and str(name) in seen:
            yield fault(f"{where}/action_id", f"`action_id` {name} already exists in this block")
        seen.add(str(name))


def _input(block: Json, at: str) -> Iterator[Fault]:
    yield from required(block, at, "label", "element")
    for name in ("label", "hint"):
        if name in block:
            yield from text_faults(block[name], f"{at}/{name}", 2000, plain=True)
    if "element" in block:
        yield from element_faults(block["element"], f"{at}/element", INPUTS)


def _image(block: Json, at: str) -> Iterator[Fault]:
    yield from required(block, at, "alt_text")
    yield from length(block, at, image_url=3000, alt_text=2000)
    if "title" in block:
        yield from text_faults(block["title"], f"{at}/title", 2000, plain=True)


def _markdown(block: Json, at: str) -> Iterator[Fault]:
    yield from required(block, at, "text")
    yield from length(block, at, text=12_000)


_WHERE: Final[Mapping[str, tuple[str, ...]]] = {"markdown": ("message",)}
_BLOCKS: Final[Mapping[str, tuple[set[str], Callable[[Json, str], Iterator[Fault]]]]] = {
    "section": ({"text", "fields", "accessory", "expand"}, _section),
    "header": ({"text", "level"}, _header),
    "divider": (set(), _divider),
    "context": ({"elements"}, _context),
    "actions": ({"elements"}, _actions),
    "input": ({"label", "element", "hint", "optional", "dispatch_action"}, _input),
    "image": ({"image_url", "alt_text", "title", "slack_file"}, _image),
    "markdown": ({"text"}, _markdown),
    "rich_text": ({"elements"}, rich_text_faults),
}
