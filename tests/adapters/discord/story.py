"""The story of the T-shirts in Discord's shapes, in pictures: `python -m tests.adapters.discord.story FOLDER`.

Told by a whole Comptoir in the fake Discord; what is drawn is what the two had in front of them. Needs Chromium.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import async_playwright

from tests.adapters.discord.page import page
from tests.adapters.discord.world import DiscordWorld
from tests.browser.conftest import FLAGS, find_chromium
from tests.journeys.test_main_path import NEED, OFFER
from tests.platforms.discord.state import Message

#: The steps that are drawn, and how wide the window is, in pixels: a desktop's or a phone's.
SHOWN: Final = {"1-form": 480, "2-preview": 390, "3-card": 640, "4-me": 640, "5-opening": 640, "6-follow-up": 390}


@dataclass(frozen=True)
class Step:
    """What was in front of somebody."""

    payload: dict[str, Any]
    language: str
    alone: bool = False


async def told() -> tuple[Mapping[str, Step], Mapping[str, str]]:
    """What was in front of the two at each step, by name; and what accounts are called, by id."""
    found: dict[str, Step] = {}
    async with DiscordWorld() as world:
        amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
        hers, his = world.people["Amina"], world.people["Luc"]
        await hers.runs("/offer", channel=world.bar.general)
        assert hers.modal
        found["1-form"] = Step({"type": 9, "data": vars(hers.modal)}, "en")
        hers.dismisses()
        await world.post(amina, OFFER)
        await world.say(luc, NEED)
        found["2-preview"] = Step(_payload(his.dms[-1]), "fr")
        await world.press(luc, "post")
        await world.engine.look()
        found["3-card"] = Step(_payload(hers.dms[-1]), "en")
        asked = await hers.runs("/me", channel=world.bar.general)
        assert asked.message
        found["4-me"] = Step(_payload(asked.message), "en", alone=True)
        await world.press(amina, "yes")
        await world.press(luc, "yes")
        await world.travel(minutes=1)
        found["5-opening"] = Step(_payload(hers.dms[-1]), "en")
        await world.travel(days=3, minutes=1)
        found["6-follow-up"] = Step(_payload(his.dms[-1]), "fr")
        return found, {person.id: name for name, person in world.people.items()}


def _payload(message: Message) -> dict[str, Any]:
    return {"content": message.content, "embeds": message.embeds, "components": message.components}


async def take(folder: Path) -> None:
    """Write one picture of each step: `discord-<name>.png`."""
    story, names = await told()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, width in SHOWN.items():
            step = story[name]
            tab = await browser.new_page(viewport={"width": width, "height": 120}, device_scale_factor=1)
            await tab.set_content(page(step.payload, step.language, names, alone=step.alone))
            await tab.screenshot(path=folder / f"discord-{name}.png", full_page=True)
        await browser.close()


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(where))
