"""What is written is read again, by its owner alone; anything else is refused."""

import json
import stat
import struct
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from matching import snapshot
from matching.postings import Postings
from matching.snapshot import Header, Seal, UnfitError, load, save
from matching.vectors import Vectors

HEADER = Header(made_by="words 1, encoder 3", store="the house", change=41)


@pytest.fixture
def parts() -> dict[str, dict[str, NDArray[Any]]]:
    words, vectors = Postings(), Vectors(70)
    chance = np.random.default_rng(1)
    for row in range(200):
        words.add(row, {"vélo": 1 + row, f"w{row % 7}": 9})
        vectors.add(row, chance.standard_normal(70))
    words.remove(3)
    return {"words": words.state(), "vectors": vectors.state(), "nothing": {"at all": np.zeros((0, 3), np.float32)}}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(snapshot, "_FRAME", 1000)
    return tmp_path / "index"


def read(path: Path, unseal: Seal | None = None) -> tuple[Header, dict[str, dict[str, NDArray[Any]]]]:
    return load(path, made_by=HEADER.made_by, store=HEADER.store, unseal=unseal)


def turned(frame: bytes, number: int) -> bytes:
    """A seal that a child could break."""
    return bytes([number % 256]) + bytes(255 - byte for byte in frame)


def turned_back(frame: bytes, number: int) -> bytes:
    if frame[:1] != bytes([number % 256]):
        raise UnfitError("sealed otherwise")
    return bytes(255 - byte for byte in frame[1:])


@pytest.mark.parametrize("sealed", [False, True])
def test_what_is_written_is_read(path: Path, parts: dict[str, Any], sealed: bool) -> None:
    save(path, HEADER, parts, seal=turned if sealed else None)
    header, again = read(path, unseal=turned_back if sealed else None)

    assert header == HEADER
    assert {p: list(some) for p, some in again.items()} == {p: list(some) for p, some in parts.items()}
    for part, some in parts.items():
        for name, array in some.items():
            np.testing.assert_array_equal(again[part][name], array, strict=True)
    assert (b"v\xc3\xa9lo" in path.read_bytes()) is not sealed


def test_what_was_read_goes_on_changing(path: Path, parts: dict[str, Any]) -> None:
    save(path, HEADER, parts)
    _, again = read(path)
    words, vectors = Postings.of(again["words"]), Vectors.of(again["vectors"])
    words.add(3, {"vélo": 255, "neuf": 1})
    vectors.remove(0)

    rows, scores = words.search({"vélo": 2}, 2)
    assert (rows.tolist(), scores.tolist()) == ([3, 199], [510, 400])
    assert len(vectors) == 199


def test_only_the_owner_may_read_it_and_no_draft_is_left(path: Path, parts: dict[str, Any]) -> None:
    path.with_name("index.draft").write_text("broken off")
    save(path, HEADER, parts)
    save(path, HEADER, parts)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_finished_leaves_the_earlier_one(path: Path, parts: dict[str, Any]) -> None:
    save(path, HEADER, parts)

    def breaks(frame: bytes, number: int) -> bytes:
        if number == 3:
            raise OSError(28, "disk full")
        return frame

    with pytest.raises(OSError, match="disk full"):
        save(path, Header("new", "new", 42), parts, seal=breaks)

    assert read(path)[0] == HEADER
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["made_by", "store"])
def test_a_snapshot_of_something_else_is_refused(path: Path, parts: dict[str, Any], name: str) -> None:
    save(path, HEADER, parts)

    with pytest.raises(UnfitError, match="other"):
        load(path, **{"made_by": HEADER.made_by, "store": HEADER.store} | {name: "another"})  # type: ignore[arg-type]


def test_another_format_is_refused(path: Path, parts: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    save(path, HEADER, parts)
    monkeypatch.setattr(snapshot, "FORMAT", snapshot.FORMAT + 1)

    with pytest.raises(UnfitError, match="format"):
        read(path)


@pytest.mark.parametrize("text", [b"", b"PK\x03\x04", b"Comptoir index"])
def test_another_file_is_refused(path: Path, text: bytes) -> None:
    path.write_bytes(text)

    with pytest.raises(UnfitError, match="foreign"):
        read(path)


def test_a_snapshot_that_ends_early_is_refused_wherever_it_ends(path: Path, parts: dict[str, Any]) -> None:
    save(path, HEADER, {"words": parts["words"]})
    whole = path.read_bytes()

    for end in [*range(15, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:end])
        with pytest.raises(UnfitError, match="damaged"):
            read(path)


def test_a_snapshot_with_one_byte_changed_or_more_at_the_end_is_refused(path: Path, parts: dict[str, Any]) -> None:
    save(path, HEADER, {"words": parts["words"]})
    whole = path.read_bytes()

    for at in range(len(b"Comptoir index\n"), len(whole), 89):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(UnfitError, match="damaged"):
            read(path)
    path.write_bytes(whole + b"\n")
    with pytest.raises(UnfitError, match="damaged"):
        read(path)


def test_no_array_of_objects_comes_in(path: Path) -> None:
    about = {"format": snapshot.FORMAT, "header": HEADER.__dict__, "arrays": [["p", "n", "|O", [1]]], "frames": []}
    frame = json.dumps(about).encode()
    path.write_bytes(b"Comptoir index\n" + struct.pack("<QI", len(frame), crc32(frame)) + frame)

    with pytest.raises(UnfitError, match="damaged"):
        read(path)


def test_a_frame_sealed_by_another_is_not_opened(path: Path, parts: dict[str, Any]) -> None:
    save(path, HEADER, parts)

    with pytest.raises(UnfitError, match="sealed otherwise"):
        read(path, unseal=lambda frame, number: turned_back(b"x" + frame, number))


def test_a_frame_of_another_snapshot_is_refused(path: Path) -> None:
    save(path, HEADER, {"p": {"n": np.full(1500, 7, np.uint8)}})
    older = path.read_bytes()
    save(path, HEADER, {"p": {"n": np.full(1500, 8, np.uint8)}})
    newer = path.read_bytes()
    path.write_bytes(newer[:-512] + older[-512:])  # a whole frame, with its own checksum
    with pytest.raises(UnfitError, match="damaged"):
        read(path)
