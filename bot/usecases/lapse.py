"""What time does to cards: one reminder, then a silent end at the deadline (C4, I2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.context import Context
from bot.domain.ids import IntroductionId, MemberId, NoticeId, nobody_in
from bot.domain.introductions import Answer, Introduction, Side, State, advance, end_of, scheduled
from bot.domain.members import Membership
from bot.domain.notices import Notice
from bot.domain.tokens import Purpose
from bot.messages import Message
from bot.ports import Priority
from bot.usecases.cards import as_asked, card, reminder, reminder_parcel
from bot.usecases.tell import tell_unasked


async def lapse(id: IntroductionId, ctx: Context) -> None:
    """Remind whoever has not decided, or end. Each side's message depends on its own answer alone (R2)."""
    intro = await ctx.uow.introductions.get(id)
    if intro.state is not State.ASKED or intro.due_at is None or intro.due_at > ctx.now:
        return
    if ctx.now >= end_of(intro, ctx.rules):
        await ctx.uow.introductions.save(advance(intro, State.EXPIRED, ctx.now, ctx.rules))
        say = _say_it_ended
    else:
        await ctx.uow.introductions.save(scheduled(replace(intro, reminded_at=ctx.now), ctx.rules))
        say = remind
    notices = await ctx.uow.notices.among([side.notice for side in intro.sides if side.notice])
    for side in intro.sides:
        await say(intro, side, notices, ctx)


async def remind(intro: Introduction, side: Side, notices: Mapping[NoticeId, Notice], ctx: Context) -> None:
    """Put the card before somebody once more, if they have not decided."""
    if side.member is None or side.answer in (Answer.YES, Answer.NO):
        return
    other = intro.other(side)
    mine, theirs = as_asked(side, notices), as_asked(other, notices)
    if mine is None:
        return
    earlier = await ctx.uow.tokens.about(side.member, Purpose.CARD, intro.id)
    token = await ctx.token(side.member, Purpose.CARD, intro.id, intro.expires_at + ctx.rules.card_life)
    asked = card(intro, mine=mine, theirs=theirs, token=token)
    message = replace(reminder(asked, again=side.answer is Answer.NOT_NOW), retires=tuple(earlier))
    about = other.member or nobody_in(intro.community)
    await _tell(side, message, reminder_parcel(intro.id, side.key), ctx, about=(about,), not_after=intro.expires_at)


async def _say_it_ended(intro: Introduction, side: Side, notices: Mapping[NoticeId, Notice], ctx: Context) -> None:
    """Only to somebody who had said yes: nothing came of it this time. The words never say why."""
    mine = as_asked(side, notices)
    if side.member is not None and side.answer is Answer.YES and mine is not None:
        token = await ctx.token(side.member, Purpose.PERSON, side.member)
        message = Message(f"card.ended.{mine.kind}", {"mine": mine.card}, ("stop",), token)
        await _tell(side, message, f"{intro.id}:ended:{side.key}", ctx)


async def _tell(
    side: Side,
    message: Message,
    key: str,
    ctx: Context,
    *,
    about: tuple[MemberId, ...] = (),
    not_after: datetime | None = None,
) -> None:
    member = await ctx.uow.members.find(side.member) if side.member else None
    if member is None or member.state is not Membership.JOINED:
        return
    person = await ctx.uow.persons.get(member.person)
    await tell_unasked(
        ctx, member, person, message, key=key, priority=Priority.REMINDER, about=about, not_after=not_after
    )
