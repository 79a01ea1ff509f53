"""Ask each of two introduced people, once and privately, what came of it (C9). Silence is an answer."""

from dataclasses import replace

from bot.context import Context
from bot.domain.hours import next_at
from bot.domain.ids import IntroductionId, MemberId
from bot.domain.introductions import Introduction, Outcome, State, advance, told
from bot.domain.members import Membership
from bot.domain.notices import Kind, Notice, NoticeState, scheduled
from bot.domain.tokens import Purpose
from bot.messages import Message
from bot.ports import Priority
from bot.usecases.tell import tell_unasked

CHOICES = (*(outcome.value for outcome in Outcome), "stop")


async def follow_up(id: IntroductionId, ctx: Context) -> None:
    """Queue the question to both."""
    intro = await ctx.uow.introductions.get(id)
    if intro.state is not State.INTRODUCED or intro.due_at is None or intro.due_at > ctx.now:
        return
    await ctx.uow.introductions.save(advance(intro, State.FOLLOWED_UP, ctx.now, ctx.rules))
    ids = [side.member for side in intro.sides if side.member]
    members = await ctx.uow.members.among(ids)
    for side in intro.sides:
        member, other = (members.get(s.member or MemberId("")) for s in (side, intro.other(side)))
        if member is None or other is None or member.state is not Membership.JOINED:
            continue
        token = await ctx.token(member.id, Purpose.FOLLOW_UP, intro.id)
        await tell_unasked(
            ctx, member, await ctx.uow.persons.get(member.person),
            Message("follow_up", {"name": other.name}, CHOICES, token),
            key=f"{intro.id}:follow_up:{side.key}", priority=Priority.FOLLOW_UP, about=(other.id,),
            not_after=ctx.now + ctx.rules.nudge_lateness,
        )  # fmt: skip


async def tell_outcome(id: IntroductionId, by: MemberId, outcome: Outcome, ctx: Context) -> Message:
    """Write what one says came of it. It is shown to nobody else."""
    intro = told(await ctx.uow.introductions.get(id), by, outcome)
    await ctx.uow.introductions.save(intro)
    need = await _own_need(intro, by, ctx)
    if need is None:
        return Message(f"follow_up.{outcome}")
    if outcome is Outcome.HELPED:
        token = await ctx.token(by, Purpose.NOTICE, need.id)
        return Message("follow_up.helped_need", {"card": need.card}, ("met", "keep"), token)
    if outcome is Outcome.NOTHING and need.next_wave_at is None and need.waves < ctx.rules.waves:
        community = await ctx.uow.communities.get(intro.community)
        slot = next_at(ctx.now, ctx.rules.wave_slots, community.zone)
        await ctx.uow.notices.save(scheduled(replace(need, next_wave_at=slot), ctx.rules))
        return Message("follow_up.nothing_need", {"card": need.card})
    return Message(f"follow_up.{outcome}")


async def _own_need(intro: Introduction, by: MemberId, ctx: Context) -> Notice | None:
    """The need of the one who answers, if it is still open."""
    side = intro.side_of(by)
    notice = await ctx.uow.notices.find(side.notice) if side.notice else None
    open_need = notice is not None and notice.kind is Kind.NEED and notice.state is NoticeState.OPEN
    return notice if open_need else None
