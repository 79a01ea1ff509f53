"""What Discord tells us, handed on: each kind of thing to whoever knows what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import discord
import structlog

from adapters.chat.errors import Rejected, Unanswered
from adapters.discord.answering import Answer, Missed
from adapters.discord.commanding import on_command
from adapters.discord.completing import on_completion
from adapters.discord.counter import Counter
from adapters.discord.filling import on_form
from adapters.discord.ids import member_of
from adapters.discord.incoming import Act, Kind, act_of
from adapters.discord.pressing import on_press
from adapters.discord.talking import on_delete, on_edit, on_message
from bot.errors import PlatformError

#: Seconds in which what was heard is done, when we leave. Longer than anything takes where all is well.
FINISH: Final = 10.0

log = structlog.get_logger()

ACTS = {
    Kind.COMMAND: on_command, Kind.PRESS: on_press, Kind.COMPLETION: on_completion, Kind.FORM: on_form,
}  # fmt: skip


class Hearing:
    """Implements Ears. What goes wrong is logged, without a word of what was said: nobody waits for more."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._under_way = 0
        self._idle = asyncio.Condition()
        self._leaving = False

    async def finish(self) -> None:
        """Hear no more, and wait until what was heard is done, of much of which Discord was told that we heard it."""
        self._leaving = True
        try:
            async with asyncio.timeout(FINISH), self._idle:
                await self._idle.wait_for(lambda: not self._under_way)
        except TimeoutError:
            log.warning("discord_left_in_the_middle", count=self._under_way)

    async def act(self, interaction: discord.Interaction[Any]) -> None:
        async with self._hearing() as hears:
            if hears and (act := act_of(interaction)):
                await self._act(act, interaction)

    async def message(self, message: discord.Message) -> None:
        await self._in_turn(message, on_message)

    async def edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        await self._in_turn(payload.message, on_edit)

    async def deleted(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self._delete(payload, [payload.message_id])

    async def purged(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        await self._delete(payload, sorted(payload.message_ids))

    @asynccontextmanager
    async def _hearing(self) -> AsyncIterator[bool]:
        """Be under way. Yields: whether it is heard at all."""
        self._under_way += 1
        try:
            yield not self._leaving
        finally:
            self._under_way -= 1
            async with self._idle:
                self._idle.notify_all()

    async def _act(self, act: Act, interaction: discord.Interaction[Any]) -> None:
        try:
            await ACTS[act.kind](self._counter, act, Answer(interaction))
        except Missed as missed:
            log.info("answered_too_late", code=str(missed))
        except (PlatformError, Unanswered, Rejected) as error:
            log.warning("discord_answer_lost", kind=type(error).__name__, code=str(error))
        except Exception:
            log.exception("discord_act_failed")

    async def _delete(
        self, payload: discord.RawMessageDeleteEvent | discord.RawBulkMessageDeleteEvent, messages: Sequence[int]
    ) -> None:
        async with self._hearing() as hears:
            for message in messages if hears else ():
                await on_delete(self._counter, payload.guild_id or 0, payload.channel_id, message)

    async def _in_turn(
        self, message: discord.Message, heard: Callable[[Counter, discord.Message], Awaitable[None]]
    ) -> None:
        """What somebody writes is read in the order in which they wrote it, changes of it as well."""
        async with self._hearing() as hears, self._counter.turns.of(member_of("", message.author.id)):
            if hears:
                await heard(self._counter, message)
