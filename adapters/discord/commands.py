"""Our commands, as Discord shows them: which there are, with what can be filled in; their words are in the catalogues.

They are made the app's own when they differ from what it has. What somebody typed comes with the names that are
written here, in whatever language they saw them.

Source: https://docs.discord.com/developers/interactions/application-commands
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, TypeAlias

import discord

from adapters.discord.api import Api
from bot.messages import Phrase
from bot.text import LANGUAGES, catalogue
from bot.usecases.draft import TEXT_LIMIT

Json: TypeAlias = dict[str, Any]

#: The language of the names that payloads give; other languages are translations of it.
NAMED_IN: Final = "en"
#: Who sees the commands of stewards, until a server decides otherwise; each is asked again who types it.
STEWARDS: Final = discord.Permissions(manage_guild=True)
#: It is installed in servers, never for one account alone.
GUILD_INSTALL: Final = 0
#: Kinds of channels: those in which private threads can be made, and those in which people write.
#: Source: https://docs.discord.com/developers/resources/channel#channel-object-channel-types
PRIVATE: Final = (discord.ChannelType.text.value,)
WRITTEN: Final = (*PRIVATE, discord.ChannelType.news.value)
#: Days for which nothing unasked is sent, at most.
LONGEST_PAUSE: Final = 365


class Shape(IntEnum):
    """What a command is, or what one of its options holds: Discord's numbers, which begin anew for options."""

    CHAT, MESSAGE = 1, 3
    WITHIN, TEXT, NUMBER, SWITCH, CHANNEL = 1, 3, 4, 5, 7


class Where(IntEnum):
    """Where a command can be used."""

    GUILD, DIRECT = 0, 1


@dataclass(frozen=True)
class Option:
    """What can be filled in after a command. None has to be: without it a form opens, or all is shown."""

    name: str
    shape: Shape
    #: Whether we are asked for suggestions while somebody types.
    suggested: bool = False
    #: Characters of a text, or the highest number; the lowest is 1.
    most: int | None = None
    #: The kinds of channels to choose from.
    among: tuple[int, ...] = ()


@dataclass(frozen=True)
class Command:
    """What can be typed after a slash."""

    name: str
    options: tuple[Option, ...] = ()
    #: For a group: what can follow.
    within: tuple["Command", ...] = ()
    #: Whether it is for stewards, and so for servers alone.
    stewards: bool = False


_POSTING: Final = (
    Option("text", Shape.TEXT, most=TEXT_LIMIT),
    Option("topics", Shape.TEXT, suggested=True, most=100),
)
COMMANDS: Final = (
    Command("need", _POSTING),
    Command("offer", _POSTING),
    Command("me", (Option("notice", Shape.TEXT, suggested=True),)),
    Command("ties"),
    Command("why"),
    Command("pause", (Option("days", Shape.NUMBER, most=LONGEST_PAUSE),)),
    Command("stop"),
    Command("resume"),
    Command("settings", (Option("zone", Shape.TEXT, suggested=True), Option("channel", Shape.CHANNEL, among=PRIVATE))),
    Command("charter"),
    Command("privacy"),
    Command("join"),
    Command("leave"),
    Command("help"),
    Command(
        "comptoir",
        within=(
            Command("listen", (Option("channel", Shape.CHANNEL, among=WRITTEN), Option("on", Shape.SWITCH))),
            Command("rest", (Option("on", Shape.SWITCH),)),
            Command("rules"),
            Command("meeting"),
            Command("reports"),
        ),
        stewards=True,
    ),
)
#: What a message's menu of apps has of ours, as its payload names it.
FIND: Final = "Find someone for this"


async def synchronised(api: Api, application: str) -> bool:
    """Make these the commands of the app, unless they are.

    Returns: whether anything had to be changed. Raises: as `Api.call`.
    """
    if are_ours(await known(api, application)):
        return False
    await api.call("PUT", "/applications/{application_id}/commands", body=wanted(), application_id=application)
    return True


async def known(api: Api, application: str) -> Any:
    """The commands that the app has. Raises: as `Api.call`."""
    query = {"with_localizations": "true"}
    return await api.call("GET", "/applications/{application_id}/commands", query=query, application_id=application)


def wanted() -> list[Json]:
    """All commands, as Discord wants to be told of them."""
    return [*map(_command, COMMANDS), _find()]


def are_ours(there: Any) -> bool:
    """Whether these are our commands and no others, whatever else Discord says of them, in whatever order."""
    return isinstance(there, list) and _alike(there) == _alike(wanted())


def paths() -> Iterator[str]:
    """Every command and option by where it stands, such as "need" and "need.text": what their words are called by."""
    for command in COMMANDS:
        yield command.name
        yield from (f"{command.name}.{option.name}" for option in command.options)
        for one in command.within:
            yield f"{command.name}.{one.name}"
            yield from (f"{command.name}.{one.name}.{option.name}" for option in one.options)


def _command(command: Command) -> Json:
    options = [
        *(_option(command.name, option) for option in command.options),
        *(_within(command.name, one) for one in command.within),
    ]
    return {"type": Shape.CHAT, **_worded(command.name), **_where(stewards=command.stewards), "options": options}


def _within(group: str, command: Command) -> Json:
    path = f"{group}.{command.name}"
    return {"type": Shape.WITHIN, **_worded(path), "options": [_option(path, option) for option in command.options]}


def _option(path: str, option: Option) -> Json:
    made: Json = {"type": option.shape, **_worded(f"{path}.{option.name}")}
    if option.suggested:
        made["autocomplete"] = True
    if option.shape is Shape.TEXT and option.most:
        made["max_length"] = option.most
    if option.shape is Shape.NUMBER:
        made |= {"min_value": 1, "max_value": option.most}
    if option.shape is Shape.CHANNEL:
        made["channel_types"] = list(option.among)
    return made


def _find() -> Json:
    names = _said(Phrase("command.discord.find"))
    return {"type": Shape.MESSAGE, "name": names.pop(NAMED_IN), "name_localizations": names, **_where()}


def _worded(path: str) -> Json:
    """What something is called, and what that says, in every language."""
    names, told = _said(Phrase(f"command.discord.{path}.name")), _said(Phrase(f"command.discord.{path}"))
    return {
        "name": names.pop(NAMED_IN),
        "name_localizations": names,
        "description": told.pop(NAMED_IN),
        "description_localizations": told,
    }


def _said(phrase: Phrase) -> dict[str, str]:
    """In every language; Discord calls ours as we do."""
    return {language: catalogue(language).say(phrase) for language in LANGUAGES}


def _where(*, stewards: bool = False) -> Json:
    return {
        "contexts": [Where.GUILD] if stewards else [Where.GUILD, Where.DIRECT],
        "integration_types": [GUILD_INSTALL],
        "default_member_permissions": str(STEWARDS.value) if stewards else None,
    }


#: What of a command is ours to say; the rest is Discord's, such as its id.
_OURS: Final = frozenset({
    "type", "name", "name_localizations", "description", "description_localizations", "options", "required",
    "autocomplete", "choices", "min_value", "max_value", "min_length", "max_length", "channel_types", "contexts",
    "integration_types", "default_member_permissions", "nsfw", "value",
})  # fmt: skip
_UNORDERED: Final = frozenset({"contexts", "integration_types", "channel_types"})


def _alike(commands: list[Any]) -> list[Any]:
    """Commands so that they are equal when they mean the same; their order means nothing."""
    return sorted(map(_core, commands), key=lambda one: (str(one.get("type")), str(one.get("name"))))


def _core(said: Any) -> Any:
    """What is said of a command, without what is not ours to say and what says nothing."""
    if not isinstance(said, Mapping):
        return {}
    kept: Json = {}
    for name in _OURS & said.keys():
        value = said[name]
        if name in ("options", "choices") and isinstance(value, list):
            value = [_core(one) for one in value]
        elif name in _UNORDERED and isinstance(value, list):
            value = sorted(value)
        if value not in (None, False, "", [], {}):
            kept[name] = value
    return kept
