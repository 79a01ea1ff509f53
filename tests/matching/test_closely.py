"""Many pairs at once are judged as one pair is, and a notice that was put away is the same notice."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import forms
from matching.closely import shares
from matching.forms import Forms
from matching.model import Notice
from matching.notices import Notices
from matching.numbering import NONE
from matching.reading import read
from matching.score import rarity, share

WORDS = [
    *["van", "kuberentes", "kubernetes", "guitar", "guitare", "lessons", "cours", "bicycles", "repair", "vélo"],
    *["avocat", "avocats", "teach", "carry", "déclaration", "T-shirts", "left", "over", "garde d'enfants", "deux"],
    *["3", "the", "pour", "because", "maintennance", "maintenance", "zzz", "Maintenance"],
]
TOPICS = ["music", "textile", "transport", "nothing we know"]
texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
chosen = st.lists(st.sampled_from(TOPICS), max_size=3, unique=True).map(tuple)
written = st.builds(Notice, st.just(""), st.just("o"), st.just("offer"), texts, st.sampled_from(["fr", "en"]), chosen)


def shelf(*all_notices: Notice) -> tuple[Notices, Forms]:
    held = Forms()
    notices = Notices(held)
    for notice in all_notices:
        reading = read(notice)
        numbers = held.hold(list(reading.terms.values()), notice.language)
        notices.add(notice, reading, "", numbers)
        held.count(numbers, 1)
    return notices, held


@settings(deadline=None, max_examples=150)
@given(written, st.lists(written, min_size=1, max_size=8))
def test_many_at_once_are_judged_as_each_alone(asked: Notice, offered: list[Notice]) -> None:
    offered = [replace(o, id=str(n)) for n, o in enumerate(offered)]
    notices, held = shelf(*offered)
    mine = read(asked)

    def rare(key: str) -> float:
        number = held.find_key(key)
        return rarity(0 if number == NONE else int(held.holders[number]), len(notices))

    found = shares(mine, np.arange(len(offered)), notices, held)

    for at, offer in enumerate(offered):
        alone = share(mine, read(offer), rare)
        assert found.values[at] == pytest.approx(alone.value)
        assert found.words[at] == pytest.approx(alone.words)
        assert found.topics[at] == alone.topics
        assert found.reasons(at) == alone.reasons
        assert [r.keys for r in found.reasons(at)] == [r.keys for r in alone.reasons]


awkward = st.one_of(
    texts,
    st.text(max_size=30),
    st.sampled_from(
        ["van\0van", "\1", "\2van", "van\ud800", "ﬁxe van", "les vans de la garde", "\x1f", "van  van the "]
    ),
)


@settings(deadline=None)
@given(awkward, awkward, chosen, st.sampled_from(["fr", "en"]))
def test_a_notice_comes_back_as_it_was(text: str, other: str, topics: tuple[str, ...], language: str) -> None:
    one = Notice("a", "p", "need", text, language, topics, frozenset({"fr"}), frozenset({"x"}), "circle", "Lyon")
    two = Notice("b", "q", "offer", other, language)
    notices, _ = shelf(one, two)

    assert notices.get(notices.find("a")) == one
    assert notices.get(notices.find("b")) == two
    assert notices.reading(notices.find("a")) == read(one)


def test_terms_that_are_not_remembered_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "REMEMBERED", 1)
    said = Notice("a", "p", "offer", "kubernetes guitar repair", "en")
    notices, _ = shelf(said)

    assert notices.get(0) == said
    assert notices.reading(0) == read(said)


def test_what_nobody_says_any_more_is_forgotten() -> None:
    notices, held = shelf(Notice("a", "p", "offer", "kubernetes", "en"))
    numbers = notices.numbers(0).copy()
    term = held.term(int(numbers[0]))
    assert held.slips(replace(term, stem="kuberent", known=False)) == [term.key]

    notices.remove(0)
    held.count(numbers, -1)
    held.release(numbers)

    assert held.find(term, "en") == held.find_key(term.key) == NONE
    assert held.slips(replace(term, stem="kuberent", known=False)) == []
    assert (len(notices), len(notices.owners), notices.owners.find("p")) == (0, 1, NONE)
