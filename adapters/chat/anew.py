"""What was changed and may not be shown so: a process died over it, or the service did not answer."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from adapters.chat.errors import DOWN, Unanswered
from bot.errors import TryLater
from bot.sendings import Sending, Sendings

#: Shows a message as it is now. Raises: TryLater, Unanswered.
Show: TypeAlias = Callable[[Sending], Awaitable[None]]

log = structlog.get_logger()


async def show_until_current(sending: Sending, sendings: Sendings, show: Show) -> None:
    """Show a message, and again should somebody change it meanwhile. Raises: as `show`."""
    shown: Sending | None = sending
    while shown is not None and shown.ref:
        await show(shown)
        if await sendings.shown(shown):
            return
        shown = await sendings.find(shown.mark)


async def catch_up(platform: str, sendings: Sendings, show: Show) -> None:
    """Show everything that may not be shown as it is. To show it twice is to show it.

    Raises: TryLater where some of it has to wait.
    """
    waits: dict[str, TryLater] = {}
    for sending in await sendings.unshown(platform):
        community = next(iter(sending.messages)).rpartition(":")[0]
        if community in waits:
            continue
        try:
            await show_until_current(sending, sendings, show)
        except TryLater as later:
            waits[community] = later
        except Unanswered:
            waits[community] = TryLater(DOWN)
    if waits:
        log.info("not_all_shown_anew", count=len(waits))
        raise min(waits.values(), key=lambda later: later.after)
