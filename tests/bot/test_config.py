import base64
import os
import re
from dataclasses import fields
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot import faults
from bot.config import PREFIX, Settings, load_settings, operator_language
from bot.domain.rules import DEFAULT_RULES, Rules
from bot.errors import ConfigError
from bot.text import catalogue

ROOT = Path(__file__).parents[2]
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX) or name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def faults_of(monkeypatch: pytest.MonkeyPatch, **given: str) -> tuple[str, ...]:
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name.upper(), value)
    with pytest.raises(ConfigError) as raised:
        load_settings()
    words = catalogue(operator_language())
    return tuple(words.say(fault) for fault in raised.value.faults)


def test_with_nothing_set_it_is_the_demonstration_on_sqlite_and_loopback(tmp_path: Path) -> None:
    settings = load_settings()

    assert settings.demonstration
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.database == f"sqlite:///{tmp_path}/var/comptoir.db"
    assert settings.key_path == Path("var/key")
    assert settings.tick == timedelta(seconds=5)


def test_the_default_rules_are_the_domain_s() -> None:
    assert load_settings().rules() == DEFAULT_RULES


def test_every_rule_but_three_follows_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "undo_seconds": "31", "draft_minutes": "61", "need_days": "22", "offer_days": "181", "warning_days": "2",
        "card_days": "8", "reminder_days": "5", "repeat_days": "181", "follow_up_days": "6", "nudge_days": "1, 2",
        "nudge_cap": "3", "wave_size": "3", "waves": "4", "wave_slots": "09:30", "load_cap": "4",
        "open_needs": "4", "open_offers": "13", "notices_a_day": "7", "common_hours": "3",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name.upper(), value)

    rules = load_settings().rules()

    assert rules.nudge_steps == (timedelta(days=1), timedelta(days=2))
    assert rules.wave_slots == (time(9, 30),)
    same = {field.name for field in fields(Rules) if getattr(rules, field.name) == getattr(DEFAULT_RULES, field.name)}
    assert same == {"budget_window", "nudge_lateness", "nudges"}


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("COMPTOIR_PORT=9000\nCOMPTOIR_HOUSE=Chez Nous\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("COMPTOIR_PORT", "9001")

    settings = load_settings()

    assert (settings.port, settings.house, settings.demonstration) == (9001, "Chez Nous", False)


def test_what_is_passed_on_empty_was_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", "")
    monkeypatch.setenv("COMPTOIR_PORT", "")

    assert load_settings().port == 8080


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+asyncpg://u:p@h/d?ssl=require"),
        ("sqlite:////srv/bar.db", "sqlite:////srv/bar.db"),
    ],
)
def test_database_addresses_are_understood_as_operators_write_them(
    monkeypatch: pytest.MonkeyPatch, given: str, wanted: str
) -> None:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", given)

    assert load_settings().database == wanted


def test_postgres_may_be_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", "postgresql://u:p@h/d")
    monkeypatch.setenv("COMPTOIR_SEARCH", "database")

    assert load_settings().on_postgres


@pytest.mark.parametrize(
    "address",
    [
        "https://api.example.org/v1",
        "http://localhost:11434/v1",
        "http://ollama:11434/v1",
        "http://[::1]:8000",
        "http://192.168.1.7/v1",
        "http://models.internal/v1",
    ],
)
def test_words_may_travel_sealed_or_near(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("COMPTOIR_ENCODER_URL", address + "/")
    monkeypatch.setenv("COMPTOIR_ENCODER_MODEL", "bge-m3")

    assert load_settings().encoder_url == address


def test_a_key_for_the_encoder_is_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = faults_of(monkeypatch, encoder_key="hunter2", encoder_key_file="/srv/key")

    assert "Keep one of them" in fault


def test_slack_is_off_unless_something_of_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_SLACK_ROOT_COMMAND", "bar")

    assert not load_settings().in_slack


@pytest.mark.parametrize(
    "given",
    [
        {"bot_token": "xoxb-1-2-a", "app_token": "xapp-1-A1-2-b"},
        {"bot_token_file": "/run/secrets/bot", "app_token_file": "/run/secrets/app"},
        {"bot_token": "xoxb-1-2-a", "signing_secret": "0123456789abcdef0123456789abcdef"},
        {"client_id": "12.34", "client_secret": "c" * 32, "app_token": "xapp-1-A1-2-b"},
        {"client_id": "12.34", "client_secret_file": "/run/secrets/client", "signing_secret": "s" * 32},
    ],
)
def test_slack_is_for_one_workspace_or_several_by_socket_or_http(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    monkeypatch.setenv("COMPTOIR_PUBLIC_URL", "https://bar.example.org")
    for name, value in given.items():
        monkeypatch.setenv(f"COMPTOIR_SLACK_{name.upper()}", value)

    assert load_settings().in_slack


BOT, APP = {"slack_bot_token": "xoxb-1-2-a"}, {"slack_app_token": "xapp-1-A1-2-b"}
SIGNED, CLIENT = {"slack_signing_secret": "s" * 32}, {"slack_client_id": "12.34", "slack_client_secret": "c" * 32}
PUBLIC = {"public_url": "https://bar.example.org"}


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (APP, "COMPTOIR_SLACK_BOT_TOKEN is missing"),
        (SIGNED, "COMPTOIR_SLACK_BOT_TOKEN is missing"),
        (BOT, "nothing could be heard"),
        (CLIENT | PUBLIC, "nothing could be heard"),
        (BOT | APP | SIGNED, "Keep the one that is switched on"),
        (BOT | CLIENT | APP | PUBLIC, "Keep the one that you mean"),
        (CLIENT | APP, "COMPTOIR_PUBLIC_URL"),
        (CLIENT | APP | {"public_url": "http://bar.example.org"}, "COMPTOIR_PUBLIC_URL"),
        ({"slack_client_id": "12.34"} | APP | PUBLIC, "go together"),
        ({"slack_client_secret": "c" * 32} | APP | PUBLIC, "go together"),
        (BOT | APP | {"slack_bot_token_file": "/run/bot"}, "COMPTOIR_SLACK_BOT_TOKEN_FILE are both given"),
        ({"slack_listening": "perhaps"}, "true or false"),
        ({"slack_root_command": "besoin"}, "three different commands"),
        ({"slack_need_command": "/ask", "slack_offer_command": "Ask"}, "three different commands"),
        ({"slack_need_command": "j'ai besoin"}, "name for a slash command"),
        ({"slack_client_id": "A012AB3CD"} | {"slack_client_secret": "c" * 32} | APP | PUBLIC, "two numbers"),
        ({"slack_stewards": "U012AB3CD, amina"}, "member ids"),
        ({"slack_api_url": "http://slack.example.org/api"}, "https address"),
    ],
)
def test_settings_of_slack_that_disagree_are_one_fault(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], part: str
) -> None:
    (fault,) = faults_of(monkeypatch, **given)

    assert part in fault


def test_discord_is_off_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_DISCORD_LISTENING", "true")
    assert not load_settings().in_discord

    monkeypatch.setenv("COMPTOIR_DISCORD_TOKEN_FILE", "/run/secrets/token")

    assert load_settings().in_discord
    assert not load_settings().demonstration


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"discord_token": "a.b.c", "discord_token_file": "/run/token"}, "COMPTOIR_DISCORD_TOKEN_FILE are both given"),
        ({"discord_stewards": "123456789012345678, amina"}, "ids of people or roles"),
        ({"discord_stewards": "<@123456789012345678>"}, "ids of people or roles"),
        ({"discord_shards": "0"}, "1 or more"),
        ({"discord_zone": "Paris"}, "time zone"),
        ({"discord_api_url": "http://discord.example.org/api"}, "https address"),
    ],
)
def test_settings_of_discord_that_are_wrong_are_one_fault(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], part: str
) -> None:
    (fault,) = faults_of(monkeypatch, **given)

    assert part in fault


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("discord_token", "Bot a.b.hunter2", "without the word Bot"),
        ("discord_token", "hunter2", "neither the client secret"),
        ("discord_api_url", "https://me:hunter2@discord.example.org/api", "https address"),
        ("slack_bot_token", "xapp-1-hunter2", "xoxb-"),
        ("slack_bot_token", "xoxe.xoxb-1-hunter2", "xoxb-"),
        ("slack_app_token", "xoxb-1-hunter2", "xapp-"),
        ("slack_signing_secret", "xoxb-1-hunter2-and-more", "none of its tokens"),
        ("slack_client_secret", "hunter2", "none of its tokens"),
        ("slack_api_url", "https://me:hunter2@slack.example.org/api", "https address"),
    ],
)
def test_a_token_of_the_wrong_kind_is_told_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, part: str
) -> None:
    found = faults_of(monkeypatch, **{name: value})

    assert part in found[0]
    assert "hunter2" not in "".join(found)


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", "postgresql://u:hunter2@h/d")
    monkeypatch.setenv("COMPTOIR_KEY", KEY)

    shown = repr(load_settings())

    assert "hunter2" not in shown
    assert KEY not in shown


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize(
    ("host", "port", "public", "address"),
    [
        ("0.0.0.0", "80", "", "http://localhost:80"),
        ("::1", "8080", "", "http://[::1]:8080"),
        ("127.0.0.1", "8080", "https://bar.example.org/", "https://bar.example.org"),
    ],
)
def test_the_address_is_one_that_members_can_type(
    monkeypatch: pytest.MonkeyPatch, host: str, port: str, public: str, address: str
) -> None:
    monkeypatch.setenv("COMPTOIR_HOST", host)
    monkeypatch.setenv("COMPTOIR_PORT", port)
    monkeypatch.setenv("COMPTOIR_PUBLIC_URL", public)

    assert load_settings().address == address


def test_all_faults_come_at_once_each_with_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults_of(
        monkeypatch,
        port="eighty",
        host_="x",
        house_zone="Europe/Pariss",
        log_format="xml",
        reminder_days="9",
        wave_slots="10:00,25:00",
    )

    assert found == (
        "COMPTOIR_HOST_ is not a setting of ours. Did you mean COMPTOIR_HOST?",
        "COMPTOIR_PORT is “eighty”: it should be a whole number, such as 7.",
        "COMPTOIR_HOUSE_ZONE is “Europe/Pariss”: no such time zone. Take a name such as Europe/Paris or "
        "America/Toronto.",
        "COMPTOIR_LOG_FORMAT is “xml”: it should be one of these: 'console' or 'json'.",
        "COMPTOIR_WAVE_SLOTS is “10:00,25:00”: it should be hours with commas between them, such as 10:00,17:00.",
        "COMPTOIR_REMINDER_DAYS should be less than COMPTOIR_CARD_DAYS, or the reminder would come when it is too "
        "late.",
    )


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("port", "0", "Take 1 or more"),
        ("port", "70000", "Take 65535 or less"),
        ("port", "1.5", "whole number"),
        ("tick_seconds", "soon", "such as 5 or 0.5"),
        ("house", "x" * 81, "Keep to 80 characters"),
        ("house_zone", "../../etc/passwd", "no such time zone"),
        ("public_url", "bar.example.org", "it should be a web address"),
        ("public_url", "http://[", "it should be a web address"),
        ("nudge_days", ",", "something should be there"),
        ("nudge_days", "1,x", "whole number"),
        ("portt", "1", "Did you mean COMPTOIR_PORT?"),
        ("zzzzzz", "1", "docs/settings.md"),
        ("service_host", "10.0.0.1", "enableServiceLinks"),
        ("port_8080_tcp", "tcp://10.0.0.1", "enableServiceLinks"),
        ("warning_days", "30", "the warning would come before"),
        ("search", "database", "needs PostgreSQL"),
        ("search", "elsewhere", "one of these"),
        ("encoder_url", "ftp://models", "it should be a web address"),
        ("encoder_url", "http://models.example.org/v1", "https address"),
        ("encoder_url", "http://8.8.8.8/v1", "https address"),
        ("encoder_url", "https://models.example.org/v1", "COMPTOIR_ENCODER_MODEL"),
        ("encoder_model", "bge-m3", "COMPTOIR_ENCODER_URL"),
    ],
)
def test_each_fault_says_what_to_do(monkeypatch: pytest.MonkeyPatch, name: str, value: str, part: str) -> None:
    (fault,) = faults_of(monkeypatch, **{name: value})

    assert part in fault
    assert PREFIX in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://u:hunter2@h/d"),
        ("database_url", "sqlite://"),
        ("key", "hunter2"),
        ("key", ","),
        ("key", "é"),
        ("encoder_url", "https://me:hunter2@models.example.org/v1"),
        ("encoder_key", "hunter2 hunter2"),
        ("encoder_key", "hunter2\n"),
    ],
)
def test_a_fault_of_a_secret_does_not_repeat_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    (fault,) = faults_of(monkeypatch, **{name: value})

    assert "its value stays hidden" in fault
    assert f"“{value}”" not in fault
    assert "hunter2" not in fault


def test_a_token_that_is_easy_to_guess_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = faults_of(monkeypatch, metrics_token="hunter2")

    assert "too easy to guess" in fault
    assert "hunter2" not in fault


def test_a_token_may_be_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_METRICS_TOKEN", "t" * 32)

    assert load_settings().metrics_token is not None


def test_a_missing_driver_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.values.find_spec", lambda name: None)

    (fault,) = faults_of(monkeypatch, database_url="postgresql://u:p@h/d")

    assert "comptoir[postgres]" in fault


def test_an_older_key_may_follow_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_KEY", f"{KEY},{KEY}")

    key = load_settings().key

    assert key is not None
    assert key.get_secret_value() == f"{KEY},{KEY}"


def test_a_key_and_a_key_file_are_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = faults_of(monkeypatch, key=KEY, key_file="/srv/key")

    assert "Keep one of them" in fault


def test_a_value_is_shown_without_control_characters_and_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = faults_of(monkeypatch, port="\x1b[31m" + "9" * 500)

    assert "\x1b" not in fault
    assert len(fault) < 200


def test_a_file_that_is_no_text_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_bytes(b"COMPTOIR_PORT=\xff\xfe")

    (fault,) = faults_of(monkeypatch)

    assert "cannot be read as text" in fault


def test_faults_are_said_in_the_operator_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    (fault,) = faults_of(monkeypatch, port="x")

    assert "il faut un nombre entier" in fault


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_BE.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "fr"}, "fr"),
    ],
)
def test_the_operator_s_language_follows_the_locale(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert operator_language() == language


def test_every_fault_has_words_in_both_languages() -> None:
    code = [path.read_text(encoding="utf-8") for part in ("bot", "adapters") for path in (ROOT / part).rglob("*.py")]
    named = {key for text in code for key in re.findall(r'"(command\.fault\.\w+)"', text)}

    assert {*faults._KEYS.values()} <= named
    for language in ("en", "fr"):
        assert named == {key for key in catalogue(language).texts if key.startswith("command.fault.")}


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())
