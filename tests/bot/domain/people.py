"""Small things that the tests of the domain begin with."""

from datetime import UTC, datetime, timedelta

from bot.domain.ids import CommunityId, IntroductionId, MemberId, NoticeId, PersonId
from bot.domain.introductions import Introduction, Relation, Side, State, scheduled
from bot.domain.notices import Kind, Notice, NoticeState
from bot.domain.rules import DEFAULT_RULES

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
RULES = DEFAULT_RULES
HERE = CommunityId("house:test")
AMINA, LUC, SOFIA = (MemberId(f"house:test:{name}") for name in ("amina", "luc", "sofia"))


def asked() -> Introduction:
    """Amina and Luc, asked at noon."""
    sides = (
        Side("a", AMINA, PersonId("pa"), NoticeId("na")),
        Side("b", LUC, PersonId("pb"), NoticeId("nb")),
    )
    intro = Introduction(
        IntroductionId("i"), HERE, State.ASKED, Relation.ANSWERS, sides, (), 0.8, NOON, NOON + RULES.card_life, NOON
    )
    return scheduled(intro, RULES)


def notice(kind: Kind = Kind.NEED, state: NoticeState = NoticeState.DRAFT, *, standing: bool = False) -> Notice:
    """Amina's notice, typed at noon."""
    return Notice(
        NoticeId("n"),
        HERE,
        AMINA,
        PersonId("pa"),
        kind,
        state,
        "a drill",
        "a drill",
        "en",
        NOON,
        NOON,
        standing=standing,
    )
