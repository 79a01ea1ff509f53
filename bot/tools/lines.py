"""Files of JSON, one object a line, as the commands read and write them."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from bot.errors import BadInput
from bot.messages import Phrase

#: In the place of a file name: what comes in by standard input, or goes out by standard output.
STANDARD: Final = Path("-")

Line = Mapping[str, Any]
Complain = Callable[[Phrase], None]


def read_lines(path: Path, *, texts: Iterable[str], complain: Complain | None = None) -> Iterator[Line]:
    """The objects of a file, in its order; empty lines are passed over.

    Args:
        texts: keys that every object must have, with a text as value.
        complain: told of each line that cannot be read, which is then left out; without it the first one ends all.

    Raises: BadInput naming file and line.
    """
    wanted = tuple(texts)
    with _opened(path) as file:
        for number, raw in enumerate(file, start=1):
            if not raw.strip():
                continue
            fault = None
            try:
                line = json.loads(raw.decode("utf-8-sig"))
                fault = _fault(line, wanted)
            except (ValueError, RecursionError):
                fault = Phrase("command.fault.no_json")
            if fault is None:
                yield line
                continue
            where = Phrase("command.fault.in_line", {"path": str(path), "line": number, "what": fault})
            if complain is None:
                raise BadInput(where)
            complain(where)


def write_lines(path: Path, lines: Iterable[Line]) -> int:
    """Write objects, one a line, whole or not at all. Returns: how many."""
    return write_text(path, (json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def write_text(path: Path, pieces: Iterable[str]) -> int:
    """Write pieces of text; a file appears under its name once it is whole. Returns: how many pieces."""
    if path == STANDARD:
        return _poured(sys.stdout, pieces)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            count = _poured(file, pieces)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _poured(file: IO[str], pieces: Iterable[str]) -> int:
    count = 0
    for piece in pieces:
        file.write(piece)
        count += 1
    file.flush()
    return count


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise BadInput(Phrase("command.fault.unreadable_file", {"path": str(path), "reason": reason})) from None
    with file:
        yield file


def _fault(line: Any, texts: Iterable[str]) -> Phrase | None:
    if not isinstance(line, dict):
        return Phrase("command.fault.no_object")
    for key in texts:
        if not isinstance(line.get(key), str):
            return Phrase("command.fault.no_text", {"key": key})
    return None
