"""A few notices compared with one by their words, without an index: what a database drew from very many.

Shares, reasons, threshold, knee and order are those of `matching.index.Index` without an encoder.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest

from matching.choice import EVEN, Balance, in_turn
from matching.constraints import Constraints, admits, profile_of
from matching.index import ANSWERS, DIGITS, KNEE, SAME_NEED, SUBJECT, SUBJECTS
from matching.model import Candidate, Notice
from matching.reading import Reading
from matching.score import Rarity, Share, share


@dataclass(frozen=True)
class Read:
    """What the engine knows of a notice, its text read."""

    #: Without its text.
    notice: Notice
    reading: Reading


def by_words(
    one: Read,
    drawn: Iterable[Read],
    kinds: Collection[str],
    rare: Rarity,
    *,
    limit: int,
    seed: int,
    constraints: Constraints | None = None,
    balance: Balance = EVEN,
) -> list[Candidate]:
    """Those of these kinds who fit `one`, best first, at most `limit`, as `Index.search` would have them.

    `rare` says how much a term tells in the community, by its key.
    """
    found = []
    for theirs, fit in _fits(one, drawn, kinds, rare, constraints):
        relation = _relation(one.notice.kind, theirs.kind, fit)
        if relation:
            value = min(fit.value, ANSWERS - 0.01) if relation == "subject" else fit.value
            found.append((Candidate(theirs.id, relation, round(value, DIGITS), fit.reasons), theirs.owner))
    best = max((candidate.score for candidate, _ in found), default=0.0)
    return in_turn([(c, owner) for c, owner in found if c.score >= KNEE * best], balance, seed)[:limit]


def likeliest(
    one: Read,
    drawn: Iterable[Read],
    kinds: Collection[str],
    rare: Rarity,
    *,
    limit: int,
    constraints: Constraints | None = None,
) -> list[str]:
    """The ids of those who share most with `one`, however little, at most `limit`: whom to compare in other ways."""
    found = [(-fit.value, theirs.id) for theirs, fit in _fits(one, drawn, kinds, rare, constraints) if fit.value > 0]
    return [id for _, id in nsmallest(limit, found)]


def _fits(
    one: Read, drawn: Iterable[Read], kinds: Collection[str], rare: Rarity, constraints: Constraints | None
) -> Iterator[tuple[Notice, Share]]:
    """Whoever may be found, and how well they fit."""
    rules = constraints or Constraints()
    shut_out = {*rules.excluded, one.notice.owner}
    for other in drawn:
        theirs = other.notice
        if theirs.kind in kinds and theirs.owner not in shut_out and admits(rules, profile_of(theirs)):
            yield theirs, share(one.reading, other.reading, rare)


def _relation(kind: str, other: str, fit: Share) -> str | None:
    if fit.words and kind != other and fit.value >= ANSWERS:
        return "answers"
    if fit.words and kind == other == "need" and fit.value >= SAME_NEED:
        return "same_need"
    shared = len(fit.topics) >= SUBJECTS or (kind == other and fit.words and fit.topics)
    return "subject" if shared and fit.value >= SUBJECT else None
