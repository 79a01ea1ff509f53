"""What is said otherwise in Discord: its own commands are named, and where two meet is not where they read of it.

Source: https://docs.discord.com/developers/interactions/application-commands#localization
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from bot.messages import Message, Param, Phrase
from bot.text import catalogue

Said = TypeVar("Said", bound=Message)

#: Sentences that tell what to type, or where one is, and how Discord says them.
SAID: Final[Mapping[str, str]] = {
    "help": "discord.say.help",
    "settings.stopped": "discord.say.stopped",
    "steward.listening": "discord.say.listening",
    "refusal.not_a_date": "discord.say.not_a_date",
    "refusal.not_joined": "discord.say.not_joined",
}
#: Openings are read in private, by each of the two apart.
OPENINGS: Final[Mapping[str, str]] = {
    "opening.answers.offer": "discord.opening.answers.offer",
    "opening.subject.offer": "discord.opening.subject.offer",
    "opening.subject.need": "discord.opening.subject.need",
    "opening.same_need.need": "discord.opening.same_need.need",
}
#: Which commands each of these sentences names.
NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "help": ("need", "offer", "me", "ties", "why", "charter", "pause", "stop", "resume", "settings", "privacy"),
    "settings.stopped": ("resume", "settings"),
    "discord.stopped.here": ("resume",),
    "refusal.not_joined": ("join",),
}


def in_discord(message: Said, language: str, *, together: bool = False) -> Said:
    """The same message, as it is said in Discord to a reader of a language.

    Args: together: whether the two of an opening read it in one place, a thread of theirs.
    """
    parts = tuple(in_discord(part, language, together=together) for part in message.parts)
    names: dict[str, Param] = {one: typed(one, language) for one in NAMED.get(message.key, ())}
    said = SAID if together else {**SAID, **OPENINGS}
    return replace(message, key=said.get(message.key, message.key), params={**message.params, **names}, parts=parts)


def typed(command: str, language: str) -> str:
    """What one types for a command, with its slash."""
    return f"/{catalogue(language).say(Phrase(f'command.discord.{command}.name'))}"
