"""What a newcomer's machine meets first: locks, Makefile, Dockerfile, compose file."""

import re
import subprocess
from pathlib import Path

import pytest

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
