import pytest

from adapters.discord.commands import COMMANDS
from adapters.discord.wording import NAMED, OPENINGS, SAID, in_discord, typed
from bot.messages import Message
from bot.text import LANGUAGES, Catalogue, catalogue
from tests.bot.text.placeholders import placeholders

EN = catalogue("en")


def names_in(words: Catalogue, key: str) -> set[str]:
    text = words.texts[key]
    assert isinstance(text, str)
    return {name for name, _ in placeholders(text)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("key", "said"), [*SAID.items(), *OPENINGS.items()])
def test_nothing_is_left_open_but_what_was_and_commands(key: str, said: str, language: str) -> None:
    words = catalogue(language)

    assert names_in(words, said) <= {*names_in(words, key), *NAMED.get(key, ())}
    assert set(NAMED.get(key, ())) <= names_in(words, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_commands_that_there_are(language: str) -> None:
    said = catalogue(language).say(in_discord(Message("help"), language))

    known = {f"/{catalogue(language).texts[f'command.discord.{command.name}.name']}" for command in COMMANDS}
    assert {word.strip(",;:\u202f\u00a0") for word in said.split() if word.startswith("/")} <= known


def test_commands_are_called_as_the_reader_types_them() -> None:
    assert typed("need", "en") == "/need"
    assert typed("need", "fr") == "/besoin"
    assert "/entrer" in catalogue("fr").say(in_discord(Message("refusal.not_joined"), "fr"))


def test_an_opening_is_read_apart_unless_it_is_in_a_thread() -> None:
    opening = Message("opening.answers.offer", {"first": "Amina"})

    assert in_discord(opening, "en").key == "discord.opening.answers.offer"
    assert in_discord(opening, "en").params == {"first": "Amina"}
    assert in_discord(opening, "en", together=True) == opening


def test_parts_are_said_likewise() -> None:
    digest = Message("digest", {"count": 1}, parts=(Message("refusal.not_joined"),))

    assert in_discord(digest, "en").parts[0].key == "discord.say.not_joined"


def test_what_needs_no_other_words_stays() -> None:
    assert in_discord(Message("talk.thanks"), "fr") == Message("talk.thanks")
