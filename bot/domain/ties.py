"""Ties: what remains between two people who were introduced, and the nudges that keep it alive."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.ids import CommunityId, IntroductionId, MemberId, NudgeId, TieId
from bot.domain.rules import Rules
from bot.errors import IllegalTransition, Refusal


class TieState(StrEnum):
    """The life of a tie. Either of the two can end it, for both, silently."""

    ALIVE = "alive"
    ENDED = "ended"


NEXT_TIE: Final[Mapping[TieState, frozenset[TieState]]] = {
    TieState.ALIVE: frozenset({TieState.ENDED}),
    TieState.ENDED: frozenset(),
}


@dataclass(frozen=True)
class Tie:
    """What remains between two members who were introduced."""

    id: TieId
    community: CommunityId
    introduction: IntroductionId
    #: The two, in no order that means anything; None for one who was forgotten.
    members: tuple[MemberId | None, MemberId | None]
    #: Topic keys of what brought them together.
    topics: tuple[str, ...]
    state: TieState
    since: datetime
    #: Nudges planned so far.
    step: int = 0
    version: int = 0

    def other(self, member: MemberId) -> MemberId | None:
        """Who is across. Raises: Refusal for anybody who is not one of the two."""
        if member not in self.members:
            raise Refusal("not_yours")
        first, second = self.members
        return second if member == first else first


def ended(tie: Tie) -> Tie:
    """Over, for both. Raises: IllegalTransition when it already was."""
    if TieState.ENDED not in NEXT_TIE[tie.state]:
        raise IllegalTransition(state=tie.state, to=TieState.ENDED)
    return replace(tie, state=TieState.ENDED)


class NudgeState(StrEnum):
    """The life of a nudge."""

    PLANNED = "planned"
    SENT = "sent"
    SKIPPED = "skipped"  #: the budget was used up, the person was away, or it would have come too late
    CANCELLED = "cancelled"  #: the tie ended first


NEXT_NUDGE: Final[Mapping[NudgeState, frozenset[NudgeState]]] = {
    NudgeState.PLANNED: frozenset({NudgeState.SENT, NudgeState.SKIPPED, NudgeState.CANCELLED}),
    NudgeState.SENT: frozenset(),
    NudgeState.SKIPPED: frozenset(),
    NudgeState.CANCELLED: frozenset(),
}


@dataclass(frozen=True)
class Nudge:
    """A scheduled, optional word about a tie, to one of the two."""

    id: NudgeId
    tie: TieId
    to: MemberId
    state: NudgeState
    due_at: datetime | None
    version: int = 0


def settled(nudge: Nudge, to: NudgeState) -> Nudge:
    """Sent, skipped or cancelled. Raises: IllegalTransition when it already was."""
    if to not in NEXT_NUDGE[nudge.state]:
        raise IllegalTransition(state=nudge.state, to=to)
    return replace(nudge, state=to, due_at=None)


def next_nudge(tie: Tie, *, id: NudgeId, at: datetime, rules: Rules) -> tuple[Tie, Nudge | None]:
    """Plan the next nudge of a tie, later than the one before and to the other of the two.

    Returns: the tie one step further, and its nudge; None when nobody is left to receive one.
    """
    step = min(tie.step, len(rules.nudge_steps) - 1)
    turn = tie.members[tie.step % 2] or tie.members[(tie.step + 1) % 2]
    after = replace(tie, step=tie.step + 1)
    if tie.state is not TieState.ALIVE or None in tie.members or turn is None:
        return after, None
    due = at + rules.nudge_steps[step]
    return after, Nudge(id=id, tie=tie.id, to=turn, state=NudgeState.PLANNED, due_at=due)
