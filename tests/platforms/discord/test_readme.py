"""What README.md promises is there."""

import re
from pathlib import Path

import pytest

from tests.platforms.discord import FakeDiscord, Outcome, Person, Server

README = (Path(__file__).parent / "README.md").read_text()


def rows(who: str) -> list[str]:
    """The names in a row of the table."""
    row = next(line for line in README.splitlines() if line.startswith(f"| {who}"))
    return re.findall(r"`(?:\w+\.)*(\w+)", row)


@pytest.mark.parametrize(("who", "kind"), [("a person", Person), ("an onlooker", Person), ("a server's owner", Server)])
def test_people_and_owners_can_do_what_it_says(who: str, kind: type) -> None:
    assert [name for name in rows(who) if not hasattr(kind, name)] == []


async def test_the_server_has_what_it_says() -> None:
    async with FakeDiscord() as fake:
        for path in re.findall(r"\bfake((?:\.[a-z_]+)+)", README):
            found: object = fake
            for name in path.strip(".").split("."):
                found = getattr(found, name)


def test_an_outcome_tells_what_it_says() -> None:
    kinds = ["kind", "message", "modal", "choices", "ephemeral", "text", "took", "until_answered", "event"]

    assert [name for name in kinds if f"{name}`" not in README and f".{name}" not in README] == []
    assert [name for name in kinds if not hasattr(Outcome, name)] == []


def test_every_file_is_named() -> None:
    files = {
        one.name for one in Path(__file__).parent.glob("*.py") if not one.name.startswith(("test_", "__", "conftest"))
    }
    named = set(re.findall(r"`(\w+\*?\.py)`", README))

    assert {one for one in files if one not in named and not one.startswith(("routes_", "check_"))} == set()
