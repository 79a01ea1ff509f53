"""An index that was written down as arrays finds what it found, and goes on as if nothing had been."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from matching.constraints import Constraints, Profile
from matching.encoder import Encoder
from matching.fingerprint import fingerprint
from matching.index import Index
from matching.model import Candidate, Notice
from matching.numbering import Numbering
from tests.matching.encoders import TinyEncoder

State = dict[str, dict[str, NDArray[Any]]]
ENCODER = TinyEncoder()
WORDS = ["red lorry", "lorry", "piano lessons", "kubernetes", "", "un toit pour deux", "food, water, shelter", "🎸"]


def notice(n: int, kind: str = "offer") -> Notice:
    circles = frozenset({"a", "b"}) if n % 2 else frozenset({"c"})
    topics = ("music",) if n % 3 == 0 else ()
    return Notice(f"{kind} {n}", f"p{n % 5}", kind, WORDS[n % len(WORDS)], "fr" if n % 8 == 5 else "en", topics,
                  circles=circles)  # fmt: skip


def filled(encoder: Encoder | None) -> Index:
    index = Index([notice(n, kind) for n in range(24) for kind in ("offer", "need")], encoder)
    index.remove("offer 3")
    index.remove("need 8")
    return index


def copied(index: Index) -> State:
    return {part: {name: array.copy() for name, array in some.items()} for part, some in index.state().items()}


def found(index: Index) -> list[list[Candidate]]:
    asked = [Notice("x", "x", "need", text, "en") for text in ("a lorry", "piano", "kuberentes", "le toit")]
    limits = Constraints(circles=frozenset({"a"}), reach="circle")
    return [index.rank(n, ("offer", "need"), limit=30, constraints=c) for n in asked for c in (None, limits)]


@pytest.mark.parametrize("encoder", [None, ENCODER])
def test_it_finds_the_same_and_goes_on(encoder: Encoder | None) -> None:
    index = filled(encoder)
    index.state()  # forgets words that were only asked about, as whoever reads it has not heard them

    again = Index.of(copied(index), encoder)

    assert found(again) == found(index)
    for one in (index, again):
        one.add_all([notice(n) for n in range(3, 40, 5)])
        one.remove("offer 1")
    assert found(again) == found(index)
    assert (len(again), "offer 0" in again, "offer 1" in again) == (len(index), True, False)
    assert again.nbytes > 0


def test_an_empty_index_can_be_written_down() -> None:
    again = Index.of(copied(Index(encoder=ENCODER)), ENCODER)
    again.add(notice(0))

    assert [c.notice for c in again.rank(Notice("x", "x", "need", "lorry", "en"), ("offer",), limit=1)] == ["offer 0"]


def test_what_was_only_asked_about_is_not_written_down() -> None:
    index = filled(ENCODER)
    found(index)
    before = len(Index.of(copied(filled(ENCODER)), ENCODER).state()["words"]["factors"])

    assert len(copied(index)["word names"]["hashes"]) - len(index.state()["word names"]["free"]) <= before
    assert b"kuberentes" not in index.state()["word names"]["items"].tobytes()


@pytest.mark.parametrize("encoder", [None, ENCODER])
def test_of_what_was_taken_out_nothing_is_written_down(encoder: Encoder | None) -> None:
    index = filled(encoder)
    gone = Notice("secret id", "secret owner", "offer", "Zyzzyva Confidences", "en", ("zyzzyva",), place="Zyzzyva")
    before = {part: {name: array.shape for name, array in some.items()} for part, some in copied(index).items()}

    index.add(gone)
    index.remove("secret id")

    state = copied(index)
    assert not any(
        word in array.tobytes().lower()
        for some in state.values()
        for array in some.values()
        for word in (b"zyzz", b"confid", b"secret")
    )
    assert {part: set(some) for part, some in state.items()} == {part: set(some) for part, some in before.items()}
    for part, name in (("forms", "sign"), ("keys", "signs"), ("form names", "hashes"), ("ids", "hashes")):
        assert np.count_nonzero(state[part][name]) <= before[part][name][0]


@pytest.mark.parametrize(
    ("part", "name"),
    [("words", "factors"), ("notices", "owner"), ("forms", "key"), ("keys", "known"), ("vectors", "factors")],
)
def test_parts_that_do_not_fit_together_are_refused(part: str, name: str) -> None:
    state = copied(filled(ENCODER))
    state[part][name] = state[part][name][:-1]

    with pytest.raises(ValueError, match="fit"):
        Index.of(state, ENCODER)


def test_another_way_of_comparing_is_refused() -> None:
    class Larger(TinyEncoder):
        dimension = 80

    with pytest.raises(ValueError, match="meaning"):
        Index.of(copied(filled(None)), ENCODER)
    with pytest.raises(ValueError, match="meaning"):
        Index.of(copied(filled(ENCODER)))
    with pytest.raises(ValueError, match="encoder"):
        Index.of(copied(filled(ENCODER)), Larger())


def test_more_places_than_two_bytes_can_tell_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index([notice(n) for n in range(3)])
    for number in range(2**16):
        index._notices.profiles.hold(Profile(frozenset(), frozenset(), "", str(number)))

    index.add(Notice("far", "p", "offer", "lorry", "en", place="far away"))

    assert {c.notice for c in index.rank(Notice("x", "x", "need", "lorry", "en"), ("offer",), limit=9)} == {
        "far",
        "offer 0",
        "offer 1",
    }
    assert index._notices.get(index._notices.find("far")).place == "far away"


def test_lists_of_others_are_refused() -> None:
    state = copied(filled(ENCODER))
    state["postings"] = copied(Index([notice(1)], ENCODER))["postings"]

    with pytest.raises(ValueError, match="fit"):
        Index.of(state, ENCODER)


def test_an_edit_that_keeps_a_word_keeps_its_vector() -> None:
    index = Index([Notice("o", "p", "offer", "quagga", "en")], ENCODER)

    index.add(Notice("o", "p", "offer", "a quagga and a lorry", "en"))

    assert index.rank(Notice("x", "x", "need", "zorille", "fr"), ("offer",), limit=1)[0].notice == "o"


def test_numbers_whose_things_are_missing_are_refused() -> None:
    assert Numbering.of({1: "a"}, [0, 2]).find("a") == 1
    with pytest.raises(ValueError, match="fit"):
        Numbering.of({1: "a"}, [1, 2])


def test_the_engine_has_one_name_in_every_process() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 32


def test_a_package_that_is_missing_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr("matching.fingerprint.PACKAGES", ("no such package",))
    fingerprint.cache_clear()

    assert fingerprint() != before
    fingerprint.cache_clear()
