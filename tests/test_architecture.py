"""The walls of the house: who may import whom, who may look at the clock, who may read the environment."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("adapters", "bot", "matching", "migrations", "tests")
PURE = sorted(path for part in ("bot", "matching") for path in (ROOT / part).rglob("*.py"))
CODE = sorted(path for part in ("adapters", "bot", "matching") for path in (ROOT / part).rglob("*.py"))

#: Whatever answers differently each time it is asked: only adapters may ask.
UNSTEADY = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "os.urandom",
}  # fmt: skip
UNSTEADY_MODULES = {"secrets", "uuid"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "msg"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for an attribute or a name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def names_used(path: Path) -> Iterator[str]:
    """Every dotted name in a file, and what it imports by name as `module.name`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute | ast.Name):
            yield dotted(node)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_imports_go_one_way_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    told = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_only_adapters_know_what_time_it_is_and_what_chance_brings(path: Path) -> None:
    assert not UNSTEADY & set(names_used(path))
    assert not UNSTEADY_MODULES & set(imports(path))
    # A generator made from a seed is steady; the module's own functions are not.
    assert {name for name in names_used(path) if name.startswith("random.")} <= {"random.Random"}


@pytest.mark.parametrize("path", [path for path in CODE if name_of(path) != "bot/config.py"], ids=name_of)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    assert not ENVIRONMENT & set(names_used(path))


#: All but Alembic's own door.
MIGRATIONS = sorted(path for path in (ROOT / "migrations").rglob("*.py") if path.name != "env.py")


@pytest.mark.parametrize("path", MIGRATIONS, ids=name_of)
def test_migrations_import_nothing_of_ours(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & set(OURS)


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_what_is_logged_is_a_constant(path: Path) -> None:
    """Whatever varies goes into a field, where the log's filter sees it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and dotted(node.func) in {f"log.{level}" for level in LEVELS}:
            assert isinstance(node.args[0], ast.Constant), f"{name_of(path)}:{node.lineno}"
            assert len(node.args) == 1, f"{name_of(path)}:{node.lineno}"


@pytest.mark.parametrize("part", OURS)
def test_every_folder_of_code_is_a_package(part: str) -> None:
    folders = {path.parent for path in (ROOT / part).rglob("*.py")}

    # Alembic reads migrations by file, and its version files are named by date.
    assert [name_of(f) for f in folders if not (f / "__init__.py").exists() and part != "migrations"] == []


def test_nothing_of_ours_is_also_a_dependency() -> None:
    wanted = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert not [name for name in OURS if f'"{name}>=' in wanted or f'"{name}"' in wanted.split("[tool")[0]]
