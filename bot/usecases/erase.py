"""Forget a member: rows, texts, index, messages (I9). What is left cannot be traced to anybody.

Where they were asked about somebody, the other sees what silence looks like (I2): what they approved to be read on that
card stays there until it is over, in nobody's name.
"""

from dataclasses import replace

from bot.commands import Erase
from bot.context import Context
from bot.domain.ids import MemberId, nobody_in
from bot.domain.introductions import OPEN_STATES, end_of, forgotten, scheduled, unsaid
from bot.domain.ties import NudgeState, TieState, ended, settled
from bot.errors import Refusal
from bot.messages import Message
from bot.ports import Act, Parcel, Priority
from bot.usecases.cards import card_parcel, reminder_parcel
from bot.usecases.lapse import remind
from bot.usecases.unsaid import take_back


async def erase(command: Erase, ctx: Context) -> Message:
    """All at once, in one transaction; the platform's own copies follow through the outbox.

    Blocks stay, as keyed hashes, so that coming back does not undo somebody else's protection.
    """
    member = await ctx.uow.members.find(command.member)
    if member is None:
        raise Refusal("not_joined")
    await take_back(member.id, ctx)
    await _forget_introductions(member.id, ctx)
    await _forget_ties(member.id, ctx)
    await ctx.uow.notices.forget(member.id)
    for report in await ctx.uow.reports.by_member(member.id):
        await ctx.uow.reports.save(replace(report, by=None, text=""))
    community = await ctx.uow.communities.get(member.community)
    if member.id in community.stewards:
        others = tuple(steward for steward in community.stewards if steward != member.id)
        await ctx.uow.communities.save(replace(community, stewards=others))
    await ctx.uow.tokens.forget(member.id)
    await ctx.uow.outbox.forget(member.id)
    await ctx.uow.inbox.forget_replies()
    alone = len(await ctx.uow.members.accounts(member.person)) == 1
    await ctx.uow.members.remove(member.id)
    if alone:
        await ctx.uow.persons.remove(member.person)
    await ctx.uow.outbox.put(
        Parcel(
            key=f"{ctx.random.id()}:forget",
            act=Act.FORGET,
            to={member.id: None},
            due_at=ctx.now,
            priority=Priority.FORGET,
        )
    )
    return Message("erased")


async def _forget_introductions(member: MemberId, ctx: Context) -> None:
    for listed in await ctx.uow.introductions.of_member(member):
        intro = await ctx.uow.introductions.get(listed.id)
        side = intro.side_of(member)
        other = intro.other(side)
        if side.notice and intro.state in OPEN_STATES and await ctx.uow.outbox.drop(card_parcel(intro.id, other.key)):
            # Whoever was never asked is not reminded of it.
            intro = replace(unsaid(intro, side.notice), reminded_at=ctx.now)
        intro = scheduled(forgotten(intro, member, ctx.now, ctx.rules), ctx.rules)
        await ctx.uow.introductions.save(intro)
        if other.member and await ctx.uow.outbox.cancel(reminder_parcel(intro.id, other.key)):
            # It waits for its reader's hours, and comes all the same.
            notices = await ctx.uow.notices.among([other.notice] if other.notice else [])
            await remind(intro, intro.side_of(other.member), notices, ctx)
        if ctx.now < (over := end_of(intro, ctx.rules)):
            # What stays of them for the other alone to read goes then, whatever became of the two.
            key = f"{intro.id}:forget"
            nobody = nobody_in(intro.community)
            await ctx.uow.outbox.put(Parcel(key, Act.FORGET, {nobody: None}, due_at=over, priority=Priority.FORGET))


async def _forget_ties(member: MemberId, ctx: Context) -> None:
    for tie in await ctx.uow.ties.of_member(member):
        await ctx.uow.ties.write_note(tie.id, member, "")
        other = tie.other(member)
        if other is not None:
            await ctx.uow.ties.write_note(tie.id, other, "")
        after = ended(tie) if tie.state is TieState.ALIVE else tie
        first, second = tie.members
        kept = (None if first == member else first, None if second == member else second)
        await ctx.uow.ties.save(replace(after, members=kept))
        for nudge in await ctx.uow.nudges.of_tie(tie.id):
            settled_one = settled(nudge, NudgeState.CANCELLED) if nudge.state is NudgeState.PLANNED else nudge
            to = MemberId("") if nudge.to == member else nudge.to
            await ctx.uow.nudges.save(replace(settled_one, to=to))
