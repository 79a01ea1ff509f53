from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord.manifest import invitation
from adapters.discord.permissions import needed


@pytest.mark.parametrize("listening", [False, True])
def test_the_link_asks_for_exactly_what_is_used(listening: bool) -> None:
    made = invitation(123456789012345678, listening=listening)
    link = urlsplit(made.link)

    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    assert parse_qs(link.query) == {
        "client_id": ["123456789012345678"],
        "scope": ["bot applications.commands"],
        "permissions": [str(needed().value)],
        "integration_type": ["0"],
    }
    assert made.bits == needed().value


def test_no_privileged_intent_is_asked_for_without_listening() -> None:
    assert invitation(1, listening=False).intents == ()
    assert invitation(1, listening=True).intents == ("message_content",)
