"""What people can use on their screen: buttons, menus and the fields of a form, and what is sent of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tests.platforms.discord.interactions import Modal
from tests.platforms.discord.state import Json, flat

_BUTTON, _LINK, _ROW, _LABEL, _TEXT, _INPUT, _CHECKBOX = 2, 5, 1, 18, 10, 4, 23
_MENUS: Final = (3, 5, 6, 7, 8)


def usable(components: Sequence[Json]) -> Iterator[Json]:
    """Buttons and menus that can be used now: not links, not disabled."""
    for one in flat(components):
        if one.get("disabled") or (one["type"] == _BUTTON and one.get("style") == _LINK):
            continue
        if one["type"] == _BUTTON or one["type"] in _MENUS:
            yield one


def found(components: Sequence[Json], name: str, *, menu: bool) -> Json:
    """The button or menu with this custom_id, or that says this. Raises: LookupError."""
    every = [one for one in usable(components) if (one["type"] in _MENUS) is menu]
    for one in every:
        if name in (one.get("custom_id"), one.get("label"), one.get("placeholder")):
            return one
    raise LookupError(f"no {name!r} here, but {[one.get('label') or one.get('custom_id') for one in every]}")


def pressed(button: Json) -> Json:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-message-component-data-structure."""
    return {"id": button.get("id", 0), "component_type": _BUTTON, "custom_id": button["custom_id"]}


def chosen(menu: Json, values: Sequence[str]) -> Json:
    """What a menu sends. Raises: LookupError, for a value or a number of values that it does not offer."""
    if menu["type"] == 3:
        by_name = {one["label"]: one["value"] for one in menu["options"]} | {
            one["value"]: one["value"] for one in menu["options"]
        }
        if missing := [one for one in values if one not in by_name]:
            raise LookupError(f"the menu does not offer {missing}, but {sorted(by_name)}")
        values = [by_name[one] for one in values]
    if not int(menu.get("min_values", 1)) <= len(values) <= int(menu.get("max_values", 1)):
        raise LookupError(f"the menu does not take {len(values)} values")
    return {
        "id": menu.get("id", 0),
        "component_type": menu["type"],
        "custom_id": menu["custom_id"],
        "values": list(values),
    }


def filled(modal: Modal, values: Mapping[str, Any], *, unchecked: bool = False) -> Json:
    """What a form sends. Raises: LookupError for a field that it lacks, ValueError for what it does not take.

    Source: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-modal-submit-data-structure
    """
    names = [name for row in modal.components for name in _names(row)]
    if strange := [name for name in values if name not in names]:
        raise LookupError(f"the form has no {strange}, but {names}")
    components = [_part(row, values, unchecked=unchecked) for row in modal.components]
    return {"custom_id": modal.custom_id, "components": components}


def _names(row: Json) -> list[str]:
    field: Json = row.get("component") or next(iter(row.get("components", ())), {})
    return [str(name) for name in (field.get("custom_id"), row.get("label"), field.get("label")) if name]


def _part(row: Json, values: Mapping[str, Any], *, unchecked: bool) -> Json:
    shape: Json = {"type": row["type"], "id": row.get("id", 0)}
    if row["type"] == _TEXT:
        return shape
    field = row.get("component") or row["components"][0]
    said = next((values[one] for one in _names(row) if one in values), None)
    entry = _entry(field, said, unchecked=unchecked)
    return shape | ({"component": entry} if row["type"] == _LABEL else {"components": [entry]})


def _entry(field: Json, value: Any, *, unchecked: bool) -> Json:
    entry: Json = {"type": field["type"], "id": field.get("id", 0), "custom_id": field["custom_id"]}
    required = field.get("required", True)
    if field["type"] == _INPUT:
        text = str(field.get("value") or "") if value is None else str(value)
        least, most = int(field.get("min_length") or 0), int(field.get("max_length") or 4000)
        if not unchecked and ((required and not text) or (text and not least <= len(text) <= most)):
            raise ValueError(f"{field['custom_id']} does not take {len(text)} characters")
        return entry | {"value": text}
    if field["type"] == _CHECKBOX:
        return entry | {"value": bool(field.get("default") if value is None else value)}
    if field["type"] == 21:
        picked = _picked(field, [] if value is None else [value])
        return entry | {"value": picked[0] if picked else None}
    several = [] if value is None else [value] if isinstance(value, str) else list(value)
    picked = _picked(field, several)
    if not unchecked and required and not picked:
        raise ValueError(f"{field['custom_id']} must be filled in")
    return entry | {"values": picked}


def _picked(field: Json, values: Sequence[str]) -> list[str]:
    """The values of options, by their label or value; without being told, those that are chosen already."""
    options = field.get("options")
    if options is None:
        return list(values)
    if not values:
        return [str(one["value"]) for one in options if one.get("default")]
    by_name = {one["label"]: one["value"] for one in options} | {one["value"]: one["value"] for one in options}
    if missing := [one for one in values if one not in by_name]:
        raise LookupError(f"{field['custom_id']} does not offer {missing}, but {sorted(by_name)}")
    return [str(by_name[one]) for one in values]
