import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text import fold, is_stop, language_of, sentences, stem, terms_left, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T-shirt, c++ et C# ou k8s", ["T-shirt", "c++", "et", "C#", "ou", "k8s"]),
        ("l\u2019école d'été", ["école", "été"]),
        ("Sam's node.js #vélo", ["Sam", "node.js", "vélo"]),
        ("un porte-vélo prêt-à-porter", ["un", "porte", "vélo", "prêt-à-porter"]),
        ("I'm here", ["I", "here"]),
        ("Soucie-t-il de nous, puis-je, as-tu ?", ["Soucie", "de", "nous", "puis", "as-tu"]),
        ("un rendez-vous", ["un", "rendez", "vous"]),
        ("...", []),
    ],
)
def test_words_are_cut_as_people_mean_them(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("vélos", "vélo", "fr"),
        ("velos", "vélo", "fr"),
        ("réparer", "réparation", "fr"),
        ("T-shirts", "tshirt", "fr"),
        ("cherchons", "cherche", "fr"),
        ("repairs", "repairing", "en"),
        ("photos", "photo", "en"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str, language: str) -> None:
    assert stem(one, language) == stem(other, language)


def test_a_run_and_a_lesson_are_two_things_in_french() -> None:
    assert stem("course", "fr") != stem("cours", "fr")


def test_an_english_word_in_a_french_text_is_reduced_as_english() -> None:
    assert stem("hoodies", "fr") == stem("hoodie", "en")


def test_folding_forgets_case_accents_and_ligatures() -> None:
    assert fold("Œuvre À L\u2019ÉTÉ \ufb01n") == "oeuvre a l'ete fin"


@pytest.mark.parametrize("word", ["cherche", "looking", "5000", "3e", "x", "quelqu'un"])
def test_cues_numbers_and_letters_carry_no_subject(word: str) -> None:
    assert is_stop(word, "fr") or is_stop(word, "en")


def test_what_a_text_is_about_is_left() -> None:
    assert terms_left("Nous cherchons quelqu'un pour réparer des vélos", "fr") == ["réparer", "vélos"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("je cherche un vélo", "fr"),
        ("looking for a bike", "en"),
        ("we need T-shirts for our race", "en"),
        ("besoin de bras samedi", "fr"),
        ("réparation été", "fr"),
    ],
)
def test_the_language_of_a_short_text_is_recognised(text: str, language: str) -> None:
    assert language_of(text, "de") == language


def test_a_text_that_does_not_tell_has_the_default_language() -> None:
    assert language_of("Python", "en") == "en"
    assert language_of("Python", "fr") == "fr"


def test_sentences_end_where_they_end() -> None:
    assert sentences("Bonjour ! Je cherche un vélo.\nMerci… à vous\n\n") == [
        "Bonjour !",
        "Je cherche un vélo.",
        "Merci…",
        "à vous",
    ]


@given(st.text(max_size=60))
def test_any_text_can_be_cut(text: str) -> None:
    for word in words(text):
        assert fold(word) == fold(fold(word))
        stem(word, "fr")
