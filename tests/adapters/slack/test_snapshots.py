"""What Slack shows is what was looked at. After a change: `python -m tests.adapters.slack.golden`, then read it."""

import pytest

from bot.text import LANGUAGES, catalogue
from tests.adapters.slack import golden
from tests.adapters.slack.limits import check_message, check_view


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_what_was_looked_at(language: str) -> None:
    assert golden.pictured(language) == golden.path(language).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_message(language: str) -> None:
    words = catalogue(language)
    for _, message in golden.messages(words):
        check_message(golden.shown(message, words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_home(language: str) -> None:
    for view in golden.homes(catalogue(language)).values():
        check_view(view)


def test_every_button_is_on_some_message() -> None:
    assert golden.unknown_choices() == set()
