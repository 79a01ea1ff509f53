"""Discord's rules for application commands.

Source: https://docs.discord.com/developers/interactions/application-commands.
"""

import re
from collections import Counter
from typing import Any, Final

from tests.platforms.discord.checks import Form, Place
from tests.platforms.discord.state import Json

CHAT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
#: Words that hold letters and digits of any script; Devanagari and Thai marks come with them.
NAME: Final = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
#: How many commands of each kind: 100, 15, 15. All characters of one command: 8,000.
MOST: Final = {CHAT: 100, USER: 15, MESSAGE: 15}
MOST_CHARACTERS: Final = 8000
LOCALES: Final = frozenset(
    [
        "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
        "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
    ]
)  # fmt: skip


def checked_commands(commands: Any) -> list[Json]:
    """All commands, as they are overwritten. Raises: ApiError."""
    form = Form()
    every = form.several((), commands, 0, sum(MOST.values()))
    counted: Counter[tuple[int, str]] = Counter()
    for number, one in enumerate(every):
        if form.thing((number,), one) is None or not form.choice((number, "type"), one.get("type", CHAT), tuple(MOST)):
            continue
        _command(form, (number,), one)
        counted[one.get("type", CHAT), str(one.get("name"))] += 1
    if any(times > 1 for times in counted.values()):
        form.wrong((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    for kind, most in MOST.items():
        if sum(1 for one, _ in counted if one == kind) > most:
            form.wrong((), "APPLICATION_COMMANDS_MAX", f"Maximum number of application commands reached ({most}).")
    form.settle()
    return every


def _command(form: Form, place: Place, shape: Json) -> None:
    chat = shape.get("type", CHAT) == CHAT
    _name(form, place, shape, lower=chat)
    if chat:
        _described(form, place, shape)
        _options(form, place, shape, depth=0)
    elif shape.get("description"):
        words = "Context menu commands cannot have description"
        form.wrong((*place, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_NOT_ALLOWED", words)
    if form.right and weight(shape) > MOST_CHARACTERS:
        form.wrong(place, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_CHARACTERS})")


def _name(form: Form, place: Place, shape: Json, *, lower: bool) -> None:
    names: dict[Place, Any] = {("name",): shape.get("name")}
    for locale, name in _localized(form, place, shape, "name_localizations").items():
        names["name_localizations", locale] = name
    for where, name in names.items():
        if not form.text((*place, *where), name, 32, least=1, needed=True):
            continue
        if lower and (NAME.fullmatch(str(name)) is None or str(name).lower() != name):
            words = "Command name is invalid"
            form.wrong((*place, *where), "APPLICATION_COMMAND_INVALID_NAME", words)


def _described(form: Form, place: Place, shape: Json) -> None:
    form.text((*place, "description"), shape.get("description"), 100, least=1, needed=True)
    for locale, words in _localized(form, place, shape, "description_localizations").items():
        form.text((*place, "description_localizations", locale), words, 100, least=1, needed=True)


def _localized(form: Form, place: Place, shape: Json, key: str) -> Json:
    said = shape.get(key) or {}
    if form.thing((*place, key), said) is None:
        return {}
    for locale in said:
        form.choice((*place, key, locale), locale, sorted(LOCALES))
    return said if isinstance(said, dict) else {}


def _options(form: Form, place: Place, shape: Json, *, depth: int) -> None:
    options = form.several((*place, "options"), shape.get("options") or [], 0, 25)
    names: list[Any] = []
    optional = False
    for number, one in enumerate(options):
        here = (*place, "options", number)
        if form.thing(here, one) is None or not form.choice((*here, "type"), one.get("type"), range(1, 12)):
            continue
        _name(form, here, one, lower=True)
        _described(form, here, one)
        if one.get("name") in names:
            form.wrong((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
        names.append(one.get("name"))
        if one["type"] in (SUBCOMMAND, GROUP):
            if depth > 1 or (one["type"] == GROUP and depth):
                form.wrong(
                    (*here, "type"),
                    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "Sub-command option type is invalid here",
                )
            _options(form, here, one, depth=depth + 1)
            continue
        if one.get("required") and optional:
            words = "Required options must be placed before non-required options"
            form.wrong(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words)
        optional = optional or not one.get("required")
        _choices(form, here, one)
        form.number((*here, "min_length"), one.get("min_length"), 0, 6000)
        form.number((*here, "max_length"), one.get("max_length"), 1, 6000)


def _choices(form: Form, place: Place, shape: Json) -> None:
    choices = form.several((*place, "choices"), shape.get("choices") or [], 0, 25)
    if choices and shape.get("autocomplete"):
        words = "Autocomplete cannot be used with choices"
        form.wrong((*place, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_WITH_CHOICES", words)
    for number, one in enumerate(choices):
        here = (*place, "choices", number)
        if form.thing(here, one) is not None:
            form.text((*here, "name"), one.get("name"), 100, least=1, needed=True)
            if shape.get("type") == STRING:
                form.text((*here, "value"), one.get("value"), 100, needed=True)


def weight(shape: Json) -> int:
    """Characters that count: names, descriptions and values, of each the longest localization."""
    counted = 0
    for key in ("name", "description"):
        words = [shape.get(key), *(shape.get(f"{key}_localizations") or {}).values()]
        counted += max((len(str(one)) for one in words if one), default=0)
    counted += len(shape["value"]) if isinstance(shape.get("value"), str) else 0
    return counted + sum(weight(one) for one in [*(shape.get("options") or ()), *(shape.get("choices") or ())])
