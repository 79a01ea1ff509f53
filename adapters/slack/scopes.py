"""What Comptoir asks of a Slack workspace, and what for: nothing else is in its manifest.

It can open the conversation of two people who said yes, and write its one message there; it can never read it:
`mpim:history` and `mpim:read` are not here. A test compares this page with the code, both ways.

Source: "Bot token" under "Required scopes" on the page of each method and event, in `page`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_DOCS: Final = "https://docs.slack.dev"


@dataclass(frozen=True)
class Method:
    """A method of the Web API that we call."""

    page: str
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Event:
    """An event that Slack tells us about."""

    page: str
    scopes: frozenset[str] = frozenset()
    #: What its own `type` says, which is what listeners ask for.
    type: str = ""
    #: Only where channels may be listened to.
    listening: bool = False


def _method(name: str, *scopes: str) -> tuple[str, Method]:
    return name, Method(f"{_DOCS}/reference/methods/{name}", frozenset(scopes))


def _event(name: str, *scopes: str, listening: bool = False) -> tuple[str, Event]:
    page = f"{_DOCS}/reference/events/{name}"
    return name, Event(page, frozenset(scopes), name.partition(".")[0], listening)


#: What we call with the bot's token. Those of `conversations.…` take one scope a kind of conversation: we need a
#: direct message with one member, and to open, not to read, a conversation of two members and us.
METHODS: Final[Mapping[str, Method]] = dict(
    [
        _method("auth.test"),
        _method("bots.info", "users:read"),
        _method("chat.delete", "chat:write"),
        _method("chat.postEphemeral", "chat:write"),
        _method("chat.postMessage", "chat:write"),
        _method("chat.update", "chat:write"),
        _method("conversations.history", "im:history"),
        _method("conversations.open", "im:write", "mpim:write"),
        _method("users.info", "users:read"),
        _method("views.open"),
        _method("views.publish"),
        _method("views.update"),
    ]
)
#: What Slack's own library calls for us, without the bot's token: the connections of Socket Mode with the app's token
#: (`connections:write`, which is not a scope of the bot), and what an installation gives.
BY_LIBRARY: Final[Mapping[str, Method]] = dict([_method("apps.connections.open"), _method("oauth.v2.access")])

EVENTS: Final[Mapping[str, Event]] = dict(
    [
        _event("app_home_opened"),
        _event("app_mention", "app_mentions:read"),
        _event("app_uninstalled"),
        _event("message.channels", "channels:history", listening=True),
        _event("message.groups", "groups:history", listening=True),
        _event("message.im", "im:history"),
        _event("tokens_revoked"),
        _event("user_change", "users:read"),
    ]
)

#: Slash commands and shortcuts. Source: https://docs.slack.dev/reference/scopes/commands
COMMANDS: Final = "commands"


def scopes(*, listening: bool) -> tuple[str, ...]:
    """The bot's scopes, in order: exactly what these methods, events and commands need."""
    needed = {COMMANDS}.union(*(method.scopes for method in METHODS.values()))
    return tuple(sorted(needed.union(*(EVENTS[name].scopes for name in events(listening=listening)))))


def events(*, listening: bool) -> tuple[str, ...]:
    """The events to subscribe to, in order."""
    return tuple(sorted(name for name, event in EVENTS.items() if listening or not event.listening))
