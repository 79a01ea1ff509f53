"""What the hard rules need to know of two people, gathered in one place for every route (I5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.context import Context
from bot.domain.hours import is_quiet
from bot.domain.ids import IntroductionId, PersonId
from bot.domain.introductions import MET_STATES, Introduction, Outcome, State
from bot.domain.members import Member, Membership, Person
from bot.domain.notices import Notice
from matching import eligible, model


@dataclass(frozen=True)
class Guest:
    """One of the two at stake: account, person and the notice that brought them up."""

    member: Member
    person: Person
    notice: Notice


async def may_meet(
    asker: Guest, helper: Guest, past: Sequence[Introduction], ctx: Context, *, free: int,
    except_for: IntroductionId | None = None,
) -> model.Verdict:  # fmt: skip
    """Whether these two may meet, by the one predicate that every route asks (I5).

    Args: past: introductions of the asker; `except_for` is the one being decided, which does not count against itself.
        free: cards that the helper may still get.
    """
    between = [i for i in past if i.id != except_for and i.persons == {asker.person.id, helper.person.id}]
    blocked = await ctx.uow.blocks.between(
        await ctx.uow.members.accounts(asker.person.id), await ctx.uow.members.accounts(helper.person.id)
    )
    history = model.History(blocked=bool(blocked), asked=_asked(between, ctx), introduced=_introduced(between))
    return eligible.may_meet(
        _person(asker, ctx.now, free=1), _person(helper, ctx.now, free=free), history,
        common_hours=ctx.rules.common_hours,
    )  # fmt: skip


_KNOWN = MET_STATES | {State.ENDED}


def kept_apart(person: PersonId, past: Sequence[Introduction], ctx: Context) -> frozenset[PersonId]:
    """Those with whom this person was asked or introduced, so that they may not meet now. `past` is theirs."""
    between: defaultdict[PersonId, list[Introduction]] = defaultdict(list)
    for intro in past:
        for other in intro.persons - {person}:
            between[other].append(intro)
    return frozenset(o for o, intros in between.items() if _asked(intros, ctx) or _introduced(intros))


def _asked(between: Sequence[Introduction], ctx: Context) -> bool:
    return any(i.state not in _KNOWN and ctx.now - i.asked_at < ctx.rules.repeat_after for i in between)


def _introduced(between: Sequence[Introduction]) -> bool:
    return any(i.state in _KNOWN and not forgiven(i) for i in between)


def forgiven(intro: Introduction) -> bool:
    """Whether two who were introduced may be again: one says that nothing came of it, and neither that they talked."""
    outcomes = {side.outcome for side in intro.sides}
    return Outcome.NOTHING in outcomes and not outcomes & {Outcome.HELPED, Outcome.TALKED}


def _person(guest: Guest, now: datetime, *, free: int) -> model.Person:
    return model.Person(
        id=guest.person.id,
        joined=guest.member.state is Membership.JOINED,
        away=guest.person.is_away(now),
        speaks=frozenset(guest.person.speaks),
        circles=frozenset(guest.member.circles),
        waking=waking_hours(guest.person, now),
        free=free,
        reach=guest.notice.reach,
        place=guest.notice.place,
    )


def waking_hours(person: Person, now: datetime) -> frozenset[int]:
    """The hours, UTC, at which this person may be spoken to on a day like today."""
    start = now.astimezone(ZoneInfo(person.zone)).replace(hour=0, minute=30, second=0, microsecond=0)
    moments = [(start + timedelta(hours=hour)).astimezone(UTC) for hour in range(24)]
    return frozenset(moment.hour for moment in moments if not is_quiet(moment, person))
