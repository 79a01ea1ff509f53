import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.texts import ELLIPSIS, fit
from adapters.slack.inert import JOINER, calm, cut, escaped, parted, pieces, plain, quiet, size
from tests.adapters.payloads import units

#: What Slack would make something of, wherever it stands.
ATTACKS = [
    "<@U0123>", "<#C0123|general>", "<!here>", "<!channel>", "<!everyone>", "<!subteam^S1>", "<!date^1^{date}|x>",
    "<https://example.org|my bank>", "<mailto:a@example.org|a>", "&lt;!here&gt;", "&amp;lt;!here>", "@here", "@channel",
    ":smile:", ":+1:", "*bold*", "a\u202egnp.exe", "\x00", "\ud800", "\t", "\r\n", "👩‍👩‍👧", "🇫🇷🇫🇷", "e\u0301" * 9,
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.text(st.characters()), st.sampled_from(ATTACKS)), max_size=40).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_nothing_that_is_typed_is_a_command_in_a_message(text: str) -> None:
    said = escaped(calm(text))

    assert "<" not in said
    assert ">" not in said
    assert "@here" not in said
    assert ":smile:" not in said
    said.encode()


@settings(deadline=None)
@given(TEXTS)
def test_escaping_can_be_undone_to_what_was_typed(text: str) -> None:
    said = escaped(calm(text)).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    assert said.replace(JOINER, "") == fit(text).replace(JOINER, "")


@settings(deadline=None)
@given(TEXTS, st.integers(2, 3000))
def test_a_text_object_means_nothing_and_is_short_enough(text: str, limit: int) -> None:
    made = plain(text, limit)

    assert made["type"] == "plain_text"
    assert made["emoji"] is False
    assert made["text"].strip()
    assert units(made["text"]) <= size(made["text"]) <= limit
    assert "<@" not in made["text"]
    assert "<!" not in made["text"]
    assert "&lt;" not in made["text"]


@settings(deadline=None)
@given(TEXTS)
def test_what_is_fit_to_show_stays_as_it_is(text: str) -> None:
    assert fit(fit(text)) == fit(text)
    assert quiet(quiet(text)) == quiet(text)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short", 5, "short"),
        ("a drill for the weekend", 15, "a drill for…"),
        ("abcdefghij", 5, "abcd…"),
        ("a b cdefghijklmnop", 12, "a b cdefghi…"),
        ("5 < 6 & 7", 9, "5 < 6…"),
        ("5 <6& 7", 9, "5 <6…"),
        ("<<", 3, "…"),
        ("🙂🙂🙂", 5, "🙂🙂…"),
        ("abe\u0301\u0301\u0301", 4, "ab…"),
        ("a👩‍👩‍👧b", 8, "a…"),
        ("a👍🏿b", 4, "a…"),
        ("🇫🇷🇫🇷🇫🇷", 8, "🇫🇷…"),
        ("\u0301\u0301\u0301\u0301", 3, "\u0301\u0301…"),
    ],
)
def test_a_cut_keeps_words_and_signs_whole(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit) == shown


@settings(deadline=None)
@given(TEXTS, st.integers(1, 200))
def test_a_cut_text_is_a_beginning_of_it(text: str, limit: int) -> None:
    shown = cut(text, limit)

    assert size(shown) <= limit
    assert shown == text or text.startswith(shown.removesuffix(ELLIPSIS))


@settings(deadline=None)
@given(TEXTS.map(fit), st.integers(10, 400))
def test_pieces_hold_every_word_in_order(text: str, limit: int) -> None:
    found = pieces(text, limit)

    assert all(0 < size(piece) <= limit for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_pieces_part_at_lines_first() -> None:
    assert pieces("one two three\nfour five\n\nsix", 16) == ["one two three", "four five\n\nsix"]


@settings(deadline=None)
@given(TEXTS)
def test_length_is_never_less_than_anybody_counts(text: str) -> None:
    whole = fit(text)

    assert size(whole) == units(escaped(whole)) >= len(unicodedata.normalize("NFC", whole))


@settings(deadline=None)
@given(TEXTS, st.integers(5, 100))
def test_a_text_in_parts_is_whole(text: str, limit: int) -> None:
    parts = parted(text, limit)

    assert "".join(parts) == text
    assert all(size(part) <= limit for part in parts)
