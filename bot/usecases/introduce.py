"""Introduce two people who both said yes, once their moment to change their mind is over; then step aside (C5, C7)."""

from dataclasses import replace

from bot.context import Context
from bot.domain.ids import IntroductionId, MemberId, NudgeId, TieId
from bot.domain.introductions import Introduction, Side, State, advance, with_circles
from bot.domain.members import shared_circles
from bot.domain.notices import Kind, Notice, NoticeState, scheduled
from bot.domain.ties import Tie, TieState, next_nudge
from bot.domain.tokens import Purpose
from bot.ports import Act, Parcel, Priority
from bot.usecases.cards import as_asked, opening
from bot.usecases.facts import Guest, may_meet
from bot.usecases.propose import is_satisfied
from bot.usecases.unsaid import opening_key


async def introduce(id: IntroductionId, ctx: Context) -> bool:
    """Reveal two names, to both, in one parcel. Returns: whether it happened.

    Every rule is asked again in this transaction (I5). Where one now forbids it, the introduction goes back to
    waiting and ends at its deadline like any other.
    """
    intro = await ctx.uow.introductions.get(id)
    if intro.state is not State.AGREED or intro.due_at is None or intro.due_at > ctx.now:
        return False
    guests = await _guests(intro, ctx)
    if guests is None or not await _still_may(intro, guests, ctx):
        await ctx.uow.introductions.save(advance(intro, State.ASKED, ctx.now, ctx.rules))
        return False
    intro = with_circles(intro, shared_circles(guests["a"].member, guests["b"].member))
    await ctx.uow.introductions.save(advance(intro, State.INTRODUCED, ctx.now, ctx.rules))
    await _open(intro, guests, ctx)
    await _tie(intro, guests, ctx)
    for guest in guests.values():
        if guest.notice.kind is Kind.NEED:
            await ctx.uow.notices.save(scheduled(replace(guest.notice, next_wave_at=None), ctx.rules))
    return True


async def _guests(intro: Introduction, ctx: Context) -> dict[str, Guest] | None:
    """Both people and their notices; None when one is gone or has ended their notice."""
    guests: dict[str, Guest] = {}
    for side in intro.sides:
        member = await ctx.uow.members.find(side.member) if side.member else None
        notice = await ctx.uow.notices.find(side.notice) if side.notice else None
        if member is None or notice is None or notice.state in (NoticeState.WITHDRAWN, NoticeState.MET):
            return None
        guests[side.key] = Guest(member, await ctx.uow.persons.get(member.person), notice)
    return guests


async def _still_may(intro: Introduction, guests: dict[str, Guest], ctx: Context) -> bool:
    if (await ctx.uow.communities.get(intro.community)).closed_at is not None:
        return False
    one, other = (_as_they_said(guests[side.key], side) for side in intro.sides)
    past = await ctx.uow.introductions.of_person(one.person.id)
    verdict = await may_meet(one, other, past, ctx, free=1, except_for=intro.id)
    needs = [guest.notice for guest in guests.values() if guest.notice.kind is Kind.NEED]
    return verdict.allowed and not any([await _is_met(need, ctx) for need in needs])


def _as_they_said(guest: Guest, side: Side) -> Guest:
    """Somebody who said yes. A pause holds off what nobody asked for; to stop everything afterwards takes it back."""
    stopped = guest.person.stopped_at
    since = stopped if stopped and side.answered_at and stopped >= side.answered_at else None
    return replace(guest, person=replace(guest.person, paused_until=None, stopped_at=since))


async def _is_met(need: Notice, ctx: Context) -> bool:
    """Whether another introduction was made for this need first: then this one ends like silence (B9)."""
    return is_satisfied(await ctx.uow.introductions.of_notice(need.id))


async def _open(intro: Introduction, guests: dict[str, Guest], ctx: Context) -> None:
    names = {key: guest.member.name for key, guest in guests.items()}
    current = {guest.notice.id: guest.notice for guest in guests.values()}
    notices = {side.key: notice for side in intro.sides if (notice := as_asked(side, current))}
    seed = ctx.random.seed()
    said = {guest.member.id: opening(intro, names, notices, seed, key) for key, guest in guests.items()}
    await ctx.uow.outbox.put(
        Parcel(
            key=opening_key(intro.id),
            act=Act.BRING_TOGETHER,
            to={id: replace(message, retires=await _cards(intro, id, ctx)) for id, message in said.items()},
            due_at=ctx.now,
            priority=Priority.OPENING,
            about=tuple(said),
        )
    )


async def _cards(intro: Introduction, member: MemberId, ctx: Context) -> tuple[str, ...]:
    """What is answered needs no buttons any more."""
    return tuple(await ctx.uow.tokens.about(member, Purpose.CARD, intro.id))


async def _tie(intro: Introduction, guests: dict[str, Guest], ctx: Context) -> None:
    """What remains: a tie, with its first nudge planned."""
    topics = tuple(value for ground in intro.grounds if ground.kind == "topic" for value in ground.values)
    tie = Tie(
        id=TieId(ctx.random.id()),
        community=intro.community,
        introduction=intro.id,
        members=(guests["a"].member.id, guests["b"].member.id),
        topics=topics,
        state=TieState.ALIVE,
        since=ctx.now,
    )
    tie, nudge = next_nudge(tie, id=NudgeId(ctx.random.id()), at=ctx.now, rules=ctx.rules)
    await ctx.uow.ties.add(tie)
    assert nudge is not None  # both are here
    await ctx.uow.nudges.add(nudge)
