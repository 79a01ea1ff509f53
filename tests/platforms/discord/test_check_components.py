"""Discord's rules for components: what is just right is taken, and one more is refused where it stands."""

from typing import Any

import pytest

from tests.platforms.discord.check_messages import checked_message, checked_modal
from tests.platforms.discord.state import COMPONENTS_V2, ApiError, Json


def button(number: int = 0, **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Yes", "custom_id": f"b{number}"} | more


def row(*inside: Json) -> Json:
    return {"type": 1, "components": list(inside)}


def menu(options: int, **more: Any) -> Json:
    offered = [{"label": f"o{number}", "value": f"{number}"} for number in range(options)]
    return {"type": 3, "custom_id": "m", "options": offered} | more


def words(text: str) -> Json:
    return {"type": 10, "content": text}


def field(**more: Any) -> Json:
    return {"type": 4, "style": 1, "label": "Why", "custom_id": "why"} | more


def wrong_with(check: Any, *arguments: Any) -> list[str]:
    """Where it is wrong; nothing, if it is right."""
    try:
        check(*arguments)
    except ApiError as refusal:
        return list(_places(refusal.errors or {}))
    return []


def _places(errors: Json, path: str = "") -> list[str]:
    found = [path] if "_errors" in errors else []
    for key, inside in errors.items():
        if key != "_errors":
            found += _places(inside, f"{path}.{key}".lstrip("."))
    return found


@pytest.mark.parametrize(
    ("components", "places"),
    [
        ([row(*(button(number + 5 * line) for number in range(5))) for line in range(5)], []),
        ([row(button(line)) for line in range(6)], ["components"]),
        ([row(*(button(number) for number in range(6)))], ["components.0.components"]),
        ([row()], ["components.0.components"]),
        ([row(button(label="y" * 80, custom_id="c" * 100))], []),
        ([row(button(label="y" * 81))], ["components.0.components.0.label"]),
        ([row(button(custom_id="c" * 101))], ["components.0.components.0.custom_id"]),
        ([row(button(custom_id=""))], ["components.0.components.0.custom_id"]),
        ([row(button(label=""))], ["components.0.components.0"]),
        ([row(button(style=5))], ["components.0.components.0.url"]),
        ([row(button(1), button(1))], ["components"]),
        ([row(menu(25))], []),
        ([row(menu(26))], ["components.0.components.0.options"]),
        ([row(menu(2), button())], ["components.0.components"]),
        ([row(menu(1, placeholder="p" * 151))], ["components.0.components.0.placeholder"]),
        ([row({"type": 4, "style": 1, "label": "L", "custom_id": "t"})], ["components.0.components.0.type"]),
        ([words("not in these")], ["components.0.type"]),
        ("nonsense", ["components"]),
        ([17], ["components.0"]),
    ],
)
def test_rows_under_a_message(components: Any, places: list[str]) -> None:
    assert wrong_with(checked_message, {"content": "x", "components": components}) == places


@pytest.mark.parametrize(
    ("components", "places"),
    [
        ([words("x" * 4000)], []),
        ([words("x" * 4001)], ["components.0.content"]),
        ([words("x" * 2001), words("x" * 2000)], ["components"]),
        ([words("x")] * 40, []),
        ([words("x")] * 41, ["components"]),
        ([{"type": 17, "components": [words("x"), row(button()), {"type": 14}]}], []),
        ([{"type": 17, "components": [{"type": 17, "components": [words("x")]}]}], ["components.0.components.0.type"]),
        ([{"type": 9, "components": [words("x")], "accessory": button()}], []),
        ([{"type": 9, "components": [words("x")]}], ["components.0.accessory"]),
    ],
)
def test_a_message_made_of_components(components: Any, places: list[str]) -> None:
    assert sorted(wrong_with(checked_message, {"flags": COMPONENTS_V2, "components": components})) == sorted(places)


def test_components_alone_leave_no_room_for_content() -> None:
    body = {"flags": COMPONENTS_V2, "content": "x", "components": [words("x")]}

    assert wrong_with(checked_message, body) == ["content"]


@pytest.mark.parametrize(
    ("components", "places"),
    [
        ([row(field())] * 1, []),
        ([row(field(custom_id=f"f{number}")) for number in range(5)], []),
        ([row(field(custom_id=f"f{number}")) for number in range(6)], ["data.components"]),
        ([], ["data.components"]),
        ([row(field(), field(custom_id="b"))], ["data.components.0.components"]),
        ([row(field(label="l" * 46))], ["data.components.0.components.0.label"]),
        ([row(field(placeholder="p" * 101))], ["data.components.0.components.0.placeholder"]),
        ([row(field(value="v" * 4000, max_length=4000))], []),
        ([row(field(value="v" * 4001))], ["data.components.0.components.0.value"]),
        ([row(field(max_length=4001))], ["data.components.0.components.0.max_length"]),
        ([row(button())], ["data.components.0.components.0.type"]),
        ([{"type": 18, "label": "L", "component": menu(25)}, words("hint")], []),
        ([{"type": 18, "label": "l" * 46, "component": menu(25)}], ["data.components.0.label"]),
        ([{"type": 18, "label": "L", "component": button()}], ["data.components.0.component.type"]),
        ([{"type": 18, "label": "L", "component": {"type": 23, "custom_id": "c"}}], []),
    ],
)
def test_a_form(components: Any, places: list[str]) -> None:
    body = {"type": 9, "data": {"custom_id": "m", "title": "T", "components": components}}

    assert wrong_with(checked_modal, body) == places
