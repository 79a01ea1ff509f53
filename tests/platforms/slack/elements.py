"""The rules of what stands inside a block: texts, buttons, menus, inputs. Source: /reference/block-kit of Slack."""

from collections.abc import Iterator, Set
from typing import Any, Final

from tests.platforms.slack.state import Json

#: What is wrong, and where.
Fault = str

_MENUS: Final = {f"{kind}_select" for kind in ("static", "external", "users", "conversations", "channels")}
_MANY: Final = {f"multi_{menu}" for menu in _MENUS}
_PICKERS: Final = {"datepicker", "timepicker", "datetimepicker"}
_CHOICES: Final = {"radio_buttons", "checkboxes"}
_TYPED: Final = {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"}

#: What may stand in each kind of block.
SECTION: Final = (
    {"button", "image", "overflow", "workflow_button"} | _MENUS | _MANY | _PICKERS - {"datetimepicker"} | _CHOICES
)
ACTIONS: Final = {"button", "overflow", "workflow_button", "rich_text_input"} | _MENUS | _MANY | _PICKERS | _CHOICES
INPUTS: Final = _MENUS | _MANY | _PICKERS | _CHOICES | _TYPED | {"file_input"}
CONTEXT: Final = {"image"}

_OPTIONS: Final = {
    "radio_buttons": 10,
    "checkboxes": 10,
    "overflow": 5,
    "static_select": 100,
    "multi_static_select": 100,
}
_COMMON: Final = {"type", "action_id", "confirm", "placeholder", "focus_on_load"}
_FIELDS: Final[dict[str, set[str]]] = {
    "button": {"text", "url", "value", "style", "accessibility_label"},
    "image": {"image_url", "alt_text", "slack_file"},
    "overflow": {"options"},
    "workflow_button": {"text", "workflow", "style", "accessibility_label"},
    "static_select": {"options", "option_groups", "initial_option"},
    "external_select": {"initial_option", "min_query_length"},
    "users_select": {"initial_user"},
    "conversations_select": {
        "initial_conversation",
        "default_to_current_conversation",
        "response_url_enabled",
        "filter",
    },
    "channels_select": {"initial_channel", "response_url_enabled"},
    "multi_static_select": {"options", "option_groups", "initial_options", "max_selected_items"},
    "multi_external_select": {"initial_options", "min_query_length", "max_selected_items"},
    "multi_users_select": {"initial_users", "max_selected_items"},
    "multi_conversations_select": {
        "initial_conversations",
        "default_to_current_conversation",
        "filter",
        "max_selected_items",
    },
    "multi_channels_select": {"initial_channels", "max_selected_items"},
    "datepicker": {"initial_date"},
    "timepicker": {"initial_time", "timezone"},
    "datetimepicker": {"initial_date_time"},
    "radio_buttons": {"options", "initial_option"},
    "checkboxes": {"options", "initial_options"},
    "plain_text_input": {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"},
    "number_input": {"is_decimal_allowed", "initial_value", "min_value", "max_value", "dispatch_action_config"},
    "email_text_input": {"initial_value", "dispatch_action_config"},
    "url_text_input": {"initial_value", "dispatch_action_config"},
    "rich_text_input": {"initial_value", "dispatch_action_config"},
    "file_input": {"filetypes", "max_files"},
}


def fault(at: str, words: str) -> Fault:
    """One fault, as Slack's answers write it."""
    return f"{words} [json-pointer:{at}]"


def only(value: Json, at: str, known: Set[str]) -> Iterator[Fault]:
    """Fields that Slack does not know there."""
    yield from (fault(at, f"invalid additional property: {name}") for name in value if name not in known)


def required(value: Json, at: str, *names: str) -> Iterator[Fault]:
    """Fields that are missing."""
    yield from (fault(at, f"missing required field: {name}") for name in names if value.get(name) in (None, ""))


def length(value: Json, at: str, /, **limits: int) -> Iterator[Fault]:
    """Strings that are too long or no strings."""
    for name, limit in limits.items():
        if name not in value:
            continue
        if not isinstance(value[name], str):
            yield fault(f"{at}/{name}", "must be a string")
        elif len(value[name]) > limit:
            yield fault(f"{at}/{name}", f"must be less than {limit + 1} characters")


def items(value: Any) -> list[Any]:
    """What is in a list; nothing is in what is none."""
    return value if isinstance(value, list) else []


def many(value: Any, at: str, most: int) -> Iterator[Fault]:
    """A list that is empty, too long or no list."""
    if not items(value):
        yield fault(at, "must provide at least one item")
    elif len(value) > most:
        yield fault(at, f"no more than {most} items allowed")


def text_faults(value: Any, at: str, limit: int, *, plain: bool = False) -> Iterator[Fault]:
    """A text object: https://docs.slack.dev/reference/block-kit/composition-objects/text-object."""
    if not isinstance(value, dict):
        yield fault(at, "must be an object")
        return
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if value.get("type") not in kinds:
        yield fault(f"{at}/type", f"must be {' or '.join(kinds)}")
    yield from only(value, at, {"type", "text", "emoji" if value.get("type") == "plain_text" else "verbatim"})
    if not isinstance(value.get("text"), str) or not value["text"]:
        yield fault(f"{at}/text", "must be more than 0 characters")
    yield from length(value, at, text=limit)


def element_faults(value: Any, at: str, allowed: Set[str]) -> Iterator[Fault]:
    """An element of a block."""
    if not isinstance(value, dict) or str(value.get("type")) not in allowed:
        yield fault(at, f"unsupported type: {value.get('type') if isinstance(value, dict) else value}")
        return
    kind = str(value["type"])
    yield from only(value, at, _COMMON | _FIELDS[kind])
    yield from length(value, at, action_id=255)
    if "placeholder" in value:
        yield from text_faults(value["placeholder"], f"{at}/placeholder", 150, plain=True)
    if "confirm" in value:
        yield from _confirm(value["confirm"], f"{at}/confirm")
    if kind in ("button", "workflow_button"):
        yield from _button(value, at)
    if kind == "image":
        yield from required(value, at, "alt_text")
        yield from length(value, at, alt_text=2000, image_url=3000)
    if kind in _OPTIONS:
        yield from _menu(value, at, _OPTIONS[kind])
    if kind == "plain_text_input":
        yield from _typed(value, at)


def _button(value: Json, at: str) -> Iterator[Fault]:
    yield from required(value, at, "text")
    if "text" in value:
        yield from text_faults(value["text"], f"{at}/text", 75, plain=True)
    yield from length(value, at, value=2000, url=3000, accessibility_label=75)
    if value.get("style", "primary") not in ("primary", "danger"):
        yield fault(f"{at}/style", "must be a valid enum value")


def _typed(value: Json, at: str) -> Iterator[Fault]:
    for name, least in (("min_length", 0), ("max_length", 1)):
        if name in value and (not isinstance(value[name], int) or not least <= value[name] <= 3000):
            yield fault(f"{at}/{name}", f"must be between {least} and 3000")
    most = value.get("max_length")
    if isinstance(most, int) and len(str(value.get("initial_value", ""))) > most:
        yield fault(f"{at}/initial_value", f"must be less than {most + 1} characters")


def _menu(value: Json, at: str, most: int) -> Iterator[Fault]:
    listed = [(f"{at}/options", value.get("options"))]
    if "option_groups" in value:
        listed = []
        for number, group in enumerate(one for one in items(value["option_groups"]) if isinstance(one, dict)):
            where = f"{at}/option_groups/{number}"
            yield from text_faults(group.get("label"), f"{where}/label", 75, plain=True)
            listed.append((f"{where}/options", group.get("options")))
    everything: list[Any] = []
    for where, options in listed:
        yield from many(options, where, most)
        for number, option in enumerate(items(options)):
            yield from _option(option, f"{where}/{number}", mrkdwn=value["type"] in ("radio_buttons", "checkboxes"))
        everything += items(options)
    chosen = [value["initial_option"]] if "initial_option" in value else items(value.get("initial_options"))
    if any(one not in everything for one in chosen):
        yield fault(f"{at}/initial_option", "must exactly match one of the options")


def _option(value: Any, at: str, *, mrkdwn: bool) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield fault(at, "must be an object")
        return
    yield from only(value, at, {"text", "value", "description", "url"})
    yield from text_faults(value.get("text"), f"{at}/text", 75, plain=not mrkdwn)
    yield from required(value, at, "value")
    yield from length(value, at, value=150, url=3000)
    if "description" in value:
        yield from text_faults(value["description"], f"{at}/description", 75, plain=not mrkdwn)


def _confirm(value: Any, at: str) -> Iterator[Fault]:
    """https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object."""
    if not isinstance(value, dict):
        yield fault(at, "must be an object")
        return
    yield from only(value, at, {"title", "text", "confirm", "deny", "style"})
    for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from text_faults(value.get(name), f"{at}/{name}", limit, plain=name != "text")
