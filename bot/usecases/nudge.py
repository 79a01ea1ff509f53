"""Give one of two people a light reason to say hello, at widening intervals and within their budget (D1, D2)."""

from bot.context import Context
from bot.domain.ids import NudgeId
from bot.domain.members import Member, Membership
from bot.domain.rules import rules_of
from bot.domain.ties import Nudge, NudgeState, Tie, TieState, next_nudge, settled
from bot.domain.tokens import Purpose
from bot.messages import Message, Phrase
from bot.ports import Priority
from bot.usecases.tell import tell_unasked

CHOICES = ("end_tie", "stop")


async def nudge(id: NudgeId, ctx: Context) -> None:
    """Send a planned nudge if its moment is right, skip it otherwise, and plan the next one."""
    planned = await ctx.uow.nudges.get(id)
    if planned.state is not NudgeState.PLANNED or planned.due_at is None or planned.due_at > ctx.now:
        return
    tie = await ctx.uow.ties.get(planned.tie)
    if tie.state is not TieState.ALIVE:
        await ctx.uow.nudges.save(settled(planned, NudgeState.CANCELLED))
        return
    community = await ctx.uow.communities.get(tie.community)
    sent = rules_of(community, ctx.rules).nudges and not community.at_rest and await _send(planned, tie, ctx)
    await ctx.uow.nudges.save(settled(planned, NudgeState.SENT if sent else NudgeState.SKIPPED))
    tie, following = next_nudge(tie, id=NudgeId(ctx.random.id()), at=ctx.now, rules=ctx.rules)
    await ctx.uow.ties.save(tie)
    if following:
        await ctx.uow.nudges.add(following)


async def _send(planned: Nudge, tie: Tie, ctx: Context) -> bool:
    members = await ctx.uow.members.among([member for member in tie.members if member])
    receiver, other = members.get(planned.to), next((m for id, m in members.items() if id != planned.to), None)
    if not _both_here(receiver, other) or receiver is None or other is None:
        return False
    person = await ctx.uow.persons.get(receiver.person)
    nudges = await ctx.uow.outbox.count_nudges(person.id, ctx.now - ctx.rules.budget_window)
    if nudges >= ctx.rules.nudge_cap or person.is_away(ctx.now):
        return False
    token = await ctx.token(receiver.id, Purpose.NUDGE, tie.id)
    return await tell_unasked(
        ctx, receiver, person, _words(tie, other, token), key=f"{planned.id}:nudge",
        priority=Priority.NUDGE, about=(other.id,), not_after=ctx.now + ctx.rules.nudge_lateness,
    )  # fmt: skip


def _both_here(*members: Member | None) -> bool:
    return all(member is not None and member.state is Membership.JOINED for member in members)


def _words(tie: Tie, other: Member, token: str) -> Message:
    """A reason to say hello that asks for nothing: the subject that the two share, or the time since they met."""
    if tie.topics:
        topic = Phrase(f"topic.{tie.topics[0]}")
        return Message("nudge.topic", {"name": other.name, "topic": topic, "since": tie.since}, CHOICES, token)
    return Message("nudge.plain", {"name": other.name, "since": tie.since}, CHOICES, token)
