"""Put something unasked into the outbox, if this person's pause and budget allow it (I8)."""

from datetime import datetime

from bot.context import Context
from bot.domain.hours import suitable
from bot.domain.ids import MemberId
from bot.domain.members import Member, Person
from bot.messages import Message
from bot.ports import Act, Parcel, Priority


async def budget_left(ctx: Context, person: Person) -> int:
    """How many more unasked messages this person may get for now."""
    used = await ctx.uow.outbox.count_unasked(person.id, ctx.now - ctx.rules.budget_window)
    return max(0, person.monthly_budget - used)


async def tell_unasked(
    ctx: Context,
    member: Member,
    person: Person,
    message: Message,
    *,
    key: str,
    priority: Priority,
    about: tuple[MemberId, ...] = (),
    not_after: datetime | None = None,
) -> bool:
    """Queue an unasked word for the first moment that suits. Returns: False when it must not be said.

    What follows a card, its reminder and its end, was paid for with the card.
    """
    if person.stopped_at is not None:
        return False
    if priority is not Priority.REMINDER and await budget_left(ctx, person) == 0:
        return False
    due_at = suitable(ctx.now, person)
    if not_after is not None and due_at > not_after:
        return False
    await ctx.uow.outbox.put(
        Parcel(
            key=key,
            act=Act.TELL,
            to={member.id: message},
            due_at=due_at,
            priority=priority,
            unasked=True,
            about=about,
            not_after=not_after,
        )
    )
    return True


async def tell(ctx: Context, member: MemberId, message: Message, *, key: str, about: tuple[MemberId, ...] = ()) -> None:
    """Queue a word that this person asked for: it leaves at once and counts against nothing."""
    await ctx.uow.outbox.put(
        Parcel(key=key, act=Act.TELL, to={member: message}, due_at=ctx.now, priority=Priority.REPLY, about=about)
    )
