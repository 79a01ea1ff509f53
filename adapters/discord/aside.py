"""What waits for somebody whose direct messages are closed to us, shown when they come by."""

from typing import Final

from adapters.discord.answering import Answer
from adapters.discord.counter import Visit
from bot.errors import Refusal
from bot.messages import Message

#: How many are shown at a time; the rest waits for the next.
FEW: Final = 5


async def must_wait(visit: Visit) -> None:
    """Somebody asks for it: it is shown as after anything that they do. Raises: Refusal when nothing waits."""
    if not await visit.counter.aside.waiting_for(visit.me):
        await visit.counter.aside.read(visit.me, [])  # they came: they can be called again
        raise Refusal("discord_nothing_waits")


async def show_what_waits(visit: Visit, answer: Answer) -> None:
    """Show it to them alone, after what they asked for. Raises: Missed, Rejected, Unanswered."""
    if not visit.known or not visit.member:
        return
    if answer.given is not None and not (await visit.counter.directs.place(visit.member)).closed_at:
        return
    sendings = (await visit.counter.aside.waiting_for(visit.member))[:FEW]
    for sending in sendings:
        await answer.say(await visit.counter.platform.shown(visit.member, sending.messages[visit.member]))
        await visit.counter.aside.read(visit.member, [sending.mark])
    if sendings and not (await visit.counter.directs.place(visit.member)).channel:
        await answer.say(visit.shown(Message("discord.aside.why")))
