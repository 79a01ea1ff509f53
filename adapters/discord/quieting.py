"""To stop all messages: in words, or in our conversation, in all communities of an account, for which it is one.

In a server it holds for that one, and who is in others as well is told so.
"""

from collections.abc import Sequence
from typing import Final

import structlog

from adapters.discord.counter import Visit
from adapters.discord.ids import PLATFORM
from bot.commands import Pause
from bot.domain.ids import MemberId
from bot.messages import Message, Reply

#: What is said to who stopped everything.
STOPPED: Final = "settings.stopped"

log = structlog.get_logger()


async def stopped(visit: Visit, said: Reply | None) -> Reply | None:
    """After a command or a press that may have stopped everything. Returns: what to tell."""
    if not isinstance(said, Message) or said.key != STOPPED or not (others := await _others(visit)):
        return said
    if not visit.sender.guild:
        await _stop(visit, others)
        return said
    there = await visit.counter.dispatch.community(visit.community)
    return Message("discord.stopped.here", {"community": there.name if there else "…"})


async def stop_elsewhere(visit: Visit) -> None:
    """Who has just stopped everything in words hears no more of their other communities either."""
    known = await visit.counter.dispatch.known(visit.me)
    if known and known[1].stopped_at is not None:
        await _stop(visit, await _others(visit))


async def _others(visit: Visit) -> Sequence[MemberId]:
    return [member for member in await visit.counter.people.here(visit.sender.user) if member != visit.me]


async def _stop(visit: Visit, members: Sequence[MemberId]) -> None:
    for member in members:
        try:
            await visit.counter.dispatch.receive(PLATFORM, f"{visit.sender.arrival}:stop:{member}", Pause(member, None))
        except Exception:
            log.exception("not_stopped_elsewhere")  # the next is stopped all the same
