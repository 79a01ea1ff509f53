"""Many pairs at once: how well some rows fit one reading by their words, as `matching.score.share` says of each.

What the rows have in common is gathered once, and numbers are compared in place of words.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.forms import Forms, Numbers
from matching.model import Reason
from matching.notices import Notices, Subject
from matching.numbering import NONE
from matching.reading import Reading
from matching.score import (
    MOST_COMMON,
    MOST_LONE,
    OTHER_ACT,
    PRIOR,
    SLIP,
    TRUST,
    UNSHARED,
    reasons_for,
    with_topics,
)

Column = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shares:
    """What `share` says of each of some rows."""

    values: Column
    words: Column
    topics: Sequence[tuple[str, ...]]
    _common: "_Common"
    #: Where each row is among those that were compared.
    _places: NDArray[np.intp]

    def of(self, places: NDArray[np.intp]) -> "Shares":
        """The same of some of the rows."""
        topics = [self.topics[at] for at in places.tolist()]
        return Shares(self.values[places], self.words[places], topics, self._common, self._places[places])

    def reasons(self, at: int) -> tuple[Reason, ...]:
        """Why, with words as the other wrote them, of one of the rows."""
        return reasons_for(self._common.written(self._places.item(at)), self.topics[at])


def shares(mine: Reading, rows: NDArray[Any], notices: Notices, forms: Forms) -> Shares:
    """How well rows fit a reading; see `matching.score.share`."""
    common = _Common(mine, rows, notices, forms)
    words = common.words()
    numbers = notices.column("subject", rows)
    topics: list[tuple[str, ...]] = [()] * len(rows)
    values = words.copy()
    for number in set(numbers.tolist()):
        subject = notices.subjects.thing(number)
        if not (mine.topics and subject.topics) and not (mine.acts and subject.acts):
            continue
        both = tuple(sorted(mine.topics & subject.topics))
        for at in np.flatnonzero(numbers == number).tolist():
            values[at], topics[at] = _judged(float(words[at]), at, mine, subject, common), both
    return Shares(values, words, topics, common, np.arange(len(rows)))


def _judged(words: float, at: int, mine: Reading, other: Subject, common: "_Common") -> float:
    """What words make, moved by topics and acts."""
    value = with_topics(
        words, mine.topics, other.topics, lambda topic: common.is_borne_out(topic, at, chosen=bool(other.chosen))
    )
    return value * OTHER_ACT if mine.acts and other.acts and not mine.acts & other.acts else value


class _Common:
    """What a reading and some rows both say, and what either says alone."""

    def __init__(self, mine: Reading, rows: NDArray[Any], notices: Notices, forms: Forms) -> None:
        self._reading, self._forms, self._count = mine, forms, len(rows)
        self._terms = list(mine.terms.values())
        numbers, sizes = notices.many_numbers(rows)
        whose, keys = np.repeat(np.arange(len(rows)), sizes), forms.column("key", numbers)
        named = keys != NONE
        numbers, whose, keys = numbers[named], whose[named], keys[named]
        known = np.array([forms.find_key(t.key) for t in self._terms], np.int32)
        holders = np.where(known == NONE, 0, forms.holders[known]) if len(forms.holders) else np.zeros(len(known))
        self._ours = np.array([t.weight for t in self._terms]) * _rarity(holders, len(notices))
        theirs = forms.column("weight", numbers) * _rarity(forms.holders[keys], len(notices))
        both, self._mine = _places(known, keys)
        # Of what both say: in which row, as what there, and how much it weighs. Of what a row says alone, the same.
        self._whose, self._theirs = whose[both], numbers[both]
        self._weights = np.sqrt(self._ours[self._mine] * theirs[both])
        self._alone_whose, self._alone, self._alone_weights = whose[~both], numbers[~both], theirs[~both]
        self._join_slips()

    def words(self) -> Column:
        """The part of the share that words make, of each row."""
        common = _sums(self._whose, self._weights, self._count)
        shared = _sums(self._whose, self._ours[self._mine], self._count)
        alone = _sums(self._alone_whose, self._alone_weights, self._count)
        lone = _lone(self._ours.sum() - shared) + _lone(alone)
        sure = 1 - np.exp(-common / TRUST)
        return np.divide(sure * common, common + UNSHARED * lone, out=np.zeros(self._count), where=common > 0)

    def _join_slips(self) -> None:
        """Take what a row says alone for what we say alone, where one is probably the other, mistyped; each once."""
        distinct, back = np.unique(self._alone, return_inverse=True)
        slips = self._forms.slips_of(distinct, self._terms)
        said = set(zip(self._whose.tolist(), self._mine.tolist(), strict=True)) if slips else set()
        joined: dict[int, int] = {}
        for mine, forms in slips:
            for at in np.flatnonzero(np.isin(back, forms)).tolist():
                pair = self._alone_whose.item(at), mine
                if at not in joined and pair not in said:
                    joined[at] = mine
                    said.add(pair)
        if joined:
            there, ours = np.array(list(joined)), np.array(list(joined.values()))
            weights = SLIP * np.sqrt(self._ours[ours] * self._alone_weights[there])
            self._whose = np.append(self._whose, self._alone_whose[there])
            self._mine, self._theirs = np.append(self._mine, ours), np.append(self._theirs, self._alone[there])
            self._weights = np.append(self._weights, weights)
            self._alone_whose, self._alone, self._alone_weights = (
                np.delete(column, there) for column in (self._alone_whose, self._alone, self._alone_weights)
            )

    def written(self, at: int) -> dict[str, str]:
        """What both say, by key, weightiest first, as the other wrote it."""
        here = np.flatnonzero(self._whose == at)
        here = here[np.lexsort((self._mine[here], -self._weights[here]))]
        pairs = zip(self._mine[here].tolist(), self._theirs[here].tolist(), strict=True)
        return {self._terms[mine].key: self._forms.term(number).written for mine, number in pairs}

    def is_borne_out(self, topic: str, at: int, *, chosen: bool) -> bool:
        """Whether a topic stands on more than what both say, on either side."""
        if not chosen and topic not in self._topics_alone[at]:
            return False
        shared = self._shared[at]
        return self._reading.chosen or any(topic in t.topics for i, t in enumerate(self._terms) if i not in shared)

    @cached_property
    def _topics_alone(self) -> defaultdict[int, set[str]]:
        found: defaultdict[int, set[str]] = defaultdict(set)
        topical = self._forms.column("topical", self._alone)
        for at, number in zip(self._alone_whose[topical].tolist(), self._alone[topical].tolist(), strict=True):
            found[at] |= self._forms.term(number).topics
        return found

    @cached_property
    def _shared(self) -> defaultdict[int, set[int]]:
        found: defaultdict[int, set[int]] = defaultdict(set)
        for at, mine in zip(self._whose.tolist(), self._mine.tolist(), strict=True):
            found[at].add(mine)
        return found


def _places(known: Numbers, keys: Numbers) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which of the keys are known, and the place of each that is among `known`."""
    if not len(known) or not len(keys):
        return np.zeros(len(keys), np.bool_), np.zeros(0, np.int64)
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known, keys, sorter=order), len(known) - 1)]
    both = known[at] == keys
    return both, at[both]


def _sums(places: NDArray[np.int64], weights: Column, count: int) -> Column:
    return np.bincount(places, weights, count).astype(np.float64)


def _rarity(holders: NDArray[Any], notices: int) -> Column:
    """`matching.score.rarity`, of many."""
    found: Column = 1.0 - MOST_COMMON * np.log1p(np.minimum(holders, notices)) / np.log(notices + PRIOR + 2)
    return found


def _lone(weights: Column) -> Column:
    found: Column = MOST_LONE * (1 - np.exp(-np.maximum(weights, 0.0) / MOST_LONE))
    return found
