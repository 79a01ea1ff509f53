"""Take back introductions that nobody was told of yet, when one of the two goes."""

from bot.context import Context
from bot.domain.ids import IntroductionId, MemberId
from bot.domain.introductions import State, advance
from bot.domain.ties import NudgeState, settled


def opening_key(introduction: IntroductionId) -> str:
    """Under which key the opening of an introduction waits in the outbox."""
    return f"{introduction}:opening"


async def take_back(member: MemberId, ctx: Context) -> None:
    """Where the opening has not left, two people do not know of each other: let it end at its deadline, like silence.

    Otherwise the other would be told later on of somebody whom they never met (I1).
    """
    for listed in await ctx.uow.introductions.of_member(member):
        if listed.state is State.INTRODUCED and await ctx.uow.outbox.cancel(opening_key(listed.id)):
            intro = await ctx.uow.introductions.get(listed.id)
            await ctx.uow.introductions.save(advance(intro, State.ASKED, ctx.now, ctx.rules))
            await _untie(intro.id, ctx)


async def _untie(introduction: IntroductionId, ctx: Context) -> None:
    tie = await ctx.uow.ties.of_introduction(introduction)
    if tie is None:
        return
    for nudge in await ctx.uow.nudges.of_tie(tie.id):
        if nudge.state is NudgeState.PLANNED:
            await ctx.uow.nudges.save(settled(nudge, NudgeState.CANCELLED))
    await ctx.uow.ties.remove(tie.id)
