"""Whether a payload has the form that Slack's library takes for granted; on any other it stumbles.

Source: the payloads at https://docs.slack.dev/apis/events-api, /interactivity/handling-user-interaction and
/interactivity/implementing-slash-commands; slack_bolt/request/internals.py and listener_matcher/builtins.py, 1.30.
"""

from collections.abc import Mapping
from typing import Any, Final

#: Texts, where they are there at all.
_TEXTS: Final = (
    "type", "command", "callback_id", "trigger_id", "team_id", "user_id", "channel_id", "enterprise_id", "response_url",
)  # fmt: skip
#: Objects, or the bare id of one.
_THINGS: Final = ("team", "user", "channel", "enterprise", "item")
_OBJECTS: Final = ("message", "previous_message", "container", "assistant_thread")
#: How deep the library looks: an event's message.
_DEEP: Final = 2


def is_well_formed(body: Any) -> bool:
    """Whether a payload can be told apart: an event, a command, a shortcut, something pressed or filled in."""
    return (
        isinstance(body, Mapping)
        and _fits(body)
        and _are_objects(body.get("authorizations"))
        and ("event" not in body or _is_event(body["event"]))
        and ("view" not in body or _is_view(body["view"]))
        and (body.get("type") != "block_actions" or _are_actions(body.get("actions")))
    )


def _fits(part: Mapping[str, Any], deep: int = _DEEP) -> bool:
    return (
        all(_is(part.get(name), str) for name in _TEXTS)
        and all(_is(part.get(name), str, Mapping) for name in _THINGS)
        and all(_is_object(part.get(name), deep - 1) for name in _OBJECTS)
    )


def _is_object(value: Any, deep: int) -> bool:
    return value is None or (isinstance(value, Mapping) and (deep < 0 or _fits(value, deep)))


def _is(value: Any, *kinds: type) -> bool:
    return value is None or isinstance(value, kinds)


def _are_objects(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, Mapping) and _fits(one) for one in value))


def _is_event(event: Any) -> bool:
    return isinstance(event, Mapping) and isinstance(event.get("type"), str) and _fits(event)


def _is_view(view: Any) -> bool:
    named = isinstance(view, Mapping) and all(isinstance(view.get(name), str) for name in ("type", "callback_id"))
    return named and _fits(view)


def _are_actions(actions: Any) -> bool:
    return (
        isinstance(actions, list)
        and bool(actions)
        and all(isinstance(one, Mapping) and isinstance(one.get("action_id"), str) for one in actions)
    )
