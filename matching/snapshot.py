"""An index on disk beside the database, so that a start reads it instead of every notice; refused unless it is ours.

One file: a first line, then frames of at most 16 MiB, each with its length and a checksum. The first frame is a
description in JSON, the others are the bytes of plain arrays in its order. Nothing in it can run: no pickle, only
numbers. It is written under a draft's name and renamed when it is whole.

Arrays hold words that people wrote. `seal` and `unseal` are for whoever knows the key: frame by frame, with the number
of the frame to bind to it. Without them whoever reads the file reads the words; it is made readable by its owner alone.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO, Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

#: Arrays by name, by the structure that they are the state of.
Parts: TypeAlias = Mapping[str, Mapping[str, NDArray[Any]]]
#: (bytes of a frame, number of the frame) → bytes; what `seal` makes, `unseal` turns back, or raises.
Seal: TypeAlias = Callable[[bytes, int], bytes]

FORMAT: Final = 2
_FIRST_LINE: Final = b"Comptoir index\n"
_FRAME: Final = 2**24
_PREFIX: Final = Struct("<QI")
#: Kinds of numbers that an array may hold: truth, whole, whole from 0, real.
_KINDS: Final = "biuf"


@dataclass(frozen=True)
class Header:
    """What a snapshot is of."""

    #: The versions of whatever made terms and vectors; another one makes others.
    made_by: str
    #: Which database, by any name that only it has.
    store: str
    #: The number of the last change that is in it; the store's feed goes on from there.
    change: int
    #: Which notice changed then: another one under this number is another history.
    last: str = ""


class UnfitError(ValueError):
    """A snapshot that must not be used; build the index anew. `code` says why: foreign, format, damaged or other."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def save(path: Path, header: Header, parts: Parts, *, seal: Seal | None = None) -> None:
    """Write a snapshot in place of an earlier one: whole or not at all, mode 0600.

    Raises: OSError when it cannot be written; the earlier one is still there then.
    """
    arrays = [(part, name, np.ascontiguousarray(a)) for part, some in parts.items() for name, a in some.items()]
    about = {
        "format": FORMAT,
        "header": asdict(header),
        "arrays": [[part, name, array.dtype.str, array.shape] for part, name, array in arrays],
        "frames": [[len(frame), crc32(frame)] for frame in _frames(arrays)],
    }
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123  # the mode
            file.write(_FIRST_LINE)
            _write(file, json.dumps(about).encode(), 0, seal)
            for number, frame in enumerate(_frames(arrays), start=1):
                _write(file, frame, number, seal)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def load(
    path: Path, *, made_by: str, store: str, unseal: Seal | None = None
) -> tuple[Header, dict[str, dict[str, NDArray[Any]]]]:
    """Read a snapshot of this store, made by the same versions; its arrays may be written to.

    Raises: UnfitError when it is not that or not whole; OSError when it cannot be read; what `unseal` raises.
    """
    with path.open("rb") as file:
        if file.read(len(_FIRST_LINE)) != _FIRST_LINE:
            raise UnfitError("foreign")
        about = _described(_read(file, 0, unseal))
        header = Header(**about["header"])
        if (header.made_by, header.store) != (made_by, store):
            raise UnfitError("other")
        arrays = [(part, name, _empty(kind, shape)) for part, name, kind, shape in about["arrays"]]
        _fill(file, arrays, about["frames"], unseal)
        if file.read(1):
            raise UnfitError("damaged")
    parts: dict[str, dict[str, NDArray[Any]]] = {}
    for part, name, array in arrays:
        parts.setdefault(part, {})[name] = array
    return header, parts


def _frames(arrays: list[tuple[str, str, NDArray[Any]]]) -> Iterator[memoryview]:
    for _, _, array in arrays:
        data = array.reshape(-1).view(np.uint8).data
        for begin in range(0, len(data), _FRAME):
            yield data[begin : begin + _FRAME]


def _write(file: BinaryIO, frame: bytes | memoryview, number: int, seal: Seal | None) -> None:
    sealed = seal(bytes(frame), number) if seal else frame
    file.write(_PREFIX.pack(len(sealed), crc32(sealed)))
    file.write(sealed)


def _read(file: BinaryIO, number: int, unseal: Seal | None) -> bytes:
    prefix = file.read(_PREFIX.size)
    length, check = _PREFIX.unpack(prefix) if len(prefix) == _PREFIX.size else (0, 0)
    sealed = file.read(length) if 0 < length < 2 * _FRAME else b""
    if not sealed or len(sealed) != length or crc32(sealed) != check:
        raise UnfitError("damaged")
    return unseal(sealed, number) if unseal else sealed


def _described(frame: bytes) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(frame)
    if about["format"] != FORMAT:
        raise UnfitError("format")
    return about


def _empty(kind: str, shape: list[int]) -> NDArray[Any]:
    if np.dtype(kind).kind not in _KINDS:
        raise UnfitError("damaged")
    return np.empty(shape, kind)


def _fill(
    file: BinaryIO, arrays: list[tuple[str, str, NDArray[Any]]], expected: list[list[int]], unseal: Seal | None
) -> None:
    for number, target in enumerate(_frames(arrays), start=1):
        frame = _read(file, number, unseal)
        # The description, which nobody can change who cannot seal, knows every frame: none can be of another snapshot.
        if [len(frame), crc32(frame)] != expected[number - 1]:
            raise UnfitError("damaged")
        target[:] = frame
