"""What trains the model of intent, on a small scale."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

train = import_module("benchmarks.train_intent")
sentences = import_module("benchmarks.intent_sentences")

SAID = [("need", "who has {} to lend?"), ("offer", "I can lend {} to anyone"), ("none", "{} was lovely yesterday")]
THINGS = ["a tent", "a drill", "a van", "a flute", "a kettle", "a loom", "a map", "a sofa"]


def little() -> list[dict[str, str]]:
    """Three sentences of each of six groups, the last one larger."""
    return [
        {"text": said.format(thing), "lang": "en", "intent": kind, "group": "alarm" if i > 4 else thing}
        for i, thing in enumerate(THINGS)
        for kind, said in SAID
    ]


@pytest.mark.parametrize("relief", [[], [{"text": "we have no water", "lang": "en", "intent": "need"}] * 6 + little()])
def test_the_same_sentences_make_the_same_bytes(tmp_path: Path, relief: list[dict[str, str]]) -> None:
    for name in ("one.npz", "two.npz"):
        train.write(train.trained(little(), relief, None), tmp_path / name)

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_what_was_taught_is_known() -> None:
    made = train.trained(little(), [], None)

    shares = made.likelihoods("who has a canoe to lend?")

    assert shares.need > max(shares.offer, shares.none)


def test_a_gate_may_learn_without_some_groups() -> None:
    school = train.School(little(), None)

    whole, part = (school.gate(None, "", but) for but in (frozenset(), frozenset(THINGS[:2])))

    assert (whole.bias != part.bias).any()


def test_kinds_that_were_lifted_while_learning_are_put_back() -> None:
    kinds = np.repeat([0, 1, 2], [20, 10, 70])
    lifted = np.tile(np.log([0.2, 0.1, 0.7]) + np.array([0.5, 1.5, 0.0]), (100, 1)).astype(np.float32)

    lift, heat = train.level(lifted, kinds)

    assert train.softmax((lifted[0] + lift) / heat) == pytest.approx([0.2, 0.1, 0.7], abs=0.02)


def test_rare_kinds_weigh_more_and_all_rows_one_on_average() -> None:
    weights = train.evened(np.repeat([0, 1, 2], [16, 4, 64]))

    assert weights.mean() == pytest.approx(1)
    assert weights[16] == pytest.approx(2 * weights[0]) == pytest.approx(4 * weights[-1])


def test_no_sentence_is_both_learnt_from_and_held_out() -> None:
    held = {row["text"].casefold() for row in sentences.read(sentences.HERE / "intent_held.jsonl")}

    assert held.isdisjoint(row["text"].casefold() for row in [*sentences.written(), *sentences.read(sentences.RELIEF)])


def test_every_slot_of_a_frame_is_filled_and_no_sentence_has_two_kinds() -> None:
    made = sentences.filled()

    assert len(made) > 1000
    assert not [row for row in made if "{" in row["text"]]
    assert made == sentences.filled()
