import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matching import runs
from matching.runs import Runs

rows = st.integers(0, 12)


class Both(RuleBasedStateMachine):
    """Runs and a dictionary, told the same."""

    @initialize()
    def begin(self) -> None:
        self.runs = Runs(np.int32)
        self.held: dict[int, list[int]] = {}

    @rule(row=rows, items=st.lists(st.integers(-5, 5), max_size=9))
    def put(self, row: int, items: list[int]) -> None:
        self.runs.put(row, np.array(items, np.int32))
        self.held[row] = items

    @rule(row=rows)
    def drop(self, row: int) -> None:
        self.runs.drop(row)
        self.held.pop(row, None)

    @rule()
    def write_down_and_read(self) -> None:
        self.runs = Runs.of(self.runs.state())

    @rule(most=st.integers(0, 4))
    def several(self, most: int) -> None:
        wanted = [row for row, items in self.held.items() if items]

        items, lengths = self.runs.many(np.array(wanted, np.int64), most)

        assert lengths.tolist() == [min(most, len(self.held[row])) for row in wanted]
        assert items.tolist() == [item for row in wanted for item in self.held[row][:most]]

    @invariant()
    def same(self) -> None:
        assert {row: self.runs.get(row).tolist() for row in range(14) if len(self.runs.get(row))} == {
            row: items for row, items in self.held.items() if items
        }


Both.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestBoth = Both.TestCase


def test_what_was_dropped_is_packed_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LITTLE", 8)
    monkeypatch.setattr(runs, "PART", 5)
    some: Runs[np.uint8] = Runs(np.uint8)
    for row in range(60):
        some.put(row, np.full(row % 4, row, np.uint8))

    for row in range(0, 60, 2):
        some.drop(row)

    assert len(some.state()["items"]) == sum(row % 4 for row in range(1, 60, 2))
    assert all(some.get(row).tolist() == [row] * (row % 4) for row in range(1, 60, 2))


def test_a_dropped_run_leaves_no_numbers_behind() -> None:
    some: Runs[np.uint8] = Runs(np.uint8)
    some.put(0, np.array([7, 7], np.uint8))

    some.drop(0)
    some.drop(9)

    assert not some._items.any()
    assert len(some.get(9)) == 0
    assert some.nbytes > 0


def test_runs_that_are_too_long_or_do_not_fit_together_are_refused() -> None:
    some: Runs[np.uint8] = Runs(np.uint8)

    with pytest.raises(ValueError, match="more than"):
        some.put(0, np.zeros(runs.LONGEST + 1, np.uint8))
    with pytest.raises(ValueError, match="fit"):
        Runs.of({"items": np.zeros(3, np.uint8), "lengths": np.array([1, 1], np.uint16)})


def test_more_numbers_than_short_beginnings_can_tell_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    some: Runs[np.uint8] = Runs(np.uint8)
    monkeypatch.setattr(runs, "_SHORT", 200)
    some.put(0, np.ones(3, np.uint8))

    some.put(1, np.full(300, 2, np.uint8))
    some.put(2, np.full(3, 3, np.uint8))

    assert some.get(2).tolist() == [3, 3, 3]
    assert some.get(0).tolist() == [1, 1, 1]
    assert some._starts.dtype == np.int64
