"""Commands that are written as words, where Discord does not take them for commands."""

from typing import Final

from adapters.discord.commands import COMMANDS
from adapters.discord.wording import typed
from bot.text import LANGUAGES
from bot.usecases.talk import wants_quiet
from matching.text import fold

#: What only a member has, or does: whoever else asks for it is told that they are none.
OF_MEMBERS: Final = frozenset({"ties", "why", "pause", "stop", "resume", "settings", "leave"})


def named(text: str) -> str:
    """The command that a text begins with, in any language of ours, with or without its accents; empty for none."""
    word = fold(text.strip().partition(" ")[0])
    return next((one.name for one in COMMANDS if word in {fold(typed(one.name, each)) for each in LANGUAGES}), "")


def is_of_members(text: str) -> bool:
    """Whether who is no member writes as if they were one, or asks us to be quiet: they wish for no greeting."""
    return wants_quiet(text) or named(text) in OF_MEMBERS
