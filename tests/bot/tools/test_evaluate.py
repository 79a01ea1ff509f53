import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, ndcg_score  # type: ignore[import-untyped]  # ships no types

from bot.errors import BadInput
from bot.tools.evaluate import evaluate, read_judgements, read_run


def test_the_measures_of_an_example_worked_by_hand() -> None:
    run = {"a": {"x": 0.9, "y": 0.8, "z": 0.7}, "b": {"x": 0.5}}
    judged = {"a": {"y": 2.0, "z": 1.0, "w": 0.0}, "b": {"x": 0.0, "y": 1.0}, "c": {"x": 0.0}}

    figures = evaluate(run, judged)

    gained = 2 / math.log2(3) + 1 / math.log2(4)
    assert figures.needs == 2
    assert figures.mrr == pytest.approx((1 / 2 + 0) / 2)
    assert figures.ndcg == pytest.approx(gained / (2 + 1 / math.log2(3)) / 2)
    assert figures.map == pytest.approx((1 / 2 + 2 / 3) / 2 / 2)
    assert figures.recall[1] == 0
    assert figures.recall[5] == 0.5


def test_the_measures_agree_with_scikit_learn() -> None:
    draw = np.random.default_rng(7)
    scores, grades = draw.random((20, 40)), draw.integers(0, 3, (20, 40))

    def table(rows: np.ndarray) -> dict[str, dict[str, float]]:
        return {f"n{i}": {f"o{j:02}": float(v) for j, v in enumerate(row)} for i, row in enumerate(rows)}

    figures = evaluate(table(scores), table(grades))

    precision = [average_precision_score(g > 0, s) for g, s in zip(grades, scores, strict=True)]
    assert figures.ndcg == pytest.approx(ndcg_score(grades, scores, k=10))
    assert figures.map == pytest.approx(np.mean(precision))


def test_equal_scores_are_ordered_by_id_larger_first() -> None:
    assert evaluate({"a": {"x": 1.0, "y": 1.0}}, {"a": {"x": 1.0}}).mrr == 0.5


def test_what_does_not_fit_together_is_told() -> None:
    figures = evaluate({"a": {"x": 1.0}, "z": {"x": 1.0}}, {"a": {"gone": 1.0}, "b": {"x": 1.0}})

    assert (figures.missing, figures.unjudged, figures.unknown) == (("b",), ("z",), ("gone",))
    assert evaluate({}, {"a": {"x": 1.0}}, frozenset({"x"})).unknown == ()


def test_no_judgements_give_no_figures() -> None:
    assert evaluate({"a": {"x": 1.0}}, {}).ndcg == 0.0


def test_files_are_read(tmp_path: Path) -> None:
    run, judged = tmp_path / "run", tmp_path / "qrels"
    run.write_text("a Q0 x 1 0.5 comptoir\n\n", encoding="utf-8")
    judged.write_text("a 0 x 2\n", encoding="utf-8")

    assert read_run(run) == {"a": {"x": 0.5}}
    assert read_judgements(judged) == {"a": {"x": 2.0}}


@pytest.mark.parametrize("line", ["a 0 x", "a 0 x many", "a 0 x nan"])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    judged = tmp_path / "qrels"
    judged.write_text(f"a 0 x 1\n{line}\n", encoding="utf-8")

    with pytest.raises(BadInput) as caught:
        read_judgements(judged)

    assert caught.value.fault.params["line"] == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read_run(tmp_path / "none")
