"""Introductions: one proposal to two people, and what became of it.

Consent is data, not a state: each side's answer stands on its side. The second yes agrees; a no is written and moves
nothing, so that the introduction ends at its deadline exactly as silence would (I2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.ids import CommunityId, IntroductionId, MemberId, NoticeId, PersonId
from bot.domain.notices import Kind
from bot.domain.rules import Rules
from bot.errors import IllegalTransition, Refusal


class State(StrEnum):
    """The life of an introduction."""

    ASKED = "asked"
    AGREED = "agreed"  #: two yeses; either can still be taken back for a moment
    INTRODUCED = "introduced"
    FOLLOWED_UP = "followed_up"  #: each was asked, once, whether it helped
    EXPIRED = "expired"
    ENDED = "ended"  #: ended by one of the two, or one of the two was forgotten


NEXT: Final[Mapping[State, frozenset[State]]] = {
    State.ASKED: frozenset({State.AGREED, State.EXPIRED}),
    State.AGREED: frozenset({State.INTRODUCED, State.ASKED}),
    # Back to ASKED: one of the two went before anybody was told.
    State.INTRODUCED: frozenset({State.FOLLOWED_UP, State.ENDED, State.ASKED}),
    State.FOLLOWED_UP: frozenset({State.ENDED}),
    State.EXPIRED: frozenset(),
    State.ENDED: frozenset(),
}
#: The states in which two people are being asked.
OPEN_STATES: Final = frozenset({State.ASKED, State.AGREED})
#: The states of two people who know each other through us.
MET_STATES: Final = frozenset({State.INTRODUCED, State.FOLLOWED_UP})


class Answer(StrEnum):
    """What one side pressed."""

    YES = "yes"
    NOT_NOW = "not_now"  #: ask me once more, later
    NO = "no"


class Why(StrEnum):
    """The private reason behind a no. It stays with the bot."""

    SUBJECT = "subject"
    THESE_DAYS = "these_days"
    PERSON = "person"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of an introduction, in the words of one side."""

    HELPED = "helped"
    TALKED = "talked"
    NOT_YET = "not_yet"
    NOTHING = "nothing"  #: we never talked, or it led nowhere


class Relation(StrEnum):
    """What joins the two notices."""

    ANSWERS = "answers"  #: an offer answers a need
    SAME_NEED = "same_need"  #: the same problem, better solved together
    SUBJECT = "subject"  #: a shared subject, no more


@dataclass(frozen=True)
class Ground:
    """One piece of evidence for a proposal, kept so that `/why` can say it again (B8)."""

    #: "terms" (as side b wrote them), "topic" or "meaning", as `matching` names them; "terms.a" are the terms as side a
    #: wrote them, "concepts" what the thesaurus calls them ("" where it does not), "languages" those of the notices of
    #: a and b; "bridging", without values: b came first among equals for being further from a in the network; "circle"
    #: those that both show, once they were introduced.
    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One of the two people asked, and what they said."""

    key: str  #: "a" or "b"
    #: None once this person was forgotten.
    member: MemberId | None
    person: PersonId | None
    #: This side's own notice.
    notice: NoticeId | None
    answer: Answer | None = None
    answered_at: datetime | None = None
    refusal: Why | None = None
    outcome: Outcome | None = None
    #: The words of this side's notice as they were when both were asked; a later edit changes nothing for these two.
    card: str = ""
    #: What this side's notice is; None where they were asked before it was written down.
    kind: Kind | None = None


@dataclass(frozen=True)
class Introduction:
    """One proposal to two people."""

    id: IntroductionId
    community: CommunityId
    state: State
    relation: Relation
    sides: tuple[Side, Side]
    grounds: tuple[Ground, ...]
    #: The engine's share in [0, 1].
    score: float
    asked_at: datetime
    expires_at: datetime
    since: datetime
    reminded_at: datetime | None = None
    due_at: datetime | None = None
    version: int = 0

    def side_of(self, member: MemberId) -> Side:
        """The side of one of the two. Raises: Refusal for anybody else."""
        for side in self.sides:
            if side.member == member:
                return side
        raise Refusal("not_yours")

    def other(self, side: Side) -> Side:
        """The side across."""
        first, second = self.sides
        return second if side.key == first.key else first

    @property
    def persons(self) -> frozenset[PersonId]:
        """The two, or who is left of them."""
        return frozenset(side.person for side in self.sides if side.person)


def end_of(intro: Introduction, rules: Rules) -> datetime:
    """When an ask ends: once a yes given at the last moment could no longer be taken back.

    Always then, so that the end does not tell whether there was such a yes (I2).
    """
    return intro.expires_at + rules.undo


def reminder_of(intro: Introduction, rules: Rules) -> datetime:
    """When whoever has not decided is reminded: at the same part of every card's life, however long that is."""
    return intro.asked_at + rules.reminder_after * ((intro.expires_at - intro.asked_at) / rules.card_life)


def scheduled(intro: Introduction, rules: Rules) -> Introduction:
    """The same introduction with `due_at` set to the next moment at which time moves it."""
    match intro.state:
        case State.ASKED if intro.reminded_at is None:
            due = min(reminder_of(intro, rules), end_of(intro, rules))
        case State.ASKED:
            due = end_of(intro, rules)
        case State.AGREED:
            due = intro.since + rules.undo
        case State.INTRODUCED:
            due = intro.since + rules.follow_up_after
        case _:
            return replace(intro, due_at=None)
    return replace(intro, due_at=due)


def advance(intro: Introduction, to: State, at: datetime, rules: Rules) -> Introduction:
    """Move to `to`, or raise IllegalTransition. Every other function goes through here.

    Two people who both said yes when the reminder was due have had theirs: taking a yes back brings none (I2).
    """
    if to not in NEXT[intro.state]:
        raise IllegalTransition(state=intro.state, to=to)
    reminder = reminder_of(intro, rules)
    missed = to is State.ASKED and intro.reminded_at is None and reminder <= at
    reminded_at = reminder if missed else intro.reminded_at
    after = scheduled(replace(intro, state=to, since=at, reminded_at=reminded_at), rules)
    return _unread(after) if to is State.EXPIRED and len(after.persons) < 2 else after


def with_circles(intro: Introduction, circles: tuple[str, ...]) -> Introduction:
    """The same introduction with the circles that the two share and show, known from the moment they are introduced."""
    grounds = tuple(ground for ground in intro.grounds if ground.kind != "circle")
    return replace(intro, grounds=(*grounds, Ground("circle", circles)) if circles else grounds)


def with_side(intro: Introduction, side: Side) -> Introduction:
    """The same introduction with one side rewritten."""
    first, second = intro.sides
    return replace(intro, sides=(side, second) if side.key == first.key else (first, side))


def _can_answer(intro: Introduction, answer: Answer | None, at: datetime, rules: Rules) -> bool:
    """A yes until the deadline; a change of mind for a moment longer, whatever the other side did (I2)."""
    return intro.state in OPEN_STATES and at < (intro.expires_at if answer is Answer.YES else end_of(intro, rules))


def answered(intro: Introduction, by: MemberId, answer: Answer | None, *, at: datetime, rules: Rules) -> Introduction:
    """Write one side's answer, or take it back (None).

    Raises: IllegalTransition after the deadline or after the introduction; the other side's answer never matters.
    """
    if not _can_answer(intro, answer, at, rules):
        raise IllegalTransition(state=intro.state, to=State.AGREED)
    side = replace(intro.side_of(by), answer=answer, answered_at=at if answer else None, refusal=None)
    after = with_side(intro, side)
    both = all(s.answer is Answer.YES for s in after.sides)
    if both and after.state is State.ASKED:
        return advance(after, State.AGREED, at, rules)
    if not both and after.state is State.AGREED:
        return advance(after, State.ASKED, at, rules)
    return after


def refused(intro: Introduction, by: MemberId, why: Why) -> Introduction:
    """Add the private reason to a no. Raises: IllegalTransition when that side has not said no."""
    side = intro.side_of(by)
    if side.answer is not Answer.NO:
        raise IllegalTransition(state=intro.state, to=intro.state)
    return with_side(intro, replace(side, refusal=why))


def told(intro: Introduction, by: MemberId, outcome: Outcome) -> Introduction:
    """Write what one side says came of it. Raises: IllegalTransition before the two were introduced."""
    if intro.state not in MET_STATES:
        raise IllegalTransition(state=intro.state, to=State.FOLLOWED_UP)
    return with_side(intro, replace(intro.side_of(by), outcome=outcome))


def unsaid(intro: Introduction, notice: NoticeId) -> Introduction:
    """Without the words of one of its notices, whose author took them back; whose it was stays known.

    An ask goes on to its deadline like silence; two people who had met have met.
    """
    sides = [replace(side, notice=None, card="") if side.notice == notice else side for side in intro.sides]
    return replace(intro, sides=(sides[0], sides[1]), grounds=())


def forgotten(intro: Introduction, member: MemberId, at: datetime, rules: Rules) -> Introduction:
    """Without one of its people, who asked to be forgotten.

    An ask goes on to its deadline like silence, and so the other reads the same until then (I2): of all that was
    theirs, the words that they approved for this card stay as long, and the reason. Two people who had met are no
    longer followed, and nothing stays.
    """
    side = intro.side_of(member)
    gone = Side(key=side.key, member=None, person=None, notice=None, card=side.card, kind=side.kind)
    reasons = tuple(ground for ground in intro.grounds if ground.kind != "circle")
    after = with_side(replace(intro, grounds=reasons), gone)
    if after.state not in OPEN_STATES or not after.persons:
        after = _unread(after)
    if after.state is State.AGREED:
        return advance(after, State.ASKED, at, rules)
    if after.state in MET_STATES:
        return advance(after, State.ENDED, at, rules)
    return after


def _unread(intro: Introduction) -> Introduction:
    """Without the words of whoever was forgotten, and without those that both had used."""
    sides = [side if side.member else replace(side, card="") for side in intro.sides]
    return replace(intro, sides=(sides[0], sides[1]), grounds=())
