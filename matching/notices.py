"""The open notices themselves, by row, in as few bytes as will do: for a million, each byte is a megabyte."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.arrays import with_room
from matching.briefly import lengthened, shortened
from matching.constraints import Profile, profile_of
from matching.forms import Forms, Numbers
from matching.model import Notice
from matching.numbering import Numbering
from matching.reading import Reading
from matching.runs import Runs
from matching.strings import Names, Strings

Rows = NDArray[Any]
#: The least number that is too large for a column.
_ENDS: Final = {np.dtype(kind): 1 << bits for kind, bits in ((np.uint8, 8), (np.uint16, 16), (np.int32, 31))}


class Sort(NamedTuple):
    """What notices are compared by as groups."""

    kind: str
    language: str
    #: How the text is put (`matching.wording`); "" without an encoder.
    register: str


class Subject(NamedTuple):
    """What of a notice's reading is not its terms, and what its author chose."""

    chosen: tuple[str, ...]
    topics: frozenset[str]
    acts: frozenset[str]


class Notices:
    """Notices by row; rows are small numbers, the last that was given up is given first. Not for several threads."""

    def __init__(self, forms: Forms) -> None:
        self._all_forms = forms
        self._ids = Strings()
        self._texts, self._forms = Runs(np.uint8), Runs(np.int32)
        self.owners = Names()
        self.profiles, self.sorts, self.subjects = Numbering[Profile](), Numbering[Sort](), Numbering[Subject]()
        self._columns: dict[str, NDArray[Any]] = {
            "owner": np.zeros(0, np.int32),
            "profile": np.zeros(0, np.uint16),
            "subject": np.zeros(0, np.uint16),
            "sort": np.zeros(0, np.uint8),
        }

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep."""
        columns = sum(column.nbytes for column in self._columns.values())
        return columns + self._ids.nbytes + self._texts.nbytes + self._forms.nbytes + self.owners.nbytes

    # --- what is in -----------------------------------------------------------------------------------------------

    def find(self, id: str) -> int:
        """The row of a notice, or `NONE`."""
        return self._ids.find(id)

    def add(self, notice: Notice, reading: Reading, register: str, numbers: Numbers) -> int:
        """Take in a notice whose id is not in; its row. `numbers` are those of its terms."""
        row = self._ids.take(notice.id)
        shared = {
            "owner": self.owners.hold(notice.owner),
            "profile": self.profiles.hold(profile_of(notice)),
            "subject": self.subjects.hold(Subject(notice.topics, reading.topics, reading.acts)),
            "sort": self.sorts.hold(Sort(notice.kind, notice.language, register)),
        }
        for name, number in shared.items():
            column = with_room(self._columns[name], row + 1)
            # Most communities have few profiles and subjects.
            self._columns[name] = column = column if number < _ENDS[column.dtype] else column.astype(np.int32)
            column[row] = number
        self._forms.put(row, numbers)
        named = list(map(self._all_forms.written, numbers.tolist()))
        self._texts.put(row, np.frombuffer(shortened(notice.text, named), np.uint8))
        return row

    def remove(self, row: int) -> None:
        """Forget the notice of a row that is in."""
        self.owners.release(self._columns["owner"].item(row))
        self.profiles.release(self.profiles.thing(self._columns["profile"].item(row)))
        self.subjects.release(self.subjects.thing(self._columns["subject"].item(row)))
        self.sorts.release(self.sorts.thing(self._columns["sort"].item(row)))
        for column in self._columns.values():
            column[row] = 0
        self._forms.drop(row)
        self._texts.drop(row)
        self._ids.drop(row)

    # --- what it is -----------------------------------------------------------------------------------------------

    def column(self, name: str, rows: Rows | None = None) -> NDArray[Any]:
        """Numbers of rows, or of all and what room there is: of their "owner", "profile", "subject" or "sort"."""
        return self._columns[name] if rows is None else self._columns[name].take(rows)

    def id(self, row: int) -> str:
        """The id of a row that is in."""
        return self._ids.text(row)

    def owner(self, row: int) -> str:
        """Whose it is."""
        return self.owners.text(self._columns["owner"].item(row))

    def sort(self, row: int) -> Sort:
        """How it is grouped."""
        return self.sorts.thing(self._columns["sort"].item(row))

    def text(self, row: int) -> str:
        """What it says."""
        named = list(map(self._all_forms.written, self._forms.get(row).tolist()))
        return lengthened(self._texts.get(row).tobytes(), named)

    def texts(self, rows: Rows) -> list[str]:
        """What some rows say."""
        numbers, counts = self._forms.many(rows)
        letters, lengths = self._texts.many(rows)
        named, kept = list(map(self._all_forms.written, numbers.tolist())), letters.tobytes()
        name_ends, ends = np.cumsum(counts).tolist(), np.cumsum(lengths).tolist()
        begins = zip([0, *ends], ends, [0, *name_ends], name_ends, strict=False)
        return [lengthened(kept[a:b], named[c:d]) for a, b, c, d in begins]

    def numbers(self, row: int) -> Numbers:
        """The terms of a row, in the order of its text."""
        return self._forms.get(row)

    def many_numbers(self, rows: Rows, most: int | None = None) -> tuple[Numbers, NDArray[np.int64]]:
        """The terms of some rows, one row after the other, each to its `most` first; how many each has."""
        return self._forms.many(rows) if most is None else self._forms.many(rows, most)

    def reading(self, row: int) -> Reading:
        """How it was read."""
        terms = [self._all_forms.term(n) for n in self._forms.get(row).tolist()]
        subject = self.subjects.thing(self._columns["subject"].item(row))
        return Reading({t.key: t for t in terms if t.key}, subject.topics, subject.acts, bool(subject.chosen))

    def get(self, row: int) -> Notice:
        """The notice of a row that is in."""
        sort, subject = self.sort(row), self.subjects.thing(self._columns["subject"].item(row))
        profile = self.profiles.thing(self._columns["profile"].item(row))
        return Notice(self.id(row), self.owner(row), sort.kind, self.text(row), sort.language, subject.chosen, *profile)

    # --- as arrays ------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Everything as plain arrays. They hold what people wrote: whoever stores them protects them."""
        shared = {
            "profiles": _listed(self.profiles, lambda p: [sorted(p[0]), sorted(p[1]), *p[2:]]),
            "sorts": _listed(self.sorts, list),
            "subjects": _listed(self.subjects, lambda s: [s.chosen, sorted(s.topics), sorted(s.acts)]),
        }
        columns = {name: column[: self._ids.end] for name, column in self._columns.items()}
        return {
            "notices": columns,
            "shared": shared,
            "ids": self._ids.state(),
            "owners": self.owners.state(),
            "texts": self._texts.state(),
            "named": self._forms.state(),
        }

    @classmethod
    def of(cls, state: Mapping[str, Mapping[str, NDArray[Any]]], forms: Forms) -> "Notices":
        """What `state` described. Raises: ValueError when the arrays do not fit together."""
        self = cls(forms)
        self._ids, self.owners = Strings.of(state["ids"]), Names.of(state["owners"])
        self._texts, self._forms = Runs.of(state["texts"]), Runs.of(state["named"])
        self._columns = {name: np.require(state["notices"][name], requirements="W") for name in self._columns}
        if {len(column) for column in self._columns.values()} != {self._ids.end}:
            raise ValueError("the arrays do not fit together")
        rows, shared = self._ids.numbers(), state["shared"]

        def holders(name: str) -> list[int]:
            found: list[int] = np.bincount(self._columns[name][rows]).tolist()
            return found

        self.profiles = Numbering.of(
            {n: Profile(frozenset(a), frozenset(b), c, d) for n, (a, b, c, d) in _read(shared["profiles"])},
            holders("profile"),
        )
        self.sorts = Numbering.of({n: Sort(*s) for n, s in _read(shared["sorts"])}, holders("sort"))
        self.subjects = Numbering.of(
            {n: Subject(tuple(a), frozenset(b), frozenset(c)) for n, (a, b, c) in _read(shared["subjects"])},
            holders("subject"),
        )
        return self


def _listed(numbering: Numbering[Any], plain: Callable[[Any], list[Any]]) -> NDArray[np.uint8]:
    """Things and their numbers as JSON."""
    text = json.dumps([(number, plain(thing)) for thing, number in numbering])
    return np.frombuffer(text.encode(), np.uint8)


def _read(listed: NDArray[np.uint8]) -> list[tuple[int, list[Any]]]:
    return [(number, thing) for number, thing in json.loads(listed.tobytes())]
