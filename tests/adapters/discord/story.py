"""The story of the T-shirts in Discord's shapes, in pictures: `python -m tests.adapters.discord.story FOLDER`.

Told by a whole Comptoir in the fake Discord; what is drawn is what the two had in front of them. Needs Chromium.
"""

import asyncio
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, async_playwright

from tests.adapters.discord.page import page
from tests.adapters.discord.world import DiscordWorld
from tests.browser.conftest import FLAGS, find_chromium
from tests.journeys.test_main_path import NEED, OFFER
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Channel, Message

#: How wide the two windows are in which a step is drawn, in pixels: one's on a desktop, and the other's on a phone.
WIDTHS: Final = {"en": 560, "fr": 390}
#: Between the two.
BETWEEN: Final = 16


@dataclass(frozen=True)
class Step:
    """What was in front of somebody."""

    payload: dict[str, Any]
    language: str
    alone: bool = False


async def told() -> tuple[Mapping[str, Sequence[Step]], Mapping[str, str]]:
    """What was in front of the two at each step, by name; and what accounts are called, by id."""
    found: dict[str, Sequence[Step]] = {}
    async with DiscordWorld() as world:
        amina, luc = await world.join("amina"), await world.join("luc", "fr")
        hers, his = world.people["amina"], world.people["luc"]

        def seen(name: str) -> None:
            found[name] = [_last(hers, "en"), _last(his, "fr")]

        await hers.runs("/offer", channel=world.bar.general)
        await his.runs("/need", channel=world.bar.general)
        found["1-form"] = [_form(hers, "en"), _form(his, "fr")]
        await world.say(amina, OFFER)
        await world.say(luc, NEED)
        seen("2-preview")
        for member in (amina, luc):
            await world.press(member, "post")
            await world.engine.look()
        seen("3-card")
        found["4-me"] = [await _me(hers, world.bar.general, "en"), await _me(his, world.bar.general, "fr")]
        await world.press(amina, "yes")
        await world.press(luc, "yes")
        await world.travel(minutes=1)
        seen("5-opening")
        await world.travel(days=3, minutes=1)
        seen("6-follow-up")
        return found, {person.id: name for name, person in world.people.items()}


def _form(person: Person, language: str) -> Step:
    assert person.modal
    step = Step({"type": 9, "data": vars(person.modal)}, language)
    person.dismisses()
    return step


async def _me(person: Person, channel: Channel, language: str) -> Step:
    asked = await person.runs("/me", channel=channel)
    assert asked.message
    return Step(_payload(asked.message), language, alone=True)


def _last(person: Person, language: str) -> Step:
    return Step(_payload(person.dms[-1]), language)


def _payload(message: Message) -> dict[str, Any]:
    return {"content": message.content, "embeds": message.embeds, "components": message.components}


async def take(folder: Path) -> None:
    """Write one picture of each step: `discord-<name>.png`."""
    story, names = await told()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, steps in story.items():
            drawn = [await _drawn(browser, step, names) for step in steps]
            await _beside(browser, drawn, folder / f"discord-{name}.png")
        await browser.close()


async def _drawn(browser: Browser, step: Step, names: Mapping[str, str]) -> bytes:
    tab = await browser.new_page(viewport={"width": WIDTHS[step.language], "height": 120}, device_scale_factor=1)
    await tab.set_content(page(step.payload, step.language, names, alone=step.alone))
    return await tab.screenshot(full_page=True)


async def _beside(browser: Browser, pictures: Sequence[bytes], file: Path) -> None:
    """One picture of several, beside each other."""
    width = sum(WIDTHS.values()) + BETWEEN
    tab = await browser.new_page(viewport={"width": width, "height": 120}, device_scale_factor=1)
    shown = "".join(f'<img src="data:image/png;base64,{b64encode(one).decode()}">' for one in pictures)
    style = f"display:flex;gap:{BETWEEN}px;align-items:flex-start;margin:0"
    await tab.set_content(f'<!doctype html><body style="{style}">{shown}</body>')
    await tab.screenshot(path=file, full_page=True, omit_background=True)


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(where))
