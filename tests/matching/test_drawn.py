"""What is compared without an index is judged as the index judges it."""

from collections import Counter
from dataclasses import replace

import pytest

from matching.constraints import Constraints
from matching.drawn import Read, by_words
from matching.index import Index
from matching.model import Notice
from matching.reading import read
from matching.score import rarity

THINGS = {
    "en": ["a cargo bike", "bicycle repair", "piano lessons", "moving a piano", "5,000 T-shirts", "Kubernetes help",
           "vegetable boxes", "a garden", "wedding photos", "tax advice"],
    "fr": ["un vélo cargo", "réparer des vélos", "des cours de piano", "déménager un piano", "des tee-shirts",
           "de l'aide sur Kubrenetes", "des paniers de légumes", "un jardin", "des photos de mariage", "des conseils"],
}  # fmt: skip
PLACES = ("Lyon", "")
ASKED = {"en": ("I am looking for", "I offer"), "fr": ("Je cherche", "Je propose")}


def notices() -> list[Notice]:
    return [
        Notice(
            f"{language}-{kind}-{n}",
            f"p{(n + len(way)) % 7}",
            kind,
            f"{way} {thing}",
            language,
            place="Lyon" if n % 3 else "",
        )
        for language, things in THINGS.items()
        for kind, way in zip(("need", "offer"), ASKED[language], strict=True)
        for n, thing in enumerate(things)
    ]


@pytest.mark.parametrize("constraints", [None, Constraints(excluded=frozenset({"p1"}), place="Lyon")])
@pytest.mark.parametrize("kinds", [("offer",), ("need", "offer"), ()])
def test_the_same_are_found_in_the_same_order(kinds: tuple[str, ...], constraints: Constraints | None) -> None:
    everybody = [Read(replace(notice, text=""), read(notice)) for notice in notices()]
    holders = Counter(key for one in everybody for key in one.reading.terms)
    index = Index(notices())

    def rare(key: str) -> float:
        return rarity(holders[key], len(everybody))

    answered = 0
    for notice, one in zip(notices(), everybody, strict=True):
        others = [other for other in everybody if other is not one]
        found = by_words(one, others, kinds, rare, limit=50, seed=3, constraints=constraints)
        expected = index.search(notice, kinds, limit=50, seed=3, constraints=constraints)
        assert [(c.notice, c.relation, c.reasons) for c in found] == [
            (c.notice, c.relation, c.reasons) for c in expected
        ]
        assert [c.score for c in found] == pytest.approx([c.score for c in expected], abs=1e-6)
        answered += bool(found)
    assert answered > 15 or not kinds


def test_no_more_than_the_limit() -> None:
    one, *others = (Read(n, read(n)) for n in [Notice(str(n), str(n), "need", "a piano", "en") for n in range(9)])

    assert len(by_words(one, others, ("need",), lambda key: 1.0, limit=3, seed=1)) == 3
