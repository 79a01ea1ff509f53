from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.cues import cues
from matching.intent import Intent, classify

SAYINGS = [
    tuple(line.split(" | ", 2))
    for line in (Path(__file__).parent / "sayings.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("kind", "language", "text"), SAYINGS)
def test_what_is_said_is_understood(kind: str, language: str, text: str) -> None:
    assert classify(text, language).kind == kind
    assert classify(text).kind == kind


def test_a_need_behind_a_greeting_is_heard() -> None:
    assert classify("Hello! Lovely weather.\nI am looking for a tent. Thanks!").kind == "need"


def test_whoever_offers_what_others_may_need_offers() -> None:
    assert classify("If anyone is looking for a van, I can lend mine").kind == "offer"


def test_what_is_quoted_was_not_said() -> None:
    assert classify("> looking for a van\nme too, haha").kind == "none"
    assert classify("```looking for a key```").kind == "none"


def test_silence_is_surely_nothing() -> None:
    assert classify("") == Intent("none", 1.0)


def test_only_the_beginning_of_a_long_story_is_read() -> None:
    assert classify("blah. " * 1000 + "I am looking for a van").kind == "none"


def test_every_phrase_of_the_cues_is_spelt_out() -> None:
    assert not [
        c for kind in ("need", "offer", "doubt") for c in cues(kind) if "<" in c.pattern.pattern.replace("(?<", "")
    ]


@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from(["need", "cherche", "pas", '"', ">", "\n", "van", "?"])).map(" ".join)
)
def test_any_text_can_be_heard(text: str) -> None:
    intent = classify(text)

    assert intent.kind in ("need", "offer", "none")
    assert 0 <= intent.score <= 1
