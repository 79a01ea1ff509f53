"""Strings and small numbers for them, in plain arrays: a dictionary of Python takes four times the memory."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.arrays import with_room
from matching.numbering import NONE
from matching.runs import Runs

#: Strings to a chain, on average, at most.
CROWDED: Final = 2
#: In place of the next of a chain: this number is free.
FREE: Final = -2


class Strings:
    """Strings, each once, and their numbers; a number is given anew once its string is dropped, the last one first.

    Chained hashing over arrays. UTF-8 of at most 65,535 bytes each.
    """

    def __init__(self) -> None:
        self._texts = Runs(np.uint8)
        self._hashes = np.zeros(0, np.uint32)
        self._next = np.zeros(0, np.int32)
        self._heads = np.full(16, NONE, np.int32)
        self._free: list[int] = []
        self._end = 0

    def __len__(self) -> int:
        """How many strings are in."""
        return self._end - len(self._free)

    @property
    def end(self) -> int:
        """One more than the highest number given so far."""
        return self._end

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep."""
        return self._texts.nbytes + self._hashes.nbytes + self._next.nbytes + self._heads.nbytes

    def find(self, text: str) -> int:
        """The number of a string, or `NONE`."""
        data = _bytes(text)
        return self._find(data, crc32(data))

    def find_all(self, texts: Collection[str]) -> NDArray[np.int32]:
        """The number of each string, or `NONE`; much quicker than one by one."""
        if not self._end:
            return np.full(len(texts), NONE, np.int32)
        data = [_bytes(text) for text in texts]
        hashes = np.fromiter(map(crc32, data), np.uint32, len(data))
        at = self._heads[hashes & np.uint32(len(self._heads) - 1)]
        while (others := np.flatnonzero((at >= 0) & (self._hashes[at] != hashes))).size:
            at[others] = self._next[at[others]]
        there = np.flatnonzero(at >= 0).tolist()
        items, lengths = self._texts.many(at[there])
        # Two strings may have one hash.
        same = lengths.tolist() == [len(data[i]) for i in there] and items.tobytes() == b"".join(data[i] for i in there)
        return at if same else np.array([self.find(text) for text in texts], np.int32)

    def take(self, text: str) -> int:
        """The number of a string, from now on if not before.

        Raises: ValueError for one that is too long.
        """
        data = _bytes(text)
        hashed = crc32(data)
        number = self._find(data, hashed)
        if number == NONE:
            number = self._free[-1] if self._free else self._end
            self._texts.put(number, np.frombuffer(data, np.uint8))
            if self._free:
                self._free.pop()
            else:
                self._end += 1
                self._hashes, self._next = with_room(self._hashes, self._end), with_room(self._next, self._end)
            self._hashes[number] = hashed
            head = hashed & (len(self._heads) - 1)
            self._next[number], self._heads[head] = self._heads[head], number
            if self._end > CROWDED * len(self._heads):
                self._spread()
        return number

    def drop(self, number: int) -> None:
        """Forget a string that is in; its number is free."""
        head = self._hashes.item(number) & (len(self._heads) - 1)
        after, at = self._next.item(number), self._heads.item(head)
        if at == number:
            self._heads[head] = after
        else:
            while (then := self._next.item(at)) != number:
                at = then
            self._next[at] = after
        self._next[number], self._hashes[number] = FREE, 0
        self._texts.drop(number)
        self._free.append(number)

    def numbers(self) -> NDArray[np.intp]:
        """The numbers that are in, ascending."""
        return np.flatnonzero(self._next[: self._end] != FREE)

    def text(self, number: int) -> str:
        """The string of a number that is in."""
        return self._texts.get(number).tobytes().decode("utf-8", "surrogatepass")

    def __contains__(self, number: int) -> bool:
        return 0 <= number < self._end and bool(self._next[number] != FREE)

    def _find(self, data: bytes, hashed: int) -> int:
        at: int = self._heads.item(hashed & (len(self._heads) - 1))
        hash_of, next_of = self._hashes.item, self._next.item
        while at >= 0 and not (hash_of(at) == hashed and self._texts.get(at).tobytes() == data):
            at = next_of(at)
        return at

    def _spread(self) -> None:
        """Chains anew, over four times as many heads."""
        size = len(self._heads)
        while self._end > CROWDED / 2 * size:
            size *= 2
        self._heads = np.full(size, NONE, np.int32)
        living = self.numbers().astype(np.int32)
        chains = self._hashes[living] & np.uint32(size - 1)
        order = np.argsort(chains, kind="stable")
        living, chains = living[order], chains[order]
        last = np.append(chains[1:] != chains[:-1], True) if len(chains) else np.zeros(0, np.bool_)
        self._next[living] = np.where(last, NONE, np.append(living[1:], NONE)[: len(living)])
        first = np.flatnonzero(np.append(True, chains[1:] != chains[:-1])) if len(chains) else last
        self._heads[chains[first]] = living[first]

    # --- as arrays ------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything as plain arrays. They hold what people wrote: whoever stores them protects them."""
        hashes = self._hashes[: self._end]
        return {**self._texts.state(), "hashes": hashes, "free": np.array(self._free, np.int32)}

    @classmethod
    def of(cls, state: Mapping[str, NDArray[Any]]) -> "Strings":
        """What `state` described. Raises: ValueError when the arrays do not fit together."""
        self = cls()
        self._texts = Runs.of(state)
        self._hashes, self._free = np.require(state["hashes"], requirements="W"), state["free"].tolist()
        self._end = len(self._hashes)
        if any(not 0 <= number < self._end for number in self._free):
            raise ValueError("the arrays do not fit together")
        self._next = np.full(self._end, NONE, np.int32)
        self._next[self._free] = FREE
        self._spread()
        return self


class Names:
    """Strings that are kept while somebody holds them."""

    def __init__(self) -> None:
        self._strings = Strings()
        #: How often each number is held.
        self.holders = np.zeros(0, np.int32)

    def __len__(self) -> int:
        """One more than the highest number given so far."""
        return self._strings.end

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep."""
        return self._strings.nbytes + self.holders.nbytes

    def find(self, text: str) -> int:
        """The number of a string, or `NONE`."""
        return self._strings.find(text)

    def find_all(self, texts: Collection[str]) -> NDArray[np.int32]:
        """The number of each string, or `NONE`."""
        return self._strings.find_all(texts)

    def text(self, number: int) -> str:
        """The string of a number that is held."""
        return self._strings.text(number)

    def hold(self, text: str) -> int:
        """The number of a string, kept until it is released as often."""
        number = self._strings.take(text)
        self.holders = with_room(self.holders, self._strings.end)
        self.holders[number] += 1
        return number

    def hold_again(self, number: int) -> None:
        """Keep a number that is held; to be released once more."""
        self.holders[number] += 1

    def release(self, number: int) -> bool:
        """Let go of a number that was held; whether nobody holds it any more."""
        left = self.holders.item(number) - 1
        self.holders[number] = left
        if not left:
            self._strings.drop(number)
        return not left

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything as plain arrays, as `Strings.state`."""
        return {**self._strings.state(), "holders": self.holders[: self._strings.end]}

    @classmethod
    def of(cls, state: Mapping[str, NDArray[Any]]) -> "Names":
        """What `state` described. Raises: ValueError when the arrays do not fit together."""
        self = cls()
        self._strings = Strings.of(state)
        self.holders = np.require(state["holders"], requirements="W")
        if len(self.holders) != self._strings.end:
            raise ValueError("the arrays do not fit together")
        return self


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
