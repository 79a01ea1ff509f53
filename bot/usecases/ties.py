"""What one can do about a tie: end it, note something to oneself, block, report (C11, D3)."""

from bot.commands import Block, EndTie, NoteTie, Report
from bot.context import Context
from bot.domain.ids import MemberId, ReportId, TieId
from bot.domain.introductions import MET_STATES, State, advance
from bot.domain.reports import Report as Reported
from bot.domain.ties import NudgeState, Tie, TieState, ended, settled
from bot.domain.words import clean
from bot.errors import Refusal
from bot.messages import Message
from bot.usecases.tell import tell

NOTE_LIMIT = 2000
REPORT_LIMIT = 2000


async def own_tie(id: TieId, member: MemberId, ctx: Context) -> Tie:
    """One of my ties. Raises: Refusal for one that is not mine, in the same words as for none."""
    tie = await ctx.uow.ties.find(id)
    if tie is None or member not in tie.members:
        raise Refusal("gone")
    return tie


async def may_be_joined(member: MemberId, other: MemberId, ctx: Context) -> bool:
    """Whether who was introduced can still be put in one place when `member` asks: nothing came between them since.

    Their tie is alive, both are here, neither blocks the other, and who did not ask is not away.
    """
    try:
        (_, asking), (_, asked) = await ctx.joined(member), await ctx.joined(other)
    except Refusal:
        return False
    met = [tie for tie in await ctx.uow.ties.of_member(member) if tie.state is TieState.ALIVE and other in tie.members]
    accounts = [await ctx.uow.members.accounts(person.id) for person in (asking, asked)]
    return bool(met) and not await ctx.uow.blocks.between(*accounts) and not asked.is_away(ctx.now)


async def end_tie(command: EndTie, ctx: Context) -> Message:
    """Over, for both: no nudge and no follow-up any more. Nobody is told."""
    await ctx.joined(command.member)
    await _end(await own_tie(TieId(command.tie), command.member, ctx), ctx)
    return Message("tie.ended")


async def _end(tie: Tie, ctx: Context) -> None:
    if tie.state is TieState.ENDED:
        return
    await ctx.uow.ties.save(ended(tie))
    for nudge in await ctx.uow.nudges.of_tie(tie.id):
        if nudge.state is NudgeState.PLANNED:
            await ctx.uow.nudges.save(settled(nudge, NudgeState.CANCELLED))
    intro = await ctx.uow.introductions.get(tie.introduction)
    if intro.state in MET_STATES:
        await ctx.uow.introductions.save(advance(intro, State.ENDED, ctx.now, ctx.rules))


async def note_tie(command: NoteTie, ctx: Context) -> Message:
    """Keep a word to myself about somebody I met; nobody else ever sees it."""
    await ctx.joined(command.member)
    tie = await own_tie(TieId(command.tie), command.member, ctx)
    text = clean(command.text, NOTE_LIMIT) if command.text.strip() else ""
    await ctx.uow.ties.write_note(tie.id, command.member, text)
    return Message("tie.noted" if text else "tie.note_removed")


async def block(command: Block, ctx: Context) -> Message:
    """Never again with this person, on any route. They are not told."""
    await ctx.joined(command.member)
    await _block(await own_tie(TieId(command.tie), command.member, ctx), command.member, ctx)
    return Message("tie.blocked")


async def _block(tie: Tie, member: MemberId, ctx: Context) -> None:
    other = tie.other(member)
    if other is not None:
        await ctx.uow.blocks.add(member, other, ctx.now)
    await _end(tie, ctx)


async def report(command: Report, ctx: Context) -> Message:
    """Say that something went wrong: blocks, and tells stewards that there is a report."""
    member, _ = await ctx.joined(command.member)
    tie = await own_tie(TieId(command.tie), command.member, ctx)
    text = clean(command.text, REPORT_LIMIT) if command.text.strip() else ""
    id = ReportId(ctx.random.id())
    await ctx.uow.reports.add(Reported(id, tie.community, member.id, tie.id, text, command.share, ctx.now))
    await _block(tie, member.id, ctx)
    community = await ctx.uow.communities.get(tie.community)
    message = Message("report.shared", {"text": text}) if command.share and text else Message("report.received")
    for steward in community.stewards:
        if steward not in tie.members:
            await tell(ctx, steward, message, key=f"{id}:report:{steward}", about=(member.id,))
    return Message("report.thanks")
