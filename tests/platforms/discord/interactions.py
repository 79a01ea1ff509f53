"""An interaction: somebody used a command, a button or a form, and the app has three seconds to say something.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum

from tests.platforms.discord.sessions import Event
from tests.platforms.discord.state import Json, Message


class Asked(IntEnum):
    """What somebody did: the type of an interaction."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """What the app says first: the type of a response."""

    MESSAGE = 4
    THINKING = 5
    LATER = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


#: Which first answers fit. UPDATE and LATER also answer a form, if it was opened from a message.
FITTING = {
    Asked.COMMAND: {Callback.MESSAGE, Callback.THINKING, Callback.MODAL},
    Asked.COMPONENT: {Callback.MESSAGE, Callback.THINKING, Callback.LATER, Callback.UPDATE, Callback.MODAL},
    Asked.AUTOCOMPLETE: {Callback.CHOICES},
    Asked.MODAL: {Callback.MESSAGE, Callback.THINKING, Callback.LATER, Callback.UPDATE},
}


@dataclass(eq=False)
class Modal:
    """A form in front of somebody."""

    user: str
    custom_id: str
    title: str
    components: list[Json]
    #: The message whose button opened it, the channel and the guild.
    message: Message | None
    channel: str
    guild: str | None

    @property
    def text(self) -> str:
        """Everything that is there to read."""
        words = [self.title]
        for row in self.components:
            inner = [*row.get("components", []), *([row["component"]] if row.get("component") else [])]
            words += [str(row.get("label") or ""), str(row.get("description") or ""), str(row.get("content") or "")]
            for one in inner:
                words += [str(one.get("label") or ""), str(one.get("placeholder") or ""), str(one.get("value") or "")]
        return "\n".join(word for word in words if word)


@dataclass(eq=False)
class Interaction:
    """One interaction, and what came of it. `born` is in Discord's seconds, `began` in ours."""

    id: str
    token: str
    type: Asked
    user: str
    channel: str
    guild: str | None
    data: Json
    born: float
    began: float
    message: Message | None = None
    event: Event | None = None
    callback: Callback | None = None
    took: float = 0.0
    #: The deadline passed without a callback: the token is good for nothing.
    dead: bool = False
    #: What the app answered with: the original response.
    response: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
