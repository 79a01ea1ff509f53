"""How patient, how modest and how forgetful the bar is: every duration and cap in one place."""

from dataclasses import dataclass, replace
from datetime import time, timedelta

from bot.domain.members import Community

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rules:
    """The numbers behind the main path. The defaults suit a community of any size."""

    #: An unconfirmed draft is forgotten after this.
    draft_life: timedelta = timedelta(hours=1)
    need_life: timedelta = 21 * DAY
    offer_life: timedelta = 180 * DAY
    #: How long before its end the author of a notice is warned.
    expiry_warning: timedelta = 3 * DAY
    #: How long a card can be answered. The deadline never moves.
    card_life: timedelta = 7 * DAY
    #: When the one reminder leaves, counted from the asking.
    reminder_after: timedelta = 4 * DAY
    #: How long a second yes can still be taken back.
    undo: timedelta = timedelta(seconds=30)
    #: Helpers asked at a time for one need, and how many such waves at most.
    wave_size: int = 2
    waves: int = 3
    #: Local hours at which later waves may leave.
    wave_slots: tuple[time, ...] = (time(10), time(17))
    #: Open cards that one person may have as a helper.
    load_cap: int = 3
    #: Open needs and open offers that one member may have, and new notices a day.
    open_needs: int = 3
    open_offers: int = 12
    notices_a_day: int = 5
    #: The same two people are not asked again within this.
    repeat_after: timedelta = 180 * DAY
    follow_up_after: timedelta = 3 * DAY
    #: Pauses between nudges about one tie; the last one repeats.
    nudge_steps: tuple[timedelta, ...] = (30 * DAY, 60 * DAY, 120 * DAY, 240 * DAY)
    #: The window of every budget.
    budget_window: timedelta = 30 * DAY
    #: Of one person's budget, at most so many nudges.
    nudge_cap: int = 2
    #: Whether ties are nudged at all; stewards decide.
    nudges: bool = True
    #: How late a nudge or a follow-up may be before it is dropped.
    nudge_lateness: timedelta = 2 * DAY
    #: Least common waking hours of two people who are to meet.
    common_hours: int = 2


DEFAULT_RULES = Rules()


def rules_of(community: Community, rules: Rules) -> Rules:
    """The operator's rules with what this community's stewards decided. A reminder keeps its place in a card's life."""
    card_life = rules.card_life if community.card_days is None else community.card_days * DAY
    return replace(
        rules,
        wave_size=community.wave_size or rules.wave_size,
        card_life=card_life,
        reminder_after=rules.reminder_after * (card_life / rules.card_life),
        nudges=rules.nudges and community.nudges,
    )
