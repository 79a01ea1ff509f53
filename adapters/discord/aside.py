"""What waits for somebody whose direct messages are closed to us, shown when they come by."""

from adapters.discord.counter import Visit
from adapters.discord.replying import Pages
from bot.errors import Refusal


async def waiting(visit: Visit) -> Pages:
    """All that waits for them. Raises: Refusal when nothing does."""
    shown = await whats_waiting(visit)
    if not shown.bodies:
        raise Refusal("discord_nothing_waits")
    return shown


async def whats_waiting(visit: Visit) -> Pages:
    """The same, or nothing."""
    sendings = await visit.counter.aside.waiting_for(visit.me)
    bodies = [await visit.counter.platform.shown(visit.me, one.messages[visit.me]) for one in sendings]
    return Pages(bodies, seen=tuple(one.mark for one in sendings))
