import io
import os

import pytest
from dotenv import dotenv_values

from bot.config import PREFIX, Settings, load_settings
from tests.bot.settings_table import EXAMPLE, TABLE, example, table

MEND = "run: python -m tests.bot.settings_table"


def test_the_table_of_settings_is_that_of_the_class() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), MEND


def test_the_example_is_that_of_the_class() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == example(), MEND


def test_the_example_with_every_line_switched_on_is_what_it_is_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    bare = load_settings()
    switched_on = dotenv_values(stream=io.StringIO(EXAMPLE.read_text(encoding="utf-8").replace(f"#{PREFIX}", PREFIX)))

    for name, value in switched_on.items():
        monkeypatch.setenv(name, value or "")

    assert len(switched_on) == len(Settings.model_fields)
    assert load_settings() == bare
