"""Discord's rules for components, of messages (both kinds) and of modals.

Source: https://docs.discord.com/developers/components/reference.
"""

from collections.abc import Callable
from typing import Any, Final

from tests.platforms.discord.checks import Form, Place
from tests.platforms.discord.state import Json, flat

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL = 1, 2, 3, 4, 9, 10, 11
GALLERY, FILE, SEPARATOR, CONTAINER, LABEL, UPLOAD, RADIOS, CHECKBOXES, CHECKBOX = 12, 13, 14, 17, 18, 19, 21, 22, 23
SELECTS: Final = (3, 5, 6, 7, 8)
#: Every component together, nested ones too: 40. Words of text displays together: 4,000.
MOST: Final = 40
MOST_TEXT: Final = 4000

_V2_TOP: Final = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
_IN_CONTAINER: Final = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
_IN_LABEL: Final = (*SELECTS, TEXT_INPUT, UPLOAD, RADIOS, CHECKBOXES, CHECKBOX)


def message_components(form: Form, components: Any, *, v2: bool) -> None:
    """What stands under a message, or, with IS_COMPONENTS_V2, is the message."""
    rows = form.several(("components",), components, 0, MOST if v2 else 5)
    for number, row in enumerate(rows):
        _component(form, ("components", number), row, _V2_TOP if v2 else (ROW,))
    _together(form, rows, v2=v2)


def modal_components(form: Form, components: Any) -> None:
    """What stands in a form: rows with one text input, labels, text displays; one to five.

    Source: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal
    """
    rows = form.several(("data", "components"), components, 1, 5)
    for number, row in enumerate(rows):
        place: Place = ("data", "components", number)
        if isinstance(row, dict) and row.get("type") == ROW:
            for inner, one in enumerate(form.several((*place, "components"), row.get("components"), 1, 1)):
                _component(form, (*place, "components", inner), one, (TEXT_INPUT,))
        else:
            _component(form, place, row, (LABEL, TEXT))
    _together(form, rows, v2=True, root=("data", "components"))


def _together(form: Form, rows: list[Any], *, v2: bool, root: Place = ("components",)) -> None:
    """Rules for all components at once; only where each of them is one."""
    if not form.right:
        return
    every = list(flat(row for row in rows if isinstance(row, dict)))
    known = [str(one["custom_id"]) for one in every if isinstance(one.get("custom_id"), str)]
    if len(known) != len(set(known)):
        form.wrong(root, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    if len(every) > MOST:
        form.wrong(root, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"Total number of components exceeds {MOST}")
    if v2 and sum(len(str(one.get("content") or "")) for one in every if one.get("type") == TEXT) > MOST_TEXT:
        form.wrong(root, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"Text exceeds maximum size of {MOST_TEXT}")
    numbers = [one["id"] for one in every if one.get("id")]
    if len(numbers) != len(set(numbers)):
        form.wrong(root, "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")


def _component(form: Form, place: Place, shape: Any, allowed: tuple[int, ...]) -> None:
    found = form.thing(place, shape)
    if found is None or not form.choice((*place, "type"), found.get("type"), allowed):
        return
    form.number((*place, "id"), found.get("id"), 0, 2**31 - 1)
    rule = _RULES.get(found["type"])
    if rule is not None:
        rule(form, place, found)


def _row(form: Form, place: Place, shape: Json) -> None:
    inside = form.several((*place, "components"), shape.get("components"), 1, 5)
    for number, one in enumerate(inside):
        _component(form, (*place, "components", number), one, (BUTTON, *SELECTS))
    if len(inside) > 1 and any(isinstance(one, dict) and one.get("type") in SELECTS for one in inside):
        form.wrong(
            (*place, "components"),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        )


def _button(form: Form, place: Place, shape: Json) -> None:
    if not form.choice((*place, "style"), shape.get("style"), (1, 2, 3, 4, 5, 6)):
        return
    form.text((*place, "label"), shape.get("label"), 80)
    if shape["style"] == 5:
        form.text((*place, "url"), shape.get("url"), 512, least=1, needed=True)
    elif shape["style"] != 6:
        form.text((*place, "custom_id"), shape.get("custom_id"), 100, least=1, needed=True)
    if shape["style"] != 6 and not shape.get("label") and not shape.get("emoji"):
        form.wrong(place, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji")
    if "url" in shape and shape.get("custom_id"):
        form.wrong(
            place, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified"
        )


def _select(form: Form, place: Place, shape: Json) -> None:
    form.text((*place, "custom_id"), shape.get("custom_id"), 100, least=1, needed=True)
    form.text((*place, "placeholder"), shape.get("placeholder"), 150)
    form.number((*place, "min_values"), shape.get("min_values"), 0, 25)
    form.number((*place, "max_values"), shape.get("max_values"), 1, 25)
    if shape["type"] == STRING_SELECT:
        _options(form, place, shape, 25)


def _options(form: Form, place: Place, shape: Json, most: int) -> None:
    options = form.several((*place, "options"), shape.get("options"), 1, most)
    values: list[Any] = []
    for number, one in enumerate(options):
        here = (*place, "options", number)
        if form.thing(here, one) is None:
            continue
        form.text((*here, "label"), one.get("label"), 100, least=1, needed=True)
        form.text((*here, "value"), one.get("value"), 100, least=1, needed=True)
        form.text((*here, "description"), one.get("description"), 100)
        if one.get("value") in values:
            form.wrong(
                (*here, "value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        values.append(one.get("value"))


def _text_input(form: Form, place: Place, shape: Json) -> None:
    form.text((*place, "custom_id"), shape.get("custom_id"), 100, least=1, needed=True)
    form.choice((*place, "style"), shape.get("style"), (1, 2))
    in_row = "component" not in place
    form.text((*place, "label"), shape.get("label"), 45, least=1 if in_row else 0, needed=in_row)
    form.text((*place, "placeholder"), shape.get("placeholder"), 100)
    form.text((*place, "value"), shape.get("value"), 4000)
    form.number((*place, "min_length"), shape.get("min_length"), 0, 4000)
    form.number((*place, "max_length"), shape.get("max_length"), 1, 4000)


def _section(form: Form, place: Place, shape: Json) -> None:
    for number, one in enumerate(form.several((*place, "components"), shape.get("components"), 1, 3)):
        _component(form, (*place, "components", number), one, (TEXT,))
    _component(form, (*place, "accessory"), shape.get("accessory"), (BUTTON, THUMBNAIL))


def _container(form: Form, place: Place, shape: Json) -> None:
    for number, one in enumerate(form.several((*place, "components"), shape.get("components"), 1, MOST)):
        _component(form, (*place, "components", number), one, _IN_CONTAINER)
    form.number((*place, "accent_color"), shape.get("accent_color"), 0, 0xFFFFFF)


def _label(form: Form, place: Place, shape: Json) -> None:
    form.text((*place, "label"), shape.get("label"), 45, least=1, needed=True)
    form.text((*place, "description"), shape.get("description"), 100)
    _component(form, (*place, "component"), shape.get("component"), _IN_LABEL)


def _boxes(form: Form, place: Place, shape: Json) -> None:
    form.text((*place, "custom_id"), shape.get("custom_id"), 100, least=1, needed=True)
    if shape["type"] != CHECKBOX and shape["type"] != UPLOAD:
        _options(form, place, shape, 10)


def _words(form: Form, place: Place, shape: Json) -> None:
    form.text((*place, "content"), shape.get("content"), MOST_TEXT, least=1, needed=True)


def _separator(form: Form, place: Place, shape: Json) -> None:
    form.choice((*place, "spacing"), shape.get("spacing"), (1, 2), needed=False)


_RULES: Final[dict[int, Callable[[Form, Place, Json], None]]] = {
    ROW: _row, BUTTON: _button, TEXT_INPUT: _text_input, SECTION: _section, TEXT: _words, SEPARATOR: _separator,
    CONTAINER: _container, LABEL: _label, UPLOAD: _boxes, RADIOS: _boxes, CHECKBOXES: _boxes, CHECKBOX: _boxes,
    **dict.fromkeys(SELECTS, _select),
}  # fmt: skip
