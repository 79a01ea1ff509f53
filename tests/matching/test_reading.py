import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.model import Notice
from matching.reading import CONTEXT, GENERIC, acts, read, terms
from matching.text import LANGUAGES


def keys(text: str, language: str) -> list[str]:
    return [t.key for t in terms(text, language)]


def test_the_two_languages_name_the_same_thing() -> None:
    assert keys("besoin d'une camionnette", "fr") == keys("need a van", "en") == ["=van"]


def test_what_a_thing_is_for_counts_less_than_the_thing() -> None:
    weights = {t.key: t.weight for t in terms("des T-shirts pour une course", "fr")}

    assert weights == {"=t-shirt": 1.0, "=running": CONTEXT}


def test_a_purpose_before_any_subject_is_the_subject() -> None:
    assert [t.weight for t in terms("quelqu'un pour réparer mon vélo", "fr") if t.key == "=bike"] == [1.0]


def test_words_that_fit_any_subject_hardly_count() -> None:
    assert [t.weight for t in terms("petit projet", "fr")] == [GENERIC, GENERIC]


def test_words_that_look_alike_in_both_languages_are_kept_apart() -> None:
    assert set(keys("du pain", "fr")).isdisjoint(keys("back pain", "en"))
    assert set(keys("une location", "fr")).isdisjoint(keys("a location", "en"))


def test_a_word_is_counted_once_as_it_was_first_written() -> None:
    assert [t.written for t in terms("Vélos, vélo, VÉLO", "fr")] == ["Vélos"]


def test_what_is_to_be_done_is_read() -> None:
    assert acts("cours de piano", "fr") == {"teach"}
    assert acts("we transport pianos", "en") == {"carry"}
    assert acts("a piano", "en") == frozenset()


def test_an_author_s_topics_take_the_place_of_suggested_ones() -> None:
    notice = Notice("n", "o", "need", "a van", "en")

    assert read(notice).topics == {"transport", "moving"}
    assert not read(notice).chosen
    assert read(Notice("n", "o", "need", "a van", "en", ("music",))).topics == {"music"}


@given(st.one_of(st.text(max_size=60), st.text("sSxé09-'’ #@.\u0300", max_size=12)), st.sampled_from(LANGUAGES))
def test_any_text_can_be_read(text: str, language: str) -> None:
    read(Notice("n", "o", "need", text, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_nothing_but_plurals_is_a_word(language: str) -> None:
    assert [term.written for term in terms("SSS", language)] == ["SSS"]
