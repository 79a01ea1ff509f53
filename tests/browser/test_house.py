"""The house in a real browser: live, by keyboard, on a phone, without JavaScript, and accessible to all."""

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Error, Page, Route, expect

from bot.commands import Erase
from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor/axe-core-4.14.1.min.js"
PHONE = {"width": 390, "height": 844}
TABLE = {"width": 1280, "height": 800}
PAGES = (
    "/", "/?at=channel", "/need/new", "/offer/new", "/notices", "/ties", "/settings", "/privacy", "/leave",
    "/nowhere", "/goodbye/left",
)  # fmt: skip
OFFER = "I have 5,000 T-shirts left over from a festival"
#: In seconds.
LATE = 1.0
NEED = "nous cherchons des T-shirts pour une course solidaire"


async def enter(browser: Browser, served: Served, name: str, **options: Any) -> Page:
    context = await browser.new_context(**{"viewport": TABLE, **options})
    page = await context.new_page()
    page.on("request", lambda request: strangers.append(request.url) if served.url not in request.url else None)
    strangers: list[str] = []
    page.strangers = strangers  # type: ignore[attr-defined] # to be looked at when the test ends
    await page.goto(served.url)
    await page.get_by_role("button", name=name).click()
    await expect(page.get_by_role("log").last).to_be_visible()
    return page


async def say(page: Page, text: str) -> None:
    await page.locator("#say-private").fill(text)
    await page.locator("#say-private").press("Enter")


async def introduce(amina: Page, marius: Page, served: Served) -> None:
    """The whole story, by mouse."""
    for page, text in ((amina, OFFER), (marius, NEED)):
        await say(page, text)
        await page.locator('[value="post"]').click()
        await expect(page.locator('[value="post"]')).to_have_count(0)
        await served.look()
    for page in (amina, marius):
        await page.locator('[value="yes"]').click()
        await expect(page.locator('[value="yes"]')).to_have_count(0)
    await served.world.travel(minutes=1)


async def faults(page: Page) -> list[str]:
    """What axe finds wrong."""
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {v['help']} {[n['html'][:200] for n in v['nodes'][:3]]}" for v in found["violations"]]


async def test_two_people_meet_without_reloading_a_page(chromium: Browser, served: Served) -> None:
    amina, marius = await enter(chromium, served, "Amina"), await enter(chromium, served, "Marius")

    await introduce(amina, marius, served)

    await expect(amina.locator("#conversations")).to_contain_text("Marius")
    await expect(marius.locator("#conversations")).to_contain_text("Amina")
    await amina.get_by_role("link", name="Marius").click()
    await marius.get_by_role("link", name="Amina").click()
    await amina.locator("#say-pair").fill("Hello Marius")
    await amina.get_by_role("button", name="Send").click()
    await expect(marius.locator("#lines-pair")).to_contain_text("Hello Marius")
    await expect(amina.locator("#say-pair")).to_have_value("")
    await expect(amina.locator("#say-pair")).to_be_focused()
    assert amina.strangers == marius.strangers == []  # type: ignore[attr-defined] # see `enter`


async def test_a_line_in_the_room_arrives_while_somebody_writes(chromium: Browser, served: Served) -> None:
    amina, marius = await enter(chromium, served, "Amina"), await enter(chromium, served, "Marius")
    await marius.locator("#say-channel").fill("I am still writ")

    await amina.locator("#say-channel").fill("Good morning")
    await amina.locator("#say-channel").press("Enter")

    await expect(marius.locator("#lines-channel")).to_contain_text("Good morning")
    await expect(marius.locator("#say-channel")).to_have_value("I am still writ")
    await expect(marius.locator("#say-channel")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, TABLE], ids=["phone", "table"])
async def test_nobody_is_kept_out(chromium: Browser, served: Served, scheme: str, size: dict[str, int]) -> None:
    amina = await enter(chromium, served, "Amina", viewport=size, color_scheme=scheme)
    marius = await enter(chromium, served, "Marius", viewport=size, color_scheme=scheme)
    await introduce(amina, marius, served)
    await say(amina, "I need a loom")
    await expect(amina.locator('[value="post"]')).to_be_visible()
    [(room, _)] = await served.world.rooms.rooms_of(served.play.people[0][0])

    wrong = {}
    for path in (*PAGES, room.replace("pair:", "/rooms/")):
        await amina.goto(served.url + path)
        for details in await amina.locator("details").all():
            await details.evaluate("one => one.open = true")
        if found := await faults(amina):
            wrong[path] = found
        width = await amina.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], path

    assert wrong == {}


async def test_the_door_is_open_to_all(chromium: Browser, served: Served) -> None:
    page = await chromium.new_page(locale="fr-FR")
    await page.goto(served.url)

    assert await faults(page) == []
    assert await page.get_attribute("html", "lang") == "fr"


async def test_a_card_is_answered_by_keyboard_alone(chromium: Browser, served: Served) -> None:
    amina, marius = await enter(chromium, served, "Amina"), await enter(chromium, served, "Marius")
    for page, text in ((amina, OFFER), (marius, NEED)):
        await page.locator("#say-private").focus()
        await page.keyboard.type(text)
        await page.keyboard.press("Enter")
        await expect(page.locator('[value="post"]')).to_be_visible()
        await _tab_to(page, "post", backwards=True)
        await page.keyboard.press("Enter")
        await expect(page.locator('[value="post"]')).to_have_count(0)
        await served.look()
    await expect(amina.locator('[value="yes"]')).to_be_visible()

    await _tab_to(amina, "yes")
    await amina.keyboard.press("Space")

    await expect(amina.locator('[value="yes"]')).to_have_count(0)
    focused = await amina.evaluate("document.activeElement.id")
    assert re.fullmatch(r"line-[0-9a-f]+", focused)


async def test_a_double_click_answers_once(chromium: Browser, served: Served) -> None:
    amina, marius = await enter(chromium, served, "Amina"), await enter(chromium, served, "Marius")
    for page, text in ((amina, OFFER), (marius, NEED)):
        await say(page, text)
        await page.locator('[value="post"]').dblclick()
        await expect(page.locator('[value="post"]')).to_have_count(0)
        await served.look()

    await amina.locator('[value="yes"]').dblclick()
    await expect(amina.locator('[value="yes"]')).to_have_count(0)
    await marius.locator('[value="yes"]').click()
    await expect(marius.locator('[value="yes"]')).to_have_count(0)
    await served.world.travel(minutes=1)

    assert await served.world.openings(served.play.people[0][0]) == 1


async def _tab_to(page: Page, choice: str, *, backwards: bool = False) -> None:
    for _ in range(60):
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if await page.evaluate("document.activeElement.value") == choice:
            return
    raise AssertionError(f"the keyboard never comes to {choice}")


async def test_the_first_tab_skips_to_the_page(chromium: Browser, served: Served) -> None:
    page = await enter(chromium, served, "Amina")
    await page.goto(served.url + "/settings")

    await page.keyboard.press("Tab")

    await expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    await expect(page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()


async def test_everything_works_without_a_script(chromium: Browser, served: Served) -> None:
    amina = await enter(chromium, served, "Amina", java_script_enabled=False)
    await amina.locator("#say-private").fill(OFFER)
    await amina.get_by_role("button", name="Send").last.click()
    await amina.locator('[value="post"]').click()

    await amina.get_by_role("link", name="Needs & offers").click()
    await amina.get_by_role("button", name="Pause").click()

    await expect(amina.get_by_text("Resting")).to_be_visible()


async def test_an_older_answer_does_not_undo_a_newer_one(chromium: Browser, served: Served) -> None:
    page = await enter(chromium, served, "Amina")
    await page.route("**/lines*", _late)
    await say(page, OFFER)

    await page.locator('[value="post"]').click()
    await expect(page.locator('[value="post"]')).to_have_count(0)

    with pytest.raises(Error, match="Timeout"):  # it never comes back, not even for a moment
        await page.wait_for_selector('[value="post"]', timeout=3 * LATE * 1000)


async def _late(route: Route) -> None:
    """What the server says now arrives later."""
    response = await route.fetch()
    await asyncio.sleep(LATE)
    with suppress(Error):  # the page has been closed meanwhile
        await route.fulfill(response=response)


async def test_two_lines_in_a_row_both_arrive_once(chromium: Browser, served: Served) -> None:
    page = await enter(chromium, served, "Amina")
    await page.route("**/say/channel", _late)
    for text in ("first", "second"):
        await page.locator("#say-channel").fill(text)
        await page.locator("#say-channel").press("Enter")
        await page.locator("#say-channel").press("Enter")

    await expect(page.locator("#lines-channel .mine")).to_have_count(2)
    await expect(page.locator("#lines-channel")).to_contain_text("first")
    await expect(page.locator("#say-channel")).to_have_value("")


async def test_another_page_of_the_same_member_follows_a_press(chromium: Browser, served: Served) -> None:
    page = await enter(chromium, served, "Amina")
    other = await page.context.new_page()
    await other.goto(served.url)
    await say(page, OFFER)
    await expect(other.locator('[value="post"]')).to_be_visible()

    await page.locator('[value="post"]').click()

    await expect(other.locator('[value="post"]')).to_have_count(0)


async def test_a_page_of_somebody_who_was_forgotten_shows_the_way_in(chromium: Browser, served: Served) -> None:
    page, member = await enter(chromium, served, "Amina"), served.play.people[0][0]
    await served.world.send(Erase(member))
    await served.look()

    await expect(page.get_by_role("heading", name="Who would you like to be?")).to_be_visible()


async def test_a_stale_button_is_told_in_passing(chromium: Browser, served: Served) -> None:
    page = await enter(chromium, served, "Amina")
    await say(page, OFFER)
    await expect(page.locator('[value="post"]')).to_be_visible()
    await page.locator('[data-press] [name="token"]').evaluate("field => field.value = 'stale'")

    await page.locator('[value="post"]').click()

    await expect(page.get_by_role("status")).not_to_be_empty()
    await expect(page.locator("#lines-private")).to_contain_text("T-shirts")


async def test_what_was_written_stays_when_the_connection_is_lost(chromium: Browser, served: Served) -> None:
    page = await enter(chromium, served, "Amina")
    await page.context.set_offline(True)

    await say(page, "hello?")

    await expect(page.get_by_role("status")).to_contain_text("The connection was lost.")
    await expect(page.locator("#say-private")).to_have_value("hello?")


async def test_the_clock_and_the_person_change_from_the_bar(chromium: Browser, served: Served) -> None:
    page = await enter(chromium, served, "Amina")
    await page.get_by_role("button", name="+3 days").click()
    await expect(page.get_by_text("It is Thu 5 Mar 2026")).to_be_visible()

    await page.get_by_label("You are").select_option("Marius")
    await page.get_by_role("button", name="Switch").click()

    await expect(page.get_by_text("jeu. 5 mars 2026")).to_be_visible()
