from pathlib import Path
from typing import Any

import pytest

from adapters.slack.chosen import chosen
from bot.config import Settings
from bot.errors import ConfigError
from bot.text import catalogue


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


ONE: dict[str, Any] = {"slack_bot_token": "xoxb-1-hunter2", "slack_app_token": "xapp-1-hunter2"}


def test_without_settings_there_is_no_slack() -> None:
    assert chosen(settings()) is None


def test_one_workspace_by_socket_mode() -> None:
    slack = chosen(settings(**ONE))

    assert slack is not None
    assert (slack.socket, slack.several) == (True, False)
    assert slack.api_url == "https://slack.com/api/"
    assert slack.commands == {
        "/need": "need", "/besoin": "need", "/offer": "offer", "/offre": "offer", "/comptoir": "root",
    }  # fmt: skip
    assert slack.command("offer", "fr") == "/offre"
    assert slack.command("offer", "en") == "/offer"


def test_several_workspaces_by_http() -> None:
    given = {"slack_client_id": "1.2", "slack_client_secret": "c" * 32, "slack_signing_secret": "s" * 32}

    slack = chosen(settings(**given))

    assert slack is not None
    assert (slack.socket, slack.several) == (False, True)


def test_commands_can_be_others() -> None:
    slack = chosen(settings(**ONE, slack_need_command="/Cherche", slack_root_command="bar"))

    assert slack is not None
    assert slack.commands == {"/cherche": "need", "/offer": "offer", "/offre": "offer", "/bar": "root"}
    assert slack.command("need", "fr") == slack.command("need", "en") == "/cherche"


def test_stewards_are_named_or_left_to_the_workspace() -> None:
    named, unnamed = chosen(settings(**ONE, slack_stewards="U1, T2:U2")), chosen(settings(**ONE))

    assert named is not None
    assert unnamed is not None
    assert named.is_steward("T1", "U1")
    assert named.is_steward("T2", "U2")
    assert named.is_steward("T1", "U2") is False
    assert unnamed.is_steward("T1", "U1") is None


def test_secrets_may_be_in_files(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("xoxb-1-hunter2\n")

    slack = chosen(settings(slack_bot_token_file=tmp_path / "bot", slack_app_token="xapp-1-hunter2"))

    assert slack is not None
    assert slack.bot_token == "xoxb-1-hunter2"
    assert "hunter2" not in repr(slack)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"xapp-1-hunter2", "xoxb-"),
        (b"\n", "nothing is in it"),
        ("xoxb-é".encode(), "UnicodeDecodeError"),
        (None, "File"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, part: str) -> None:
    path = tmp_path / "bot"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError) as raised:
        chosen(settings(slack_bot_token_file=path))

    said = catalogue("en").say(raised.value.faults[0])
    assert part in said
    assert str(path) in said
    assert "hunter2" not in said
