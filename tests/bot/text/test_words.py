"""The words themselves: all there, none too many, the same in both languages, and well set."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.text import LANGUAGES, catalogue
from tests.bot.text import golden, keys
from tests.bot.text.placeholders import placeholders

FORMATS = {"", "lines", "month", "time", "start", "date"}
NARROW, WIDE = "\u202f", "\u00a0"
Text = str | tuple[str, str]


def ours(language: str) -> dict[str, Text]:
    """Our own sentences; names of subjects and things belong to the engine."""
    return {key: text for key, text in catalogue(language).texts.items() if not key.startswith(("topic.", "word."))}


def forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def wanted() -> set[str]:
    """Every key that the code is sure to ask for."""
    made = {key for found in keys.MADE.values() for key in found}
    coded = {
        f"command.doctor.{node.value}"
        for path in keys.CODED.values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if f"command.doctor.{node.value}" in ours("en")
    }
    return keys.said_in_code() | made | coded | keys.choices()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_the_code_says_has_words(language: str) -> None:
    assert wanted() - set(catalogue(language).texts) == set()


def test_every_key_that_is_put_together_is_in_the_table() -> None:
    assert keys.made_in_code() - set(keys.MADE) - set(keys.CODED) == set()


def test_every_sentence_is_said_somewhere() -> None:
    said = wanted() | keys.literals() | keys.in_templates() | {f"refusal.{word}" for word in keys.literals()}

    assert set(ours("en")) - said == set()


def test_both_languages_have_the_same_sentences() -> None:
    assert set(ours("en")) == set(ours("fr"))


@pytest.mark.parametrize("key", sorted(ours("en")))
def test_every_form_of_a_sentence_leaves_the_same_open(key: str) -> None:
    english, french = ours("en")[key], ours("fr")[key]
    assert isinstance(english, tuple) == isinstance(french, tuple)

    found = [placeholders(form) for text in (english, french) for form in forms(text)]
    for one in found:
        assert {*one, ("count", "")} == {*found[0], ("count", "")} if isinstance(english, tuple) else one == found[0]
        assert {spec for _, spec in one} <= FORMATS


# --- how they are set ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_untidy(language: str) -> None:
    for key, text in ours(language).items():
        for form in forms(text):
            assert form.strip(), key
            assert "  " not in form, key
            assert form == form.rstrip(" ") or key == "command.erase.sure", key
            assert not re.search(r"[ \t]\n|\n{3}", form), key
            assert "'" not in form or key.startswith("command."), key
            assert '"' not in form, key


def test_french_punctuation_keeps_its_spaces() -> None:
    for key, text in ours("fr").items():
        for form in forms(text):
            plain = re.sub(r"\{\w+:\w+\}|\w+://\S*|\w+(?::\w+)+|\S*:\S*=\S*|enableServiceLinks:", "x", form)
            assert not re.search(rf"(?<!{NARROW})[;?!]", plain), (key, form)
            assert not re.search(rf"(?<!{WIDE})[:»]|«(?!{WIDE})", plain), (key, form)


def test_english_punctuation_has_no_space_before_it() -> None:
    for key, text in ours("en").items():
        assert not any(re.search(r"\s[;:?!»]|«", form) for form in forms(text)), key


#: Words that take the reader for a man, and those that only look as if.
MASCULINE = re.compile(
    r"(?i)\b(?:vous (?:êtes|serez|étiez|avez été|voilà|voici) (?!pas\b|plus\b|parlé\b)\w*(?:é|i|u|eux|ent|ain|ien)\b"
    r"|bienvenu\b|(?:cher|chers|soyez (?:prêt|sûr|content|heureux))\b"
    r"|(?:utilisateur|administrateur|modérateur|organisateur|animateur)s?\b)"
)


def test_french_takes_nobody_for_a_man() -> None:
    for key, text in ours("fr").items():
        for form in forms(text):
            assert not MASCULINE.search(form), (key, MASCULINE.findall(form))


@pytest.mark.parametrize(
    ("language", "never"),
    [
        (
            "en",
            r"(?i)\b(?:sorry|unfortunately|congratulations|great job|amazing|awesome|owe you|in return|score)\b",
        ),
        ("fr", r"(?i)\b(?:désolée?s?|malheureusement|félicitations|bravo|génial|en échange|en retour|score|points?)\b"),
    ],
)
def test_nobody_is_flattered_pitied_or_owed(language: str, never: str) -> None:
    for key, text in ours(language).items():
        assert not any(re.search(never, form) for form in forms(text)), key


# --- nothing is said but by the catalogues ---------------------------------------------------------------------------


def test_no_sentence_stands_in_the_code() -> None:
    """Whatever a message, a phrase, a refusal or their parameters hold is a key or somebody's own words."""
    for path, tree in keys.trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if keys._name(call) in (*keys.SPEAKERS, "Refusal", "Form"):
                said = [node.value for node in ast.walk(call) if isinstance(node, ast.Constant)]
                assert not [text for text in said if isinstance(text, str) and " " in text], (path, call.lineno)


class _Texts(HTMLParser):
    """The words that stand in a page outside any placeholder."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        for name, value in attrs:
            if name in ("title", "alt", "placeholder", "aria-label", "aria-description") and value:
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.inside[-1:]):
            self.found.append(data)


@pytest.mark.parametrize("path", keys.TEMPLATES, ids=lambda path: path.name)
def test_no_word_stands_in_a_template(path: Path) -> None:
    # The shape of a page is a class, not a word.
    source = re.sub(r"\{% block shape %\}.*?\{% endblock %\}", "", path.read_text(encoding="utf-8"))
    reader = _Texts()
    reader.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", source, flags=re.DOTALL))
    allowed = {"Comptoir", "English", "Français", "en", "fr"}

    words = {
        word for text in reader.found for word in re.findall(r"[^\W\d_]{2,}", re.sub(r'&\w+;|[\w-]+="[^"]*"', "", text))
    }
    assert words - allowed == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_what_was_read_aloud(language: str) -> None:
    """After a change: read it, then `python -m tests.bot.text.golden`."""
    assert golden.spoken(language) == golden.path(language).read_text(encoding="utf-8")
