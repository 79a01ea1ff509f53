"""What a command, a form or a press leads to, shown in time: at once, or after a sign of life where it takes longer."""

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Final, TypeAlias

import discord
import structlog

from adapters.chat.errors import Rejected, Unanswered
from adapters.discord.answering import SOON, Answer, Missed
from adapters.discord.aside import show_what_waits
from adapters.discord.counter import Visit
from bot.errors import PlatformError, Refusal
from bot.messages import Message, Refused

#: Said where something of ours or of Discord's does not work for the moment.
BUSY: Final = Refused("refusal.discord_busy")

log = structlog.get_logger()


@dataclass(frozen=True)
class Window:
    """A form to open. Where it is too late for one, `instead` is said."""

    modal: Mapping[str, Any]
    instead: Message = BUSY


@dataclass(frozen=True)
class Pages:
    """What is ready to be shown, message by message; `replacing`: the first in the place of what was pressed."""

    bodies: Sequence[Mapping[str, Any]]
    replacing: bool = False


@dataclass(frozen=True)
class Handed:
    """A file for whoever asked, with a sentence that is shown as it is."""

    said: str
    name: str
    content: bytes = field(repr=False)


#: What is shown of something that was done.
Shown: TypeAlias = Message | Window | Pages | Handed | None


async def reply(visit: Visit, answer: Answer, work: Coroutine[Any, Any, Shown], *, in_place: bool = False) -> None:
    """Do it, and show what came of it to whoever asked. What takes longer is announced first. Raises: Missed.

    Args: `in_place` is True where it is shown in the place of what was pressed, which nothing announces.
    """
    doing = asyncio.ensure_future(_done(work))
    await asyncio.wait([doing], timeout=SOON)
    if not doing.done() and answer.given is None:
        try:
            await (answer.acknowledge() if in_place else answer.think())
        except Missed:
            await doing
            raise
    after = await visit.anew()
    await show(after, answer, await doing)
    await show_what_waits(after, answer)


async def placed(visit: Visit, work: Awaitable[Shown]) -> Shown:
    """Its words and buttons in the place of what was pressed; what is refused is said below that."""
    shown = await work
    if isinstance(shown, Message) and not isinstance(shown, Refused):
        return Pages([(await visit.anew()).shown(shown)], replacing=True)
    return replace(shown, replacing=True) if isinstance(shown, Pages) else shown


async def show(visit: Visit, answer: Answer, shown: Shown) -> None:
    """Show it to whoever asked. Raises: Missed, Rejected, Unanswered."""
    match shown:
        case Window(modal, instead):
            await (answer.open(modal) if answer.given is None else answer.say(visit.shown(instead)))
        case Pages(bodies, replacing):
            for at, body in enumerate(bodies):
                await (answer.replace(body) if replacing and at == 0 else answer.say(body))
        case Handed(said, name, content):
            await answer.hand(said, discord.File(BytesIO(content), name))
        case Message():
            await answer.say(visit.shown(shown))
        case None:
            pass


async def _done(work: Coroutine[Any, Any, Shown]) -> Shown:
    """Whatever goes wrong is a sentence."""
    try:
        return await work
    except Refusal as refusal:
        return Refused(f"refusal.{refusal.code}", refusal.fields)
    except (PlatformError, Unanswered, Rejected) as error:
        log.warning("discord_not_done", kind=type(error).__name__, code=str(error))
    except Exception:
        log.exception("discord_not_done")
    return BUSY
