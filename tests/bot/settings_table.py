"""Writes `docs/settings.md` and `.env.example` from the class: `python -m tests.bot.settings_table`."""

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from bot.config import PREFIX, Settings

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "settings.md"
EXAMPLE = ROOT / ".env.example"

#: What each part is about, by the first setting of the part.
PARTS = {
    "data_dir": "What is kept, and where",
    "host": "Where it listens",
    "house": "The house",
    "slack_bot_token": "Slack",
    "discord_token": "Discord",
    "engine": "How notices are compared",
    "metrics_token": "Metrics, logs and the beat",
    "undo_seconds": "How patient, how modest and how forgetful the bar is",
}


def table() -> str:
    lines = [
        "# Settings",
        "",
        "Comptoir needs none: with nothing set it is a demonstration on your own machine. Settings come from the",
        "environment, then from a file `.env` in the folder where it starts. `comptoir check` reads them and names",
        "every fault at once; a `COMPTOIR_` variable that is not listed here is a fault as well. Lists are written",
        "with commas.",
    ]
    for name, field in Settings.model_fields.items():
        if name in PARTS:
            lines += ["", f"## {PARTS[name]}", "", "| variable | without it | what it is |", "|---|---|---|"]
        lines.append(f"| `{PREFIX}{name.upper()}` | {default(field) and f'`{default(field)}`'} | {field.description} |")
    return "\n".join(lines) + "\n"


def example() -> str:
    lines = [
        "# Every setting of Comptoir, with what it is when nothing is set. Copy this file to .env and take the # away"
    ]
    lines += ["# before what you change. Keep .env to yourself: it may hold secrets."]
    for name, field in Settings.model_fields.items():
        if name in PARTS:
            lines += ["", f"# --- {PARTS[name]}"]
        lines += [f"# {field.description}", f"#{PREFIX}{name.upper()}={default(field)}"]
    return "\n".join(lines) + "\n"


def default(field: FieldInfo) -> str:
    value: Any = field.default
    if isinstance(value, tuple):
        return ",".join(part.strftime("%H:%M") if hasattr(part, "strftime") else str(part) for part in value)
    return "" if value is None else str(value)


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
    EXAMPLE.write_text(example(), encoding="utf-8")
