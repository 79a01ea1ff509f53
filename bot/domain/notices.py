"""Needs and offers: what a member said they look for or can give, from draft to end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.ids import CommunityId, MemberId, NoticeId, PersonId
from bot.domain.rules import Rules
from bot.errors import IllegalTransition


class Kind(StrEnum):
    """The two kinds of notice."""

    NEED = "need"
    OFFER = "offer"

    @property
    def other(self) -> "Kind":
        """The kind that answers this one."""
        return Kind.OFFER if self is Kind.NEED else Kind.NEED


class Reach(StrEnum):
    """Whom a notice may lead to."""

    COMMUNITY = "community"  #: anybody here
    CIRCLE = "circle"  #: only people of one of my circles
    BEYOND = "beyond"  #: only people outside my circles


class NoticeState(StrEnum):
    """The life of a notice."""

    DRAFT = "draft"  #: shown to its author, not yet approved; forgotten if it never is
    OPEN = "open"
    PAUSED = "paused"
    MET = "met"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_S = NoticeState
NEXT: Final[Mapping[NoticeState, frozenset[NoticeState]]] = {
    _S.DRAFT: frozenset({_S.OPEN}),
    _S.OPEN: frozenset({_S.PAUSED, _S.MET, _S.WITHDRAWN, _S.EXPIRED}),
    _S.PAUSED: frozenset({_S.OPEN, _S.MET, _S.WITHDRAWN, _S.EXPIRED}),
    _S.EXPIRED: frozenset({_S.OPEN, _S.MET, _S.WITHDRAWN}),
    _S.MET: frozenset({_S.OPEN}),
    _S.WITHDRAWN: frozenset({_S.OPEN}),
}
#: The states in which a notice stands, even if at rest.
LIVE: Final = frozenset({_S.OPEN, _S.PAUSED})


@dataclass(frozen=True)
class Notice:
    """One need or offer of one member."""

    id: NoticeId
    community: CommunityId
    member: MemberId
    person: PersonId
    kind: Kind
    state: NoticeState
    #: What its author typed, cleaned; shown to nobody else.
    text: str
    #: The words that its author approved for cards: no contact details in them.
    card: str
    #: "fr" or "en", as detected or chosen.
    language: str
    created_at: datetime
    since: datetime
    #: Topic keys, e.g. ("textile",); suggested, then the author's choice.
    topics: tuple[str, ...] = ()
    #: Where, in the author's words; empty when it does not matter.
    place: str = ""
    reach: Reach = Reach.COMMUNITY
    #: An offer that stays until its author takes it away.
    standing: bool = False
    #: None while it is a draft, and for a standing offer.
    expires_at: datetime | None = None
    warned_at: datetime | None = None
    #: Waves of asks that have left, and when the next one leaves; None when none will.
    waves: int = 0
    next_wave_at: datetime | None = None
    #: When something must next be looked at; None when nothing will happen by itself.
    due_at: datetime | None = None
    #: The platform's own name for the message that it was made from; empty when it was made in a form.
    source: str = ""
    #: Of a draft: the notice that gets its words once they are approved.
    replaces: NoticeId | None = None
    version: int = 0


def advance(notice: Notice, to: NoticeState, at: datetime) -> Notice:
    """Move to `to`, or raise IllegalTransition. Every other function goes through here."""
    if to not in NEXT[notice.state]:
        raise IllegalTransition(state=notice.state, to=to)
    return replace(notice, state=to, since=at)


def scheduled(notice: Notice, rules: Rules) -> Notice:
    """The same notice with `due_at` set to the first moment at which it needs a look."""
    if notice.state is NoticeState.DRAFT:
        return replace(notice, due_at=notice.since + rules.draft_life)
    if notice.state not in (NoticeState.OPEN, NoticeState.PAUSED):
        return replace(notice, due_at=None)
    moments = [notice.expires_at]
    if notice.expires_at and notice.warned_at is None:
        moments.append(notice.expires_at - rules.expiry_warning)
    if notice.state is NoticeState.OPEN:
        moments.append(notice.next_wave_at)
    return replace(notice, due_at=min((m for m in moments if m), default=None))


def end_of(notice: Notice, at: datetime, rules: Rules) -> datetime | None:
    """When a notice ends that is fresh at that moment; never, for a standing offer."""
    if notice.standing and notice.kind is Kind.OFFER:
        return None
    return at + (rules.need_life if notice.kind is Kind.NEED else rules.offer_life)


def opened(notice: Notice, at: datetime, rules: Rules) -> Notice:
    """Approved, resumed or open again, for as long as its kind lasts; the first wave of asks may leave at once."""
    fresh = replace(
        advance(notice, NoticeState.OPEN, at), expires_at=end_of(notice, at, rules), warned_at=None, waves=0,
        next_wave_at=at,
    )  # fmt: skip
    return scheduled(fresh, rules)


def renewed(notice: Notice, at: datetime, rules: Rules) -> Notice:
    """As long-lived as on the first day, whether it is still open or has ended."""
    if notice.state is not NoticeState.OPEN:
        return opened(notice, at, rules)
    return scheduled(replace(notice, expires_at=end_of(notice, at, rules), warned_at=None), rules)


def closed(notice: Notice, to: NoticeState, at: datetime, rules: Rules) -> Notice:
    """Paused, met, withdrawn or expired: no new ask leaves for it."""
    return scheduled(replace(advance(notice, to, at), next_wave_at=None), rules)
