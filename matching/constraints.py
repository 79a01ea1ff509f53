"""Whom a search may find: what the asker's side rules out before anybody is compared."""

from dataclasses import dataclass
from typing import NamedTuple

from matching.eligible import out_of_reach
from matching.model import Notice


@dataclass(frozen=True)
class Constraints:
    """Exact limits of one search; without any, everybody but the asker may be found.

    A rehearsal of `may_meet`, so that those whom it would refuse take nobody's place among the best; it is asked again
    before anybody is introduced.
    """

    #: Persons who must not be found: blocked, asked or introduced before, away, over their load.
    excluded: frozenset[str] = frozenset()
    #: Languages in which the asker is glad to meet; empty means any.
    speaks: frozenset[str] = frozenset()
    circles: frozenset[str] = frozenset()
    #: "community", "circle" or "beyond".
    reach: str = "community"
    #: Where the asker's notice is; "" is anywhere.
    place: str = ""


class Profile(NamedTuple):
    """What of a notice the constraints look at, but for its owner; many share one, so that it is judged once."""

    speaks: frozenset[str]
    circles: frozenset[str]
    reach: str
    place: str


def profile_of(notice: Notice) -> Profile:
    """The profile of a notice."""
    return Profile(notice.speaks, notice.circles, notice.reach, notice.place)


def admits(constraints: Constraints, profile: Profile) -> bool:
    """Whether notices of this profile may be found."""
    return out_of_reach(constraints, profile) is None
