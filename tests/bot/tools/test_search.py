import json
from pathlib import Path

import pytest

from bot.tools.search import search
from tests.matching.encoders import TinyEncoder


def written(path: Path, *lines: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    offers = written(
        tmp_path / "offers",
        {"id": "1", "text": "I have a van", "lang": "en"},
        {"id": "2", "text": "des cours de piano, pour les enfants"},
        {"id": "3", "text": "🎸", "lang": "xx"},
    )
    needs = written(tmp_path / "needs", {"id": "1", "text": "piano lessons"}, {"id": "2", "text": "a lighthouse"})
    return offers, needs, tmp_path / "run"


def test_every_offer_is_ranked_for_every_need(files: tuple[Path, Path, Path]) -> None:
    offers, needs, run = files
    heard: list[tuple[int, int]] = []

    count = search(offers, needs, top=2, run=run, encoder=TinyEncoder(), progress=lambda *n: heard.append(n))

    lines = [line.split() for line in run.read_text(encoding="utf-8").splitlines()]
    assert count == len(lines) == 4
    assert [(line[0], line[1], line[3], line[5]) for line in lines[:2]] == [("1", "Q0", n, "comptoir") for n in "12"]
    assert all(0 <= float(line[4]) <= 1 for line in lines)
    assert heard[-1] == (7, 7)


def test_with_a_cut_a_need_that_nobody_can_meet_has_no_line(files: tuple[Path, Path, Path]) -> None:
    offers, needs, run = files

    search(offers, needs, top=5, run=run, encoder=None, cut=True)

    assert [line.split()[:3] for line in run.read_text(encoding="utf-8").splitlines()] == [["1", "Q0", "2"]]
