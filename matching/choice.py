"""Who comes first among equals: parts of the network not yet tied, then whoever was asked least, then lots.

Relevance comes first. Whoever fits better by more than a hair is never passed, and nobody who does not fit is lifted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from matching.model import Candidate

#: Shares that differ by no more than this are equal in practice: no member could tell them apart.
EQUAL: Final = 0.02
#: Bonuses are compared to this many digits.
DIGITS: Final = 1


@dataclass(frozen=True)
class Balance:
    """What may decide among equals, by owner; whoever is not listed has none of it."""

    #: In [0, 1]: how much a tie to this owner would bridge parts of the network that are not tied yet (B6).
    bridging: Mapping[str, float] = field(default_factory=dict)
    #: How often this owner has been proposed of late (B7).
    exposure: Mapping[str, int] = field(default_factory=dict)


#: Nothing but lots among equals.
EVEN: Final = Balance()


def in_turn(found: Sequence[tuple[Candidate, str]], balance: Balance, seed: int) -> list[Candidate]:
    """Candidates best first, given with their owners; equals as the balance says, and then by lots drawn with `seed`.

    A group of equals begins with the best left, and takes in whoever is within `EQUAL` of it.
    """
    waiting = sorted(found, key=lambda pair: (-pair[0].score, lot(pair[0].notice, seed)))
    ordered: list[Candidate] = []
    while waiting:
        least = waiting[0][0].score - EQUAL
        size = sum(candidate.score >= least for candidate, _ in waiting)
        group = sorted(waiting[:size], key=lambda pair: _standing(pair[1], balance))
        ordered += [candidate for candidate, _ in group]
        del waiting[:size]
    return ordered


def _standing(owner: str, balance: Balance) -> tuple[float, int]:
    bonus = min(max(balance.bridging.get(owner, 0.0), 0.0), 1.0)
    return -round(bonus, DIGITS), balance.exposure.get(owner, 0)


def lot(id: str, seed: int) -> bytes:
    """A draw among equals that owes nothing to who they are."""
    return blake2b(f"{seed}:{id}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
