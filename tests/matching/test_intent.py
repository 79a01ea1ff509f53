from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.cues import cues
from matching.intent import SURE, SURE_IN_ALARM, Intent, classify, decided, judged, likelihoods
from matching.intent_features import Floats, dense_size
from matching.intent_model import KINDS, Likelihoods, mixed, model

SAYINGS = [
    tuple(line.split(" | ", 2))
    for line in (Path(__file__).parent / "sayings.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("kind", "language", "text"), SAYINGS)
def test_what_is_said_is_never_mistaken(kind: str, language: str, text: str) -> None:
    shares = likelihoods(text)

    assert classify(text, language).kind in (kind, "none")
    assert kind == "none" or max(KINDS, key=lambda one: getattr(shares, one)) == kind


def test_what_is_said_plainly_is_understood_nearly_always() -> None:
    understood = [classify(text).kind == kind for kind, _, text in SAYINGS]

    assert sum(understood) >= 0.95 * len(understood)


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


class Constant:
    """Thinks the same of everything."""

    def __init__(self, vector: Floats) -> None:
        self.vector = vector

    def encode(self, texts: Sequence[str]) -> Floats:
        return np.stack([self.vector] * len(texts))


def size_of_vectors() -> int:
    return len(model().parts["chat+"].dense) - dense_size()


def test_the_model_was_trained_with_these_cues() -> None:
    assert {len(part.dense) for name, part in model().parts.items() if "+" not in name} == {dense_size()}
    assert size_of_vectors() > 0


def test_an_encoder_is_heard() -> None:
    vector = np.zeros(size_of_vectors(), dtype=np.float32)
    text = "perhaps a ladder"

    other = likelihoods(text, encoder=Constant(vector + 0.1))

    assert other != likelihoods(text)
    assert likelihoods(text, encoder=Constant(vector)) != other


def test_what_may_be_either_is_heard_as_an_alarm_beside_an_encoder_only() -> None:
    even, chat, alarm = (np.array(logits, dtype=np.float32) for logits in ([0, 0], [9, 0, 0], [0, 9, 0]))

    alone, beside = (mixed(even, chat, alarm, mark) for mark in ("", "+"))

    assert alone.alarm < 0.5 < beside.alarm
    assert alone.need > alone.offer
    assert beside.need < beside.offer


@pytest.mark.parametrize("vector", [np.ones(7, dtype=np.float32), "broken"])
def test_an_encoder_that_does_not_fit_is_left_aside(vector: Floats | str) -> None:
    given = np.full(size_of_vectors(), np.nan, dtype=np.float32) if isinstance(vector, str) else vector

    assert likelihoods("who has a ladder?", encoder=Constant(given)) == likelihoods("who has a ladder?")


@pytest.mark.parametrize("kind", ["need", "offer"])
def test_what_is_not_likely_enough_is_neither(kind: str) -> None:
    def said(share: float, alarm: float) -> Intent:
        return decided(Likelihoods(**{"need": 0.0, "offer": 0.0, kind: share}, none=round(1 - share, 3), alarm=alarm))

    assert said(SURE[kind], 0.0) == Intent(kind, SURE[kind])
    assert said(SURE[kind] - 0.01, 0.0).kind == "none"
    assert said(SURE_IN_ALARM[kind], 1.0).kind == kind
    assert said(0.2, 0.0) == Intent("none", 0.8)


def test_in_an_alarm_a_kind_that_is_rare_needs_to_be_less_likely() -> None:
    shares = {"need": 0.3, "offer": 0.25, "none": 0.45}

    assert decided(Likelihoods(**shares, alarm=1.0)).kind == "offer"
    assert decided(Likelihoods(**shares, alarm=0.0)).kind == "none"


def test_a_message_from_a_disaster_is_judged_as_a_whole() -> None:
    def by(alarm: float, text: str) -> Likelihoods:
        return Likelihoods(0.9, 0.0, 0.1, alarm) if text == "We need tents." else Likelihoods(0.0, 0.0, 1.0, alarm)

    assert judged("It rains. We need tents.", partial(by, 0.9)).kind == "none"
    assert judged("It rains. We need tents.", partial(by, 0.1)).kind == "need"


@pytest.mark.parametrize(
    "text",
    ["a " * 500_000, "a" * 1_000_000, '"' * 1_000_000, "\U0001f600" * 1000, "\x00\x01\ud800", "need " * 200_000,
     "\u00e9a\u6f22\u5b57 \u0421\u043b\u043e " * 10_000, ".\n" * 100_000, "```" * 1000, "\u0301" * 5000],
)  # fmt: skip
def test_odd_texts_are_heard_as_well(text: str) -> None:
    found = likelihoods(text)

    assert sum(getattr(found, kind) for kind in KINDS) == pytest.approx(1, abs=1e-5)
    assert all(0 <= getattr(found, kind) <= 1 for kind in (*KINDS, "alarm"))


def test_what_is_said_without_letters_is_nothing() -> None:
    assert classify("\U0001f602 !!! 12") == Intent("none", 1.0)
