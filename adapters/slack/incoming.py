"""What Slack sends, read: who sent it, where, and by which name it would come again.

Payloads are taken for what they are, something from outside: whatever is missing or of another kind is as if it were
empty. Sources: https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/apis/events-api
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

#: Longest id or name in a payload that we take for one.
LIMIT: Final = 255
#: Characters by which two presses of one button are told apart.
ATTEMPT: Final = 22
#: Changes of a message that are a person's own words.
SPOKEN: Final = frozenset({"", "file_share", "me_message", "thread_broadcast"})


@dataclass(frozen=True)
class Sender:
    """Who did something, in which workspace of ours."""

    team: str
    user: str
    #: They are certainly of another workspace, and of another organisation: somebody in a shared channel.
    outside: bool


def text_at(payload: Any, *path: str) -> str:
    """The text at the end of a path through objects; empty when there is none, or when it is something else."""
    for name in path:
        payload = payload.get(name) if isinstance(payload, Mapping) else None
    # Half of a character, which JSON can hold and nothing else can, becomes a question mark.
    return payload.encode("utf-8", "replace").decode() if isinstance(payload, str) else ""


def part_of(payload: Any, name: str) -> Mapping[str, Any]:
    """The object under a name; an empty one when there is none."""
    part = payload.get(name) if isinstance(payload, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def first_of(payload: Any, name: str) -> Mapping[str, Any]:
    """The first object of the list under a name; an empty one when there is none."""
    found = payload.get(name) if isinstance(payload, Mapping) else None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], Mapping) else {}


def sender_of(body: Mapping[str, Any]) -> Sender | None:
    """Who sent a command, a press, a form or an event; None for bots, and where nobody can be made out."""
    event = part_of(body, "event")
    if event:
        return _of_event(body, event)
    organisation = text_at(body, "team", "enterprise_id") or text_at(body, "enterprise", "id")
    here, installed = text_at(body, "team", "id"), text_at(body, "view", "app_installed_team_id")
    # In a channel that two companies share, windows name the workspace that has us; in an organisation, any that has
    # us, wherever their reader is. Sources: slackapi/bolt-js#1614 and slackapi/bolt-python#1229
    team = (here if organisation else "") or installed or text_at(body, "team_id") or here
    user = text_at(body, "user_id") or text_at(body, "user", "id")
    own = text_at(body, "user", "team_id")
    return _sender(team, user, own, organisation)


def _of_event(body: Mapping[str, Any], event: Mapping[str, Any]) -> Sender | None:
    if text_at(event, "bot_id") or (event.get("hidden") is True and not _is_change(event)):
        return None
    message = part_of(event, "message") or part_of(event, "previous_message")
    user = text_at(event, "user") or text_at(event, "user", "id") or text_at(message, "user")
    own = text_at(event, "user_team") or text_at(event, "user", "team_id") or text_at(message, "user_team")
    # In a channel that two workspaces share, this is the one whose installation hears it.
    hears = first_of(body, "authorizations")
    team = text_at(hears, "team_id") or text_at(body, "team_id")
    organisation = text_at(hears, "enterprise_id") if hears else text_at(body, "enterprise_id")
    return _sender(team, user, own, organisation)


def _sender(team: str, user: str, own: str, organisation: str) -> Sender | None:
    if not team or not user or len(team) > LIMIT or len(user) > LIMIT or ":" in team + user:
        return None
    return Sender(team, user, outside=own not in ("", team, organisation) and _elsewhere(own, organisation))


def _elsewhere(own: str, organisation: str) -> bool:
    """Whether somebody of another workspace, or organisation ("E…"), is certainly none of ours.

    In an organisation people have one workspace that is called theirs, wherever they are: `users.info` says which
    others they are in, and is asked before anybody joins. Source: slackapi/bolt-js#1875
    """
    return not organisation or own.startswith("E")


def arrival_of(body: Mapping[str, Any]) -> str:
    """By which name the same thing would come again.

    Events have an id. What somebody does has a trigger, which is for one use; a form that is sent again before it was
    closed has another (`attempt_of`), but is the same form with the same answers.
    """
    view = part_of(body, "view")
    if text_at(body, "type") == "view_submission":
        # A window keeps its id while other forms take their turns in it; its hash is each one's own.
        named = text_at(view, "id"), text_at(view, "hash"), text_at(view, "callback_id")
        return hashed(*named, json.dumps(part_of(view, "state"), sort_keys=True, default=str))
    name = text_at(body, "event_id") or text_at(body, "trigger_id")
    return hashed(name or json.dumps(body, sort_keys=True, default=str))


def attempt_of(body: Mapping[str, Any]) -> str:
    """What differs when somebody presses the button of the same form again; empty for all that is not a form."""
    return hashed(text_at(body, "trigger_id"))[:ATTEMPT] if text_at(body, "type") == "view_submission" else ""


def hashed(*parts: str) -> str:
    """A short name for several texts."""
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def is_spoken(event: Mapping[str, Any]) -> bool:
    """Whether a message is what a person said, not what Slack says of the channel."""
    return text_at(event, "subtype") in SPOKEN and isinstance(event.get("subtype"), str | None)


def _is_change(event: Mapping[str, Any]) -> bool:
    return text_at(event, "subtype") in ("message_changed", "message_deleted")


def source_of(channel: str, ts: str) -> str:
    """A message, as a notice that was made from it remembers it."""
    return f"{channel}:{ts}"


#: «<@U1|amina>», «<#C1|garden>», «<!here>», «<https://…|words>», as Slack writes what a person typed.
_CONTROL: Final = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ESCAPED: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def typed(text: str) -> str:
    """What a person typed, as they typed it. Source: https://docs.slack.dev/messaging/formatting-message-text"""
    shown = _CONTROL.sub(_as_typed, text)
    return re.sub("&(?:lt|gt|amp);", lambda found: _ESCAPED[found.group()], shown)


def _as_typed(found: re.Match[str]) -> str:
    sign, what, label = found.group(1), found.group(2), found.group(3) or ""
    if sign == "!":
        return label or "@" + what.partition("^")[0]
    if sign:
        return sign + (label or what)
    what = what.removeprefix("mailto:").removeprefix("tel:")  # Slack makes links of them
    if re.sub(r"[\s().-]", "", label) == what:  # a telephone number, as it was grouped
        return label
    return f"{label} ({what})" if label and label not in what else what
