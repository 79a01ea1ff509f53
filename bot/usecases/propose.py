"""Send a wave of asks for a notice: rank, keep who may meet, ask both sides blindly and in parallel (B9, B10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.context import Context
from bot.domain.hours import next_at
from bot.domain.ids import IntroductionId, NoticeId, PersonId
from bot.domain.introductions import (
    MET_STATES,
    OPEN_STATES,
    Introduction,
    Relation,
    Side,
    State,
    scheduled,
)
from bot.domain.members import Member, Membership
from bot.domain.notices import Kind, Notice, NoticeState
from bot.domain.notices import scheduled as notice_scheduled
from bot.domain.rules import rules_of
from bot.domain.tokens import Purpose
from bot.messages import Message
from bot.ports import Priority
from bot.usecases.cards import card, card_parcel
from bot.usecases.facts import Guest, forgiven, kept_apart, may_meet
from bot.usecases.grounds import brought_forward, grounds_of
from bot.usecases.tell import budget_left, tell, tell_unasked
from matching.choice import Balance, in_turn
from matching.constraints import Constraints
from matching.model import Candidate

#: What leaves within this time after posting answers the author; what leaves later comes unasked.
PROMPT = timedelta(minutes=5)
#: Candidates to look at for one wave.
LOOK_AT = 50


def wanted(notice: Notice) -> tuple[Kind, ...]:
    """Which notices may answer this one: a need looks for offers and for people with the same need."""
    return (Kind.OFFER, Kind.NEED) if notice.kind is Kind.NEED else (Kind.NEED,)


async def send_wave(id: NoticeId, found: Sequence[Candidate], ctx: Context) -> int:
    """Ask the best of `found` who may meet the author. Returns: how many introductions were proposed.

    Called when `next_wave_at` has come, a moment that was decided beforehand and never by an answer (R2, R3).
    """
    notice = await ctx.uow.notices.find(id)
    if notice is None or not _is_due(notice, ctx.now):
        return 0
    earlier = await ctx.uow.introductions.of_notice(notice.id)
    asker = await _guest(notice, ctx)
    if asker is None or is_satisfied(earlier):
        await _save(replace(notice, next_wave_at=None), ctx)
        return 0
    community = await ctx.uow.communities.get(notice.community)
    if community.at_rest:
        await _save(replace(notice, next_wave_at=next_at(ctx.now, ctx.rules.wave_slots, community.zone)), ctx)
        return 0
    ctx = replace(ctx, rules=rules_of(community, ctx.rules))
    if asker.person.is_away(ctx.now):
        await _save(replace(notice, next_wave_at=await _back(asker, ctx)), ctx)
        return 0
    room = ctx.rules.wave_size - sum(intro.state in OPEN_STATES for intro in earlier)
    if not _just_posted(notice, ctx.now):
        room = min(room, await budget_left(ctx, asker.person))
    asked = await _ask(asker, found, room, ctx) if room > 0 else 0
    waiting = any(intro.state in OPEN_STATES for intro in earlier)
    if notice.kind is Kind.NEED and notice.waves == 0 and asked == 0 and not waiting:
        await _tell_nobody(asker, ctx)
    await _save(await _next_wave(notice, ctx), ctx)
    return asked


async def question(id: NoticeId, ctx: Context) -> tuple[Notice | None, Constraints | None]:
    """A notice; and whom the engine need not look at for it, when its wave is due."""
    notice = await ctx.uow.notices.find(id)
    if notice is None or not _is_due(notice, ctx.now):
        return notice, None
    past = await ctx.uow.introductions.of_person(notice.person)
    return notice, Constraints(excluded=kept_apart(notice.person, past, ctx), place=notice.place)


async def refused(notice: Notice, found: Sequence[Candidate], ctx: Context) -> frozenset[PersonId]:
    """Whom of those found a rule keeps from being asked now, so that the engine can look beyond them."""
    asker = await _guest(notice, ctx)
    if asker is None:
        return frozenset()
    past = await ctx.uow.introductions.of_person(asker.person.id)
    guests = await _guests(found, ctx)
    busy = await ctx.uow.introductions.open_asks([guest.person.id for guest in guests.values()])
    out = set()
    for guest in guests.values():
        free = ctx.rules.load_cap - busy.get(guest.person.id, 0)
        if not (await may_meet(asker, guest, past, ctx, free=free)).allowed:
            out.add(guest.person.id)
    return frozenset(out)


def _just_posted(notice: Notice, now: datetime) -> bool:
    """Whether its author waits for an answer: what is said then is asked for, and counts against nothing (I8)."""
    return notice.waves == 0 and now - notice.since < PROMPT


async def _tell_nobody(asker: Guest, ctx: Context) -> None:
    message, key = Message("nobody.need", {"card": asker.notice.card}), f"{asker.notice.id}:nobody"
    if _just_posted(asker.notice, ctx.now):
        await tell(ctx, asker.member.id, message, key=key)
    else:
        token = await ctx.token(asker.member.id, Purpose.PERSON, asker.member.id)
        message = replace(message, choices=("stop",), token=token)
        await tell_unasked(ctx, asker.member, asker.person, message, key=key, priority=Priority.NOTICE)


async def _back(asker: Guest, ctx: Context) -> datetime | None:
    """When the wave of somebody who is away leaves instead: after their pause; None until they come back."""
    if asker.person.stopped_at is not None or asker.person.paused_until is None:
        return None
    community = await ctx.uow.communities.get(asker.member.community)
    return next_at(asker.person.paused_until, ctx.rules.wave_slots, community.zone)


def _is_due(notice: Notice, now: datetime) -> bool:
    return notice.state is NoticeState.OPEN and notice.next_wave_at is not None and notice.next_wave_at <= now


def is_satisfied(intros: Iterable[Introduction]) -> bool:
    """Whether somebody was introduced for a notice, unless nothing came of it."""
    return any(intro.state in MET_STATES and not forgiven(intro) for intro in intros)


async def _guest(notice: Notice, ctx: Context) -> Guest | None:
    member = await ctx.uow.members.find(notice.member)
    if member is None or member.state is not Membership.JOINED:
        return None
    return Guest(member, await ctx.uow.persons.get(member.person), notice)


async def _ask(asker: Guest, found: Sequence[Candidate], room: int, ctx: Context) -> int:
    """Propose to the best candidates that no rule forbids, up to `room`."""
    guests = await _guests(found, ctx)
    past = list(await ctx.uow.introductions.of_person(asker.person.id))
    busy = await ctx.uow.introductions.open_asks([guest.person.id for guest in guests.values()])
    owned = [(candidate, guests[candidate.notice].person.id) for candidate in found if candidate.notice in guests]
    exposure = {str(person): count for person, count in busy.items()}
    bridging = await _bridging(asker, guests.values(), ctx) if len(owned) > room else {}
    balance, seed = Balance(bridging=bridging, exposure=exposure), ctx.random.seed()
    forward = brought_forward(owned, balance, seed)
    asked = 0
    for candidate in in_turn(owned, balance, seed):
        helper = guests[candidate.notice]
        if asked == room:
            break
        free = min(ctx.rules.load_cap - busy.get(helper.person.id, 0), await budget_left(ctx, helper.person))
        if (await may_meet(asker, helper, past, ctx, free=free)).allowed and not await _is_taken(helper.notice, ctx):
            past.append(await _propose(asker, helper, candidate, ctx, bridging=candidate.notice in forward))
            asked += 1
    return asked


async def _bridging(asker: Guest, guests: Iterable[Guest], ctx: Context) -> Mapping[str, float]:
    """How far from each other these are in the network of ties: 1 for strangers, 0 for two who are tied (B6)."""
    accounts = {guest.member.id: guest.person.id for guest in guests}
    partners = await ctx.uow.ties.partners([asker.member.id, *accounts])
    mine = partners.get(asker.member.id, frozenset())
    return {
        person: 0.0 if account in mine else 0.5 if mine & partners.get(account, frozenset()) else 1.0
        for account, person in accounts.items()
    }


async def _is_taken(notice: Notice, ctx: Context) -> bool:
    """Whether a need has enough asks out already, or somebody; offers may always be asked about."""
    if notice.kind is not Kind.NEED:
        return False
    intros = await ctx.uow.introductions.of_notice(notice.id)
    return is_satisfied(intros) or sum(i.state in OPEN_STATES for i in intros) >= ctx.rules.wave_size


async def _guests(found: Sequence[Candidate], ctx: Context) -> Mapping[str, Guest]:
    notices = await ctx.uow.notices.among([NoticeId(candidate.notice) for candidate in found])
    members = await ctx.uow.members.among([notice.member for notice in notices.values()])
    persons = await ctx.uow.persons.among([member.person for member in members.values()])

    def guest(notice: Notice, member: Member | None) -> Guest | None:
        person = persons.get(member.person) if member else None
        return Guest(member, person, notice) if member and person and notice.state is NoticeState.OPEN else None

    made = {id: guest(notice, members.get(notice.member)) for id, notice in notices.items()}
    return {id: guest for id, guest in made.items() if guest}


async def _propose(asker: Guest, helper: Guest, candidate: Candidate, ctx: Context, *, bridging: bool) -> Introduction:
    """Write the introduction and queue its two cards, each for a moment that suits its reader."""
    sides = tuple(
        Side(
            key=key, member=guest.member.id, person=guest.person.id,
            notice=guest.notice.id, card=guest.notice.card, kind=guest.notice.kind,
        )
        for key, guest in zip("ab", (asker, helper), strict=True)
    )  # fmt: skip
    intro = scheduled(
        Introduction(
            id=IntroductionId(ctx.random.id()),
            community=asker.member.community,
            state=State.ASKED,
            relation=Relation(candidate.relation),
            sides=(sides[0], sides[1]),
            grounds=grounds_of(candidate, asker.notice, helper.notice, bridging=bridging),
            score=candidate.score,
            asked_at=ctx.now,
            expires_at=ctx.now + ctx.rules.card_life,
            since=ctx.now,
        ),
        ctx.rules,
    )
    await ctx.uow.introductions.add(intro)
    just_posted = _just_posted(asker.notice, ctx.now)
    for mine, theirs, key in ((asker, helper, "a"), (helper, asker, "b")):
        token = await ctx.token(mine.member.id, Purpose.CARD, intro.id, intro.expires_at + ctx.rules.card_life)
        message = card(intro, mine=mine.notice, theirs=theirs.notice, token=token)
        name = card_parcel(intro.id, key)
        if mine is asker and just_posted:
            await tell(ctx, mine.member.id, message, key=name, about=(theirs.member.id,))
        else:
            await tell_unasked(
                ctx, mine.member, mine.person, message, key=name, priority=Priority.CARD,
                about=(theirs.member.id,), not_after=intro.expires_at - timedelta(days=1),
            )  # fmt: skip
    return intro


async def _next_wave(notice: Notice, ctx: Context) -> Notice:
    """Decide now when the next wave leaves: at a slot after this wave's deadline. Offers wake needs only once."""
    waves = notice.waves + 1
    if notice.kind is Kind.OFFER or waves >= ctx.rules.waves:
        return replace(notice, waves=waves, next_wave_at=None)
    community = await ctx.uow.communities.get(notice.community)
    slot = next_at(ctx.now + ctx.rules.card_life + ctx.rules.undo, ctx.rules.wave_slots, community.zone)
    return replace(notice, waves=waves, next_wave_at=slot)


async def _save(notice: Notice, ctx: Context) -> None:
    await ctx.uow.notices.save(notice_scheduled(notice, ctx.rules))
