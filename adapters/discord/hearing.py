"""What Discord tells us, handed on: each kind of thing to whoever knows what to do about it."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
import structlog

from adapters.chat.errors import Rejected, Unanswered
from adapters.discord.answering import Answer, Missed
from adapters.discord.commanding import on_command
from adapters.discord.completing import on_completion
from adapters.discord.counter import Counter
from adapters.discord.filling import on_form
from adapters.discord.ids import member_of
from adapters.discord.incoming import Kind, act_of
from adapters.discord.pressing import on_press
from adapters.discord.talking import on_delete, on_edit, on_message
from bot.errors import PlatformError

log = structlog.get_logger()

ACTS = {
    Kind.COMMAND: on_command, Kind.PRESS: on_press, Kind.COMPLETION: on_completion, Kind.FORM: on_form,
}  # fmt: skip


class Hearing:
    """Implements Ears. What goes wrong is logged, without a word of what was said: nobody waits for more."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    async def act(self, interaction: discord.Interaction[Any]) -> None:
        act = act_of(interaction)
        if act is None:
            return
        try:
            await ACTS[act.kind](self._counter, act, Answer(interaction))
        except Missed as missed:
            log.info("answered_too_late", code=str(missed))
        except (PlatformError, Unanswered, Rejected) as error:
            log.warning("discord_answer_lost", kind=type(error).__name__, code=str(error))
        except Exception:
            log.exception("discord_act_failed")

    async def message(self, message: discord.Message) -> None:
        await self._in_turn(message, on_message)

    async def edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        await self._in_turn(payload.message, on_edit)

    async def deleted(self, payload: discord.RawMessageDeleteEvent) -> None:
        await on_delete(self._counter, payload.guild_id or 0, payload.channel_id, payload.message_id)

    async def purged(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        for message in sorted(payload.message_ids):
            await on_delete(self._counter, payload.guild_id or 0, payload.channel_id, message)

    async def _in_turn(
        self, message: discord.Message, heard: Callable[[Counter, discord.Message], Awaitable[None]]
    ) -> None:
        """What somebody writes is read in the order in which they wrote it, changes of it as well."""
        async with self._counter.turns.of(member_of("", message.author.id)):
            await heard(self._counter, message)
