"""What forms ask for, whatever service shows them, and the words that stewards type."""

from dataclasses import dataclass
from datetime import time
from typing import Final

from bot.domain.notices import Reach

#: What can follow the root command where a service has one, in both languages, and what it means.
STEWARDS: Final = {
    "listen": "listen", "ecoute": "listen", "écoute": "listen",
    "rest": "rest", "repos": "rest",
    "rules": "charter", "regles": "charter", "règles": "charter",
    "meeting": "meeting", "rencontres": "meeting",
    "reports": "reports", "signalements": "reports",
}  # fmt: skip


@dataclass(frozen=True)
class NoticeFields:
    """What DraftNotice and EditNotice ask for, named alike."""

    text: str = ""
    place: str = ""
    reach: str = Reach.COMMUNITY
    standing: bool = False
    topics: tuple[str, ...] | None = None
    language: str | None = None


@dataclass(frozen=True)
class SettingsFields:
    """What ChangeSettings asks for, named alike."""

    language: str | None = None
    speaks: tuple[str, ...] | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    delivery: str | None = None
    monthly_budget: int | None = None
    shown_circles: tuple[str, ...] | None = None


@dataclass(frozen=True)
class JoinFields:
    """What Join asks for besides who it is, named alike."""

    language: str
    speaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportFields:
    """What Report asks for, named alike."""

    text: str = ""
    share: bool = False


@dataclass(frozen=True)
class MeetingFields:
    """What stewards may set about how people meet; None leaves it as it is."""

    helpers: int | None = None
    days: int | None = None
    nudges: bool | None = None
