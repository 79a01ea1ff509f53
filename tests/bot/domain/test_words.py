import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import clean, clean_lines
from bot.errors import Refusal

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  deux   mots\n\tici ", "deux mots ici"),
        ("cafe\u0301", "café"),
        ("nul\x00l", "null"),
        ("lone \ud800surrogate", "lone surrogate"),
        ("abc\u202edef\u2066ghi", "abcdefghi"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("family \U0001f469\u200d\U0001f467 here", "family \U0001f469\u200d\U0001f467 here"),
        ("rainbow \U0001f3f3\ufe0f\u200d\U0001f308", "rainbow \U0001f3f3\ufe0f\u200d\U0001f308"),
        ("a\u200db", "ab"),
        ("\u200dstart and end\u200d", "start and end"),
        ("z" + "\u0315" * 1000, "z" + "\u0315" * 4),
        ("hidden\U000e0041\U000e0042 tag", "hidden tag"),
    ],
)
def test_text_is_kept_without_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert clean(typed, 2000) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" \n\u200b ", "empty"),
        ("x" * 11, "too_long"),
        ("x" * 1_000_000, "too_long"),
        ("\x00\x01\x02\x03PK\x05\x06", "unreadable"),
        ("\ufffd" * 8, "unreadable"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_reason(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean(typed, 10)

    assert refused.value.code == code


def test_a_text_of_the_very_limit_fits_and_the_refusal_names_the_limit() -> None:
    assert clean("x" * 10, 10) == "x" * 10

    with pytest.raises(Refusal) as refused:
        clean("x" * 11, 10)

    assert refused.value.fields == {"limit": 10}


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    try:
        once = clean(typed, 100)
    except Refusal:
        return

    assert clean(once, 100) == once
    once.encode("utf-8")


def test_lines_stay_lines_and_each_is_cleaned() -> None:
    assert clean_lines("\n a  b\u202e\r\n\n\n\nc\x00 \n", 99) == "a b\n\nc"


@pytest.mark.parametrize(
    ("text", "code"), [(" \n \u200b", "empty"), ("ab\ncd", "too_long"), ("\x00" * 9, "unreadable")]
)
def test_lines_that_cannot_be_kept_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        clean_lines(text, 4)
