"""Frozen inputs and outputs of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Notice:
    """A need or an offer, as the engine sees it: no names, no titles, nothing that a steward sets (I4)."""

    id: str
    #: Person behind it; two notices of one owner never match.
    owner: str
    #: "need" or "offer".
    kind: str
    text: str
    #: "fr" or "en".
    language: str
    topics: tuple[str, ...] = ()
    #: What `may_meet` asks of its owner, so that a search passes over those who could not meet; empty means any.
    speaks: frozenset[str] = frozenset()
    circles: frozenset[str] = frozenset()
    reach: str = "community"
    place: str = ""


@dataclass(frozen=True)
class Reason:
    """One piece of evidence for a pair.

    `kind` is "terms" (words that both share), "topic" (topic keys), or "meaning" (no word shared: the two texts mean
    alike, and nothing more can be quoted).
    """

    kind: str
    values: tuple[str, ...] = ()
    #: Of terms, the thesaurus's key for each value, "" where it has none: `topics.word_for` says it in any language.
    keys: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Candidate:
    """A notice that the engine found for another."""

    notice: str
    #: "answers" (an offer for a need), "same_need" or "subject" (a shared subject, no more).
    relation: str
    #: In [0, 1]; means the same in every community.
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Person:
    """What the hard rules may know of one of the two people."""

    id: str
    joined: bool = True
    #: Paused or stopped: not to be asked.
    away: bool = False
    #: Languages in which they are glad to meet; empty means any.
    speaks: frozenset[str] = frozenset()
    circles: frozenset[str] = frozenset()
    #: Hours of the day, UTC, in which they are awake.
    waking: frozenset[int] = frozenset(range(24))
    #: Cards that this person may still get as a helper; ignored for whoever asked first.
    free: int = 1
    #: Of the notice at stake: whom it may lead to ("community", "circle", "beyond"), and where ("" is anywhere).
    reach: str = "community"
    place: str = ""


@dataclass(frozen=True)
class History:
    """What has been between two people."""

    blocked: bool = False
    #: Asked about each other within the time in which a pair is not asked again, or being asked now.
    asked: bool = False
    #: Introduced already; forgiven when neither says that they met.
    introduced: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether two people may meet, and if not, the first rule that forbids it."""

    rule: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        """Whether no rule forbids it."""
        return self.rule is None
