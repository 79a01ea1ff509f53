import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.texts import ELLIPSIS, fit
from adapters.discord.inert import JOINER, cut, inert, is_visible, pieces, plain, size
from tests.adapters.discord.marks import made_of, read
from tests.adapters.payloads import units

#: What Discord would make something of, wherever it stands, and what it would at the beginning of a line.
ATTACKS = [
    "<@1>", "<@!1>", "<@&1>", "<#1>", "</need:1>", "</a b c:1>", "<t:1618953630:R>", "<:a:1>", "<a:b:1>",
    "<id:browse>", "<id:linked-roles:1>", "<https://x.org>", "<mailto:a@b.fr>", "<a@b.fr>", "<1a@b.fr>",
    "<+33612345678>", "@everyone", "@here", "[x](http://y)", "[x](<http://y>)", "http://y", "HTTPS://y",
    "steam://run/1", "discord://-/x", ":smile:", ":+1:", "**b**", "*i*", "_i_", "__u__", "***a***", "~~s~~",
    "||secret||", "`c`", "``c``", "```py\nx\n```", "\\", "\\*", "\n# h", "\n## h", "\n### h", "\n-# s",
    "\n> q", "\n>>> q", "\n- l", "\n* l", "\n+ l", "\n1. l", "\n  - l", "\n\t# h", "\u2028# h", "\u00a0# h",
    "a\u202egnp.exe", "\x00", "\ud800", "\t", "\r\n", "\u2060", "\u200b", "👩‍👩‍👧", "🇫🇷🇫🇷", "e\u0301" * 9,
    "¯\\_(ツ)_/¯", "<", "@", "#", ">", "[", "](", ")", "(http://y", "*", "_", "`", "~", "|", ":", "/", "1",
    ". ", "-", " ", "\n",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.text(st.characters()), st.sampled_from(ATTACKS)), max_size=25).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_discord_makes_nothing_of_what_was_typed(text: str) -> None:
    """RELIABILITY I1, I3: no mention, link or markup of a person's is one."""
    assert not list(made_of(inert(text)))


@settings(deadline=None)
@given(TEXTS)
def test_what_was_typed_is_what_is_read(text: str) -> None:
    shown = inert(text)

    assert read(shown) == fit(text).replace(JOINER, "")
    shown.encode()


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_is_one_where_nothing_is_done_about_it(attack: str) -> None:
    """The oracle of the test above sees what it should, so that its silence means something."""
    alone = len(attack) < 3 or attack in ("\\*", "a\u202egnp.exe", "👩‍👩‍👧", "🇫🇷🇫🇷", "e\u0301" * 9, "(http://y")
    assert alone or attack == "¯\\_(ツ)_/¯" or list(made_of(fit(attack)))


@pytest.mark.parametrize(
    "text",
    [
        "Je cherche une perceuse ce week-end, vers 10:30 (ou 11 h).",
        "I < 3 sewing: 5,000 T-shirts, 3 sizes. #festival",
        "a@b.fr; C++ & C#; 50 %; l’été – l’hiver; it's ~5 km | 10 km",
    ],
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*really*", "\\*really\\*"),
        ("see https://x.org", "see https\\://x.org"),
        ("[bank](http://y)", "\\[bank](http\\://y)"),
        ("hello @everyone", "hello @\u2060everyone"),
        ("<@1>", "<\u2060@1>"),
        ("1. first\n- second\n# third", "1\u2060. first\n\\- second\n\\# third"),
    ],
)
def test_what_would_mean_something_is_shown_as_it_was_written(text: str, shown: str) -> None:
    assert inert(text) == shown


@settings(deadline=None)
@given(TEXTS)
def test_length_is_never_less_than_what_is_sent(text: str) -> None:
    assert size(text) >= units(inert(text))


@settings(deadline=None)
@given(TEXTS, st.integers(2, 200))
def test_a_cut_text_is_a_beginning_of_it(text: str, limit: int) -> None:
    shown = cut(text, limit)

    assert units(inert(shown)) <= size(shown) <= limit
    assert shown == text or text.startswith(shown.removesuffix(ELLIPSIS))


@settings(deadline=None)
@given(TEXTS.map(fit), st.integers(10, 400))
def test_pieces_hold_every_word_in_order_and_mean_nothing_each(text: str, limit: int) -> None:
    found = pieces(text, limit)

    assert all(0 < units(inert(piece)) <= limit for piece in found)
    assert not [piece for piece in found if list(made_of(inert(piece)))]
    assert "".join("".join(found).split()) == "".join(text.split())


@settings(deadline=None)
@given(TEXTS, st.integers(2, 100))
def test_a_label_is_one_visible_line(text: str, limit: int) -> None:
    label = plain(text, limit)

    assert 1 <= units(label) <= limit
    assert label.strip() == label
    assert len(label.splitlines()) == 1
    assert is_visible(label)
