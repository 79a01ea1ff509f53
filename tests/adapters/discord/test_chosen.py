from pathlib import Path
from typing import Any

import pytest

from adapters.discord.chosen import chosen
from bot.config import Settings
from bot.errors import ConfigError
from bot.text import catalogue

TOKEN = "MTIz.Gabcde.hunter2-hunter2_hunter2"
GUILD, OTHER = 100000000000000001, 100000000000000002
ZOE, LUC, ROLE = 200000000000000001, 200000000000000002, 300000000000000001


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


def test_without_a_token_there_is_no_discord() -> None:
    assert chosen(settings(discord_language="fr", discord_listening=True)) is None


def test_a_token_is_enough() -> None:
    discord = chosen(settings(discord_token=TOKEN))

    assert discord is not None
    assert discord.api_url == "https://discord.com/api/v10"
    assert (discord.listening, discord.language, discord.zone, discord.shards) == (False, None, None, None)
    assert "hunter2" not in repr(discord)


def test_all_that_can_be_chosen_arrives() -> None:
    discord = chosen(
        settings(
            discord_token=TOKEN,
            discord_api_url="http://localhost:3000/api/v10/",
            discord_listening=True,
            discord_language="fr",
            discord_zone="Asia/Tokyo",
            discord_shards=4,
            discord_openings=96,
        )
    )

    assert discord is not None
    assert discord.api_url == "http://localhost:3000/api/v10"
    assert (discord.listening, discord.language, discord.zone, discord.shards) == (True, "fr", "Asia/Tokyo", 4)
    assert discord.openings == 96


def test_stewards_are_people_or_roles_here_or_everywhere() -> None:
    named = chosen(settings(discord_token=TOKEN, discord_stewards=f"{ZOE}, {OTHER}:{LUC}, {ROLE}"))

    assert named is not None
    assert named.is_steward(GUILD, ZOE, [])
    assert named.is_steward(GUILD, LUC, [1, ROLE])
    assert named.is_steward(OTHER, LUC, [])
    assert named.is_steward(GUILD, LUC, [GUILD]) is False


def test_without_names_the_server_decides() -> None:
    unnamed = chosen(settings(discord_token=TOKEN))

    assert unnamed is not None
    assert unnamed.is_steward(GUILD, ZOE, [ROLE]) is None


def test_the_token_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")

    discord = chosen(settings(discord_token_file=tmp_path / "token"))

    assert discord is not None
    assert discord.token == TOKEN


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"Bot MTIz.Gabcde.hunter2", "without the word Bot"),
        (b"hunter2hunter2hunter2hunter2hunt", "neither the client secret"),
        (b"\n", "nothing is in it"),
        ("MTIz.é.hunter2".encode(), "UnicodeDecodeError"),
        (None, "File"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, part: str) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError) as raised:
        chosen(settings(discord_token_file=path))

    said = catalogue("en").say(raised.value.faults[0])
    assert part in said
    assert str(path) in said
    assert "hunter2" not in said
