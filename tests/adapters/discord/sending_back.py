"""How Discord sends back a form.

Source: https://docs.discord.com/developers/components/reference (interaction response structures)
"""

from typing import Any

from adapters.discord.filled import Values, values_of
from adapters.discord.widgets import Kind


def sent_back(answer: dict[str, Any], **typed: str) -> dict[str, Any]:
    """The `data` of a form that is sent as it was opened, but for what was typed into its fields."""
    components = [
        {"type": one["type"], "id": at, "component": _state(one["component"], typed)}
        if one["type"] == Kind.LABEL
        else {"type": one["type"], "id": at}
        for at, one in enumerate(answer["data"]["components"])
    ]
    return {"custom_id": answer["data"]["custom_id"], "components": components}


def values(answer: dict[str, Any], **typed: str) -> Values:
    """The same, read."""
    return values_of(sent_back(answer, **typed))


def _state(asked: dict[str, Any], typed: dict[str, str]) -> dict[str, Any]:
    name = asked["custom_id"]
    known = {"type": asked["type"], "custom_id": name}
    match asked["type"]:
        case Kind.INPUT:
            return known | {"value": typed.get(name, asked.get("value", ""))}
        case Kind.SELECT:
            chosen = [option["value"] for option in asked["options"] if option.get("default")]
            return known | {"values": [typed[name]] if name in typed else chosen}
        case Kind.CHANNELS:
            return known | {"values": [one["id"] for one in asked.get("default_values", [])]}
    raise AssertionError(asked["type"])
