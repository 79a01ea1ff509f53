"""The story of the T-shirts in Slack's shapes, in pictures: `python -m tests.adapters.slack.story FOLDER`.

Told by a whole Comptoir in the fake Slack; what is drawn is what each of the two had in front of them. Needs Chromium.
"""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from playwright.async_api import async_playwright

from tests.adapters.slack.page import page
from tests.adapters.slack.world import SlackWorld
from tests.browser.conftest import FLAGS, find_chromium
from tests.journeys.test_main_path import NEED, OFFER

#: Who looks at it, and in which language.
READERS: Final = {"UAMINA": "en", "ULUC": "fr"}

#: The steps that are drawn, and how wide the window is, in pixels: a desktop's or a phone's.
SHOWN: Final = {"1-form": 620, "2-preview": 390, "3-card": 620, "4-home": 620, "5-opening": 620, "6-follow-up": 390}
#: Of the Home tab, what one sees without scrolling.
TOP: Final = "4-home"


async def told() -> Mapping[str, tuple[dict[str, Any], str]]:
    """What was in front of the two at each step, and in which language, by name."""
    found: dict[str, tuple[dict[str, Any], str]] = {}

    def look(name: str, user: str, *, where: str = "") -> None:
        view = world.team.home_view(user) if where == "home" else world.team.modal(user)
        if view:
            found[name] = view.shape, READERS[user]
        else:
            post = [one for one in world.team.visible(user) if one.by_bot][-1]
            found[name] = {"text": post.text, "blocks": post.blocks}, READERS[user]

    async with SlackWorld() as world:
        amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
        await world.team.command("UAMINA", "/offer", "")
        look("1-form", "UAMINA")
        await world.team.close("UAMINA")
        await world.post(amina, OFFER)
        await world.say(luc, NEED)
        look("2-preview", "ULUC")
        await world.press(luc, "post")
        await world.engine.look()
        look("3-card", "UAMINA")
        await world.team.home("UAMINA")
        look("4-home", "UAMINA", where="home")
        await world.press(amina, "yes")
        await world.press(luc, "yes")
        await world.travel(minutes=1)
        look("5-opening", "UAMINA")
        await world.travel(days=3, minutes=1)
        look("6-follow-up", "ULUC")
    return found


async def take(folder: Path) -> None:
    """Write one picture of each step: `slack-<name>.png`, with blocks alone, not the text that goes with them."""
    story = await told()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, width in SHOWN.items():
            payload, language = story[name]
            tab = await browser.new_page(
                viewport={"width": width, "height": 620 if name == TOP else 200}, device_scale_factor=1
            )
            await tab.set_content(page(payload, language))
            await tab.add_style_tag(content=".told { display: none }")
            await tab.screenshot(path=folder / f"slack-{name}.png", full_page=name != TOP)
        await browser.close()


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(where))
