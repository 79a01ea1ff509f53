"""The pieces of Block Kit that we use, each with its limits held. Source: https://docs.slack.dev/reference/block-kit"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from adapters.chat.texts import clipped, units
from adapters.slack.inert import plain

Json: TypeAlias = dict[str, Any]

#: Longest texts that Slack takes, in characters.
BUTTON_LIMIT: Final = 75
OPTION_LIMIT: Final = 75
VALUE_LIMIT: Final = 150
HEADER_LIMIT: Final = 150
PLACEHOLDER_LIMIT: Final = 150
LABEL_LIMIT: Final = 2000
#: Source: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
INPUT_LIMIT: Final = 3000
#: Shorter than Slack's 2,000: a context is a line or two.
CONTEXT_LIMIT: Final = 1000
CONFIRM_LIMITS: Final = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
#: Options of one menu, and elements of one row.
OPTIONS: Final = 100
ROW: Final = 25
#: The one thing in each input block of ours; its block is named after the field.
VALUE: Final = "value"


def section(text: str, accessory: Json | None = None) -> Json:
    """A paragraph, shown whole."""
    block = {"type": "section", "text": plain(text), "expand": True}
    return block | ({"accessory": accessory} if accessory else {})


def preformatted(text: str) -> Json:
    """Words exactly as they are, in letters of one width; Slack reads nothing into them."""
    words = {"type": "text", "text": text}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [words]}]}


def header(text: str) -> Json:
    """A heading."""
    return {"type": "header", "text": plain(text, HEADER_LIMIT)}


def context(text: str) -> Json:
    """A small grey line."""
    return {"type": "context", "elements": [plain(text, CONTEXT_LIMIT)]}


def divider() -> Json:
    """A line across."""
    return {"type": "divider"}


def actions(elements: Sequence[Json]) -> list[Json]:
    """Buttons in a row; no row for none."""
    rows = [list(elements[at : at + ROW]) for at in range(0, len(elements), ROW)]
    return [{"type": "actions", "elements": row} for row in rows]


def button(label: str, action: str, value: str = "", *, style: str = "", confirm: Json | None = None) -> Json:
    """One button. `style` is "primary", "danger" or nothing; an empty `value` is left out."""
    made = {"type": "button", "text": plain(label, BUTTON_LIMIT), "action_id": action}
    more = {"value": value, "style": style, "confirm": confirm}
    return made | {name: given for name, given in more.items() if given}


def confirm(title: str, text: str, confirm: str, deny: str, *, style: str = "") -> Json:
    """A dialog that asks whether one is sure."""
    said = {"title": title, "text": text, "confirm": confirm, "deny": deny}
    return {name: plain(words, CONFIRM_LIMITS[name]) for name, words in said.items()} | (
        {"style": style} if style else {}
    )


def option(value: str, label: str) -> Json:
    """One line of a menu."""
    return {"text": plain(label, OPTION_LIMIT), "value": value}


def field(name: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    """One question of a form. The answer comes back under `name`."""
    block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, LABEL_LIMIT),
        "element": element | {"action_id": VALUE},
        "optional": optional,
    }
    return block | ({"hint": plain(hint, LABEL_LIMIT)} if hint else {})


def text_input(initial: str = "", *, most: int, lines: bool = False, example: str = "") -> Json:
    """Something to type, at most `most` characters; what was typed before is given back as it was.

    Slack may count an emoji as two where we count one: what is there already always has room.
    """
    known = clipped(initial, INPUT_LIMIT)
    made: Json = {"type": "plain_text_input", "multiline": lines, "max_length": max(most, units(known))}
    if example:
        made["placeholder"] = plain(example, PLACEHOLDER_LIMIT)
    return made | ({"initial_value": known} if known else {})


def number_input(initial: int, *, least: int, most: int) -> Json:
    """A whole number to type."""
    bounds = {"min_value": str(least), "max_value": str(most), "initial_value": str(initial)}
    return {"type": "number_input", "is_decimal_allowed": False} | bounds


def select(choices: Mapping[str, str], initial: str) -> Json:
    """One of several, by value and label; an `initial` that is not among them chooses nothing."""
    chosen = {"initial_option": option(initial, choices[initial])} if initial in choices else {}
    return {"type": "static_select", "options": _options(choices)} | chosen


def radio(choices: Mapping[str, str], initial: str) -> Json:
    """One of a few, all in sight."""
    return select(choices, initial) | {"type": "radio_buttons"}


def several(choices: Mapping[str, str], initial: Sequence[str], *, most: int = 0, empty: str = "") -> Json:
    """Any number of several, at most `most`; `empty` is said when none is chosen."""
    made: Json = {"type": "multi_static_select", "options": _options(choices)}
    chosen = [option(value, choices[value]) for value in initial if value in choices]
    if chosen:
        made["initial_options"] = chosen[:most] if most else chosen
    if most:
        made["max_selected_items"] = most
    return made | ({"placeholder": plain(empty, PLACEHOLDER_LIMIT)} if empty else {})


def tick(value: str, label: str, *, ticked: bool) -> Json:
    """One box to tick."""
    one = option(value, label)
    return {"type": "checkboxes", "options": [one]} | ({"initial_options": [one]} if ticked else {})


def _options(choices: Mapping[str, str]) -> list[Json]:
    return [option(value, label) for value, label in choices.items()][:OPTIONS]
