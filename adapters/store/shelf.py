"""What the in-memory store is made of: shelves that are copied before they are written, and never changed after."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Label(Generic[K, T]):
    """Names a shelf and says by what else than its key a thing is looked for."""

    name: str
    indexes: Mapping[str, Callable[[T], Iterable[object]]] = field(default_factory=dict)


class Shelf(Generic[K, T]):
    """Things of one kind, by key and by index."""

    def __init__(self, label: Label[K, T]) -> None:
        self.label = label
        self.rows: dict[K, T] = {}
        self._found: dict[str, dict[object, dict[K, None]]] = {name: {} for name in label.indexes}

    def copy(self) -> "Shelf[K, T]":
        """A shelf of one's own to write to."""
        twin = Shelf(self.label)
        twin.rows = self.rows.copy()
        twin._found = {name: found.copy() for name, found in self._found.items()}
        return twin

    def put(self, key: K, thing: T) -> None:
        """Set a thing on the shelf, in the place of the one with its key."""
        before = self.rows.get(key)
        self.rows[key] = thing
        for name, terms in self.label.indexes.items():
            old, new = set(terms(before)) if before is not None else set(), set(terms(thing))
            self._unlist(name, key, old - new)
            for term in new - old:
                found = self._found[name]
                found[term] = {**found.get(term, {}), key: None}

    def drop(self, key: K) -> T | None:
        """Take a thing off the shelf."""
        thing = self.rows.pop(key, None)
        if thing is not None:
            for name, terms in self.label.indexes.items():
                self._unlist(name, key, set(terms(thing)))
        return thing

    def where(self, index: str, *terms: object) -> list[T]:
        """The things listed under one of these terms, each once, in the order in which they came there."""
        keys = dict.fromkeys(key for term in terms for key in self._found[index].get(term, ()))
        return [self.rows[key] for key in keys]

    def _unlist(self, name: str, key: K, terms: Iterable[object]) -> None:
        found = self._found[name]
        for term in terms:
            rest = {other: None for other in found[term] if other != key}
            if rest:
                found[term] = rest
            else:
                del found[term]


Shelves = dict[Label[Any, Any], Shelf[Any, Any]]


class Session:
    """One look at all shelves. What it writes, it writes to copies."""

    def __init__(self, shelves: Shelves, *, writing: bool) -> None:
        self.shelves = dict(shelves)
        self._writing = writing
        self._own: set[Label[Any, Any]] = set()

    def read(self, label: Label[K, T]) -> Shelf[K, T]:
        """A shelf to look at."""
        if label not in self.shelves:
            self.shelves[label] = Shelf(label)
        return cast("Shelf[K, T]", self.shelves[label])

    def write(self, label: Label[K, T]) -> Shelf[K, T]:
        """A shelf to change. Raises: RuntimeError in a unit of work that only reads."""
        if not self._writing:
            raise RuntimeError("this unit of work only reads")
        if label not in self._own:
            self.shelves[label] = self.read(label).copy()
            self._own.add(label)
        return cast("Shelf[K, T]", self.shelves[label])

    def committed(self) -> Shelves:
        """What is true from now on; the next write copies again."""
        self._own.clear()
        return dict(self.shelves)
