import re

import pytest

from adapters.slack.ordering import OWN
from adapters.slack.wording import SAID, Commands, in_slack
from bot.messages import Message, Param, Refused
from bot.text import LANGUAGES, catalogue
from bot.usecases.talk import ORDERS
from tests.bot.text.placeholders import placeholders

ENGLISH = Commands("/need", "/offer", "/comptoir")
FRENCH = Commands("/besoin", "/offre", "/comptoir")


def test_what_can_be_typed_is_what_is_said() -> None:
    said = catalogue("en").say(in_slack(Message("settings.stopped"), ENGLISH))

    assert "type /comptoir resume" in said


def test_parts_and_refusals_are_said_so_too() -> None:
    message = Refused("refusal.unknown_command", {"word": "dance"}, parts=(Message("help"), Message("left")))

    after = in_slack(message, FRENCH)

    assert isinstance(after, Refused)
    assert [part.key for part in after.parts] == ["slack.say.help", "left"]
    assert "/besoin et /offre" in catalogue("fr").say(after.parts[0])
    assert "“dance”. Type /comptoir help" in catalogue("en").say(after)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_names_an_order_has_another_for_slack(language: str) -> None:
    """A slash and one of our words, anywhere but in a command's own help."""
    texts = catalogue(language).texts
    named = {
        key
        for key, text in texts.items()
        for form in ([text] if isinstance(text, str) else text)
        for order in ORDERS
        if f"/{order}" in form and not key.startswith(("command.", "house.", "discord.", "refusal.discord_"))
    }

    assert {"help", "settings.stopped"} <= named <= set(SAID)


@pytest.mark.parametrize(("key", "other"), SAID.items())
def test_the_other_sentence_leaves_nothing_open(key: str, other: str) -> None:
    texts = catalogue("en").texts
    [known, asked] = [{name for name, _ in placeholders(str(texts[one]))} for one in (key, other)]

    assert asked <= known | {"need", "offer", "root"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_orders_that_are_named_exist(language: str) -> None:
    names: dict[str, Param] = {
        "need": "/need",
        "offer": "/offer",
        "root": "/root",
        **dict.fromkeys(("word", "text", "theirs"), "x"),
    }
    for key in SAID.values():
        said = catalogue(language).say(Message(key, names))
        orders = {word.strip(":.,") for word in re.findall(r"/root (\S+)", said)}
        assert orders <= {*ORDERS, *OWN}, key
