"""Pictures of what Slack shows, to be looked at: `python -m tests.adapters.slack.pictures FOLDER`. Needs Chromium."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from playwright.async_api import async_playwright

from adapters.slack import modals
from bot.domain.notices import Kind
from bot.text import LANGUAGES, catalogue
from tests.adapters.slack import golden
from tests.adapters.slack.page import page
from tests.adapters.slack.test_modals import every_form
from tests.browser.conftest import FLAGS, find_chromium

WIDTHS: Final = {"desktop": 960, "phone": 390}
MESSAGES: Final = (
    "card.answers.offer", "card.answered.no", "draft.preview.need", "opening.answers.offer", "follow_up", "digest",
    "heard.need", "help", "welcome",
)  # fmt: skip
FORMS: Final = ("need", "offer", "check", "join", "settings", "report", "listen", "charter", "meeting", "pause")


def pictures(language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is worth a look in one language, by name."""
    words = catalogue(language)
    for key in MESSAGES:
        yield key, golden.shown(golden.message(key, words), words)
    forms = every_form(words, golden.FRENCH if language == "fr" else "I am looking for a drill this weekend")
    for name in FORMS:
        yield f"form-{name}", forms[name]
    yield "form-need-empty", modals.new_notice(Kind.NEED, words)
    for name, view in golden.homes(words).items():
        yield f"home-{name}", view


async def take(folder: Path) -> None:
    """Write them all: `<name>.<language>.<width>.png`."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for width, pixels in WIDTHS.items():
            tab = await browser.new_page(viewport={"width": pixels, "height": 200}, device_scale_factor=1.5)
            for language in LANGUAGES:
                for name, payload in pictures(language):
                    await tab.set_content(page(payload, language))
                    await tab.screenshot(path=folder / f"{name}.{language}.{width}.png", full_page=True)
        await browser.close()


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(where))
