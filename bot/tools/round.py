"""`comptoir round`: bring everybody of a file of members together, in pairs or trios.

A line is one member: `{"id": "ada"}` and whatever is known beside it:

| key | value |
|---|---|
| `interests` | list of texts: what they care about, compared as they are but for case and accents |
| `text` | what they wrote about themselves, in French or English: its words are interests, too |
| `languages`, or `lang` | list of texts, or one: in which they are glad to meet; none means any |
| `circles` | list of texts: the groups they are in |
| `hours` | list of whole numbers from 0 to 23: hours of the day, UTC, in which they can meet; without it, all |
| `met` | list of ids: whom they met and are not to meet again |
| `blocks` | list of ids: with whom they are never brought together, whichever of the two says so |
| `sat_out` | true or false: nobody was found for them last time |

A value that is none of this is left out, and so are ids in `met` and `blocks` that are nobody's or the member's own,
and any line after the first with the same id; each is told in `Outcome.left_out`. A round is never held up by one.

A line of the outcome is one group: `{"members": ["ada", "ben"], "shared": ["chess"], "across": true}`; `shared` is what
all of them care about, `across` that no two share a circle. Whoever meets nobody is a group of one.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any, Final, Literal

from bot.tools.lines import Complain, Line, read_lines, write_lines
from matching.rounds import Participant, Round, pair_everybody
from matching.text import fold, is_stop, language_of, stem, words

ALL_DAY: Final = frozenset(range(24))
#: Of a long text, so many characters are read.
LONGEST: Final = 2000


@dataclass(frozen=True)
class LeftOut:
    """Something in a file of members that was of no use."""

    member: str
    #: The key of the line; "id" for a member named twice.
    key: str
    value: str


@dataclass(frozen=True)
class Outcome:
    """What a round came to, to be printed."""

    members: int
    pairs: int
    trios: int
    alone: tuple[str, ...]
    weight: float
    bound: float
    #: `weight` as a share of `bound`, in [0, 1].
    share: float
    #: Of processor time, without reading and writing.
    seconds: float
    left_out: tuple[LeftOut, ...]


@dataclass
class _Members:
    """What a file says."""

    people: dict[str, Participant] = field(default_factory=dict)
    met: list[tuple[str, str]] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def hold_round(
    members: Path,
    pairs: Path,
    *,
    size: Literal[2, 3] = 2,
    seed: int = 0,
    complain: Complain | None = None,
    progress: Callable[[int, int], None] = lambda done, steps: None,
) -> Outcome:
    """Read members, bring them together, write the groups.

    Args:
        complain: told of each line that cannot be read, which is then left out; without it the first one ends all.
        progress: see `pair_everybody`.

    Raises: BadInput for a file that cannot be read.
    """
    found = _read(members, complain)
    began = time.process_time()
    result = pair_everybody(
        found.people.values(), seed=seed, met=found.met, blocks=found.blocks, size=size, progress=progress
    )
    took = time.process_time() - began
    write_lines(pairs, _groups(result, found.people))
    return Outcome(
        members=len(found.people),
        pairs=len(result.pairs),
        trios=len(result.trios),
        alone=result.alone,
        weight=result.weight,
        bound=result.bound,
        share=result.share,
        seconds=took,
        left_out=tuple(found.left_out),
    )


def _read(path: Path, complain: Complain | None) -> _Members:
    found = _Members()
    for line in read_lines(path, texts=["id"], complain=complain):
        member = line["id"]
        if member in found.people:
            found.left_out.append(LeftOut(member, "id", member))
            continue
        found.people[member] = _participant(member, line, found.left_out)
        for key, pairs in (("met", found.met), ("blocks", found.blocks)):
            pairs += [(member, other) for other in _texts(member, line, key, found.left_out)]
    found.met = _known("met", found.met, found)
    found.blocks = _known("blocks", found.blocks, found)
    return found


def _participant(member: str, line: Line, left_out: list[LeftOut]) -> Participant:
    interests = {fold(one) for one in _texts(member, line, "interests", left_out)}
    text = line.get("text", "")
    if isinstance(text, str):
        interests |= _subjects(text[:LONGEST])
    else:
        left_out.append(LeftOut(member, "text", str(text)))
    spoken = line if "languages" in line or "lang" not in line else {"languages": [line["lang"]]}
    sat_out = line.get("sat_out", False)
    if not isinstance(sat_out, bool):
        left_out.append(LeftOut(member, "sat_out", str(sat_out)))
    return Participant(
        member,
        interests=frozenset(interests - {""}),
        languages=frozenset(fold(one) for one in _texts(member, spoken, "languages", left_out)),
        circles=frozenset(_texts(member, line, "circles", left_out)),
        hours=_hours(member, line, left_out),
        sat_out=sat_out is True,
    )


def _subjects(text: str) -> set[str]:
    """The words of a text that carry a subject, in the form that all their forms share."""
    language = language_of(text, "en")
    return {stem(word, language) for word in words(text) if not is_stop(word, language)}


def _texts(member: str, line: Mapping[str, Any], key: str, left_out: list[LeftOut]) -> list[str]:
    return [
        one for one in _list(member, line, key, left_out) if _fits(isinstance(one, str), member, key, one, left_out)
    ]


def _hours(member: str, line: Line, left_out: list[LeftOut]) -> frozenset[int]:
    if "hours" not in line:
        return ALL_DAY
    given = _list(member, line, "hours", left_out)
    fine = [one for one in given if _fits(type(one) is int and one in ALL_DAY, member, "hours", one, left_out)]
    # A list in which no hour is one says nothing; an empty one says never.
    return frozenset(fine) if fine or line["hours"] == [] else ALL_DAY


def _list(member: str, line: Mapping[str, Any], key: str, left_out: list[LeftOut]) -> list[Any]:
    given = line.get(key)
    if given is None:
        return []
    return given if _fits(isinstance(given, list), member, key, given, left_out) else []


def _fits(fine: bool, member: str, key: str, value: object, left_out: list[LeftOut]) -> bool:
    if not fine:
        left_out.append(LeftOut(member, key, str(value)))
    return fine


def _known(key: str, pairs: list[tuple[str, str]], found: _Members) -> list[tuple[str, str]]:
    return [
        (one, other)
        for one, other in pairs
        if _fits(other != one and other in found.people, one, key, other, found.left_out)
    ]


def _groups(result: Round, people: Mapping[str, Participant]) -> Iterator[Line]:
    for group in (*result.pairs, *result.trios, *((one,) for one in result.alone)):
        members = [people[one] for one in group]
        shared = frozenset.intersection(*(one.interests for one in members)) if len(group) > 1 else frozenset()
        across = len(group) > 1 and not any(a.circles & b.circles for a, b in combinations(members, 2))
        yield {"members": list(group), "shared": sorted(shared), "across": across}
