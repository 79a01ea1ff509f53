"""The pieces of Discord's components that we use, each with its limits held.

Menus stand where newer kinds of question could: radio buttons and boxes to tick are not drawn by every app yet.
Source: https://docs.discord.com/developers/components/reference
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Final, TypeAlias

from adapters.chat.texts import clipped, units
from adapters.discord.inert import cut, inert, is_visible, plain

Json: TypeAlias = dict[str, Any]

#: Longest texts that Discord takes, in characters.
BUTTON_LIMIT: Final = 80
OPTION_LIMIT: Final = 100
VALUE_LIMIT: Final = 100
PLACEHOLDER_LIMIT: Final = 150
TITLE_LIMIT: Final = 45
LABEL_LIMIT: Final = 45
HINT_LIMIT: Final = 100
EXAMPLE_LIMIT: Final = 100
INPUT_LIMIT: Final = 4000
#: Words of all text displays of one form together.
DISPLAY_LIMIT: Final = 4000
CUSTOM_ID_LIMIT: Final = 100
#: Options of one menu, buttons of one row, rows of one message, things in one form.
OPTIONS: Final = 25
ROW: Final = 5
ROWS: Final = 5
QUESTIONS: Final = 5


class Kind(IntEnum):
    """Types of components, as Discord numbers them."""

    ROW = 1
    BUTTON = 2
    SELECT = 3
    INPUT = 4
    CHANNELS = 8
    DISPLAY = 10
    LABEL = 18


class Style(IntEnum):
    """How a button looks."""

    PRIMARY = 1
    SECONDARY = 2
    SUCCESS = 3
    DANGER = 4
    LINK = 5


def press(choice: str, token: str = "") -> str:
    """What a button or a menu of ours is called: "i1" for the version, a choice, and what it is about.

    Args: token: of a message, or a sealed name, or where in a list; only letters, digits, "_", "-" and "=".
    """
    made = f"i1:{choice}:{token}"
    assert len(made) <= CUSTOM_ID_LIMIT, choice
    return made


def form(name: str, sealed: str = "") -> str:
    """What a form of ours is called; `sealed` comes back with it."""
    made = f"f1:{name}:{sealed}"
    assert len(made) <= CUSTOM_ID_LIMIT, name
    return made


def button(label: str, custom_id: str, style: Style = Style.SECONDARY, *, disabled: bool = False) -> Json:
    """One button."""
    made = {"type": Kind.BUTTON, "style": style, "label": plain(label, BUTTON_LIMIT), "custom_id": custom_id}
    return made | ({"disabled": True} if disabled else {})


def rows(buttons: Sequence[Json]) -> list[Json]:
    """Buttons in as few rows as hold them; no row for none."""
    return [row(buttons[at : at + ROW]) for at in range(0, len(buttons), ROW)]


def row(components: Sequence[Json]) -> Json:
    """One row of buttons, or of one menu."""
    return {"type": Kind.ROW, "components": list(components)}


def option(value: str, label: str, *, about: str = "", chosen: bool = False) -> Json:
    """One line of a menu."""
    made: Json = {"value": value, "label": plain(label, OPTION_LIMIT)}
    if is_visible(about):
        made["description"] = plain(about, OPTION_LIMIT)
    return made | ({"default": True} if chosen else {})


def menu(custom_id: str, options: Sequence[Json], *, hint: str) -> Json:
    """A row with a menu, of which one line is chosen at a time."""
    made = {"type": Kind.SELECT, "custom_id": custom_id, "options": list(options)[:OPTIONS]}
    return row([made | {"placeholder": plain(hint, PLACEHOLDER_LIMIT)}])


# --- forms -----------------------------------------------------------------------------------------------------------


def modal(custom_id: str, title: str, components: Sequence[Json]) -> Json:
    """A form, as the answer to an interaction."""
    shown = list(components)
    assert 0 < len(shown) <= QUESTIONS, custom_id
    data = {"custom_id": custom_id, "title": plain(title, TITLE_LIMIT), "components": shown}
    return {"type": 9, "data": data}


def display(text: str, limit: int = DISPLAY_LIMIT) -> Json:
    """A paragraph of a form."""
    shown = cut(inert(text), limit)
    return {"type": Kind.DISPLAY, "content": shown if is_visible(shown) else "…"}


def field(label: str, component: Json, *, hint: str = "") -> Json:
    """One question of a form."""
    made = {"type": Kind.LABEL, "label": plain(label, LABEL_LIMIT), "component": component}
    return made | ({"description": plain(hint, HINT_LIMIT)} if hint else {})


def text_input(
    name: str, initial: str = "", *, most: int, lines: bool = False, needed: bool = False, example: str = ""
) -> Json:
    """Something to type, at most `most` characters; what was typed before is given back as it was, and has room."""
    known = clipped(initial, INPUT_LIMIT)
    made: Json = {
        "type": Kind.INPUT,
        "custom_id": name,
        "style": 2 if lines else 1,
        "required": needed,
        "max_length": max(most, units(known)),
    }
    if example:
        made["placeholder"] = plain(example, EXAMPLE_LIMIT)
    return made | ({"value": known} if known else {})


def select(name: str, choices: Mapping[str, str], initial: str = "", *, needed: bool = True) -> Json:
    """One of several, by value and label; an `initial` that is not among them chooses nothing."""
    options = [option(value, label, chosen=value == initial) for value, label in choices.items()]
    return {"type": Kind.SELECT, "custom_id": name, "options": options[:OPTIONS], "required": needed}


def several(name: str, choices: Mapping[str, str], initial: Sequence[str], *, most: int = OPTIONS, hint: str) -> Json:
    """Any number of several, at most `most`; `hint` is said when none is chosen."""
    known = [value for value in choices if value in initial][:most]
    options = [option(value, label, chosen=value in known) for value, label in choices.items()][:OPTIONS]
    return {
        "type": Kind.SELECT,
        "custom_id": name,
        "options": options,
        "required": False,
        "min_values": 0,
        "max_values": min(most, len(options)),
        "placeholder": plain(hint, PLACEHOLDER_LIMIT),
    }


def channels(name: str, chosen: Sequence[str]) -> Json:
    """Any number of text channels of the server, by their ids."""
    known = [{"id": id, "type": "channel"} for id in chosen[:OPTIONS]]
    made: Json = {
        "type": Kind.CHANNELS,
        "custom_id": name,
        "channel_types": [0],
        "required": False,
        "min_values": 0,
        "max_values": OPTIONS,
    }
    return made | ({"default_values": known} if known else {})
