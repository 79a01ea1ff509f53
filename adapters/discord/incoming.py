"""What people do in Discord, read: who did it, where, and what it was.

Payloads are taken for what they are, something from outside: whatever is missing or of another kind is as if it were
empty. Sources: https://docs.discord.com/developers/interactions/receiving-and-responding,
https://docs.discord.com/developers/components/reference, https://docs.discord.com/developers/reference (formatting)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

import discord

from bot.text import LANGUAGES

#: Our buttons and menus: a version, what it does, and the token of its message or a name that says nothing.
PRESSED: Final = re.compile(r"i1:(?P<choice>[a-z_.]{1,40}):(?P<token>[A-Za-z0-9_=-]{0,96})")
#: Our forms, in the same way.
FORM: Final = re.compile(r"f1:(?P<form>[a-z_.]{1,40}):(?P<token>[A-Za-z0-9_=-]{0,96})")


class Kind(IntEnum):
    """What somebody did: the type of an interaction."""

    COMMAND = 2
    PRESS = 3
    COMPLETION = 4
    FORM = 5


@dataclass(frozen=True)
class Sender:
    """Who did something, and where."""

    #: By which name the same thing would come again.
    arrival: str
    #: 0 in our conversation with them.
    guild: int
    channel: int
    user: int
    #: What they are called there.
    name: str
    #: Of their Discord; empty where it does not say.
    language: str = ""
    #: Whether they may manage the server, now.
    runs: bool = False
    roles: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Act:
    """One thing that somebody did by a command, a button, a menu or a form."""

    sender: Sender
    kind: Kind
    data: Mapping[str, Any] = field(repr=False)
    #: What was pressed stands in a message that its reader alone sees, for a while.
    fleeting: bool = False
    #: All buttons of that message carry one token, for it is about one thing.
    single: bool = False


@dataclass(frozen=True)
class Typed:
    """A command that somebody typed, or chose in a menu."""

    name: str
    #: Of a group of commands, which of them.
    within: str
    #: What was filled in, by name; the option that somebody is in the middle of is also `focused`.
    options: Mapping[str, Any]
    focused: str = ""


def act_of(interaction: discord.Interaction[Any]) -> Act | None:
    """What somebody did; None for what nobody did, and for kinds that we know nothing of."""
    user, kind = interaction.user, interaction.type.value
    if user is discord.utils.MISSING or user.bot or kind not in set(Kind):
        return None
    data = interaction.data
    message = interaction.message
    sender = Sender(
        arrival=str(interaction.id),
        guild=interaction.guild_id or 0,
        channel=interaction.channel_id or 0,
        user=user.id,
        name=user.display_name,
        language=language_of(str(interaction.locale)),
        runs=bool(interaction.guild_id) and interaction.permissions.manage_guild,
        roles=_roles(user),
    )
    return Act(
        sender=sender,
        kind=Kind(kind),
        data=data if isinstance(data, Mapping) else {},
        fleeting=bool(message and message.flags.ephemeral),
        single=bool(message and len(set(_tokens(message))) == 1),
    )


def sender_of(message: discord.Message) -> Sender | None:
    """Who wrote a message, as the same message would come again; None for bots, webhooks and what Discord says."""
    author = message.author
    spoken = message.type in (discord.MessageType.default, discord.MessageType.reply)
    if author.bot or message.webhook_id is not None or not spoken:
        return None
    guild = message.guild.id if message.guild else 0
    return Sender(f"message:{message.id}", guild, message.channel.id, author.id, author.display_name)


def _tokens(message: discord.Message) -> Iterator[str]:
    """What the buttons of a message carry."""
    for row in message.components:
        for one in getattr(row, "children", ()):
            found = PRESSED.fullmatch(getattr(one, "custom_id", None) or "")
            if found:
                yield found["token"]


def _roles(user: discord.User | discord.Member) -> frozenset[int]:
    return frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()


def language_of(locale: str) -> str:
    """Ours for a locale of Discord's: English where we have none."""
    return locale[:2] if locale[:2] in LANGUAGES else "en"


def text_at(payload: Any, *path: str) -> str:
    """The text at the end of a path through objects; empty when there is none, or when it is something else."""
    for name in path:
        payload = payload.get(name) if isinstance(payload, Mapping) else None
    # Half of a character, which JSON can hold and nothing else can, becomes a question mark.
    return payload.encode("utf-8", "replace").decode() if isinstance(payload, str) else ""


def objects_at(payload: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects of the list under a name."""
    return objects_of(payload.get(name) if isinstance(payload, Mapping) else None)


def objects_of(found: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none where it is none."""
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def typed_of(data: Mapping[str, Any]) -> Typed:
    """Which command it was, with what was filled in."""
    name, options = text_at(data, "name"), objects_at(data, "options")
    within = ""
    while len(options) == 1 and options[0].get("type") in (1, 2):  # a command within a group, or a group
        within, options = text_at(options[0], "name"), objects_at(options[0], "options")
    values = {text_at(one, "name"): one.get("value") for one in options}
    focused = next((text_at(one, "name") for one in options if one.get("focused") is True), "")
    return Typed(name, within, values, focused)


def choices_of(data: Mapping[str, Any]) -> list[str]:
    """What was chosen in a menu."""
    values = data.get("values")
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def source_of(channel: int, message: int) -> str:
    """A message, as a notice that was made from it remembers it."""
    return f"{channel}:{message}"


#: «<@1>», «<@&1>», «<#1>», «<:wave:1>», «</need:1>», «<t:1:R>», as Discord writes what a person typed.
_MARKED: Final = re.compile(
    r"<(?:@(?P<role>&)?!?(?P<who>\d+)|#(?P<where>\d+)|a?:(?P<emoji>\w+):\d+|(?P<command>/[^:<>]+):\d+|t:-?\d+(?::\w)?)>"
)


def typed(text: str, names: Mapping[int, str] | None = None) -> str:
    """What a person typed, as they saw it: names in the place of numbers, as far as they are known."""

    def seen(found: re.Match[str]) -> str:
        if found["who"]:
            return "@" + ("…" if found["role"] else (names or {}).get(int(found["who"]), "…"))
        if found["where"]:
            return "#" + (names or {}).get(int(found["where"]), "…")
        return f":{found['emoji']}:" if found["emoji"] else found["command"] or ""

    return _MARKED.sub(seen, text.encode("utf-8", "replace").decode())


def parent_of(channel: object) -> int | None:
    """The channel that a thread belongs to, if everybody there reads the thread as well; None for everything else."""
    if isinstance(channel, discord.Thread) and channel.type is not discord.ChannelType.private_thread:
        return channel.parent_id
    return None
