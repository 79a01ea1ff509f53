"""The hard rules: may these two people be brought together? Asked on every route to an introduction."""

import re
from collections.abc import Callable
from typing import Final

from rapidfuzz import fuzz

from matching.model import History, Person, Verdict
from matching.text import fold

#: How alike two places must be written, in per cent: "Lyon 3e" is near "Lyon".
SAME_PLACE: Final = 85.0
NAME_PART: Final = re.compile(r"\w+")

Rule = Callable[[Person, Person, History], bool]


def may_meet(a: Person, b: Person, history: History, *, common_hours: int) -> Verdict:
    """Whether `a` and `b` may meet; `b` is the helper who would be asked because of `a`'s notice.

    Symmetric but for "load", which looks at the helper alone.

    Returns: the first rule that forbids it, in a fixed order.
    """
    for name, forbids in RULES.items():
        if forbids(a, b, history):
            return Verdict(name)
    common = len(a.waking & b.waking)
    if common < common_hours:
        return Verdict("hours", {"common": str(common), "wanted": str(common_hours)})
    return Verdict("load") if b.free <= 0 else Verdict()


def near(place: str, other: str) -> bool:
    """Whether two places may be the same; one that was not given may be anywhere. Symmetric."""
    if not place or not other:
        return True
    one, two = sorted(" ".join(NAME_PART.findall(fold(p))) for p in (place, other))
    return not one or not two or fuzz.token_set_ratio(one, two) >= SAME_PLACE


def _reach(a: Person, b: Person) -> set[str]:
    return {a.reach, b.reach}


#: Rule to what it forbids, in the order in which they are asked; "hours" and "load" follow.
RULES: Final[dict[str, Rule]] = {
    "self": lambda a, b, _: a.id == b.id,
    "left": lambda a, b, _: not (a.joined and b.joined),
    "blocked": lambda a, b, past: past.blocked,
    "away": lambda a, b, _: a.away or b.away,
    "asked": lambda a, b, past: past.asked,
    "introduced": lambda a, b, past: past.introduced,
    "language": lambda a, b, _: bool(a.speaks and b.speaks) and not a.speaks & b.speaks,
    "circle": lambda a, b, _: "circle" in _reach(a, b) and not a.circles & b.circles,
    "beyond": lambda a, b, _: "beyond" in _reach(a, b) and bool(a.circles & b.circles),
    "place": lambda a, b, _: not near(a.place, b.place),
}
