"""What Discord takes, as its documentation says, for bodies of ours: the fake Discord's own rules, and a little more.

Source: https://docs.discord.com/developers/components/reference
"""

from typing import Any

from adapters.discord.incoming import FORM, PRESSED
from adapters.discord.widgets import Kind
from tests.adapters.discord.marks import made_of
from tests.adapters.payloads import units, walked
from tests.platforms.discord.check_components import modal_components
from tests.platforms.discord.check_messages import checked_message
from tests.platforms.discord.checks import Form as Wrong

#: Types of what can stand in a form on every app by now.
ASKING = {Kind.INPUT, Kind.SELECT, Kind.CHANNELS}


def check_message(body: dict[str, Any]) -> None:
    """A body of Create Message, or of an answer."""
    assert set(body) == {"content", "embeds", "components", "flags"}
    checked_message(body)
    assert 1 <= units(body["content"]) <= 2000
    assert body["content"].strip()
    frames = [frame["description"] for frame in body["embeds"]]
    assert len(frames) <= 10
    assert all(0 < units(frame) <= 4096 for frame in frames)
    assert sum(map(units, frames)) <= 6000
    assert body["flags"] == (0 if frames else 4)
    title, _, below = body["content"].partition("\n")
    content = below if title.startswith("**") else body["content"]
    for text in (content, *frames):
        text.encode()
        assert not list(made_of(text)), text
    assert len(body["components"]) <= 5
    for one in pressed(body):
        assert PRESSED.fullmatch(one["custom_id"]), one["custom_id"]
        assert 1 <= units(one["custom_id"]) <= 100
    _check_labels(body)


def check_modal(answer: dict[str, Any]) -> None:
    """An interaction response of type 9."""
    assert set(answer) == {"type", "data"}
    assert answer["type"] == 9
    data = answer["data"]
    assert set(data) == {"custom_id", "title", "components"}
    wrong = Wrong()
    modal_components(wrong, data["components"])
    wrong.settle()
    assert FORM.fullmatch(data["custom_id"]), data["custom_id"]
    assert 1 <= units(data["custom_id"]) <= 100
    assert 1 <= units(data["title"]) <= 45
    displayed = [one["content"] for one in walked(data) if one.get("type") == Kind.DISPLAY]
    assert sum(map(units, displayed)) <= 4000
    assert not [text for text in displayed if list(made_of(text))]
    for asked in questions(answer):
        assert asked["type"] in ASKING
        if asked["type"] == Kind.INPUT:
            assert units(asked.get("value", "")) <= asked["max_length"] <= 4000
            assert units(asked.get("placeholder", "")) <= 100
        else:
            # "must be either omitted or at least 1 if `required` is omitted or true"
            assert not asked["required"] or asked.get("min_values", 1) >= 1
            chosen = [one for one in asked.get("options", []) if one.get("default")]
            assert len(chosen) <= asked.get("max_values", 1) <= max(1, len(asked.get("options", range(25))))
    _check_labels(answer)


def _check_labels(shown: dict[str, Any]) -> None:
    most = {"label": 100, "description": 100, "placeholder": 150, "value": 4000}
    for one in walked(shown):
        for name in ("label", "placeholder", "title"):
            if isinstance(one.get(name), str):
                limit = {Kind.BUTTON: 80, Kind.LABEL: 45, Kind.INPUT: 100}.get(one.get("type", 0), most.get(name, 45))
                assert 1 <= units(one[name]) <= limit
                assert one[name].strip()
                assert "\n" not in one[name]
        if one.get("type") == Kind.LABEL:
            assert units(one.get("description", "")) <= 100


def pressed(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Every button and menu of a message."""
    return [one for row in body["components"] for one in row["components"]]


def questions(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that a form asks for."""
    return [one["component"] for one in answer["data"]["components"] if one["type"] == Kind.LABEL]


def labels(body: dict[str, Any]) -> list[str]:
    """What stands on the buttons of a message."""
    return [one["label"] for one in pressed(body) if one["type"] == Kind.BUTTON]
