"""How a person's use of the app reaches it, and what came of it."""

import asyncio
import secrets
from typing import Final

from tests.platforms.discord.core import Core
from tests.platforms.discord.interactions import Asked, Callback, Interaction, Modal
from tests.platforms.discord.payloads import interaction_object
from tests.platforms.discord.sessions import Event
from tests.platforms.discord.state import Channel, Json, Message

_KINDS: Final = {
    Callback.MESSAGE: "message",
    Callback.THINKING: "thinking",
    Callback.LATER: "later",
    Callback.UPDATE: "update",
    Callback.CHOICES: "choices",
    Callback.MODAL: "modal",
}
#: What Discord shows when the app did not answer in time.
_TROUBLE: Final = {
    Asked.COMMAND: "The application did not respond",
    Asked.COMPONENT: "This interaction failed",
    Asked.MODAL: "Something went wrong. Try again.",
    Asked.AUTOCOMPLETE: "Loading options failed",
}


class Outcome:
    """What came of using the app. It goes on: a message may still be edited, followed, deleted."""

    def __init__(self, core: Core, interaction: Interaction) -> None:
        self._core = core
        self.interaction = interaction

    @property
    def acknowledged(self) -> bool:
        return self.interaction.callback is not None

    @property
    def kind(self) -> str:
        """The first answer: message, thinking, later, update, choices, modal; "" for none in time."""
        return _KINDS[self.interaction.callback] if self.interaction.callback else ""

    @property
    def message(self) -> Message | None:
        """The first answer; for "later" and "update" the message that was pressed."""
        return self.interaction.response

    @property
    def followups(self) -> list[Message]:
        return self.interaction.followups

    @property
    def modal(self) -> Modal | None:
        return self.interaction.modal

    @property
    def choices(self) -> list[str | int | float]:
        """The values of the suggestions; their names are in `text`."""
        return [one["value"] for one in self.interaction.choices]

    @property
    def event(self) -> Event:
        """For `gateway.again`."""
        assert self.interaction.event is not None
        return self.interaction.event

    @property
    def ephemeral(self) -> bool:
        """Whether nobody else sees the first answer."""
        return bool(self.message and self.message.only_for)

    @property
    def text(self) -> str:
        """Everything that there was to read: answer, follow-ups, form or suggestions."""
        words = [one.text for one in (self.message, *self.followups) if one is not None and not one.deleted]
        words += [self.modal.text] if self.modal else []
        return "\n".join([*words, *(str(one["name"]) for one in self.interaction.choices)])

    @property
    def took(self) -> float:
        """Our seconds until the first answer."""
        return self.interaction.took

    async def until_answered(self, within: float = 5.0) -> Message:
        """Wait for words: after "thinking" the answer, after "later" an edit or a follow-up. Raises: TimeoutError."""
        found = await self._core.until(self._words, within)
        assert found is not None
        return found

    def _words(self) -> Message | None:
        if self.followups:
            return self.followups[-1]
        message = self.message
        if message is None or message.thinking:
            return None
        return message if self.kind != "later" or message.edited != self._before else None

    _before: str | None = None


async def ask(
    core: Core,
    kind: Asked,
    user: str,
    channel: Channel,
    data: Json,
    *,
    message: Message | None = None,
    modal: Modal | None = None,
) -> Outcome:
    """Bring it to the app, and wait for its first answer or for the end of its three seconds."""
    loop = asyncio.get_running_loop()
    asked = Interaction(
        core.clock.snowflake(),
        secrets.token_urlsafe(48),
        kind,
        user,
        channel.id,
        channel.guild,
        data,
        core.clock.elapsed(),
        loop.time(),
        message or (modal.message if modal else None),
    )
    core.interactions[asked.id] = core.tokens[asked.token] = asked
    outcome = Outcome(core, asked)
    outcome._before = asked.message.edited if asked.message else None
    asked.event = core.tell("INTERACTION_CREATE", interaction_object(core, asked), guild=channel.guild)
    try:
        await asyncio.wait_for(asked.answered.wait(), core.deadline)
    except TimeoutError:
        asked.dead = True
        asked.answered.set()
        core.notice(user, "trouble", _TROUBLE[kind], channel=channel.id)
    return outcome
