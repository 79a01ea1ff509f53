"""Small numbers for what many notices share, given while somebody needs them."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Final, Generic, TypeVar

Thing = TypeVar("Thing", bound=Hashable)
#: Of a number that stands for nothing.
NONE: Final = -1


class Numbering(Generic[Thing]):
    """Things and their numbers; a number is given anew once nobody holds its thing."""

    def __init__(self) -> None:
        self._numbers: dict[Thing, int] = {}
        self._things: dict[int, Thing] = {}
        self._holders: list[int] = []
        self._free: list[int] = []

    def __len__(self) -> int:
        """One more than the highest number given so far."""
        return len(self._holders)

    def __iter__(self) -> Iterator[tuple[Thing, int]]:
        return iter(self._numbers.items())

    @classmethod
    def of(cls, things: Mapping[int, Thing], holders: list[int]) -> "Numbering[Thing]":
        """Things by number, and how often each number is held; numbers without a thing are free.

        Raises: ValueError when a thing has no holders.
        """
        self = cls()
        self._things, self._holders = dict(things), holders
        self._numbers = {thing: number for number, thing in things.items()}
        self._free = [number for number, held in enumerate(holders) if not held]
        if {number for number, held in enumerate(holders) if held} != set(things):
            raise ValueError("numbers and things do not fit together")
        return self

    def find(self, thing: Thing) -> int:
        """The number of a thing, or `NONE`."""
        return self._numbers.get(thing, NONE)

    def thing(self, number: int) -> Thing:
        """The thing of a number that is held."""
        return self._things[number]

    def hold(self, thing: Thing) -> int:
        """The number of a thing, kept until it is released as often."""
        number = self._numbers.get(thing)
        if number is None:
            number = self._free.pop() if self._free else len(self._holders)
            if number == len(self._holders):
                self._holders.append(0)
            self._numbers[thing], self._things[number] = number, thing
        self._holders[number] += 1
        return number

    def release(self, thing: Thing) -> None:
        """Let go of a thing that was held."""
        number = self._numbers[thing]
        self._holders[number] -= 1
        if not self._holders[number]:
            del self._numbers[thing], self._things[number]
            self._free.append(number)
