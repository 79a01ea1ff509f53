"""A message as somebody reads it: its words, and the buttons that still mean something. Edges give it a shape."""

from dataclasses import dataclass
from datetime import datetime

from bot.messages import Message, Phrase
from bot.text import Catalogue


@dataclass(frozen=True)
class Button:
    """One choice of a message."""

    choice: str
    label: str


@dataclass(frozen=True)
class Said:
    """One message in the reader's words."""

    text: str
    buttons: tuple[Button, ...]
    token: str
    parts: tuple["Said", ...]


def put(message: Message, words: Catalogue, zone: str, now: datetime) -> Said:
    """A message in the reader's words, without the buttons that mean nothing any more."""
    open_still = message.closes_at is None or now < message.closes_at
    choices = message.choices if message.token and open_still else ()
    return Said(
        text=words.say(message, zone, now),
        buttons=tuple(Button(choice, words.say(Phrase(f"choice.{choice}"), zone)) for choice in choices),
        token=message.token or "",
        parts=tuple(put(part, words, zone, now) for part in message.parts),
    )
