"""What a person can press, choose or fill in, in front of them: found in blocks, and turned into what Slack sends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.platforms.slack.state import Json, Post, View


@dataclass(frozen=True)
class Widget:
    """A button, menu or field. It belongs to a message or to a view."""

    kind: str
    action_id: str
    block_id: str
    shape: Json
    post: Post | None = None
    view: View | None = None
    #: An input is sent with the view; everything else at once.
    input: bool = False
    optional: bool = False

    @property
    def label(self) -> str:
        return str(self.shape.get("text", {}).get("text", ""))

    @property
    def value(self) -> str:
        return str(self.shape.get("value", ""))

    def named(self, name: str) -> bool:
        """Whether a test means this one: by action_id, with or without "press:", or by what it says."""
        return name in (self.action_id, self.action_id.removeprefix("press:"), self.label)


def widgets(blocks: Sequence[Json], *, post: Post | None = None, view: View | None = None) -> Iterator[Widget]:
    """Everything in blocks that somebody can use, from top to bottom."""
    for block in blocks:
        inside = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for element in inside if block["type"] in ("actions", "section", "input") else ():
            if element and element["type"] != "image":
                yield Widget(
                    element["type"],
                    str(element.get("action_id", "")),
                    str(block.get("block_id", "")),
                    element,
                    post,
                    view,
                    input=block["type"] == "input" and not block.get("dispatch_action"),
                    optional=bool(block.get("optional")),
                )


def _options(shape: Json) -> list[Json]:
    return [*shape.get("options", []), *(o for group in shape.get("option_groups", []) for o in group["options"])]


def _option(shape: Json, value: str) -> Json:
    """The option of a menu with this value or these words. Raises: LookupError."""
    for option in _options(shape):
        if value in (option["value"], option["text"]["text"]):
            return option
    raise LookupError(f"{shape['type']} offers no {value!r}: {[option['value'] for option in _options(shape)]}")


_PLAIN = {
    "users_select": "selected_user", "conversations_select": "selected_conversation",
    "channels_select": "selected_channel", "datepicker": "selected_date", "timepicker": "selected_time",
    "datetimepicker": "selected_date_time", "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations", "multi_channels_select": "selected_channels",
}  # fmt: skip
_INITIAL = {key: "initial_" + name.removeprefix("selected_") for key, name in _PLAIN.items()}


def filled(shape: Json, value: Any) -> Json:
    """A field's entry in `state.values`. None: left empty.

    Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload (view.state.values).
    """
    kind = str(shape["type"])
    if kind in _PLAIN:
        empty: Any = [] if kind.startswith("multi_") else None
        return {"type": kind, _PLAIN[kind]: empty if value is None else value}
    if kind in ("static_select", "external_select", "radio_buttons"):
        return {"type": kind, "selected_option": None if value is None else _option(shape, str(value))}
    if kind in ("multi_static_select", "multi_external_select", "checkboxes"):
        return {"type": kind, "selected_options": [_option(shape, str(one)) for one in value or ()]}
    return {"type": kind, "value": value if value is None else str(value)}


def initially(shape: Json) -> Json:
    """What a field holds before anybody touched it."""
    kind = str(shape["type"])
    if kind in _PLAIN:
        return filled(shape, shape.get(_INITIAL[kind]))
    if "initial_option" in shape:
        return filled(shape, shape["initial_option"]["value"])
    if "initial_options" in shape:
        return filled(shape, [option["value"] for option in shape["initial_options"]])
    return filled(shape, shape.get("initial_value"))


def is_empty(entry: Json) -> bool:
    return not any(value for key, value in entry.items() if key != "type")


def action(widget: Widget, value: Any, *, ts: str) -> Json:
    """The member of `actions` that says what was pressed or chosen."""
    shape = widget.shape
    said: Json = {"type": widget.kind, "action_id": widget.action_id, "block_id": widget.block_id, "action_ts": ts}
    if widget.kind == "button":
        words = {"text": shape["text"] | {"emoji": shape["text"].get("emoji", True)}}
        return said | words | {key: shape[key] for key in ("value", "style", "url") if key in shape}
    if widget.kind == "overflow":
        return said | {"selected_option": _option(shape, str(value))}
    return filled(shape, value) | said
