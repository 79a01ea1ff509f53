from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.messages import Phrase
from bot.tools.lines import read_lines, write_lines


def written(folder: Path, content: bytes) -> Path:
    path = folder / "in.jsonl"
    path.write_bytes(content)
    return path


def test_lines_come_back_as_they_were_written(tmp_path: Path) -> None:
    lines = [{"id": "1", "text": "vélo ☕"}, {"id": "2", "text": ""}]
    path = tmp_path / "out.jsonl"

    assert write_lines(path, lines) == 2
    assert list(read_lines(path, texts=["id", "text"])) == lines
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_byte_order_mark_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, b'\xef\xbb\xbf{"id": "1"}\r\n\n  \n{"id": "2"}')

    assert [line["id"] for line in read_lines(path, texts=["id"])] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{"id": "1"}\n{"id": ', "no_json"),
        (b'{"id": "1"}\n\xff\xfe', "no_json"),
        (b'{"id": "1"}\n' + b"[" * 100_000, "no_json"),
        (b'{"id": "1"}\n[1, 2]', "no_object"),
        (b'{"id": "1"}\n{"id": 2}', "no_text"),
        (b'{"id": "1"}\n{"text": "x"}', "no_text"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, fault: str) -> None:
    path = written(tmp_path, content + b'\n{"id": "3"}\n')
    with pytest.raises(BadInput) as wrong:
        list(read_lines(path, texts=["id"]))
    assert wrong.value.fault.params["line"] == 2
    what = wrong.value.fault.params["what"]
    assert isinstance(what, Phrase) and what.key == f"command.fault.{fault}"

    told: list[Phrase] = []
    assert [line["id"] for line in read_lines(path, texts=["id"], complain=told.append)] == ["1", "3"]
    assert len(told) == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as wrong:
        list(read_lines(tmp_path / "nowhere.jsonl", texts=[]))
    assert wrong.value.fault.key == "command.fault.unreadable_file"


def test_what_breaks_off_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    write_lines(path, [{"id": "before"}])

    def breaks_off() -> object:
        yield {"id": "1"}
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_lines(path, breaks_off())  # type: ignore[arg-type]
    assert [line["id"] for line in read_lines(path, texts=["id"])] == ["before"]
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]
