import json
import re
from typing import Any, Final

import pytest
import yaml

from adapters.slack.blocks import rendered
from adapters.slack.chosen import chosen
from adapters.slack.commanding import FIND, FORMS
from adapters.slack.manifest import Wish, as_yaml, manifest
from adapters.slack.scopes import EVENTS, events, scopes
from adapters.slack.wording import in_slack
from bot.config import Settings
from bot.text import LANGUAGES, catalogue
from bot.text.said import put
from tests.adapters.slack.bar import Bar
from tests.adapters.slack.golden import messages
from tests.adapters.slack.people import NOW

NAMES: dict[str, Any] = {
    "/need": "need", "/besoin": "need", "/offer": "offer", "/offre": "offer", "/comptoir": "root",
}  # fmt: skip
BAR = "https://bar.example.org"
#: A slash command in a text, and those that are Slack's own.
COMMAND: Final = re.compile(r"(?<![\w/<])/[a-zà-ÿ][\wà-ÿ-]*")
OF_SLACK: Final = {"/invite"}
WISHES = [
    Wish(NAMES),
    Wish(NAMES, listening=True),
    Wish(NAMES, http=BAR),
    Wish(NAMES, http=BAR, several=BAR, listening=True),
    Wish(NAMES, several=BAR),
]

#: Lengths by the path of a text, at least and at most.
#: Source: https://github.com/slackapi/manifest-schema, schemas/manifest.schema.2.0.0.json
LENGTHS = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4000),
    "features.bot_user.display_name": (1, 80),
    "features.shortcuts[].name": (1, 24),
    "features.shortcuts[].description": (1, 150),
    "features.shortcuts[].callback_id": (1, 255),
    "features.slash_commands[].command": (2, 32),
    "features.slash_commands[].description": (1, 2000),
    "features.slash_commands[].usage_hint": (1, 1000),
    "features.slash_commands[].url": (1, 3000),
    "oauth_config.scopes.bot[]": (1, 50),
    "settings.event_subscriptions.bot_events[]": (1, 50),
}
#: Every key that the schema knows and we use.
KEYS = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
    "_metadata": {"major_version", "minor_version"},
    "display_information": {"name", "description", "long_description", "background_color"},
    "features": {"app_home", "bot_user", "shortcuts", "slash_commands"},
    "features.app_home": {"home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"},
    "features.bot_user": {"display_name", "always_online"},
    "features.shortcuts[]": {"name", "type", "callback_id", "description"},
    "features.slash_commands[]": {"command", "url", "description", "usage_hint", "should_escape"},
    "oauth_config": {"scopes", "redirect_urls"},
    "oauth_config.scopes": {"bot"},
    "settings": {
        "event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled",
    },
    "settings.event_subscriptions": {"request_url", "bot_events"},
    "settings.interactivity": {"is_enabled", "request_url"},
}  # fmt: skip


def parts(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every part of a manifest with its path; places in lists are all alike."""
    found = [(path, value)]
    if isinstance(value, dict):
        for key, part in value.items():
            found += parts(part, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for part in value:
            found += parts(part, f"{path}[]")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wish", WISHES)
def test_it_is_as_slack_s_schema_wants_it(wish: Wish, language: str) -> None:
    for path, part in parts(manifest(wish, catalogue(language))):
        if isinstance(part, dict):
            assert set(part) <= KEYS[path], path
        if path in LENGTHS:
            least, most = LENGTHS[path]
            assert least <= len(part) <= most, f"{path}: {len(part)}"


@pytest.mark.parametrize("wish", WISHES)
def test_its_scopes_and_events_are_those_of_the_code(wish: Wish) -> None:
    made = manifest(wish, catalogue("en"))

    assert made["oauth_config"]["scopes"] == {"bot": list(scopes(listening=wish.listening))}
    bot_events = made["settings"]["event_subscriptions"]["bot_events"]
    assert tuple(bot_events) == events(listening=wish.listening)
    granted = set(made["oauth_config"]["scopes"]["bot"])
    assert all(EVENTS[name].scopes <= granted for name in bot_events)


def test_its_shortcuts_are_those_that_are_heard() -> None:
    shortcuts = manifest(Wish(NAMES), catalogue("en"))["features"]["shortcuts"]

    kinds = {(one["callback_id"], one["type"]) for one in shortcuts}
    assert kinds == {(FIND, "message"), *((form, "global") for form in FORMS)}


def test_socket_mode_names_no_address() -> None:
    made = manifest(Wish(NAMES), catalogue("en"))

    assert made["settings"]["socket_mode_enabled"]
    assert "http" not in json.dumps(made)


def test_http_mode_sends_everything_to_one_address() -> None:
    made = manifest(Wish(NAMES, http=BAR), catalogue("en"))

    assert not made["settings"]["socket_mode_enabled"]
    addresses = [part for path, part in parts(made) if path.endswith(("url", "request_url"))]
    assert addresses == [f"{BAR}/slack/events"] * 7


def test_several_workspaces_are_led_back() -> None:
    made = manifest(Wish(NAMES, several=BAR), catalogue("en"))

    assert made["oauth_config"]["redirect_urls"] == [f"{BAR}/slack/oauth_redirect"]


@pytest.mark.parametrize("wish", WISHES)
def test_it_is_never_for_a_whole_organisation_and_never_rotates_tokens(wish: Wish) -> None:
    settings = manifest(wish, catalogue("en"))["settings"]

    assert (settings["org_deploy_enabled"], settings["token_rotation_enabled"]) == (False, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_yaml_and_json_say_the_same(language: str) -> None:
    made = manifest(Wish(NAMES, http=BAR, several=BAR, listening=True), catalogue(language))

    assert yaml.safe_load(as_yaml(made)) == made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("given", [{}, {"slack_need_command": "cherche", "slack_root_command": "bar"}])
def test_every_command_that_a_text_names_is_declared(given: dict[str, str], language: str) -> None:
    slack = chosen(Settings(_env_file=None, slack_bot_token="xoxb-1", slack_app_token="xapp-1", **given))  # type: ignore[arg-type] # as operators write them
    assert slack
    words = catalogue(language)
    made = manifest(Wish(slack.commands), words)
    declared = {one["command"] for one in made["features"]["slash_commands"]}

    named = {
        command
        for _, message in messages(words)
        for command in COMMAND.findall(
            str(rendered(put(in_slack(message, slack.typed_in(language)), words, "Europe/Paris", NOW), words))
        )
    }

    assert named >= {slack.command(meaning, language) for meaning in ("need", "offer", "root")}
    assert named <= declared | OF_SLACK


async def test_whoever_is_told_of_a_command_can_type_it() -> None:
    async with Bar() as bar:
        bar.slack.use_manifest(manifest(Wish(bar.counter.chosen.commands, listening=True), catalogue("en")))
        await bar.enters("U1", "Zoé", "fr")
        await bar.team.command("U1", "/comptoir", "aide")
        told = bar.team.seen("U1", "ephemeral")[-1].text
        assert "/besoin" in told

        outcome = await bar.team.command("U1", "/besoin", "un plombier pour ma cuisine")

        assert outcome.acked, outcome
        assert "plombier" in bar.team.seen("U1", "ephemeral")[-1].text
