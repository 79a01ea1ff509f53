"""The app manifest: what somebody pastes into Slack to have Comptoir there, with exactly what the code uses.

Source: https://docs.slack.dev/reference/app-manifest; lengths from Slack's own schema for it,
https://github.com/slackapi/manifest-schema (schemas/manifest.schema.2.0.0.json).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.slack.chosen import Meaning
from adapters.slack.scopes import events, scopes
from bot.messages import Phrase
from bot.text import Catalogue

#: Where Slack sends everything in HTTP mode, and where several workspaces install Comptoir.
EVENTS_PATH: Final = "/slack/events"
INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"

#: The shortcuts in the menu of the message field, and the one in the menu of a message, as their payloads name them.
NEED_SHORTCUT: Final = "need"
OFFER_SHORTCUT: Final = "offer"
FIND_SHORTCUT: Final = "find"

NAME: Final = "Comptoir"
COLOUR: Final = "#2b4a3f"


@dataclass(frozen=True)
class Wish:
    """What the operator wants of the app."""

    #: What each slash command means, by its name with the slash: every name that any text tells people to type.
    commands: Mapping[str, Meaning]
    #: Where Comptoir answers in HTTP mode, without a slash at the end; None for Socket Mode.
    http: str | None = None
    #: Where several workspaces are led back to when they install it; None for one.
    several: str | None = None
    #: Whether stewards may open channels to listening; without it no channel can be read at all.
    listening: bool = False


def manifest(wish: Wish, words: Catalogue) -> dict[str, Any]:
    """The manifest, in the language of `words`."""
    subscriptions: dict[str, Any] = {"bot_events": list(events(listening=wish.listening))}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if wish.http:
        subscriptions["request_url"] = interactivity["request_url"] = wish.http + EVENTS_PATH
    access: dict[str, Any] = {"scopes": {"bot": list(scopes(listening=wish.listening))}}
    if wish.several:
        access["redirect_urls"] = [wish.several + REDIRECT_PATH]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": words.say(Phrase("command.slack.app")),
            "long_description": words.say(Phrase("command.slack.app.long")),
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": _shortcuts(words),
            "slash_commands": list(_commands(wish, words)),
        },
        "oauth_config": access,
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": wish.http is None,
            # Cannot be switched off again; docs/slack.md says when it is worth it.
            "token_rotation_enabled": False,
        },
    }


def _shortcuts(words: Catalogue) -> list[dict[str, str]]:
    return [
        {
            "name": words.say(Phrase("command.slack.shortcut.need")),
            "type": "global",
            "callback_id": NEED_SHORTCUT,
            "description": words.say(Phrase("command.slack.shortcut.need.about")),
        },
        {
            "name": words.say(Phrase("command.slack.shortcut.offer")),
            "type": "global",
            "callback_id": OFFER_SHORTCUT,
            "description": words.say(Phrase("command.slack.shortcut.offer.about")),
        },
        {
            "name": words.say(Phrase("command.slack.shortcut.find")),
            "type": "message",
            "callback_id": FIND_SHORTCUT,
            "description": words.say(Phrase("command.slack.shortcut.find.about")),
        },
    ]


def _commands(wish: Wish, words: Catalogue) -> Iterator[dict[str, Any]]:
    about: Mapping[Meaning, tuple[Phrase, Phrase]] = {
        "need": (Phrase("command.slack.need"), Phrase("command.slack.need.hint")),
        "offer": (Phrase("command.slack.offer"), Phrase("command.slack.offer.hint")),
        "root": (Phrase("command.slack.root"), Phrase("command.slack.root.hint")),
    }
    for name, meaning in wish.commands.items():
        description, hint = about[meaning]
        command: dict[str, Any] = {
            "command": name,
            "description": words.say(description),
            "usage_hint": words.say(hint),
            # What people type comes as they typed it, without the ids of whom they mention.
            "should_escape": False,
        }
        yield command | ({"url": wish.http + EVENTS_PATH} if wish.http else {})


def as_yaml(value: Mapping[str, Any], indent: int = 0) -> str:
    """A manifest as YAML. Texts are written as JSON writes them, which YAML reads alike."""
    return "".join(_lines(value, " " * indent))


def _lines(value: Mapping[str, Any], before: str) -> Iterator[str]:
    for key, part in value.items():
        if isinstance(part, Mapping):
            yield f"{before}{key}:\n"
            yield from _lines(part, before + "  ")
        elif isinstance(part, list):
            yield f"{before}{key}:\n"
            for item in part:
                if isinstance(item, Mapping):
                    first, *others = _lines(item, before + "    ")
                    yield f"{before}  - {first.lstrip()}"
                    yield from others
                else:
                    yield f"{before}  - {_scalar(item)}\n"
        else:
            yield f"{before}{key}: {_scalar(part)}\n"


def _scalar(value: str | int | bool) -> str:
    return json.dumps(value, ensure_ascii=False)
