from zlib import crc32

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matching.numbering import NONE
from matching.strings import Names, Strings

texts = st.one_of(st.sampled_from(["a", "b", "", "é", "\ud800"]), st.integers(0, 90).map(str))


class Both(RuleBasedStateMachine):
    """Strings and a dictionary, told the same."""

    @initialize()
    def begin(self) -> None:
        self.strings = Strings()
        self.held: dict[str, int] = {}

    @rule(some=st.lists(texts))
    def take(self, some: list[str]) -> None:
        for text in some:
            number = self.strings.take(text)
            assert self.held.setdefault(text, number) == number

    @rule(text=texts)
    def drop(self, text: str) -> None:
        if text in self.held:
            self.strings.drop(self.held.pop(text))

    @rule()
    def write_down_and_read(self) -> None:
        self.strings = Strings.of(self.strings.state())

    @rule(text=texts)
    def find(self, text: str) -> None:
        assert self.strings.find(text) == self.held.get(text, NONE)

    @rule(some=st.lists(texts))
    def find_all(self, some: list[str]) -> None:
        assert self.strings.find_all(some).tolist() == [self.held.get(text, NONE) for text in some]

    @invariant()
    def same(self) -> None:
        assert len(self.strings) == len(self.held)
        assert len(set(self.held.values())) == len(self.held)
        assert all(self.strings.text(number) == text for text, number in self.held.items())
        assert sum(number in self.strings for number in range(-2, 100)) == len(self.held)


Both.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestBoth = Both.TestCase


def test_the_number_given_up_last_is_given_first() -> None:
    strings = Strings()
    numbers = [strings.take(text) for text in "abc"]

    strings.drop(numbers[0])
    strings.drop(numbers[2])

    assert [strings.take("d"), strings.take("e"), strings.take("f")] == [numbers[2], numbers[0], 3]


def test_two_strings_of_one_hash_are_told_apart() -> None:
    strings = Strings()
    strings.take("buckeroo")

    assert crc32(b"buckeroo") == crc32(b"plumless")
    assert strings.find_all(["plumless", "buckeroo"]).tolist() == [NONE, 0]
    assert strings.take("plumless") == 1
    assert strings.find_all(["plumless", "buckeroo"]).tolist() == [1, 0]


def test_a_name_stays_while_somebody_holds_it() -> None:
    names = Names()
    number = names.hold("van")

    assert names.hold("van") == number
    assert not names.release(number)
    assert Names.of(names.state()).find("van") == number
    assert names.release(number)
    assert names.find("van") == NONE
    assert (len(names), names.nbytes > 0) == (1, True)


def test_arrays_that_do_not_fit_together_are_refused() -> None:
    names = Names()
    names.hold("van")

    with pytest.raises(ValueError, match="fit"):
        Names.of(names.state() | {"holders": np.zeros(3, np.int32)})
    with pytest.raises(ValueError, match="fit"):
        Strings.of(names.state() | {"free": np.array([7], np.int32)})
