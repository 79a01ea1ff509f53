import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadInput
from bot.messages import Phrase
from bot.tools.round import LeftOut, Outcome, hold_round


def held(folder: Path, *members: Any, **options: Any) -> tuple[Outcome, list[dict[str, Any]]]:
    path = folder / "members.jsonl"
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in members))
    outcome = hold_round(path, folder / "pairs.jsonl", **options)
    return outcome, [json.loads(line) for line in (folder / "pairs.jsonl").read_text().splitlines()]


def test_members_meet_whom_they_share_something_with_and_are_told_what(tmp_path: Path) -> None:
    outcome, groups = held(
        tmp_path,
        {"id": "ada", "text": "Je cherche des vélos d'occasion", "circles": ["north"]},
        {"id": "ben", "interests": ["Échecs"], "circles": ["north"]},
        {"id": "eve", "interests": ["echecs"], "circles": ["south"]},
        {"id": "joe", "text": "un vélo rouge", "lang": "fr"},
    )

    assert groups == [
        {"members": ["ada", "joe"], "shared": ["velo"], "across": True},
        {"members": ["ben", "eve"], "shared": ["echecs"], "across": True},
    ]
    assert (outcome.members, outcome.pairs, outcome.trios, outcome.alone, outcome.left_out) == (4, 2, 0, (), ())
    assert 0.99 < outcome.share <= 1


def test_nobody_meets_again_or_is_brought_to_whom_they_block(tmp_path: Path) -> None:
    outcome, groups = held(tmp_path, {"id": "a", "met": ["b"]}, {"id": "b"}, {"id": "c", "blocks": ["a", "b"]})

    assert outcome.alone == ("a", "b", "c")
    assert groups[0] == {"members": ["a"], "shared": [], "across": False}


@pytest.mark.parametrize(("one", "other"), [({"lang": "fr"}, {"languages": ["en"]}), ({"hours": [3]}, {"hours": [4]})])
def test_people_need_a_language_and_an_hour_in_common(tmp_path: Path, one: object, other: object) -> None:
    outcome, _ = held(tmp_path, {"id": "a"} | dict(one), {"id": "b"} | dict(other))  # type: ignore[call-overload]

    assert outcome.alone == ("a", "b")


def test_trios_are_as_many_as_asked_for(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    outcome, _ = held(
        tmp_path,
        *({"id": str(at)} for at in range(9)),
        size=3,
        progress=lambda done, steps: told.append((done, steps)),
    )

    assert (outcome.trios, outcome.pairs) == (3, 0)
    assert told[-1][0] == told[-1][1]


def test_what_makes_no_sense_is_left_out_and_named(tmp_path: Path) -> None:
    outcome, groups = held(
        tmp_path,
        {"id": "a", "met": ["a", "nobody", 5], "blocks": "b", "hours": [25, True], "text": 1, "sat_out": "yes"},
        {"id": "b", "interests": [None, "x", ""], "languages": None},
        {"id": "b", "met": ["a"]},
    )

    assert [group["members"] for group in groups] == [["a", "b"]]
    assert set(outcome.left_out) == {
        LeftOut("a", "met", "a"),
        LeftOut("a", "met", "nobody"),
        LeftOut("a", "met", "5"),
        LeftOut("a", "blocks", "b"),
        LeftOut("a", "hours", "25"),
        LeftOut("a", "hours", "True"),
        LeftOut("a", "text", "1"),
        LeftOut("a", "sat_out", "yes"),
        LeftOut("b", "interests", "None"),
        LeftOut("b", "id", "b"),
    }


def test_a_line_that_cannot_be_read_ends_all_unless_somebody_hears_of_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        held(tmp_path, {"id": "a"}, "{", {"id": "b"})

    told: list[Phrase] = []
    outcome, _ = held(tmp_path, {"id": "a"}, "{", {"id": "b"}, complain=told.append)
    assert (outcome.pairs, len(told)) == (1, 1)


def test_an_empty_file_makes_an_empty_round(tmp_path: Path) -> None:
    outcome, groups = held(tmp_path)

    assert (outcome.members, outcome.share, groups) == (0, 1.0, [])
