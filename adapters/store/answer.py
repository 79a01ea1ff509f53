"""What a database answers to a statement, and what a transaction is to the repositories."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Executable

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, all of them, and how many rows were written."""

    keys: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    rowcount: int = -1

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return iter(self.rows)

    def mappings(self) -> list[dict[str, Any]]:
        """The rows, by name of column."""
        return [dict(zip(self.keys, row, strict=True)) for row in self.rows]

    def scalars(self) -> list[Any]:
        """The first column."""
        return [row[0] for row in self.rows]

    def scalar(self) -> Any:
        """The first cell; None when there is no row."""
        return self.rows[0][0] if self.rows else None

    def scalar_one(self) -> Any:
        """The cell of the only row."""
        [[cell]] = self.rows
        return cell


class Wire(Protocol):
    """One transaction on one connection. It begins with its first statement."""

    async def run(self, statement: Executable, parameters: Parameters) -> Answer:
        """Run a statement. Raises: Stale when it met somebody else's."""

    async def commit(self) -> None:
        """Make it true. Raises: Stale."""

    async def close(self) -> None:
        """Undo what was not committed, and let go."""


class Base(Protocol):
    """A database, as the store sees it."""

    #: Whether it is PostgreSQL, which several processes write at a time.
    shared: bool

    async def writing(self, *, flushed: bool = True) -> Wire:
        """A transaction that may write.

        Not `flushed`, it waits for no disk and reaches it with the next one that does: for what would be done again,
        were it lost with the machine.
        """

    async def reading(self) -> Wire:
        """A transaction that only reads, one picture of the whole."""

    async def close(self) -> None:
        """Let go of it."""
