"""Setting the app up from its manifest, as Slack does. Source: https://docs.slack.dev/reference/app-manifest."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.platforms.slack.scopes import EVENTS
from tests.platforms.slack.state import App


def complaints(manifest: Mapping[str, Any]) -> list[str]:
    """What Slack would not accept: events, commands and shortcuts without the scope that they need."""
    return list(_complaints(manifest))


def _complaints(manifest: Mapping[str, Any]) -> Iterator[str]:
    scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
    settings, features = manifest.get("settings", {}), manifest.get("features", {})
    for event in settings.get("event_subscriptions", {}).get("bot_events", []):
        if event not in EVENTS:
            yield f"unknown event: {event}"
        elif EVENTS[event] and EVENTS[event] not in scopes:
            yield f"{event} needs {EVENTS[event]}"
    for kind in ("slash_commands", "shortcuts"):
        if features.get(kind) and "commands" not in scopes:
            yield f"{kind} need commands"
    if not settings.get("socket_mode_enabled"):
        wanted = [settings.get("interactivity", {}), *features.get("slash_commands", [])]
        if settings.get("event_subscriptions"):
            wanted.append(settings["event_subscriptions"])
        if not all(one.get("request_url") or one.get("url") for one in wanted):
            yield "without Socket Mode every request needs an address"


def configured(app: App, manifest: Mapping[str, Any]) -> None:
    """Let the app be what its manifest says. Raises: ValueError with Slack's complaints."""
    if found := complaints(manifest):
        raise ValueError("; ".join(found))
    settings, features = manifest.get("settings", {}), manifest.get("features", {})
    oauth = manifest.get("oauth_config", {})
    home = features.get("app_home", {})
    app.scopes = frozenset(oauth.get("scopes", {}).get("bot", []))
    app.redirect_urls = tuple(oauth.get("redirect_urls", []))
    app.events = frozenset(settings.get("event_subscriptions", {}).get("bot_events", []))
    app.commands = frozenset(command["command"] for command in features.get("slash_commands", []))
    app.shortcuts = frozenset(shortcut["callback_id"] for shortcut in features.get("shortcuts", []))
    app.socket_mode = bool(settings.get("socket_mode_enabled"))
    app.token_rotation = bool(settings.get("token_rotation_enabled"))
    app.home_tab = bool(home.get("home_tab_enabled"))
    app.messages_tab = bool(home.get("messages_tab_enabled", True)) and not home.get("messages_tab_read_only_enabled")
    app.events_url = app.interactions_url = app.commands_url = ""
    if not app.socket_mode:
        app.events_url = settings.get("event_subscriptions", {}).get("request_url", "")
        app.interactions_url = settings.get("interactivity", {}).get("request_url", "")
        app.commands_url = next((command["url"] for command in features.get("slash_commands", [])), "")
