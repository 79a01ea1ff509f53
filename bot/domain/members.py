"""Who is at the bar: accounts in communities, the persons behind them, and what they agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum
from typing import Final

from bot.domain.ids import CommunityId, MemberId, PersonId
from bot.errors import IllegalTransition


@dataclass(frozen=True)
class Community:
    """One Slack workspace, Discord guild or house room."""

    id: CommunityId
    name: str
    #: Language of what is said to all, "fr" or "en".
    language: str
    #: IANA name; later waves leave at this zone's slots.
    zone: str
    created_at: datetime
    #: Channels in which stewards switched listening on, by the platform's ids.
    listening: tuple[str, ...] = ()
    #: Accounts that look after the bot here. They have no power over who meets whom.
    stewards: tuple[MemberId, ...] = ()
    #: Since when the platform has let us go; None while it has us. Nothing is sent to a closed community.
    closed_at: datetime | None = None
    #: Since when stewards gave everybody a rest; None when they did not.
    paused_at: datetime | None = None
    #: Number of the charter in force; 0 without one.
    charter: int = 0
    #: What stewards decided about how people meet; None where the operator's rules hold (see `rules_of`).
    wave_size: int | None = None
    card_days: int | None = None
    nudges: bool = True
    version: int = 0

    @property
    def at_rest(self) -> bool:
        """Whether nobody new is asked here for now: paused by its stewards, or closed."""
        return self.paused_at is not None or self.closed_at is not None


class Delivery(StrEnum):
    """How a person wants what the bot sends unasked."""

    SINGLE = "single"  #: each message at its moment
    DAILY = "daily"  #: gathered in one message a day


@dataclass(frozen=True)
class Person:
    """Who is behind one or several accounts, and how they wish to be spoken to."""

    id: PersonId
    language: str
    zone: str
    #: Languages in which this person is glad to meet someone; empty means any.
    speaks: tuple[str, ...] = ()
    #: Nothing is sent unasked between these local times; equal times mean no quiet hours.
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    paused_until: datetime | None = None
    #: Since when everything unasked is stopped; None when it is not.
    stopped_at: datetime | None = None
    delivery: Delivery = Delivery.SINGLE
    #: Unasked messages in thirty days, at most.
    monthly_budget: int = 12
    version: int = 0

    def is_away(self, now: datetime) -> bool:
        """Whether nothing may be sent unasked: paused or stopped."""
        return self.stopped_at is not None or (self.paused_until is not None and now < self.paused_until)


class Membership(StrEnum):
    """The life of an account in a community. Joining is the consent to be spoken to (I8)."""

    JOINED = "joined"
    LEFT = "left"


NEXT: Final[Mapping[Membership, frozenset[Membership]]] = {
    Membership.JOINED: frozenset({Membership.LEFT}),
    Membership.LEFT: frozenset({Membership.JOINED}),
}


@dataclass(frozen=True)
class Member:
    """One account in one community."""

    id: MemberId
    community: CommunityId
    person: PersonId
    name: str
    state: Membership
    #: When this account agreed to be spoken to, for the time being.
    joined_at: datetime
    circles: tuple[str, ...] = ()
    #: Those of them that may be named to whoever this member was introduced to; none, unless they say so.
    shown_circles: tuple[str, ...] = ()
    #: Number of the charter that this member accepted last; 0 for none.
    charter: int = 0
    #: In which of our languages the platform itself speaks to this account, as it said last; empty where it did not.
    spoken: str = ""
    version: int = 0


def shared_circles(one: Member, other: Member) -> tuple[str, ...]:
    """The circles that these two are both in and both show, by name."""
    return tuple(sorted(_shown(one) & _shown(other)))


def _shown(member: Member) -> set[str]:
    return set(member.circles) & set(member.shown_circles)


def moved(member: Member, to: Membership, at: datetime) -> Member:
    """Move an account to `to`, or raise IllegalTransition."""
    if to not in NEXT[member.state]:
        raise IllegalTransition(state=member.state, to=to)
    joined_at = at if to is Membership.JOINED else member.joined_at
    return replace(member, state=to, joined_at=joined_at)
