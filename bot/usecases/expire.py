"""What time does to notices: drafts are forgotten, ends are announced, then come (A7)."""

from dataclasses import replace

from bot.context import Context
from bot.domain.ids import NoticeId
from bot.domain.members import Membership
from bot.domain.notices import LIVE, Notice, NoticeState, closed, scheduled
from bot.domain.rules import DAY
from bot.domain.tokens import Purpose
from bot.messages import Message
from bot.ports import Priority
from bot.usecases.tell import tell_unasked

CHOICES = ("renew", "met", "withdraw", "stop")


async def expire(id: NoticeId, ctx: Context) -> None:
    """Forget, warn or end; whatever is due."""
    notice = await ctx.uow.notices.find(id)
    if notice is None or notice.due_at is None or notice.due_at > ctx.now:
        return
    if notice.state is NoticeState.DRAFT:
        await ctx.uow.notices.remove(notice.id)
    elif notice.state in LIVE and notice.expires_at is not None:
        if await _is_paused(notice, ctx):
            await ctx.uow.notices.save(_kept_on(notice, ctx))
        elif notice.expires_at <= ctx.now:
            await ctx.uow.notices.save(closed(notice, NoticeState.EXPIRED, ctx.now, ctx.rules))
        elif notice.warned_at is None and notice.expires_at - ctx.rules.expiry_warning <= ctx.now:
            await ctx.uow.notices.save(scheduled(replace(notice, warned_at=ctx.now), ctx.rules))
            await _warn(notice, ctx)


async def _is_paused(notice: Notice, ctx: Context) -> bool:
    return (await ctx.uow.communities.get(notice.community)).paused_at is not None


def _kept_on(notice: Notice, ctx: Context) -> Notice:
    """While its community rests, an end stays far enough away to be announced: nobody is cut short."""
    expires_at = ctx.now + ctx.rules.expiry_warning + DAY
    return scheduled(replace(notice, expires_at=expires_at, warned_at=None), ctx.rules)


async def _warn(notice: Notice, ctx: Context) -> None:
    member = await ctx.uow.members.find(notice.member)
    if member is None or member.state is not Membership.JOINED or notice.expires_at is None:
        return
    token = await ctx.token(member.id, Purpose.NOTICE, notice.id)
    message = Message(
        f"notice.expiring.{notice.kind}", {"card": notice.card, "until": notice.expires_at}, CHOICES, token
    )
    await tell_unasked(
        ctx, member, await ctx.uow.persons.get(member.person), message,
        key=f"{notice.id}:expiring:{notice.expires_at.date()}", priority=Priority.NOTICE,
    )  # fmt: skip
