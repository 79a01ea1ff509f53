"""Whom a search may find: what the asker's side rules out before anybody is compared."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matching.eligible import RULES
from matching.model import History, Notice, Person


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


#: What many notices share, so that it is judged once: languages, circles, reach, place.
Profile = tuple[frozenset[str], frozenset[str], str, str]
ANYBODY: Profile = (frozenset(), frozenset(), "community", "")
#: The rules that look at profiles alone.
_NOTHING: Final = History()
_ASKED: Final = ("language", "circle", "beyond", "place")


def profile_of(notice: Notice) -> Profile:
    """What of a notice the constraints look at, but for its owner."""
    return notice.speaks, notice.circles, notice.reach, notice.place


def admits(constraints: Constraints, profile: Profile) -> bool:
    """Whether notices of this profile may be found."""
    mine = (constraints.speaks, constraints.circles, constraints.reach, constraints.place)
    one, other = _person("", mine), _person(" ", profile)
    return not any(RULES[rule](one, other, _NOTHING) for rule in _ASKED)


@lru_cache(maxsize=4_096)
def _person(id: str, profile: Profile) -> Person:
    speaks, circles, reach, place = profile
    return Person(id, speaks=speaks, circles=circles, reach=reach, place=place)
