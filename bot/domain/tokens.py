"""Buttons: one random token a message, which alone says what a press means (R4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bot.domain.ids import MemberId


class Purpose(StrEnum):
    """What the message behind a token was about; with the choice pressed, it makes a command."""

    CARD = "card"
    FOLLOW_UP = "follow_up"
    NUDGE = "nudge"
    NOTICE = "notice"
    DRAFT = "draft"
    OPENING = "opening"
    PERSON = "person"
    CHARTER = "charter"
    REPORT = "report"


@dataclass(frozen=True)
class Token:
    """What one message's buttons stand for. Only `member` can press them (I7)."""

    #: SHA-256 of the token; the token itself is only in the message.
    hash: str
    member: MemberId
    purpose: Purpose
    #: Id of the introduction, notice, tie, person or report that it is about, or the number of a charter.
    subject: str
    expires_at: datetime


def hashed(token: str) -> str:
    """How a token is stored."""
    return sha256(token.encode()).hexdigest()
