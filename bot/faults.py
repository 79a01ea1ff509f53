"""What is wrong with the settings, as phrases whose words say how to mend it. Never repeats a secret."""

from collections.abc import Mapping, Set
from difflib import get_close_matches
from typing import Any, Final

from pydantic_core import ErrorDetails

from bot.messages import Phrase

UNREADABLE: Final = Phrase("command.fault.unreadable")

#: What pydantic calls a fault → what we say about it.
_KEYS: Final[Mapping[str, str]] = {
    "int_parsing": "command.fault.whole_number",
    "int_type": "command.fault.whole_number",
    "int_from_float": "command.fault.whole_number",
    "float_parsing": "command.fault.number",
    "greater_than_equal": "command.fault.too_small",
    "less_than_equal": "command.fault.too_big",
    "literal_error": "command.fault.choice",
    "bool_parsing": "command.fault.switch",
    "string_too_long": "command.fault.too_long",
    "string_too_short": "command.fault.empty",
    "too_short": "command.fault.empty",
    "time_parsing": "command.fault.hours",
    "time_delta_parsing": "command.fault.hours",
    "zone": "command.fault.zone",
    "web_address": "command.fault.web_address",
    "encoder_address": "command.fault.encoder_address",
    "bearer": "command.fault.bearer",
    "database_address": "command.fault.database_address",
    "database_driver": "command.fault.database_driver",
    "token": "command.fault.token",
    "key": "command.fault.key",
    "slack_bot_token": "command.fault.slack_bot_token",
    "slack_app_token": "command.fault.slack_app_token",
    "slack_secret": "command.fault.slack_secret",
    "slack_client": "command.fault.slack_client",
    "slack_member": "command.fault.slack_member",
    "command_name": "command.fault.command_name",
    "discord_token": "command.fault.discord_token",
    "discord_steward": "command.fault.discord_steward",
}
_LIMITS: Final = ("ge", "le", "max_length", "expected")
_SHOWN: Final = 60


def unknown(name: str, known: Set[str], *, prefix: str) -> Phrase:
    """A variable of ours that no setting has."""
    if name.startswith((f"{prefix}SERVICE_", f"{prefix}PORT_")):
        # Kubernetes writes these for a service that is called "comptoir".
        return Phrase("command.fault.service_link", {"setting": name})
    bare = {setting.removeprefix(prefix): setting for setting in known}
    near = get_close_matches(name.removeprefix(prefix), bare, n=1, cutoff=0.6)
    if near:
        return Phrase("command.fault.unknown_near", {"setting": name, "near": bare[near[0]]})
    return Phrase("command.fault.unknown", {"setting": name})


def worded(error: ErrorDetails, given: Mapping[str, str], *, prefix: str, secrets: Set[str]) -> Phrase:
    """What pydantic found wrong."""
    what = Phrase(_KEYS.get(error["type"], "command.fault.other"), _limits(error.get("ctx", {})))
    name = str(error["loc"][0])
    setting = prefix + name.upper()
    if name in secrets:
        return Phrase("command.fault.of_secret", {"setting": setting, "what": what})
    value = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in given.get(setting, ""))
    shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    return Phrase("command.fault.of", {"setting": setting, "value": shown, "what": what})


def _limits(context: Mapping[str, Any]) -> dict[str, str]:
    found = next((context[name] for name in _LIMITS if name in context), None)
    return {} if found is None else {"limit": str(found)}
