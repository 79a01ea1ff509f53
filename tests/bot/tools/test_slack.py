"""`comptoir slack manifest`, from what is typed to what is printed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import __main__ as command
from bot.config import PREFIX


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    with pytest.raises(SystemExit) as ended:
        command.main(["slack", "manifest", *options])
    out = capsys.readouterr().out
    assert ended.value.code == 0
    made: dict[str, Any] = yaml.safe_load(out)
    return made


def names(made: dict[str, Any]) -> list[str]:
    return [one["command"] for one in made["features"]["slash_commands"]]


def test_without_options_it_is_for_socket_mode_and_no_channel(capsys: pytest.CaptureFixture[str]) -> None:
    made = printed(capsys)

    assert made["settings"]["socket_mode_enabled"]
    assert "redirect_urls" not in made["oauth_config"]
    assert "channels:history" not in made["oauth_config"]["scopes"]["bot"]
    assert names(made) == ["/need", "/besoin", "/offer", "/offre", "/comptoir"]


def test_both_languages_have_their_commands_unless_others_were_chosen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    french = printed(capsys, "--language", "fr")
    assert names(french) == ["/need", "/besoin", "/offer", "/offre", "/comptoir"]
    assert "besoin" in french["features"]["slash_commands"][0]["description"]
    monkeypatch.setenv("COMPTOIR_SLACK_LANGUAGE", "fr")
    monkeypatch.setenv("COMPTOIR_SLACK_NEED_COMMAND", "cherche")
    monkeypatch.setenv("COMPTOIR_SLACK_ROOT_COMMAND", "bar")

    assert names(printed(capsys)) == ["/cherche", "/offer", "/offre", "/bar"]


def test_http_mode_for_several_workspaces_that_may_be_listened_to(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_SLACK_LISTENING", "true")
    made = printed(capsys, "--http", "--several", "--url", "https://bar.example.org/")

    assert made["settings"]["event_subscriptions"]["request_url"] == "https://bar.example.org/slack/events"
    assert made["oauth_config"]["redirect_urls"] == ["https://bar.example.org/slack/oauth_redirect"]
    assert "channels:history" in made["oauth_config"]["scopes"]["bot"]


def test_what_is_set_needs_no_option(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PUBLIC_URL": "https://bar.example.org",
        "SLACK_SIGNING_SECRET": "s" * 32,
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "c" * 32,
        "SLACK_LISTENING": "true",
    }.items():
        monkeypatch.setenv(PREFIX + name, value)

    made = printed(capsys)

    assert not made["settings"]["socket_mode_enabled"]
    assert "groups:history" in made["oauth_config"]["scopes"]["bot"]
    assert made["oauth_config"]["redirect_urls"] == ["https://bar.example.org/slack/oauth_redirect"]


def test_json_says_the_same_as_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    as_yaml = printed(capsys)
    with pytest.raises(SystemExit):
        command.main(["slack", "manifest", "--json"])

    assert json.loads(capsys.readouterr().out) == as_yaml


@pytest.mark.parametrize("options", [["--http"], ["--several"], ["--http", "--url", "http://bar.example.org"]])
def test_an_address_that_slack_cannot_use_is_told(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["slack", "manifest", *options])

    assert ended.value.code == command.MISCONFIGURED
    assert "--url" in capsys.readouterr().err
