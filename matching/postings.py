"""Which open notices hold which terms, and how much: exact search over all of them, without a rebuild.

Term-at-a-time and exhaustive: every notice that holds a term of the question is scored, by adding whole posting lists
into one array of totals. Only what beats a running threshold is looked at one by one. Nothing is approximated.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.arrays import joined, spans, split, with_room
from matching.layers import Layers

Rows: TypeAlias = NDArray[np.uint32]
#: Says of each row whether it may be found; asked only about rows that score well enough, as whole numbers of any kind.
Allowed: TypeAlias = Callable[[NDArray[Any]], NDArray[np.bool_]]
#: What a list of the question can add at most to a total, its weight, and where its postings begin and end.
_List: TypeAlias = tuple[int, int, int, int]
Arrays: TypeAlias = Mapping[str, NDArray[Any]]

#: What a term can add at most, per unit of weight.
MOST_IMPACT: Final = 255
#: Weights of one question may add up to this much, so that no total overflows 32 bits.
MOST_WEIGHT: Final = (2**32 - 1) // MOST_IMPACT
#: How many times k listings are looked at first: a notice is listed once for each term, and not all are allowed.
DEPTH_EACH: Final = 4
ASKED_EACH: Final = 20
#: How much deeper the next look goes at most; at least twice, and more the fewer were allowed.
DEEPER: Final = 16
#: Withdrawn notices are swept out of the lists when they are more than this part of all, and more than a few.
SWEPT_AT: Final = 0.25
FEW: Final = 1024
#: Postings moved at a time while sweeping, so that little more memory is needed.
PART: Final = 2**20
#: How long lists may get before they move: 1, 2, 3, 4, 6, 8, 12, 16 … each step up to half as long again.
_STEPS: Final = np.unique(np.array([1, *(2**n for n in range(1, 33)), *(3 * 2**n for n in range(32))], np.int64))
_STEP_LIST: Final = _STEPS.tolist()
#: Bits of a row in a number that also holds its score.
_ROW_BITS: Final = 31
_ROW: Final = 2**_ROW_BITS - 1


class Postings:
    """Rows and the terms they hold. A row is a small number that the caller gives, and may give again once removed.

    Kept compact: 5 bytes for each term of a notice in a list of its term, in arrays that grow by steps; what a row
    holds is for others to know. Not safe for several threads at once, not even for searches: they share the totals.
    """

    def __init__(self) -> None:
        self._term_ids: dict[str, int] = {}
        # By term: where its list begins, how much of it is used and how much there is, the most that it can add.
        self._starts = np.zeros(0, np.int64)
        self._lengths = np.zeros(0, np.int64)
        self._rooms = np.zeros(0, np.int64)
        self._peaks = np.zeros(0, np.uint8)
        # All lists, one after the other with room between: slots ascending in each, and their impacts.
        self._slots = np.zeros(0, np.uint32)
        self._impacts = np.zeros(0, np.uint8)
        self._used = 0
        self._gaps: dict[int, list[int]] = {}
        # By slot, one for each `add`, in order: whose it is, whether it lives.
        self._rows = np.zeros(0, np.uint32)
        self._alive = np.zeros(0, np.bool_)
        self._count = 0
        self._living = 0
        # By row: its slot, or -1.
        self._slot_of = np.zeros(0, np.int32)
        self._totals: dict[type[Any], NDArray[Any]] = {}

    def __len__(self) -> int:
        return self._living

    def __contains__(self, row: int) -> bool:
        return 0 <= row < len(self._slot_of) and bool(self._slot_of[row] >= 0)

    # --- what is in -----------------------------------------------------------------------------------------------

    def add(self, row: int, terms: Mapping[str, int]) -> None:
        """Take a row in, in place of what it held before; the next search finds it.

        Args:   row from 0; terms to impacts, 1 to 255, may be empty.
        Raises: ValueError for another row or impact; nothing has changed then.
        """
        if not 0 <= row < 2**31:
            raise ValueError(f"row {row} is not in 0 … 2³¹-1")
        if any(not 1 <= impact <= MOST_IMPACT for impact in terms.values()):
            raise ValueError(f"impacts are 1 to {MOST_IMPACT}")
        self.remove(row)
        slot = self._new_slot(row)
        ids = np.fromiter((self._id_of(term) for term in terms), np.int64, len(terms))
        impacts = np.fromiter(terms.values(), np.uint8, len(terms))
        lengths = self._lengths[ids]
        for full in ids[lengths == self._rooms[ids]].tolist():
            self._grow_list(full)
        at = self._starts[ids] + lengths
        self._slots[at] = slot
        self._impacts[at] = impacts
        self._lengths[ids] = lengths + 1
        self._peaks[ids] = np.maximum(self._peaks[ids], impacts)

    def remove(self, row: int) -> None:
        """Take a row out; the next search does not find it. One that is not in makes no difference."""
        if row not in self:
            return
        self._alive[self._slot_of[row]] = False
        self._slot_of[row] = -1
        self._living -= 1
        if self._count - self._living > max(FEW, SWEPT_AT * self._count):
            self.sweep()

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays; the terms themselves and the totals come on top."""
        return sum(value.nbytes for value in self.__dict__.values() if isinstance(value, np.ndarray))

    # --- what is found --------------------------------------------------------------------------------------------

    def search(
        self, weights: Mapping[str, int], k: int, allowed: Allowed | None = None
    ) -> tuple[Rows, NDArray[np.uint32]]:
        """The k best rows and their scores, best first, equals by row; fewer only when fewer score and are allowed.

        A score is the sum of weight × impact over the terms that both hold: exact, never 0. When no score can reach
        65,536 the search is half again as fast, so keep weights small.

        Args:   weights by term, from 0, at most `MOST_WEIGHT` together. `allowed` sees each row at most once.
        Raises: ValueError for other weights.
        """
        lists = self._lists(weights)
        if not lists or k < 1:
            return np.zeros(0, np.uint32), np.zeros(0, np.uint32)
        layers = self._added(lists)
        found: list[NDArray[np.int64]] = []
        enough, depth = 0, k * (DEPTH_EACH if allowed is None else ASKED_EACH)
        while layers.more and enough < k:
            keys = self._ranked(*layers.next(depth))
            if allowed is not None:
                keys = keys[allowed(keys & _ROW)]
            found.append(keys)
            enough += len(keys)
            depth *= min(max(2, 2 * k // (enough + 1)), DEEPER)
        keys = (np.concatenate(found) if len(found) > 1 else found[0])[:k]
        return (keys & _ROW).astype(np.uint32), (-(keys >> _ROW_BITS)).astype(np.uint32)

    def scores(self, weights: Mapping[str, int], rows: NDArray[Any]) -> NDArray[np.uint32]:
        """What `search` gives to each of these rows; 0 for one that shares no term, or is not in.

        Args:   rows of any shape, repeated or not.
        """
        found = np.zeros(rows.shape, np.uint32)
        inside = (rows >= 0) & (rows < len(self._slot_of))
        wanted = np.full(rows.shape, -1, np.int64)
        wanted[inside] = self._slot_of[rows[inside]]
        present = wanted >= 0
        sought = wanted[present].astype(np.uint32)
        total = np.zeros(len(sought), np.uint32)
        for _, weight, begin, end in self._lists(weights):
            slots, impacts = self._slots[begin:end], self._impacts[begin:end]
            at = np.minimum(np.searchsorted(slots, sought), len(slots) - 1)
            total += np.where(slots[at] == sought, impacts[at], 0).astype(np.uint32) * np.uint32(weight)
        found[present] = total
        return found

    def _lists(self, weights: Mapping[str, int]) -> list[_List]:
        """The lists of a question, those that can add most first."""
        if weights and (min(weights.values()) < 0 or sum(weights.values()) > MOST_WEIGHT):
            raise ValueError(f"weights are from 0, and at most {MOST_WEIGHT} together")
        id_of, starts, lengths, peaks = self._term_ids.get, self._starts.item, self._lengths.item, self._peaks.item
        lists = []
        for term, weight in weights.items():
            id = id_of(term)
            if id is not None and weight and (length := lengths(id)):
                begin = starts(id)
                lists.append((weight * peaks(id), weight, begin, begin + length))
        lists.sort(reverse=True)
        return lists

    def _added(self, lists: list[_List]) -> Layers:
        """The totals of all slots that are in any of these lists."""
        mosts = [most for most, _, _, _ in lists]
        totals = self._cleared(np.uint16 if sum(mosts) < 2**16 else np.uint32)
        lengths = [end - begin for _, _, begin, end in lists]
        # One call for all lists: each costs more to begin than to add a thousand numbers.
        slots = np.concatenate([self._slots[begin:end] for _, _, begin, end in lists]).astype(np.intp)
        added = np.concatenate([self._impacts[begin:end] for _, _, begin, end in lists]).astype(totals.dtype)
        added *= np.array([weight for _, weight, _, _ in lists], totals.dtype).repeat(lengths)
        np.add.at(totals, slots, added)
        return Layers(totals, slots, lengths, mosts)

    def _cleared(self, kind: type[np.unsignedinteger[Any]]) -> NDArray[np.unsignedinteger[Any]]:
        """Totals of zero, one for each slot."""
        totals = self._totals.get(kind)
        if totals is None or len(totals) < self._count:
            totals = self._totals[kind] = np.zeros(self._count + self._count // 4, kind)
        totals = totals[: self._count]
        totals.fill(0)
        return totals

    def _ranked(self, slots: NDArray[np.intp], scores: NDArray[np.unsignedinteger[Any]]) -> NDArray[np.int64]:
        """A number for each living row among these slots, once, ascending from the best: row - score · 2³¹."""
        keys = scores.astype(np.int64)
        keys <<= _ROW_BITS
        keys = self._rows[slots] - keys
        if self._living < self._count:
            keys = keys[self._alive[slots]]
        keys.sort()
        new = np.empty(len(keys), np.bool_)
        new[:1] = True
        np.not_equal(keys[1:], keys[:-1], out=new[1:])
        return keys[new]

    # --- room -----------------------------------------------------------------------------------------------------

    def _id_of(self, term: str) -> int:
        id = self._term_ids.setdefault(term, len(self._term_ids))
        if id >= len(self._starts):
            for name in ("_starts", "_lengths", "_rooms", "_peaks"):
                setattr(self, name, with_room(getattr(self, name), id + 1))
        return id

    def _new_slot(self, row: int) -> int:
        slot = self._count
        if slot >= len(self._rows):
            for name in ("_rows", "_alive"):
                setattr(self, name, with_room(getattr(self, name), slot + 1))
        if row >= len(self._slot_of):
            before = len(self._slot_of)
            self._slot_of = with_room(self._slot_of, row + 1)
            self._slot_of[before:] = -1
        self._rows[slot], self._alive[slot], self._slot_of[row] = row, True, slot
        self._count += 1
        self._living += 1
        return slot

    def _grow_list(self, id: int) -> None:
        """Move a full list to a place half again as large; what it leaves is for a list of that size."""
        begin, length = int(self._starts[id]), int(self._lengths[id])
        room = _STEP_LIST[bisect_right(_STEP_LIST, length)]
        gaps = self._gaps.get(room)
        if gaps:
            to = gaps.pop()
        else:
            to = self._used
            self._used += room
            self._slots = with_room(self._slots, self._used)
            self._impacts = with_room(self._impacts, self._used)
        self._slots[to : to + length] = self._slots[begin : begin + length]
        self._impacts[to : to + length] = self._impacts[begin : begin + length]
        if length:
            self._gaps.setdefault(int(self._rooms[id]), []).append(begin)
        self._starts[id], self._rooms[id] = to, room

    def sweep(self) -> None:
        """Forget what is withdrawn, and the terms that nobody holds any more. Searches find the same as before.

        Called by itself often enough; half a second at a million rows.
        """
        terms, arrays = self._packed()
        self._take(terms, arrays)

    # --- as arrays ------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything as plain arrays, swept. They hold words that people wrote: whoever stores them protects them."""
        terms, arrays = self._packed()
        self._take(terms, arrays)
        return arrays | joined(terms)

    @classmethod
    def of(cls, state: Arrays) -> "Postings":
        """What `state` described. Takes the arrays over, or copies those that cannot be written.

        Raises: ValueError when they do not fit together.
        """
        missing = {"rows", "lengths", "slots", "impacts", "words", "word_ends"} - set(state)
        if missing:
            raise ValueError(f"no {', '.join(sorted(missing))}")
        self = cls()
        self._take(split(state), state)
        return self

    def _packed(self) -> tuple[list[str], dict[str, NDArray[Any]]]:
        """The terms that are held, and lists of living rows, each with the room that its size has."""
        counts = np.zeros(len(self._term_ids), np.int64)
        for part in _parts(self._lengths[: len(counts)]):
            counts[part] = self._holders(part)
        ids = np.flatnonzero(counts)
        held = counts[ids]
        rooms = _STEPS[np.searchsorted(_STEPS, held)]
        begins = np.cumsum(rooms) - rooms
        slots, impacts = np.zeros(int(rooms.sum()), np.uint32), np.zeros(int(rooms.sum()), np.uint8)
        number = (np.cumsum(self._alive[: self._count]) - 1).astype(np.uint32)
        for part in _parts(self._lengths[ids]):
            old = spans(self._starts[ids[part]], self._lengths[ids[part]])
            old = old[self._alive[self._slots[old]]]
            new = spans(begins[part], held[part])
            slots[new], impacts[new] = number[self._slots[old]], self._impacts[old]
        words, rows = list(self._term_ids), self._rows[: self._count][self._alive[: self._count]]
        arrays: dict[str, NDArray[Any]] = {"rows": rows, "lengths": held, "slots": slots, "impacts": impacts}
        return [words[id] for id in ids.tolist()], arrays

    def _holders(self, lists: slice) -> NDArray[np.int64]:
        """How many living rows each of these lists has."""
        lengths = self._lengths[lists]
        living = self._alive[self._slots[spans(self._starts[lists], lengths)]]
        return np.bincount(np.repeat(np.arange(len(lengths)), lengths)[living], minlength=len(lengths))

    def _take(self, terms: list[str], arrays: Arrays) -> None:
        rows, lengths, slots, impacts = (arrays[name] for name in ("rows", "lengths", "slots", "impacts"))
        rooms = _STEPS[np.searchsorted(_STEPS, lengths)]
        if (
            len(terms) != len(lengths)
            or not len(slots) == len(impacts) == rooms.sum()
            or (len(slots) and slots.max() >= len(rows))
        ):
            raise ValueError("the arrays do not fit together")
        self._term_ids = {term: id for id, term in enumerate(terms)}
        self._starts = np.cumsum(rooms) - rooms
        self._lengths, self._rooms = lengths.copy(), rooms
        self._slots, self._impacts = np.require(slots, requirements="W"), np.require(impacts, requirements="W")
        self._used, self._gaps = len(slots), {}
        self._peaks = np.maximum.reduceat(impacts, self._starts) if len(terms) else np.zeros(0, np.uint8)
        self._rows = np.require(rows, requirements="W")
        self._count = self._living = len(rows)
        self._alive = np.ones(len(rows), np.bool_)
        self._slot_of = np.full(int(rows.max()) + 1 if len(rows) else 0, -1, np.int32)
        self._slot_of[rows] = np.arange(len(rows), dtype=np.int32)
        self._totals = {}


def _parts(lengths: NDArray[np.int64]) -> Iterator[slice]:
    """Neighbouring lists, about `PART` postings together."""
    ends = np.cumsum(lengths)
    begin = 0
    while begin < len(ends):
        done = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + PART, side="right")))
        yield slice(begin, end)
        begin = end
