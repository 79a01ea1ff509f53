"""One pair: how well one notice answers another, as a share in [0, 1], and why.

The share is made of the pair's own words. How rare a word is in the community only tempers it, so that the same share
means the same among two notices and among two hundred thousand.
"""

import math
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from matching.model import Reason
from matching.reading import Reading, Term

#: From how much shared weight on a pair is believed: 1 - exp(-weight / TRUST).
TRUST: Final = 0.45
#: What is said by one side alone counts against the pair by this much.
UNSHARED: Final = 0.22
#: A slip of the pen counts a little less than the same word.
SLIP: Final = 0.85
SHORTEST_SLIP: Final = 6
#: Notices that every community is taken to have, so that a young one knows no rare words.
PRIOR: Final = 500
#: What a word loses at most by being in everybody's mouth: the thousandth offer of a van is still one.
MOST_COMMON: Final = 0.4
#: What shared topics add, what topics that differ take, and what a topic is worth alone.
TOPIC_BONUS: Final = 0.25
TOPIC_MISS: Final = 0.7
TOPIC_ALONE: Final = 0.3
#: The most that one side's own words can weigh.
MOST_LONE: Final = 3.0
#: What is left when one wants taught what the other carries.
OTHER_ACT: Final = 0.6
MOST_WORDS: Final = 4

Rarity = Callable[[str], float]


@dataclass(frozen=True)
class Share:
    """How well two notices fit, and what that is made of."""

    value: float
    #: The part that words make, before topics.
    words: float
    #: Keys of the shared terms, weightiest first, and the other's spelling of each.
    terms: Mapping[str, str]
    topics: tuple[str, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, with words as the other wrote them."""
        return reasons_for(self.terms, self.topics)


def reasons_for(terms: Mapping[str, str], topics: tuple[str, ...]) -> tuple[Reason, ...]:
    """Reasons of shared terms, weightiest first, each with the other's spelling, and of shared topics."""
    found = []
    if terms:
        keys = tuple(key if key.startswith("=") else "" for key in terms)
        found.append(Reason("terms", tuple(terms.values())[:MOST_WORDS], keys[:MOST_WORDS]))
    if topics:
        found.append(Reason("topic", topics))
    return tuple(found)


def rarity(holders: int, notices: int) -> float:
    """How much a word tells, in (0.6, 1]: 1 for a word that nobody says.

    Args: holders is how many notices of the community have it, notices how many there are.
    """
    return 1.0 - MOST_COMMON * math.log1p(min(holders, notices)) / math.log(notices + PRIOR + 2)


def share(mine: Reading, other: Reading, rare: Rarity) -> Share:
    """How well `other` fits `mine`; symmetric but for the words quoted, which are the other's.

    Source: Tversky index ("Features of similarity", Psychological Review 84, 1977) over weighted terms.
    """
    pairs = list(shared(mine, other))
    weights = {a.key: kin * math.sqrt(a.weight * b.weight * rare(a.key) * rare(b.key)) for a, b, kin in pairs}
    common = sum(weights.values())
    lone = _lone(mine, {a.key for a, _, _ in pairs}, rare) + _lone(other, {b.key for _, b, _ in pairs}, rare)
    words = (1 - math.exp(-common / TRUST)) * common / (common + UNSHARED * lone) if common else 0.0
    heard = {t.key for a, b, _ in pairs for t in (a, b)}
    value = with_topics(words, mine.topics, other.topics, lambda topic: _is_borne_out(topic, mine, other, heard))
    if mine.acts and other.acts and not mine.acts & other.acts:
        value *= OTHER_ACT
    pairs.sort(key=lambda p: -weights[p[0].key])
    return Share(value, words, {a.key: b.written for a, b, _ in pairs}, tuple(sorted(mine.topics & other.topics)))


def shared(mine: Reading, other: Reading) -> list[tuple[Term, Term, float]]:
    """The terms that two readings share: mine, theirs, and how alike they are, in (0, 1]. Each term once."""
    same = [(t, other.terms[k], 1.0) for k, t in mine.terms.items() if k in other.terms]
    left = [t for k, t in other.terms.items() if k not in mine.terms]
    for term in (t for k, t in mine.terms.items() if k not in other.terms):
        slips = [t for t in left if is_slip(term, t)]
        if slips:
            left.remove(slips[0])
            same.append((term, slips[0], SLIP))
    return same


def is_slip(a: Term, b: Term) -> bool:
    """Whether one word is probably the other, mistyped: long, nearly equal, and not both in a dictionary."""
    shortest = min(len(a.stem), len(b.stem))
    if (a.known and b.known) or shortest < SHORTEST_SLIP or a.stem[0] != b.stem[0]:
        return False
    most = slack(shortest)
    return DamerauLevenshtein.distance(a.stem, b.stem, score_cutoff=most) <= most


def slack(letters: int) -> int:
    """How many letters of a word may be wrong, missing, too many or exchanged."""
    return 1 if letters < 9 else 2


def _lone(reading: Reading, shared: set[str], rare: Rarity) -> float:
    """What one side alone says; a long story counts no more than a few words beside the subject."""
    weight = sum(t.weight * rare(k) for k, t in reading.terms.items() if k not in shared)
    return MOST_LONE * (1 - math.exp(-weight / MOST_LONE))


def with_topics(
    words: float, mine: AbstractSet[str], others: AbstractSet[str], is_borne_out: Callable[[str], bool]
) -> float:
    """The share that words make, moved by the topics of both; `is_borne_out` is asked about topics that both have."""
    if not mine or not others:
        return words
    common = mine & others
    agreed = len(common) / min(len(mine), len(others))
    if not words:
        return TOPIC_ALONE * agreed
    if not common:
        return words * TOPIC_MISS
    # One ambiguous word ("avocat") must not be heard twice, as a word and as a topic.
    return words + (1 - words) * TOPIC_BONUS * agreed if any(map(is_borne_out, common)) else words


def _is_borne_out(topic: str, mine: Reading, other: Reading, shared: set[str]) -> bool:
    """Whether a topic stands on more than the terms that both share, on either side."""
    return all(
        reading.chosen or any(topic in t.topics for k, t in reading.terms.items() if k not in shared)
        for reading in (mine, other)
    )
