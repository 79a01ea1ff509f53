import asyncio
import errno
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import bot
from bot import __main__ as command
from bot.config import PREFIX, Settings
from bot.errors import ConfigError, Refusal
from bot.findings import Finding
from bot.messages import Phrase
from bot.text import catalogue

ROOT = Path(__file__).parents[2]
COMMANDS = [
    "run", "check", "migrate", "export", "erase", "doctor", "invite", "search", "evaluate", "classify", "round",
    "calibrate", "slack", "discord",
]  # fmt: skip
AMINA = "house:demo:amina"

Root = ModuleType


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Root:
    """A composition root in which all is well; tests put their own functions in."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    module: Any = ModuleType("bot.bootstrap")

    async def nothing(*_: Any) -> None:
        await asyncio.sleep(0)

    async def check(settings: Settings) -> list[Finding]:
        return [Finding(Phrase("command.migrated"), ok=True)]

    async def export(settings: Settings, member: str) -> dict[str, Any]:
        return {"member": member, "name": "Amélie"}

    async def doctor(settings: Settings) -> list[Phrase]:
        return []

    async def invite(settings: Settings, days: int) -> str:
        return f"http://bar/enter/{days}"

    async def calibrate(settings: Settings) -> Phrase:
        return Phrase("command.fault.no_encoder")

    async def run(settings: Settings, ready: Callable[[str], None], told: Callable[[Phrase], None]) -> None:
        ready(settings.address)

    async def way_back(settings: Settings, member: str) -> str:
        return f"http://bar/back/{member}"

    module.run, module.way_back, module.calibrate = run, way_back, calibrate
    module.migrate = module.erase = nothing
    module.check, module.export, module.doctor, module.invite = check, export, doctor, invite
    monkeypatch.setitem(sys.modules, "bot.bootstrap", module)
    monkeypatch.setattr(bot, "bootstrap", module, raising=False)
    assert isinstance(module, ModuleType)
    return module


def code_of(*tokens: str) -> int:
    with pytest.raises(SystemExit) as ended:
        command.main(tokens)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def giving(answer: Any) -> Callable[..., Any]:
    async def gives(*_: Any) -> Any:
        return answer

    return gives


def raising(error: BaseException) -> Callable[..., Any]:
    async def fails(*_: Any) -> None:
        raise error

    return fails


@pytest.mark.parametrize("tokens", [["run"], ["check"], ["migrate"], ["doctor"], ["invite"], ["export", AMINA]])
def test_a_command_that_went_well_ends_with_nought(
    root: Root, tokens: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*tokens) == 0

    assert capsys.readouterr().err == ""


def test_the_address_is_told_once_the_bar_is_open(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    code_of("run")

    assert capsys.readouterr().out.splitlines() == [
        "Comptoir is open: http://127.0.0.1:8080",
        "Press Ctrl-C to close it.",
        "The bar is closed. See you soon.",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(name, "--help") == 0

    assert f"Example: comptoir {name}" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("--version") == 0

    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("tokens", [["nope"], ["export"], ["invite", "--days", "soon"], ["run", "--fast"]])
def test_wrong_usage_ends_with_two(root: Root, tokens: list[str]) -> None:
    assert code_of(*tokens) == 2


@pytest.mark.parametrize("tokens", [["run"], ["migrate"], ["doctor"], ["export", AMINA], ["erase", AMINA, "--yes"]])
def test_bad_settings_are_all_told_and_end_with_78(
    root: Root, monkeypatch: pytest.MonkeyPatch, tokens: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMPTOIR_PORT", "x")
    monkeypatch.setenv("COMPTOIR_LOG_FORMAT", "xml")

    assert code_of(*tokens) == 78

    told = capsys.readouterr().err
    assert "2 things to mend" in told
    assert "COMPTOIR_PORT" in told
    assert "COMPTOIR_LOG_FORMAT" in told


def test_what_the_composition_root_finds_wrong_ends_with_78_too(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(root, "run", raising(ConfigError(Phrase("command.fault.second_process", {"path": "bar.db"}))))

    assert code_of("run") == 78

    assert "Another process uses the database bar.db." in capsys.readouterr().err


def test_check_answers_a_program_in_json(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("check", "--json") == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is True
    assert [finding["ok"] for finding in answer["findings"]] == [True, True]


def test_check_lists_what_is_not_well_and_ends_with_78(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(root, "check", giving([Finding(Phrase("command.fault.zone"), ok=False)]))

    assert code_of("check") == 78

    assert "✗ no such time zone" in capsys.readouterr().out


def test_what_nobody_looked_at_is_not_ticked(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unseen = Finding(Phrase("command.check.public", {"address": "https://bar"}), ok=True, seen=False)
    monkeypatch.setattr(root, "check", giving([unseen]))

    assert code_of("check") == 0

    assert "· Nobody looked whether https://bar" in capsys.readouterr().out


def test_check_tells_bad_settings_to_a_program(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMPTOIR_PORT", "x")

    assert code_of("check", "--json") == 78

    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert "COMPTOIR_PORT" in answer["findings"][0]["text"]


def test_export_prints_json(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("export", AMINA) == 0

    assert json.loads(capsys.readouterr().out) == {"member": AMINA, "name": "Amélie"}


def test_export_writes_a_file_that_only_its_owner_can_read(root: Root, tmp_path: Path) -> None:
    path = tmp_path / "amina.json"

    assert code_of("export", AMINA, "--output", str(path)) == 0

    assert json.loads(path.read_text(encoding="utf-8"))["name"] == "Amélie"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_export_says_when_the_file_cannot_be_written(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("export", AMINA, "--output", "nowhere/amina.json") == 70

    assert "nowhere/amina.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "part"),
    [("not_joined", "We know nobody by that name"), ("too_late", catalogue("en").texts["refusal.too_late"])],
)
def test_a_refusal_is_put_into_words(
    root: Root, monkeypatch: pytest.MonkeyPatch, code: str, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(root, "export", raising(Refusal(code)))

    assert code_of("export", "house:demo:nobody") == 2

    assert part in capsys.readouterr().err


def test_erase_without_a_terminal_needs_yes(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(root, "erase", raising(AssertionError("nobody was sure")))
    monkeypatch.setattr("sys.stdin", io.StringIO(AMINA))

    assert code_of("erase", AMINA) == 2

    assert "--yes" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "code"), [(AMINA, 0), ("house:demo:awa", 2)])
def test_erase_asks_for_the_name_again(root: Root, monkeypatch: pytest.MonkeyPatch, typed: str, code: int) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda *_: typed)

    assert code_of("erase", AMINA) == code


def test_doctor_lists_broken_promises_and_ends_with_one(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(root, "doctor", giving([Phrase("command.doctor.dead_parcels", {"count": 3})]))

    assert code_of("doctor") == 1
    assert "✗ Messages given up after many failures (I6): 3." in capsys.readouterr().out
    assert code_of("doctor", "--json") == 1
    assert json.loads(capsys.readouterr().out)["broken"] == ["Messages given up after many failures (I6): 3."]


def test_invite_prints_a_link(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("invite", "--days", "3", "--json") == 0

    assert json.loads(capsys.readouterr().out) == {"link": "http://bar/enter/3", "days": 3}


def test_a_model_is_calibrated_and_what_was_learnt_is_told(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("calibrate") == 0

    told = capsys.readouterr().out
    assert "nothing to calibrate" in told
    assert "next start" in told


def test_a_member_gets_a_way_back(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("invite", "--member", AMINA) == 0
    assert f"http://bar/back/{AMINA}" in capsys.readouterr().out

    assert code_of("invite", "--member", AMINA, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"link": f"http://bar/back/{AMINA}", "member": AMINA}


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "COMPTOIR_PORT"),
        (PermissionError(errno.EACCES, "denied"), "above 1023"),
        (OSError(errno.ENOSPC, "full", "/srv/comptoir.db"), "/srv/comptoir.db"),
        (OSError(errno.EIO, "?"), "OSError"),
        (RuntimeError("Amina needs a divorce lawyer"), "RuntimeError"),
    ],
)
def test_no_traceback_and_no_private_word_reaches_a_user(
    root: Root, monkeypatch: pytest.MonkeyPatch, error: Exception, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(root, "run", raising(error))

    assert code_of("run") == 70

    told = capsys.readouterr().err
    assert part in told
    assert "Traceback" not in told
    assert "divorce" not in told


def test_debugging_shows_where_it_happened(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMPTOIR_LOG_LEVEL", "debug")
    monkeypatch.setattr(root, "run", raising(RuntimeError("x")))

    assert code_of("run") == 70

    assert "test_command.py" in capsys.readouterr().err


def test_ctrl_c_is_clean(root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(root, "migrate", raising(KeyboardInterrupt()))

    assert code_of("migrate") == 130

    assert "Traceback" not in capsys.readouterr().err


def test_a_bug_before_the_settings_are_read_is_told_too(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "load_settings", lambda: os.environ["NOT_THERE"])

    assert code_of("run") == 70

    assert "KeyError" in capsys.readouterr().err


def test_a_pipe_that_closes_early_is_no_fault(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root, "export", raising(BrokenPipeError()))
    closed: list[int] = []
    monkeypatch.setattr("os.dup2", lambda nowhere, out: closed.append(nowhere))

    assert code_of("export", AMINA) == 0

    os.close(closed[0])


def test_a_terminal_sees_that_something_goes_on(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert code_of("migrate") == 0

    assert "A moment" in capsys.readouterr().err


def test_a_folder_that_was_never_installed_has_a_version_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(command, "version", nowhere)

    assert command._version() == "0"


def test_it_speaks_the_operator_s_language() -> None:
    environment = {**os.environ, "LC_ALL": "fr_FR.UTF-8", "PYTHONIOENCODING": "utf-8"}

    ran = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60
    )

    assert "Ouvrir le bar" in ran.stdout.decode()
    assert ran.stderr == b""
