"""What a newcomer's machine meets first: locks, Makefile, Dockerfile, compose file."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import PREFIX, Settings

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_versions_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.findall(r"^[a-z0-9._-]+(?:\[[a-z,]+\])?==\S+", text, re.MULTILINE)

    assert entries
    assert not re.search(r"://|^\s*-|^.*\bfile:", text.replace("    --hash=sha256:", ""), re.MULTILINE)
    assert all("--hash=sha256:" in part for part in re.split(r"\n(?=\S)", text.strip()))


def test_the_locks_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, pin in re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", lock.read_text("utf-8"), re.MULTILINE):
            versions.setdefault(f"{lock.stem}:{name}", set()).add(pin)
    dev = {key.removeprefix("dev:"): pins for key, pins in versions.items() if key.startswith("dev:")}

    for key, pins in versions.items():
        assert pins <= dev[key.split(":", 1)[1]], key


def test_make_alone_says_what_can_be_done() -> None:
    told = subprocess.run(["make", "-C", str(ROOT), "--no-print-directory"], capture_output=True, text=True, check=True)

    for target in ("install", "run", "test", "lint", "bench", "campaign"):
        assert f"make {target}" in told.stdout


def test_make_names_a_python_that_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\ntest "$1" = --version && echo Python 3.9.2 || exit 1\n', encoding="utf-8")
    old.chmod(0o755)

    told = subprocess.run(
        ["make", "-f", str(ROOT / "Makefile"), f"PYTHON={old}", "VENV=nowhere", "install"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert told.returncode != 0
    assert "needs Python 3.11 or later; here is Python 3.9.2" in told.stderr


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with continued lines joined, comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def test_the_image_is_built_in_two_stages_from_hashes() -> None:
    steps = instructions()

    assert [rest for word, rest in steps if word == "FROM"] == ["python:3.13-slim AS build", "python:3.13-slim"]
    installs = [part for word, rest in steps if word == "RUN" for part in rest.split("&&") if "pip install" in part]
    assert installs
    assert all("--require-hashes" in part or "--no-index" in part for part in installs)


def test_the_image_runs_as_nobody_in_particular_and_writes_only_its_data() -> None:
    last = instructions()
    last = last[max(number for number, (word, _) in enumerate(last) if word == "FROM") :]
    said = dict(last)

    assert said["USER"] == "10001:10001"
    assert [word for word, _ in last].index("USER") > [word for word, _ in last].index("RUN")
    assert said["VOLUME"] == "/data"
    assert "COMPTOIR_DATA_DIR=/data" in said["ENV"]
    assert "/livez" in said["HEALTHCHECK"]
    assert (said["ENTRYPOINT"], said["CMD"]) == ('["comptoir"]', '["run"]')


def test_the_image_carries_only_what_was_asked_for() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = {source for word, rest in instructions() if word == "COPY" and "--from" not in rest
              for source in rest.split()[:-1]}  # fmt: skip

    assert "*" in ignored
    assert {source.split("/")[0].rstrip("*") for source in copied} == {
        line[1:] for line in ignored if line.startswith("!")
    }


def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def test_every_setting_of_the_image_and_of_compose_is_known() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    text = (ROOT / "Dockerfile").read_text("utf-8") + (ROOT / "compose.yaml").read_text("utf-8")

    assert set(re.findall(rf"{PREFIX}[A-Z_]+", text)) <= known


def test_no_file_of_ours_holds_a_secret() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8") + (ROOT / "compose.yaml").read_text("utf-8")
    example = (ROOT / ".env.example").read_text("utf-8")

    assert not re.search(r"COMPTOIR_(KEY|METRICS_TOKEN)\s*[=:]\s*\S", text)
    assert compose()["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD:-}"
    assert all(line.startswith("#") for line in example.splitlines() if line)


def test_compose_serves_this_machine_alone_from_a_locked_down_container() -> None:
    bar = compose()["services"]["comptoir"]

    assert all(port.startswith("127.0.0.1:") for port in bar["ports"])
    assert bar["read_only"] is True
    assert bar["cap_drop"] == ["ALL"]
    assert bar["depends_on"]["postgres"] == {"condition": "service_healthy", "required": False}


def test_compose_has_a_profile_with_postgres() -> None:
    services = compose()["services"]

    assert services["postgres"]["image"] == "postgres:18"
    assert services["postgres"]["profiles"] == ["postgres"]
    assert "profiles" not in services["comptoir"]
    assert "@postgres/comptoir" in services["comptoir"]["environment"]["COMPTOIR_DATABASE_URL"]


def test_the_wheel_carries_migrations_words_and_pages(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("comptoir-*.whl")

    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        scripts = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()

    assert {"bot/_migrations/env.py", "bot/text/fr/command.po", "adapters/house/demonstration.json"} <= names
    assert any(name.startswith("adapters/house/templates/") for name in names)
    assert any(name.startswith("adapters/house/static/") for name in names)
    assert any(name.startswith("matching/") and name.endswith(".json") for name in names)
    assert "comptoir = bot.__main__:main" in scripts
    assert not [name for name in names if name.startswith(("tests/", "var/")) or "__pycache__" in name]
