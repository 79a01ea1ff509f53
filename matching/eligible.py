"""The hard rules: may these two people be brought together? Asked on every route to an introduction."""

import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from rapidfuzz import fuzz

from matching.model import History, Person, Verdict
from matching.text import fold

#: How alike two places must be written, in per cent: "Lyon 3e" is near "Lyon".
SAME_PLACE: Final = 85.0
NAME_PART: Final = re.compile(r"\w+")


class Reaching(Protocol):
    """What of a person, or of a notice, says whom it may lead to; fields as those of `Person`."""

    @property
    def speaks(self) -> frozenset[str]: ...  # noqa: D102 – as `Person`
    @property
    def circles(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def reach(self) -> str: ...  # noqa: D102
    @property
    def place(self) -> str: ...  # noqa: D102


Rule = Callable[[Person, Person, History], bool]


def may_meet(a: Person, b: Person, history: History, *, common_hours: int) -> Verdict:
    """Whether `a` and `b` may meet; `b` is the helper who would be asked because of `a`'s notice.

    Symmetric but for "load", which looks at the helper alone.

    Returns: the first rule that forbids it, in a fixed order.
    """
    for name, rule in RULES.items():
        if rule(a, b, history):
            return Verdict(name)
    out = out_of_reach(a, b)
    if out:
        return Verdict(out)
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


def out_of_reach(a: Reaching, b: Reaching) -> str | None:
    """The first rule about whom two notices may lead to that forbids it, if one does. Symmetric."""
    if a.speaks and b.speaks and a.speaks.isdisjoint(b.speaks):
        return "language"
    if "circle" in (a.reach, b.reach) and a.circles.isdisjoint(b.circles):
        return "circle"
    if "beyond" in (a.reach, b.reach) and not a.circles.isdisjoint(b.circles):
        return "beyond"
    return None if near(a.place, b.place) else "place"


#: Rule to what it forbids, in the order in which they are asked; those of `out_of_reach`, "hours" and "load" follow.
RULES: Final[Mapping[str, Rule]] = {
    "self": lambda a, b, _: a.id == b.id,
    "left": lambda a, b, _: not (a.joined and b.joined),
    "blocked": lambda a, b, past: past.blocked,
    "away": lambda a, b, _: a.away or b.away,
    "asked": lambda a, b, past: past.asked,
    "introduced": lambda a, b, past: past.introduced,
}
