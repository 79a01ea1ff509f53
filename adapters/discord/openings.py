"""The opening on Discord: each of the two is told whom to write to, and either can have a private thread made.

A name alone finds nobody there, so the other's account is added as Discord writes it; nobody is pinged by it. What may
not ping says nothing of whom it names, and who never met them may see a number: their handle stands beside it.
Source: https://docs.discord.com/developers/reference#message-formatting and
https://github.com/discord/discord-api-docs/issues/2126
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from adapters.chat.texts import cut, size
from adapters.discord.inert import inert
from adapters.discord.rendering import CONTENT, FRAME, FRAMES
from bot.messages import Message, Phrase
from bot.text import Catalogue

#: How the keys of openings begin.
OPENING: Final = "opening."
#: What can be pressed below one.
ASK: Final = "thread"
#: Parameters that only Discord has, in no sentence: who is across, their handle, and the thread of the two.
PERSON, HANDLE, THREAD = "discord_person", "discord_handle", "discord_thread"


def is_opening(message: Message) -> bool:
    """Whether it introduces its reader to somebody."""
    return message.key.startswith(OPENING)


def meeting(opening: Message, *, account: str, handle: str, token: str) -> Message:
    """An opening for one of the two: who the other is, and a button for a thread. `handle` is empty if not known."""
    person = {PERSON: account, HANDLE: handle}
    return replace(opening, params={**opening.params, **person}, choices=(ASK,), token=token)


def met_in(opening: Message, thread: str) -> Message:
    """The same once there is a thread: where it is, in the place of the button."""
    own = (*opening.own, THREAD)  # it stays with whoever is still in it
    return replace(opening, params={**opening.params, THREAD: thread}, choices=(), token=None, own=own)


def offer_of(message: Message) -> str:
    """The token under which an opening offers a thread; empty where it does not."""
    return message.token or "" if is_opening(message) and ASK in message.choices else ""


def person_of(opening: Message) -> str:
    """The other's account; empty once they asked to be forgotten."""
    return _id(opening, PERSON)


def as_it_stands(message: Message) -> Message:
    """An opening without its button once nobody is across any more; any other message as it is."""
    return replace(message, choices=(), token=None) if is_opening(message) and not person_of(message) else message


def below(message: Message, words: Catalogue) -> Sequence[str]:
    """What stands below an opening, in a reader's words, with accounts and threads as Discord writes them."""
    lines = []
    if is_opening(message) and (person := person_of(message)):
        lines.append(f"{words.say(Phrase('discord.opening.reach'))} <@{person}>{_found_as(message)}")
    if is_opening(message) and (thread := _id(message, THREAD)):
        lines.append(f"{words.say(Phrase('discord.opening.thread'))} <#{thread}>")
    return lines


def with_below(shown: Mapping[str, Any], lines: Sequence[str]) -> dict[str, Any]:
    """A rendered message with lines of ours below all its words, which give way where there is no room."""
    if not lines:
        return dict(shown)
    last = "\n\n" + "\n".join(lines)
    if not shown["embeds"]:
        return {**shown, "content": cut(str(shown["content"]), CONTENT - size(last)) + last}
    *above, end = (str(frame["description"]) for frame in shown["embeds"])
    room = min(FRAME, FRAMES - sum(map(size, above))) - size(last)
    return {**shown, "embeds": [{"description": frame} for frame in (*above, cut(end, room) + last)]}


def _found_as(opening: Message) -> str:
    handle = opening.params.get(HANDLE)
    return f" ({inert(f'@{handle}')})" if isinstance(handle, str) and handle else ""


def _id(message: Message, name: str) -> str:
    value = message.params.get(name)
    return value if isinstance(value, str) and value.isascii() and value.isdigit() else ""
