import json
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.messages import Phrase
from bot.tools.classify import classify


def test_each_line_gets_its_intent_and_keeps_the_rest(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    said = [
        {"id": "1", "text": "I am looking for a ladder", "by": "Ana"},
        {"id": "2", "text": "bonne nuit à tous"},
        {"id": "3", "text": "je donne une armoire"},
    ]
    source.write_text("\n".join(json.dumps(line) for line in said), encoding="utf-8")

    count = classify(source, target)

    found = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert count == 3
    assert [line["intent"] for line in found] == ["need", "none", "offer"]
    assert [{k: v for k, v in line.items() if k not in ("intent", "score")} for line in found] == said
    assert all(0 <= line["score"] <= 1 for line in found)


def test_a_line_without_a_text_ends_all_or_is_left_out(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "1"}\n{"id": "2", "text": ""}\n', encoding="utf-8")
    complaints: list[Phrase] = []

    with pytest.raises(BadInput):
        classify(source, target)
    assert not target.exists()

    assert classify(source, target, complain=complaints.append) == 1
    assert len(complaints) == 1
