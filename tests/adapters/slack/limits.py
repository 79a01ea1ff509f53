"""What Slack takes, as its documentation and slack_sdk's own models say, for payloads of ours.

Sources: https://docs.slack.dev/reference/block-kit, https://docs.slack.dev/reference/views, slack_sdk.models.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.adapters.payloads import units, walked

ELEMENTS: Final = {
    "actions": {"button", "overflow", "static_select", "datepicker", "timepicker", "checkboxes", "radio_buttons"},
    "input": {
        "plain_text_input", "number_input", "static_select", "multi_static_select", "multi_conversations_select",
        "checkboxes", "radio_buttons", "datepicker", "timepicker",
    },
    "section": {"button", "overflow"},
}  # fmt: skip
BLOCKS: Final = {"section", "header", "context", "divider", "actions", "input"}


def check_message(payload: dict[str, Any]) -> None:
    """A body of chat.postMessage or chat.update."""
    assert set(payload) == {"text", "blocks"}
    assert 1 <= units(payload["text"]) <= 4000
    assert not set("<>") & set(payload["text"])
    assert 1 <= len(payload["blocks"]) <= 50
    assert units(json.dumps(payload["blocks"], ensure_ascii=False)) <= 12_000
    assert not any(block["type"] in ("input",) for block in payload["blocks"])
    _check_blocks(payload["blocks"])


def check_view(view: dict[str, Any]) -> None:
    """A view of views.open, views.update, views.push or views.publish."""
    assert 1 <= len(view["blocks"]) <= 100
    assert units(view.get("private_metadata", "")) <= 3000
    assert units(view.get("callback_id", "")) <= 255
    if view["type"] == "home":
        assert not {"title", "submit", "close"} & set(view)
    else:
        assert all(1 <= units(view[name]["text"]) <= 24 for name in ("title", "submit", "close") if name in view)
        assert "submit" in view or not any(block["type"] == "input" for block in view["blocks"])
    _check_blocks(view["blocks"])
    named = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(named) == len(set(named))
    View(**view).validate_json()
    # No total is documented for a view; ours stay moderate.
    assert units(json.dumps(view, ensure_ascii=False)) < 80_000


def _check_blocks(blocks: list[dict[str, Any]]) -> None:
    for block, parsed in zip(blocks, Block.parse_all(blocks), strict=True):
        assert block["type"] in BLOCKS
        parsed.validate_json()
        _check_block(block)
    for object in texts(blocks):
        assert object["type"] == "plain_text"
        assert object["emoji"] is False
        assert object["text"].strip()
        object["text"].encode()
    for element in elements(blocks):
        _check_element(element)


def _check_block(block: dict[str, Any]) -> None:
    match block["type"]:
        case "section":
            assert 1 <= units(block["text"]["text"]) <= 3000
        case "header":
            assert 1 <= units(block["text"]["text"]) <= 150
        case "context":
            assert 1 <= len(block["elements"]) <= 10
        case "actions":
            assert 1 <= len(block["elements"]) <= 25
            ids = [element["action_id"] for element in block["elements"]]
            assert len(ids) == len(set(ids))
            assert {element["type"] for element in block["elements"]} <= ELEMENTS["actions"]
        case "input":
            assert 1 <= units(block["label"]["text"]) <= 2000
            assert units(block.get("hint", {}).get("text", "")) <= 2000
            assert block["element"]["type"] in ELEMENTS["input"]
    if "accessory" in block:
        assert block["accessory"]["type"] in ELEMENTS["section"]


def _check_element(element: dict[str, Any]) -> None:
    assert 1 <= units(element["action_id"]) <= 255
    assert units(element.get("placeholder", {}).get("text", "")) <= 150
    if element["type"] == "button":
        assert 1 <= units(element["text"]["text"]) <= 75
        assert units(element.get("value", "")) <= 2000
        assert element.get("style", "primary") in ("primary", "danger")
        assert element.get("value", "x")
    if "confirm" in element:
        sure = element["confirm"]
        assert units(sure["title"]["text"]) <= 100
        assert units(sure["text"]["text"]) <= 300
        assert units(sure["confirm"]["text"]) <= 30
        assert units(sure["deny"]["text"]) <= 30
    if "options" in element:
        most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(element["type"], 100)
        values = [option["value"] for option in element["options"]]
        assert 1 <= len(values) <= most
        assert len(values) == len(set(values))
        assert all(1 <= units(value) <= 150 for value in values)
        assert all(units(option["text"]["text"]) <= 75 for option in element["options"])
        initial = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
        assert all(option in element["options"] for option in initial)
        assert "initial_options" not in element or initial
        assert len(initial) <= element.get("max_selected_items", 100)
    if element["type"] == "plain_text_input":
        assert 1 <= element["max_length"] <= 3000
        assert units(element.get("initial_value", "")) <= element["max_length"]


def elements(blocks: Any) -> Iterator[dict[str, Any]]:
    """Everything that can be acted on."""
    for node in walked(blocks):
        if "action_id" in node:
            yield node


def texts(blocks: Any) -> Iterator[dict[str, Any]]:
    """Every text object."""
    for node in walked(blocks):
        if node.get("type") in ("plain_text", "mrkdwn", "rich_text"):
            yield node
