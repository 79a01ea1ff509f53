"""Runs of numbers, one for each row, in one array: what many small lists would hold, at a tenth of their memory."""

from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.arrays import spans, with_room

Kind = TypeVar("Kind", bound=np.generic)
#: Numbers of one run, at most.
LONGEST: Final = 2**16 - 1
#: The array is packed anew when more than a third of it, and more than a little, belongs to nobody.
LITTLE: Final = 4096
#: Numbers moved at a time while packing, so that little more memory is needed.
PART: Final = 2**20
#: Beginnings up to this take four bytes each.
_SHORT: Final = 2**32 - 1


class Runs(Generic[Kind]):
    """Rows from 0 and their runs; a row that was never put, or dropped, has an empty one."""

    def __init__(self, kind: type[Kind]) -> None:
        self._items: NDArray[Kind] = np.zeros(0, kind)
        self._starts: NDArray[Any] = np.zeros(0, np.uint32)
        self._lengths = np.zeros(0, np.uint16)
        self._end = 0
        self._living = 0

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep."""
        return self._items.nbytes + self._starts.nbytes + self._lengths.nbytes

    def put(self, row: int, items: NDArray[Kind]) -> None:
        """Give a row its run, in place of an earlier one.

        Raises: ValueError for a run longer than `LONGEST`.
        """
        size = len(items)
        if size > LONGEST:
            raise ValueError(f"{size} is more than {LONGEST}")
        self.drop(row)
        if row >= len(self._lengths):
            self._starts, self._lengths = with_room(self._starts, row + 1), with_room(self._lengths, row + 1)
        end = self._end + size
        if end > _SHORT and self._starts.dtype == np.uint32:
            self._starts = self._starts.astype(np.int64)
        self._items = with_room(self._items, end)
        self._items[self._end : end] = items
        self._starts[row], self._lengths[row] = self._end, size
        self._end = end
        self._living += size

    def drop(self, row: int) -> None:
        """Forget a row's run, numbers and all."""
        if row >= len(self._lengths):
            return
        size = self._lengths.item(row)
        if not size:
            return
        start = self._starts.item(row)
        self._items[start : start + size] = 0
        self._lengths[row] = 0
        self._living -= size
        if self._end - self._living > max(LITTLE, self._living // 2):
            self._pack()

    def get(self, row: int) -> NDArray[Kind]:
        """A row's run, not copied."""
        if row >= len(self._lengths):
            return self._items[:0]
        start = self._starts.item(row)
        return self._items[start : start + self._lengths.item(row)]

    def many(self, rows: NDArray[Any], most: int = LONGEST) -> tuple[NDArray[Kind], NDArray[np.int64]]:
        """The runs of rows that have been put, one after the other, each to its `most` first numbers; their lengths."""
        lengths = np.minimum(self._lengths[rows].astype(np.int64), most)
        return self._items[spans(self._starts[rows].astype(np.int64), lengths)], lengths

    def _pack(self) -> None:
        rows = np.flatnonzero(self._lengths)
        lengths = self._lengths[rows].astype(np.int64)
        ends = np.cumsum(lengths)
        items = np.zeros(int(ends[-1]) if len(ends) else 0, self._items.dtype)
        begin = 0
        while begin < len(rows):
            done = int(ends[begin - 1]) if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, done + PART, side="right")))
            items[done : ends[end - 1]] = self.many(rows[begin:end])[0]
            begin = end
        self._items, self._end = items, len(items)
        self._starts[rows] = ends - lengths

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything as plain arrays, packed, not copied."""
        self._pack()
        return {"items": self._items, "lengths": self._lengths}

    @classmethod
    def of(cls, state: Mapping[str, NDArray[Any]]) -> "Runs[Kind]":
        """What `state` described. Takes the arrays over, or copies those that cannot be written.

        Raises: ValueError when they do not fit together.
        """
        items, lengths = (np.require(state[name], requirements="W") for name in ("items", "lengths"))
        ends = np.cumsum(lengths, dtype=np.int64)
        if len(items) != (ends[-1] if len(ends) else 0):
            raise ValueError("the arrays do not fit together")
        self: Runs[Kind] = cls(items.dtype.type)
        starts = ends - lengths
        self._items, self._lengths, self._starts = (
            items,
            lengths,
            starts.astype(np.uint32 if len(items) <= _SHORT else np.int64),
        )
        self._end = self._living = len(items)
        return self
