"""The story of README in a real browser, by one newcomer who switches seats and moves the clock; and its silences."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.commands import ChangeSettings
from bot.text import catalogue
from tests.browser.conftest import Served, serve
from tests.browser.test_house import NEED, OFFER, PHONE, TABLE, enter, say

pytestmark = pytest.mark.browser
#: Where to keep pictures of each step; nowhere when empty. README shows those of `docs/images`.
PICTURES = os.environ.get("PICTURES", "")


async def picture(page: Page, name: str) -> None:
    """Keep what a reader would see."""
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def speak(served: Served, language: str) -> None:
    """Let everybody read in one language."""
    for member, _, _ in served.play.people:
        await served.world.send(ChangeSettings(member, language=language))


async def sit_down_as(page: Page, name: str) -> None:
    """Switch seats with the bar on top."""
    await page.locator(".demonstration select").select_option(label=name)
    await page.locator(".demonstration form").first.locator("button").click()
    await expect(page.locator(".demonstration select option:checked")).to_have_text(name)


async def let_pass(page: Page, step: str) -> None:
    """Move the clock with the bar on top: "minute", "days" (three), "week" or "month"."""
    async with page.expect_navigation():
        await page.locator(f'[name="step"][value="{step}"]').click()


async def tell(page: Page, text: str) -> None:
    """Type a need or an offer, and approve the words of the card."""
    await say(page, text)
    await page.locator('[value="post"]').click()
    await expect(page.locator('[value="post"]')).to_have_count(0)


async def press(page: Page, choice: str) -> None:
    """Press the newest button of that name, and wait until it is gone."""
    buttons = page.locator(f'[value="{choice}"]')
    await expect(buttons.last).to_be_visible()
    before = await buttons.count()
    await page.wait_for_timeout(750)  # a press sooner than that is taken for a double click
    await buttons.last.click()
    await expect(buttons).to_have_count(before - 1)


@pytest.mark.parametrize("size", [TABLE, PHONE], ids=["table", "phone"])
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_t_shirts_find_their_race(
    chromium: Browser, served: Served, language: str, size: dict[str, int]
) -> None:
    words = catalogue(language)
    await speak(served, language)
    page = await enter(chromium, served, "Amina", viewport=size)
    name = f"{language}-{'phone' if size is PHONE else 'table'}"

    await tell(page, OFFER)
    await picture(page, f"{name}-1-posted")
    await sit_down_as(page, "Marius")
    await tell(page, NEED)
    await served.look()
    await expect(page.locator('[value="not_now"]')).to_be_visible()
    await expect(page.locator("#lines-private")).to_contain_text(OFFER)
    await picture(page, f"{name}-2-card")
    await press(page, "yes")
    await picture(page, f"{name}-3-said-yes")
    await sit_down_as(page, "Amina")
    await expect(page.locator("#lines-private")).to_contain_text(NEED)
    assert "Marius" not in await page.locator("#lines-private").inner_text()
    await press(page, "yes")
    await let_pass(page, "minute")
    await page.locator("#conversations").get_by_text("Marius").click()
    opening = await page.locator("#lines-pair").inner_text()
    assert OFFER in opening
    assert NEED in opening
    await picture(page, f"{name}-4-introduced")
    await page.goto(served.url)
    await let_pass(page, "days")
    await expect(page.locator('[value="helped"]')).to_be_visible()
    await picture(page, f"{name}-5-follow-up")
    await press(page, "helped")
    await expect(page.locator("#lines-private")).to_contain_text(words.texts["follow_up.helped"])
    await let_pass(page, "month")
    await sit_down_as(page, "Marius")
    await let_pass(page, "month")
    nudged = [await page.locator('[value="end_tie"]').count()]
    await sit_down_as(page, "Amina")
    nudged.append(await page.locator('[value="end_tie"]').count())
    await picture(page, f"{name}-6-nudge")

    assert sum(nudged) >= 1
    assert page.strangers == []  # type: ignore[attr-defined] # see `enter`


#: What the other side does with their card, in presses; all of it must look like silence.
SILENCES = {
    "expiry": (),
    "no": ("no",),
    "no_and_why": ("no", "no_subject"),
    "not_now": ("not_now",),
    "withdrawn_yes": ("yes", "take_back"),
}


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_silence_looks_the_same(chromium: Browser, language: str) -> None:
    seen = {}
    for kind, presses in SILENCES.items():
        async with serve() as served:
            await speak(served, language)
            amina, marius = await enter(chromium, served, "Amina"), await enter(chromium, served, "Marius")
            await tell(amina, OFFER)
            await served.look()
            await tell(marius, NEED)
            await served.look()
            await press(marius, "yes")
            for choice in presses:
                await press(amina, choice)
            pages = []
            for step in ("minute", "days", "week", "month"):
                await let_pass(marius, step)
                pages.append(await marius.locator("main").inner_text())
            seen[kind] = "\n".join(pages)
            await marius.context.close()
            await amina.context.close()

    assert set(seen.values()) == {seen["expiry"]}
    assert str(catalogue(language).texts["card.answered.yes"]).split("\n")[-1] in seen["expiry"]
