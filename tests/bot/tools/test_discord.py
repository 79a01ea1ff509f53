"""`comptoir discord invite`, from what is typed to what is printed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.permissions import NEEDED, needed
from bot import __main__ as command
from bot.config import PREFIX

APP = "123456789012345678"


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def typed(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        command.main(["discord", "invite", *options])
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.out, said.err


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    code, out, _ = typed(capsys, *options, "--json")
    assert code == 0
    made: dict[str, Any] = json.loads(out)
    return made


def test_it_prints_the_link_and_what_each_permission_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = typed(capsys, "--application", APP)

    assert code == 0
    assert f"  https://discord.com/oauth2/authorize?client_id={APP}&" in out
    assert out.count(" – ") == len(NEEDED)
    assert "No privileged intent is needed" in out


def test_a_program_can_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    made = printed(capsys, "--application", APP)

    assert f"permissions={needed().value}" in made["link"]
    assert made["bits"] == str(needed().value)
    assert made["scopes"] == ["bot", "applications.commands"]
    assert tuple(made["permissions"]) == NEEDED
    assert made["intents"] == []


def test_listening_needs_an_intent_and_no_other_permission(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = printed(capsys, "--application", APP)
    monkeypatch.setenv("COMPTOIR_DISCORD_LISTENING", "true")

    made = printed(capsys, "--application", APP)

    assert made == before | {"intents": ["message_content"]}
    assert "Message Content Intent" in typed(capsys, "--application", APP)[1]


def test_without_a_token_or_an_id_it_says_where_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = typed(capsys)

    assert code == command.MISCONFIGURED
    assert "--application" in err
    assert "COMPTOIR_DISCORD_TOKEN" in err


def test_a_discord_that_does_not_answer_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_DISCORD_TOKEN", "MTIz.Gabcde.hunter2")
    monkeypatch.setenv("COMPTOIR_DISCORD_API_URL", "http://127.0.0.1:1/api/v10")

    code, _, err = typed(capsys)

    assert code == command.MISCONFIGURED
    assert "COMPTOIR_DISCORD_API_URL" in err
    assert "hunter2" not in err
