"""The words on a card, an opening and a reminder, as keys and parameters.

A card is made from two approved texts and a reason. It has no field for a person: nothing here could name one (I1).
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.ids import IntroductionId, NoticeId
from bot.domain.introductions import Introduction, Relation, Side
from bot.domain.notices import Kind, Notice
from bot.messages import MINE, Message, Phrase
from bot.usecases.why import once_met, reason

#: What can be pressed on a card. The last stops everything unasked, in one tap (I8).
CHOICES = ("yes", "not_now", "no", "stop")
#: First questions to begin with; one is drawn for each introduction.
QUESTIONS = 6


def card(intro: Introduction, *, mine: Notice, theirs: Notice | None, token: str) -> Message:
    """The private question to one side. `theirs` is None once it is gone."""
    reader = next(side for side in intro.sides if side.notice == mine.id)
    across = intro.other(reader)
    guessed = Kind.NEED if intro.relation is Relation.SAME_NEED else mine.kind.other
    kind = theirs.kind if theirs else across.kind or guessed
    return Message(
        card_key(intro.relation, kind),
        {"theirs": words_of(across, theirs), MINE: mine.card, "why": reason(intro, reader), "until": intro.expires_at},
        CHOICES,
        token,
        closes_at=intro.expires_at,
        own=("why",),
    )


def as_asked(side: Side, notices: Mapping[NoticeId, Notice]) -> Notice | None:
    """This side's notice in the words with which both were asked; None once it is gone."""
    notice = notices.get(side.notice) if side.notice else None
    return replace(notice, card=side.card or notice.card) if notice else None


def card_parcel(introduction: IntroductionId, side: str) -> str:
    """Under which key a side's card waits in the outbox."""
    return f"{introduction}:card:{side}"


def reminder_parcel(introduction: IntroductionId, side: str) -> str:
    """Under which key a side's reminder waits in the outbox."""
    return f"{introduction}:reminder:{side}"


def words_of(side: Side, notice: Notice | None) -> str | Phrase:
    """What the other reads of this side: of a notice that is gone, only what its reader may still read (I2)."""
    return notice.card if notice else side.card or Phrase("redacted")


def card_key(relation: Relation, theirs: Kind) -> str:
    """Which card it is: what the other does, as seen from here."""
    return f"card.{relation}.{theirs}"


def reminder(asked: Message, *, again: bool) -> Message:
    """The same card once more: for somebody who was silent, or who said not now."""
    kind = "again" if again else "silent"
    return Message(
        f"card.reminder.{kind}", {"card": Phrase(asked.key, asked.params)}, asked.choices, asked.token,
        closes_at=asked.closes_at, own=asked.own,
    )  # fmt: skip


def opening(intro: Introduction, names: dict[str, str], notices: dict[str, Notice], seed: int, reader: str) -> Message:
    """What introduces the two: two names, the need, the offer, the reason and one question to begin with.

    Args: `reader` is the key of the side that reads this one.
    """
    first, second = sorted(intro.sides, key=lambda side: (notices[side.key].kind is not Kind.NEED, side.key))
    return Message(
        f"opening.{intro.relation}.{notices[second.key].kind}",
        {
            "first": names[first.key],
            "second": names[second.key],
            "firsts": notices[first.key].card,
            "seconds": notices[second.key].card,
            "why": once_met(intro, first, second),
            "question": Phrase(f"question.{seed % QUESTIONS}"),
        },
        own=("first", "firsts") if reader == first.key else ("second", "seconds"),
    )
