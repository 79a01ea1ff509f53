"""The words on a card, an opening and a reminder, as keys and parameters.

A card is made from two approved texts and a reason. It has no field for a person: nothing here could name one (I1).
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.ids import NoticeId
from bot.domain.introductions import Introduction, Relation, Side
from bot.domain.notices import Kind, Notice
from bot.messages import Message, Phrase
from bot.usecases.why import once_met, reason

#: What can be pressed on a card. The last stops everything unasked, in one tap (I8).
CHOICES = ("yes", "not_now", "no", "stop")
#: First questions to begin with; one is drawn for each introduction.
QUESTIONS = 6


def card(intro: Introduction, *, mine: Notice, theirs: Notice | None, token: str) -> Message:
    """The private question to one side. `theirs` is None once its author was forgotten: the words are gone then."""
    kind = theirs.kind if theirs else Kind.NEED if intro.relation is Relation.SAME_NEED else mine.kind.other
    words = theirs.card if theirs else Phrase("redacted")
    reader = next(side for side in intro.sides if side.notice == mine.id)
    return Message(
        card_key(intro.relation, kind),
        {"theirs": words, "mine": mine.card, "why": reason(intro, reader), "until": intro.expires_at},
        CHOICES,
        token,
        closes_at=intro.expires_at,
    )


def as_asked(side: Side, notices: Mapping[NoticeId, Notice]) -> Notice | None:
    """This side's notice in the words with which both were asked; None once it is gone."""
    notice = notices.get(side.notice) if side.notice else None
    return replace(notice, card=side.card or notice.card) if notice else None


def card_key(relation: Relation, theirs: Kind) -> str:
    """Which card it is: what the other does, as seen from here."""
    return f"card.{relation}.{theirs}"


def reminder(asked: Message, *, again: bool) -> Message:
    """The same card once more: for somebody who was silent, or who said not now."""
    kind = "again" if again else "silent"
    return Message(
        f"card.reminder.{kind}", {"card": Phrase(asked.key, asked.params)}, asked.choices, asked.token,
        closes_at=asked.closes_at,
    )  # fmt: skip


def opening(intro: Introduction, names: dict[str, str], notices: dict[str, Notice], seed: int) -> Message:
    """What introduces the two: two names, the need, the offer, the reason and one question to begin with."""
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
    )
