"""Statements made ready for SQLite once, then run as text.

A statement of a chat bot takes SQLite some ten microseconds. Going through an engine, with a thread and a greenlet for
each, takes fifty times that; so the text, the order of its parameters and what converts them are worked out once.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

_DIALECT = SQLiteDialect_pysqlite()
#: Where a list of values goes, which is as long as the list.
_LIST = re.compile(r"__\[POSTCOMPILE_(\w+)\]")

Convert = Callable[[Any], Any]


class Prepared:
    """One statement with one set of parameters."""

    def __init__(self, statement: Executable, names: Sequence[str]) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))  # type: ignore[attr-defined] # all have it
        assert isinstance(compiled, SQLCompiler)
        self._text = str(compiled)
        self._order = tuple(compiled.positiontup or ())
        self._fixed = {name: value for name, value in compiled.params.items() if name not in names}
        self._lists = set(_LIST.findall(self._text))
        self._texts: dict[tuple[int, ...], str] = {}
        self._convert = {name: _binder(bind.type) for name, bind in compiled.binds.items()}
        columns = _answered(statement)
        self.keys = tuple(str(column.key) for column in columns)
        self._readers = tuple(_reader(column.type) for column in columns)
        self._plain = not any(self._readers)

    def parameters(self, given: Mapping[str, Any]) -> list[Any]:
        """The values in the order of their question marks."""
        values: list[Any] = []
        for name in self._order:
            value = given[name] if name in given else self._fixed[name]
            convert = self._convert[name]
            if name in self._lists:
                values.extend(map(convert, value) if convert else value)
            else:
                values.append(convert(value) if convert else value)
        return values

    def text(self, given: Mapping[str, Any]) -> str:
        """The statement, with as many question marks as it has values."""
        if not self._lists:
            return self._text
        sizes = tuple(
            len(given[name] if name in given else self._fixed[name]) for name in self._order if name in self._lists
        )
        if sizes not in self._texts:
            left = iter(sizes)
            self._texts[sizes] = _LIST.sub(lambda _: ", ".join("?" * next(left)), self._text)
        return self._texts[sizes]

    def rows(self, raw: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """The answer in our types."""
        if self._plain:
            return raw
        return [
            [read(cell) if read else cell for read, cell in zip(self._readers, row, strict=True)] for row in raw
        ]  # fmt: skip


@lru_cache(maxsize=1000)
def prepared(statement: Executable, names: tuple[str, ...]) -> Prepared:
    """The statement, made ready once."""
    return Prepared(statement, names)


def _binder(type_: TypeEngine[Any]) -> Convert | None:
    return type_.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _reader(type_: TypeEngine[Any]) -> Convert | None:
    return type_.dialect_impl(_DIALECT).result_processor(_DIALECT, None)


def _answered(statement: Any) -> Sequence[Any]:
    if getattr(statement, "is_select", False):
        return tuple(statement.selected_columns)
    return tuple(getattr(statement, "_returning", ()) and statement.exported_columns)
