"""Take back introductions that nobody was told of yet, when one of the two goes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.context import Context
from bot.domain.hours import next_at
from bot.domain.ids import IntroductionId, MemberId
from bot.domain.introductions import Introduction, Side, State, advance, end_of
from bot.domain.notices import Kind, NoticeState, scheduled
from bot.domain.ties import NudgeState, settled

_OPENING: Final = ":opening"


def opening_key(introduction: IntroductionId) -> str:
    """Under which key the opening of an introduction waits in the outbox."""
    return f"{introduction}{_OPENING}"


async def take_back(member: MemberId, ctx: Context) -> None:
    """Take back every introduction of a member that nobody was told of."""
    await take_back_among(await ctx.uow.introductions.of_member(member), ctx)


async def take_back_among(intros: Sequence[Introduction], ctx: Context) -> None:
    """Where the opening has not left, two people do not know of each other: let it end at its deadline, like silence.

    Otherwise the other would be told later on of somebody whom they never met (I1).
    """
    for listed in intros:
        if listed.state is State.INTRODUCED and await ctx.uow.outbox.cancel(opening_key(listed.id)):
            await _as_if_silent(await ctx.uow.introductions.get(listed.id), ctx)


async def opening_lost(parcel: str, ctx: Context) -> None:
    """The opening under that key cannot be shown to the two: nobody was told, and it ends like silence."""
    intro = await ctx.uow.introductions.find(IntroductionId(parcel.removesuffix(_OPENING)))
    if intro is not None and intro.state is State.INTRODUCED:
        await _as_if_silent(await ctx.uow.introductions.get(intro.id), ctx)


async def _as_if_silent(intro: Introduction, ctx: Context) -> None:
    await ctx.uow.introductions.save(advance(intro, State.ASKED, ctx.now, ctx.rules))
    await _untie(intro.id, ctx)
    for side in intro.sides:
        await _seek_on(intro, side, ctx)


async def _seek_on(intro: Introduction, side: Side, ctx: Context) -> None:
    """A need goes on looking after the deadline, as it would have with a silent other."""
    need = await ctx.uow.notices.find(side.notice) if side.notice else None
    if (
        need is None
        or need.kind is not Kind.NEED
        or need.state is not NoticeState.OPEN
        or need.waves >= ctx.rules.waves
    ):
        return
    community = await ctx.uow.communities.get(intro.community)
    slot = next_at(max(ctx.now, end_of(intro, ctx.rules)), ctx.rules.wave_slots, community.zone)
    await ctx.uow.notices.save(scheduled(replace(need, next_wave_at=slot), ctx.rules))


async def _untie(introduction: IntroductionId, ctx: Context) -> None:
    tie = await ctx.uow.ties.of_introduction(introduction)
    if tie is None:
        return
    for nudge in await ctx.uow.nudges.of_tie(tie.id):
        if nudge.state is NudgeState.PLANNED:
            await ctx.uow.nudges.save(settled(nudge, NudgeState.CANCELLED))
    await ctx.uow.ties.remove(tie.id)
