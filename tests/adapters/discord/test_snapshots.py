"""What Discord shows is what was looked at. After a change: `python -m tests.adapters.discord.golden`, then read it."""

import pytest

from bot.text import LANGUAGES, catalogue
from tests.adapters.discord import golden
from tests.adapters.discord.limits import check_message, check_modal


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_what_was_looked_at(language: str) -> None:
    assert golden.pictured(language) == golden.path(language).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_discord_takes_everything(language: str) -> None:
    for name, payload in golden.everything(language):
        if name.startswith("form: "):
            check_modal(payload)
        elif not name.startswith("opening: "):  # which names an account as Discord writes it
            check_message(payload)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_of_ours_needs_more_than_one_screen(language: str) -> None:
    words = catalogue(language)
    assert not [key for key, said in golden.messages(words) if golden.shown(said, words)["embeds"]]
