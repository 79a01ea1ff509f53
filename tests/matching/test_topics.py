import json
from importlib.resources import files

import pytest

from matching.reading import suggest
from matching.text import stem, words
from matching.topics import concepts, concepts_in, labels, topics, unlinked


def test_every_topic_has_a_label_in_both_languages() -> None:
    assert 50 <= len(topics()) <= 70
    for key, topic in topics().items():
        assert topic.key == key
        assert set(topic.labels) == {"fr", "en"}
        assert all(topic.labels.values())


def test_labels_are_given_in_the_reader_s_language() -> None:
    assert labels("fr")["gardening"] == "jardinage"
    assert labels("en").keys() == topics().keys()


def test_no_word_means_two_things() -> None:
    assert len({c.key for c in concepts().values()}) > 300


def test_every_topic_can_be_suggested() -> None:
    assert {t for c in concepts().values() for t in c.topics} == set(topics())


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("5,000 T-shirts left over from a festival", "en", ("textile",)),
        ("je peux prêter ma camionnette samedi", "fr", ("moving", "transport")),
        ("besoin d'un coup de main en compta", "fr", ("accounting",)),
        ("someone to mend my sewing machine", "en", ("sewing",)),
        ("garde d'enfants le mercredi", "fr", ("childcare",)),
        ("un sysadmin Kubernetes", "fr", ("infrastructure",)),
        ("hello there", "en", ()),
        ("I run a small shop", "en", ()),
    ],
)
def test_topics_are_suggested_from_the_words(text: str, language: str, expected: tuple[str, ...]) -> None:
    assert tuple(sorted(suggest(text, language))) == expected


def test_a_long_list_suggests_three_at_most() -> None:
    assert len(suggest("guitare, vélo, jardin, compta, théâtre", "fr")) == 3


def test_words_of_one_concept_meet_across_languages() -> None:
    french = concepts()["fr", tuple(stem(w, "fr") for w in unlinked(words("machine à coudre")))]

    assert french is concepts()["en", tuple(stem(w, "en") for w in ("sewing", "machine"))]


@pytest.mark.parametrize("key", topics())
def test_every_keyword_is_understood_as_what_it_stands_for(key: str) -> None:
    for line in json.loads(files("matching").joinpath("topics.json").read_text(encoding="utf-8"))[key]["words"]:
        french, english = line.removeprefix("~").split(" = ")
        for language, side in (("fr", french), ("en", english)):
            for phrase in side.split(", "):
                meant = [c.key for _, _, c in concepts_in(unlinked(words(phrase)), language)]
                assert meant == ["=" + english.split(", ")[0]], phrase
