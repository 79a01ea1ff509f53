"""Notices as directions in space, a byte for each number, and the nearest of them.

Few are compared one by one. Among many, a code of signs for each (one bit for each direction of a turned space) tells
who is near enough to be compared: the shortlist. What is compared is compared exactly, on whole numbers, so that the
same two vectors give the same cosine wherever they stand.

Source: sign random projections (Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002); the
space is turned by random signs and a Hadamard transform (Ailon and Chazelle, "The fast Johnson–Lindenstrauss
transform", SIAM Journal on Computing 39, 2009).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.arrays import with_room

Rows: TypeAlias = NDArray[np.uint32]
#: Rows, ready for picking.
Places: TypeAlias = NDArray[np.intp]
#: Says of each row whether it may be found.
Allowed: TypeAlias = Callable[[Places], NDArray[np.bool_]]
Cosines: TypeAlias = NDArray[np.float32]

#: Up to this many vectors all are compared: 1 ms.
EXACT: Final = 5_000
#: How many allowed vectors are compared when there are more, at least; and for each that is wanted. 99 % of the best 50
#: are among the nearest 1,000 codes, whether of 10,000 or of 500,000 (docs/decisions/0013).
SHORTLIST: Final = 2_000
SHORTLIST_EACH: Final = 10
#: Words of 64 signs in a code, at most; two less than a space of 512 has cost 0.05 % of the nearest 50.
CODE: Final = 6
#: Words of a code that are compared for every row, at most 3 so that a byte holds the sum; and how many times the
#: shortlist are compared by the others where there are twice as many (docs/decisions/0020).
ROUGH: Final = 3
ROUGH_EACH: Final = 6
#: Rows at a time: codes that stay in the fast memory of the processor, and numbers that do.
PART: Final = 32_768
COMPARED: Final = 256
#: Up to this many queries are multiplied one by one, which is quicker than together.
FEW: Final = 4
#: The space is turned the same way in every process and every snapshot.
TURN: Final = 2006


class Vectors:
    """Rows and their vectors. A row is a small number that the caller gives, and gives again once removed: memory goes
    by the highest row. `dimension` bytes for each, and about 50 for its code. Not safe for several threads at once.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._turn = _Turn(dimension)
        self._desk = Desk(dimension)
        self._values = np.zeros((0, dimension), np.int8)
        #: One over the length of each row of `_values`; 0 for the vector of zeros.
        self._factors = np.zeros(0, np.float32)
        self._alive = np.zeros(0, np.bool_)
        #: A line for each word of the codes, so that a word of all rows is read in one go.
        self._codes = np.zeros((self._turn.words, 0), np.uint64)
        self._end = 0
        self._living = 0

    def __len__(self) -> int:
        return self._living

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep."""
        return self._values.nbytes + self._factors.nbytes + self._alive.nbytes + self._codes.nbytes

    def __contains__(self, row: int) -> bool:
        return 0 <= row < self._end and bool(self._alive[row])

    # --- what is in -----------------------------------------------------------------------------------------------

    def add(self, row: int, vector: NDArray[np.floating[Any]]) -> None:
        """Take a vector in, of any length, in place of the one that the row had; the next search finds it.

        Raises: ValueError for another shape, or a number that is not finite; nothing has changed then.
        """
        values, factor = self._small(vector)
        if not 0 <= row < 2**31:
            raise ValueError(f"row {row} is not in 0 … 2³¹-1")
        self.remove(row)
        if row >= len(self._alive):
            self._values = with_room(self._values, row + 1)
            self._factors = with_room(self._factors, row + 1)
            self._alive = with_room(self._alive, row + 1)
            codes = np.zeros((self._turn.words, len(self._alive)), np.uint64)
            codes[:, : self._end] = self._codes[:, : self._end]
            self._codes = codes
        self._values[row], self._factors[row], self._alive[row] = values, factor, True
        self._codes[:, row] = self._turn.code(vector)
        self._end = max(self._end, row + 1)
        self._living += 1

    def remove(self, row: int) -> None:
        """Take a row out, and forget its numbers. One that is not in makes no difference."""
        if row not in self:
            return
        self._values[row], self._factors[row], self._alive[row] = 0, 0, False
        self._codes[:, row] = 0
        self._living -= 1

    # --- what is near ---------------------------------------------------------------------------------------------

    def cosines(self, query: NDArray[np.floating[Any]], rows: NDArray[np.integer[Any]]) -> Cosines:
        """How near each of these rows is, -1 to 1, of the shape of `rows`; 0 for one that is not in, and for zeros.

        Raises: ValueError as `add`.
        """
        if query.shape != (self.dimension,):
            raise ValueError(f"a vector of shape {query.shape} among those of {self.dimension}")
        found = np.zeros(rows.shape, np.float32)
        inside = (rows >= 0) & (rows < self._end)
        found[inside] = self.cosines_of(query[None], rows[inside])[0]
        return found

    def cosines_of(self, queries: NDArray[np.floating[Any]], rows: NDArray[np.integer[Any]]) -> Cosines:
        """The same of several queries, a row for each, and of rows that are in, or were."""
        return self._compared([self._small(query) for query in queries], rows)

    def vector(self, row: int) -> NDArray[np.float64]:
        """A row's vector as it is kept, of length one; zeros for one that is not in, and for zeros."""
        if row not in self:
            return np.zeros(self.dimension)
        found: NDArray[np.float64] = self._values[row].astype(np.float64) * float(self._factors[row])
        return found

    def search(
        self,
        query: NDArray[np.floating[Any]],
        k: int,
        among: Places | None = None,
        allowed: Allowed | None = None,
    ) -> tuple[Rows, Cosines]:
        """The k nearest rows and their cosines, nearest first, equals by row; fewer only when fewer are there.

        All are compared when they are at most `EXACT`. Among more, one in 200 of the nearest 50 may be missing, and
        another is in its place; cosines are right.

        Args:   `among` has the rows that may be found, ascending; those that are not in are passed over. Without it,
                every row may. `allowed` says which of some of them may be found indeed; among very many it is asked
                about the nearest.
        Raises: ValueError as `add`.
        """
        small = self._small(query)
        if k < 1:
            return np.zeros(0, np.uint32), np.zeros(0, np.float32)
        if among is None:
            rows = np.flatnonzero(self._alive[: self._end])
        else:
            rows = among[: np.searchsorted(among, self._end)]
            if self._living < self._end:
                rows = rows.compress(self._alive.take(rows))
        rows = self._near(query, k, rows, allowed)
        cosines = self._compared([small], rows)[0]
        if len(rows) > k:
            enough = cosines >= np.partition(cosines, -k)[-k]
            rows, cosines = rows[enough], cosines[enough]
        order = np.lexsort((rows, -cosines))[:k]
        return rows[order].astype(np.uint32), cosines[order]

    def _near(self, query: NDArray[np.floating[Any]], k: int, rows: Places, allowed: Allowed | None) -> Places:
        """The shortlist of these rows, of those that are allowed."""
        size = max(SHORTLIST, SHORTLIST_EACH * k)
        found = self._shortlist(query, rows, size)
        if allowed is None:
            return found
        fit = allowed(found)
        if len(found) < len(rows) and np.count_nonzero(fit) < max(k, size // 2):
            # Most of the nearest are shut out, so all are asked about.
            return self._shortlist(query, rows.compress(allowed(rows)), size)
        return found.compress(fit)

    def _shortlist(self, query: NDArray[np.floating[Any]], rows: Places, size: int) -> Places:
        """Those of these rows with the nearest codes, about as many as are worth comparing; all, when they are few."""
        if len(rows) <= max(EXACT, size):
            return rows
        code = self._turn.code(query)
        differ = self._differ(code, rows)
        if len(rows) > 2 * ROUGH_EACH * size:
            near = _lowest(differ, ROUGH_EACH * size)
            rows, differ = rows.compress(near), differ.compress(near)
        distances = differ.astype(np.uint16)
        for column, word in zip(self._codes[ROUGH:], code[ROUGH:], strict=True):
            distances += np.bitwise_count(column.take(rows) ^ word)
        return rows.compress(_lowest(distances, size))

    def _differ(self, code: NDArray[np.uint64], rows: Places) -> NDArray[np.uint8]:
        """For each of these rows, in how many bits the first words of its code differ."""
        most = 2 * len(rows) > self._end
        # Reading all in order is quicker than picking most of them.
        count = self._end if most else len(rows)
        found = np.zeros(count, np.uint8)
        for part in _parts(count, PART):
            for column, word in zip(self._codes[:ROUGH], code[:ROUGH], strict=True):
                there = column[part] if most else column.take(rows[part])
                found[part] += np.bitwise_count(there ^ word)
        return found.take(rows) if most else found

    def _compared(
        self, queries: Sequence[tuple[NDArray[np.int8], np.float32]], rows: NDArray[np.integer[Any]]
    ) -> Cosines:
        """Cosines of rows that are inside, for each query."""
        wide = np.array([values for values, _ in queries], np.float32)
        factors = np.array([factor for _, factor in queries], np.float32)
        products = compared(self._values, rows, wide, self._desk)
        cosines: Cosines = np.clip(products * (self._factors[rows] * factors[:, None]), -1.0, 1.0)
        return cosines

    def _small(self, vector: NDArray[np.floating[Any]]) -> tuple[NDArray[np.int8], np.float32]:
        if vector.shape != (self.dimension,):
            raise ValueError(f"a vector of shape {vector.shape} among those of {self.dimension}")
        return in_bytes(vector)

    # --- as arrays ------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything as plain arrays, not copied. Vectors tell much of what was written: whoever stores them protects
        them.
        """
        end = self._end
        return {
            "values": self._values[:end],
            "factors": self._factors[:end],
            "alive": self._alive[:end],
            "codes": self._codes[:, :end],
        }

    @classmethod
    def of(cls, state: Mapping[str, NDArray[Any]]) -> "Vectors":
        """What `state` described. Takes the arrays over, or copies those that cannot be written.

        Raises: ValueError when they do not fit together.
        """
        self = cls(state["values"].shape[1])
        end = len(state["values"])
        if state["codes"].shape != (self._turn.words, end) or any(len(state[n]) != end for n in ("factors", "alive")):
            raise ValueError("the arrays do not fit together")
        self._values, self._factors, self._alive, self._codes = (
            np.require(state[name], requirements="W") for name in ("values", "factors", "alive", "codes")
        )
        self._end, self._living = end, int(np.count_nonzero(self._alive))
        return self


class Desk:
    """Room to lay out some vectors for comparing, kept from one question to the next."""

    def __init__(self, dimension: int) -> None:
        self.small = np.empty((COMPARED, dimension), np.int8)
        self.wide = np.empty((COMPARED, dimension), np.float32)


def compared(
    values: NDArray[np.int8], rows: NDArray[np.integer[Any]], queries: NDArray[np.float32], desk: Desk
) -> NDArray[np.float32]:
    """Products of rows of `values` with queries, a row for each query.

    Sums of whole numbers below 2²⁴ are exact in 32-bit floats, in any order.
    """
    found = np.empty((len(queries), len(rows)), np.float32)
    turned = np.ascontiguousarray(queries.T)
    for part in _parts(len(rows), COMPARED):
        # "clip" asks nothing of rows that are inside, and spares a copy.
        small, wide = desk.small[: part.stop - part.start], desk.wide[: part.stop - part.start]
        np.take(values, rows[part], axis=0, out=small, mode="clip")
        wide[:] = small
        if len(queries) > FEW:
            found[:, part] = (wide @ turned).T
            continue
        for query, line in zip(queries, found, strict=True):
            np.matmul(wide, query, out=line[part])
    return found


def in_bytes(vector: NDArray[np.floating[Any]]) -> tuple[NDArray[np.int8], np.float32]:
    """A vector in bytes, -127 to 127, and one over its length then; 0 for the vector of zeros.

    Raises: ValueError for a number that is not finite.
    """
    most = float(np.abs(vector).max(initial=0.0))
    if not np.isfinite(most):
        raise ValueError("a number of the vector is not finite")
    if most == 0.0:
        return np.zeros(len(vector), np.int8), np.float32(0.0)
    values = np.rint(vector.astype(np.float64) * (127.0 / most))
    return values.astype(np.int8), np.float32(1.0 / np.sqrt(values @ values))


class _Turn:
    """Turns a space so that each new direction says something of every old one, and keeps the signs."""

    def __init__(self, dimension: int) -> None:
        power = max(6, (dimension - 1).bit_length())
        self.words = min(2**power // 64, CODE)
        self._left = _hadamard(power // 2)
        self._right = _hadamard(power - power // 2)
        drawn = np.random.PCG64(TURN).random_raw(dimension)
        self._signs = np.where(drawn & 1, 1.0, -1.0)

    def code(self, vector: NDArray[np.floating[Any]]) -> NDArray[np.uint64]:
        """The signs, 64 to a word."""
        spread = np.zeros((len(self._left), len(self._right)))
        spread.ravel()[: len(vector)] = vector * self._signs
        turned = self._left @ spread @ self._right
        return np.packbits(turned.ravel()[: 64 * self.words] > 0).view(np.uint64)


def _hadamard(power: int) -> NDArray[np.float64]:
    matrix = np.ones((1, 1))
    for _ in range(power):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


def _lowest(distances: NDArray[np.unsignedinteger[Any]], count: int) -> NDArray[np.bool_]:
    """Which are the lowest, at least so many of them: all that are as far as the last."""
    found: NDArray[np.bool_] = distances <= np.searchsorted(np.cumsum(np.bincount(distances)), count)
    return found


def _parts(size: int, part: int) -> Iterator[slice]:
    return (slice(begin, min(size, begin + part)) for begin in range(0, size, part))
