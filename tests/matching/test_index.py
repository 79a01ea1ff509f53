from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.index import Index
from matching.model import Candidate, Notice, Reason

TEXTS = [
    "a van on Saturdays",
    "T-shirts left over",
    "bike repair",
    "guitar lessons",
    "a van and a driver",
    "old van",
    "",
]


def need(text: str, *, id: str = "need", owner: str = "asker", topics: tuple[str, ...] = ()) -> Notice:
    return Notice(id, owner, "need", text, "en", topics)


def offer(id: str, text: str, *, owner: str = "", topics: tuple[str, ...] = ()) -> Notice:
    return Notice(id, owner or f"owner of {id}", "offer", text, "en", topics)


def search(index: Index, notice: Notice, *kinds: str, seed: int = 1) -> list[Candidate]:
    return index.search(notice, kinds or ("offer",), limit=5, seed=seed)


def ids(found: list[Candidate]) -> list[str]:
    return [c.notice for c in found]


def test_an_offer_answers_a_need() -> None:
    found = search(Index([offer("o", "5,000 T-shirts left over")]), need("T-shirts for a race"))

    assert [(c.notice, c.relation) for c in found] == [("o", "answers")]
    assert found[0].reasons == (Reason("terms", ("T-shirts",)), Reason("topic", ("textile",)))


def test_an_offer_finds_the_need_that_waited() -> None:
    found = search(Index([need("T-shirts for a race")]), offer("o", "5,000 T-shirts left over"), "need")

    assert [(c.notice, c.relation) for c in found] == [("need", "answers")]


def test_a_need_that_nobody_can_meet_finds_nobody() -> None:
    assert search(Index([offer(t, t) for t in TEXTS]), need("a lighthouse keeper")) == []


def test_weak_candidates_beside_a_strong_one_are_dropped() -> None:
    index = Index([offer("strong", "guitar lessons"), offer("weak", "piano tuning")])

    assert ids(search(index, need("guitar lessons"))) == ["strong"]


def test_two_with_the_same_need_are_found_for_each_other() -> None:
    index = Index([need("learn pottery and ceramics", id="other", owner="other")])

    assert [c.relation for c in search(index, need("learn pottery"), "need", "offer")] == ["same_need"]


def test_two_offers_of_one_thing_share_a_subject_and_no_more() -> None:
    found = search(Index([offer("o", "guitar lessons")]), offer("p", "guitar lessons"), "offer")

    assert [c.relation for c in found] == ["subject"]


def test_shared_subjects_stay_below_any_answer() -> None:
    both = ("music", "events")
    index = Index([offer("o", "violin strings", topics=both)])
    subject = search(index, need("piano lessons", topics=both))
    index.add(offer("teacher", "piano lessons for beginners"))
    answer = search(index, need("piano lessons", topics=both))

    assert [c.relation for c in subject] == ["subject"]
    assert ids(answer) == ["teacher"]
    assert subject[0].score < answer[0].score


def test_one_subject_alone_brings_nobody() -> None:
    assert search(Index([offer("o", "violin strings")]), need("piano lessons")) == []


def test_nobody_is_found_for_themselves() -> None:
    index = Index([offer("o", "a van", owner="asker"), need("a van")])

    assert search(index, need("a van"), "offer", "need") == []


def test_only_the_kinds_asked_for_are_found() -> None:
    assert search(Index([offer("o", "a van")]), need("a van"), "need") == []


def test_a_slip_of_the_pen_is_forgiven() -> None:
    assert ids(search(Index([offer("o", "kuberentes expert")]), need("kubernetes help"))) == ["o"]


def test_what_was_removed_is_not_found_and_removing_it_again_is_harmless() -> None:
    index = Index([offer("o", "kubernetes"), offer("p", "kubernetes")])

    index.remove("o")
    index.remove("o")

    assert ids(search(index, need("kubernetes"))) == ["p"]
    assert (len(index), "o" in index, "p" in index) == (1, False, True)
    index.remove("p")
    assert search(index, need("kuberentes")) == []


def test_adding_again_replaces() -> None:
    index = Index([offer("o", "a van")])

    index.add(offer("o", "a guitar"))

    assert search(index, need("a van")) == []
    assert ids(search(index, need("a guitar"))) == ["o"]


def test_no_more_than_the_limit_are_found() -> None:
    index = Index([offer(f"o{n}", "a van") for n in range(9)])

    assert len(index.search(need("a van"), ["offer"], limit=3, seed=1)) == 3


def test_equals_take_turns() -> None:
    index = Index([offer(f"o{n}", "a van") for n in range(5)])

    firsts = {search(index, need("a van"), seed=seed)[0].notice for seed in range(60)}

    assert firsts == {f"o{n}" for n in range(5)}


def test_the_same_seed_gives_the_same_order() -> None:
    index = Index([offer(f"o{n}", "a van") for n in range(5)])

    assert search(index, need("a van"), seed=3) == search(index, need("a van"), seed=3)


@pytest.mark.parametrize("size", [2, 300])
def test_an_answer_is_an_answer_in_a_crowd_that_offers_the_same(size: int) -> None:
    index = Index([offer(f"o{n}", "a van on Saturdays") for n in range(size)])

    assert search(index, need("a van to move a sofa"))[0].relation == "answers"


@settings(deadline=None)
@given(st.permutations(range(len(TEXTS))), st.sampled_from(TEXTS), st.integers(0, 9))
def test_who_owns_what_changes_nothing_else(order: list[int], text: str, seed: int) -> None:
    notices = [offer(f"o{n}", t, owner=f"p{n}") for n, t in enumerate(TEXTS)]
    exchanged = [replace(n, owner=f"p{o}") for n, o in zip(notices, order, strict=True)]

    assert search(Index(notices), need(text), seed=seed) == search(Index(exchanged), need(text), seed=seed)


@settings(deadline=None)
@given(st.permutations(range(len(TEXTS))), st.sampled_from(TEXTS))
def test_the_order_of_arrival_changes_nothing(order: list[int], text: str) -> None:
    notices = [offer(f"o{n}", t) for n, t in enumerate(TEXTS)]

    assert search(Index(notices), need(text)) == search(Index([notices[n] for n in order]), need(text))
