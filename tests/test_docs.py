"""What the pages say is there, is there: settings, commands, files, links, numbers."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.held_out import tried
from bot import __main__ as command
from bot.config import PREFIX, Settings
from bot.domain.rules import DAY, DEFAULT_RULES
from matching.encoder import built_in
from tests.bot.test_command import COMMANDS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
#: What a page names in backticks is taken for a path when it begins with one of these.
TOPS = tuple(f"{name}/" for name in ("adapters", "benchmarks", "bot", "docs", "matching", "migrations", "requirements",
                                     "tests"))  # fmt: skip


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shell_lines() -> Iterator[tuple[str, str]]:
    """(page, line) for each line of each shell block."""
    for page in PAGES:
        for block in re.findall(r"^ *```sh\n(.*?)^ *```", text_of(page), re.MULTILINE | re.DOTALL):
            yield from ((name_of(page), line.strip()) for line in block.splitlines() if line.strip())


# --- what is named exists --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page))]

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = [path for path in re.findall(r"`([\w./-]+)`", text_of(page)) if path.startswith(TOPS)]

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_drawing_of_the_house_is_of_this_house() -> None:
    drawing = text_of(ROOT / "docs" / "architecture.md").split("```")[1]
    missing, folder = [], ""
    for line in drawing.splitlines():
        if top := re.match(r"(\w+)/", line):
            folder = top[1]
        missing += [f"{folder}: {name}" for name in re.findall(r"\b\w+\.py\b", line)
                    if not list((ROOT / folder).rglob(name))]  # fmt: skip
        missing += [f"{folder}/{name}" for name in re.findall(r"^  (\w+)/", line)
                    if not (ROOT / folder / name).is_dir()]  # fmt: skip

    assert missing == []


def test_every_page_is_reached_from_the_first() -> None:
    linked = {
        (page.parent / link.split("#")[0]).resolve()
        for page in PAGES
        for link in re.findall(r"\]\(([^)\s]+\.md[^)\s]*)\)", text_of(page))
    }
    alone = {page for page in PAGES if page != README and page not in DECISIONS} - linked

    assert {name_of(page) for page in alone} <= {"benchmarks/README.md"}


def test_pictures_are_shown_and_light() -> None:
    pictures = sorted((ROOT / "docs" / "images").iterdir())

    assert pictures
    for picture in pictures:
        assert f"](docs/images/{picture.name})" in text_of(README), picture.name
        assert picture.stat().st_size < 200_000, picture.name


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_that_is_named_is_one(page: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}

    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", text_of(page))) - {PREFIX} <= known


def test_every_setting_is_documented() -> None:
    table = text_of(ROOT / "docs" / "settings.md")

    assert [name for name in Settings.model_fields if f"| `{PREFIX}{name.upper()}` |" not in table] == []


def test_every_command_is_documented_and_no_other() -> None:
    told = re.findall(r"^\| `comptoir (\w+)` \|", text_of(README), re.MULTILINE)

    assert sorted(told) == sorted(COMMANDS) == sorted(name for name in command.app if not name.startswith("-"))


def test_every_exit_code_is_documented() -> None:
    told = re.findall(r"^\| (\d+) \|", text_of(ROOT / "docs" / "operating.md"), re.MULTILINE)
    wrong = (command.BROKEN, command.USAGE, command.BAD_INPUT, command.BUG, command.MISCONFIGURED)
    codes = (0, *wrong, command.INTERRUPTED)

    assert told == [str(code) for code in codes]


def test_every_invariant_is_promised_with_its_check() -> None:
    rows = re.findall(r"^\| (I\d+) \| (.+?) \| (.+) \|$", text_of(README), re.MULTILINE)

    assert [number for number, _, _ in rows] == [f"I{number}" for number in range(1, 11)]
    assert [number for number, _, check in rows if "(tests/" not in check and "comptoir doctor" not in check] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for path in DECISIONS:
        assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+", path.stem)
        assert text_of(path).startswith(f"# {path.name[:4]} · ")
        assert "**Context.**" in text_of(path)
        assert "**Choice.**" in text_of(path)
        assert "**Consequences.**" in text_of(path)


# --- what can be typed can be run -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "line"), list(shell_lines()))
def test_what_a_page_tells_to_type_can_be_typed(page: str, line: str) -> None:
    make = re.search(r"(?:^|\s)make (\w+)", line)
    comptoir = re.match(r"\.venv/bin/comptoir (.+)", line)
    if make:
        typed = ["make", "-C", str(ROOT), "--no-print-directory", "--dry-run", make[1]]
    elif comptoir:
        typed = [sys.executable, "-m", "bot", *comptoir[1].split(), "--help"]
    else:
        assert line.startswith((".venv/bin/alembic ", "sqlite3 ", "openssl ")), f"{page}: nothing tries {line}"
        return

    subprocess.run(typed, cwd=ROOT, check=True, capture_output=True, timeout=60)


def test_alembic_finds_the_version_files_and_nothing_to_add(tmp_path: Path) -> None:
    address = f"url=sqlite:///{tmp_path}/scratch.db"

    for step in (["upgrade", "head"], ["check"]):
        told = subprocess.run(
            [sys.executable, "-m", "alembic", "-x", address, *step],
            cwd=ROOT, check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr[-500:]


# --- what is said is so -----------------------------------------------------------------------------------------------


def test_the_times_in_the_story_are_those_of_the_rules() -> None:
    rules, told = DEFAULT_RULES, text_of(README)

    assert f"{rules.undo.seconds} seconds to change" in told
    assert f"one reminder on day {rules.reminder_after.days},<br>the end on day {rules.card_life.days}" in told
    assert f'"after {rules.follow_up_after.days} days"' in told
    first, *others = (str(step // DAY) for step in rules.nudge_steps)
    assert f'"after {first} days, then {", ".join(others)}"' in told


def test_the_figures_of_matching_are_those_of_today() -> None:
    encoder = built_in()
    assert encoder is not None
    today = tried(encoder)
    told = " ".join(text_of(README).split())

    cards = today.right + today.nearly + today.wrong
    assert f"Of {cards} cards that it would write for needs it had never seen" in told
    assert f"{today.right} led to an answer, {today.nearly} nearly and {today.wrong} astray" in told
    assert f"got a card {today.bothered} time in {today.hopeless}" in told


def test_no_use_case_can_reach_what_two_people_say_to_each_other() -> None:
    """The rooms of the house are not in the unit of work; only the house itself, the store and bootstrap know them."""
    reaching = set()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(text_of(path))):
            names = {getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")}
            if names & {"Rooms", "rooms"}:
                reaching.add(name_of(path))

    assert {name for name in reaching if not name.startswith("bot/bootstrap/")} == {"bot/rooms.py"}
    ports = ast.parse(text_of(ROOT / "bot" / "ports.py"))
    [unit] = [node for node in ports.body if isinstance(node, ast.ClassDef) and node.name == "UnitOfWork"]
    assert "Rooms" not in ast.dump(unit)
