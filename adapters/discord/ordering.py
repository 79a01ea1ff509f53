"""Commands that are written as words, where Discord does not take them for commands."""

from typing import Final

from adapters.discord.commands import COMMANDS
from adapters.discord.wording import typed
from bot.text import LANGUAGES
from bot.usecases.wishes import Wish, wish_of
from matching.text import fold

#: What only a member has, or does: whoever else asks for it is told that they are none.
OF_MEMBERS: Final = frozenset({"ties", "why", "pause", "stop", "resume", "settings", "leave"})

#: What is wished for in other words, and the command for it.
WISHED: Final = {Wish.LEAVE: "leave", Wish.FORGET: "privacy"}


def named(text: str) -> str:
    """The command that a text begins with, or means; empty for none.

    In any language of ours, with or without its accents.
    """
    if (wish := wish_of(text)) in WISHED:
        return WISHED[wish]
    word = fold(text.strip().partition(" ")[0])
    return next((one.name for one in COMMANDS if word in {fold(typed(one.name, each)) for each in LANGUAGES}), "")


def wants_quiet(text: str) -> bool:
    """Whether it says nothing else than that its author wishes to hear no more of us."""
    return wish_of(text) is Wish.QUIET or named(text) == "stop"


def is_of_members(text: str) -> bool:
    """Whether who is no member writes as if they were one, or asks us to be quiet: they wish for no greeting."""
    return wish_of(text) not in (None, Wish.WHO) or named(text) in OF_MEMBERS
