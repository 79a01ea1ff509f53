"""The commands as they are typed, on real files, with the real engine."""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.bot.test_command import code_of

OFFERS = [
    {"id": "o1", "text": "Je peux prêter une perceuse", "lang": "fr"},
    {"id": "o2", "text": "I teach accordion to beginners", "lang": "en"},
]
NEEDS = [{"id": "n1", "text": "looking for accordion lessons"}, {"id": "n2", "text": "il me faut une perceuse samedi"}]


def written(path: Path, lines: Sequence[Mapping[str, object]]) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    return written(tmp_path / "offers.jsonl", OFFERS), written(tmp_path / "needs.jsonl", NEEDS)


def test_a_ranking_is_written_and_judged(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offers, needs = files
    run, judged = tmp_path / "ours.run", tmp_path / "qrels.txt"
    judged.write_text("n1 0 o2 1\nn2 0 o1 2\nn2 0 o9 1\n")
    assert code_of("search", "--offers", offers, "--needs", needs, "--run", str(run), "--lexical") == 0
    rows = [line.split() for line in run.read_text().splitlines()]
    assert [(need, offer) for need, _, offer, rank, _, _ in rows if rank == "1"] == [("n1", "o2"), ("n2", "o1")]
    assert all(q0 == "Q0" and tag == "comptoir" and 0 <= float(share) <= 1 for _, q0, _, _, share, tag in rows)

    capsys.readouterr()
    assert code_of("evaluate", "--run", str(run), "--qrels", str(judged)) == 0
    told = capsys.readouterr()
    assert "MRR         1.0000" in told.out
    assert "o9" in told.err
    assert code_of("evaluate", "--run", str(run), "--qrels", str(judged), "--json") == 0
    assert json.loads(capsys.readouterr().out)["MRR"] == 1


def test_a_run_can_be_printed_and_cut(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offers, _ = files
    needs = written(tmp_path / "hopeless.jsonl", [{"id": "n3", "text": "a submarine pilot for the Mariana Trench"}])
    assert code_of("search", "--offers", offers, "--needs", needs, "--run", "-", "--lexical", "--cut") == 0

    assert capsys.readouterr().out == ""


def test_a_line_that_cannot_be_read_ends_the_work_or_is_left_out(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offers, _ = files
    broken = tmp_path / "broken.jsonl"
    broken.write_text(f'{json.dumps(NEEDS[0])}\n{{"id": 3}}\n{json.dumps(NEEDS[1])}\n')
    run = str(tmp_path / "ours.run")
    assert code_of("search", "--offers", offers, "--needs", str(broken), "--run", run, "--lexical") == 65
    assert f"{broken}, line 2: “id” should be there, and be a text." in capsys.readouterr().err
    assert not Path(run).exists()

    assert code_of("search", "--offers", offers, "--needs", str(broken), "--run", run, "--lexical", "--skip") == 0
    assert "line 2" in capsys.readouterr().err
    assert {line.split()[0] for line in Path(run).read_text().splitlines()} >= {"n1", "n2"}


def test_texts_are_classified_as_they_come(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = ["does anybody have a drill I could borrow?", "je donne un canapé, qui le veut ?", "see you tomorrow!"]
    lines = "".join(json.dumps({"id": str(n), "text": text, "more": n}) + "\n" for n, text in enumerate(said))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert code_of("classify") == 0

    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["intent"] for line in found] == ["need", "offer", "none"]
    assert all(0 <= line["score"] <= 1 and line["more"] == n for n, line in enumerate(found))


def test_a_round_is_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = [{"id": name, "interests": ["chess"], "met": ["nobody"]} for name in "abcdefg"]
    members, groups = written(tmp_path / "members.jsonl", people), tmp_path / "groups.jsonl"
    assert code_of("round", "--members", members, "--pairs", str(groups), "--seed", "3") == 0
    told = capsys.readouterr()
    assert "7 members." in told.out and "Pairs: 2. Trios: 1. Alone: 0." in told.out
    assert "nobody" in told.err
    met = [member for line in groups.read_text().splitlines() for member in json.loads(line)["members"]]
    assert sorted(met) == list("abcdefg")

    assert code_of("round", "--members", members, "--pairs", str(groups), "--seed", "3", "--json") == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 2
