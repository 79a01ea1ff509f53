"""What members do about themselves in Slack: the Home tab, settings, ties, leaving; and what Slack tells of them."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.ids import user_of
from bot.commands import DraftNotice, Erase, Leave, Press
from bot.domain.ids import MemberId
from bot.domain.members import Membership
from bot.messages import Message
from tests.adapters.slack.world import SlackWorld, kept, worded
from tests.journeys.test_main_path import NEED, OFFER
from tests.platforms.slack.state import User


@pytest.fixture
async def world() -> AsyncIterator[SlackWorld]:
    async with SlackWorld() as world:
        yield world


async def after(world: SlackWorld, deed: Any) -> None:
    """Something is done, and everything that comes of it."""
    await deed
    await world._settled()
    await world.engine.look()
    await world._settled()


def home(world: SlackWorld, user: str) -> str:
    """What stands on somebody's Home tab."""
    view = world.team.home_view(user)
    assert view
    return "\n".join(worded(view.shape["blocks"]))


async def met(world: SlackWorld) -> tuple[MemberId, MemberId]:
    """Two people who were introduced."""
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)
    await world.team.home(user_of(amina))
    return amina, luc


# --- the Home tab ----------------------------------------------------------------------------------------------------


async def test_an_open_card_can_be_answered_from_the_home_tab(world: SlackWorld) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    await world.team.home("UAMINA")

    await after(world, world.team.press("UAMINA", "yes", where="home"))
    assert "You said yes" in world.team.visible("UAMINA")[-1].text
    assert world.team.find("UAMINA", "take_back", where="home")
    await world.team.home("ULUC")
    await after(world, world.team.press("ULUC", "yes", where="home"))
    await world.travel(minutes=1)

    assert await world.openings(amina) == await world.openings(luc) == 1


async def test_everything_can_be_done_about_a_notice(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.post(luc, "I need a ladder")
    await world.team.home("ULUC")

    states = []
    for step in ("pause", "resume", "met", "renew", "withdraw"):
        await after(world, world.team.press("ULUC", f"notice:{step}", where="home"))
        (notice,) = (await world.dispatch.me(luc)).notices
        states.append(str(notice.state))

    assert states == ["paused", "open", "met", "open", "withdrawn"]


async def test_many_notices_come_in_pages(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    for number, thing in enumerate(("ladder", "canoe", "violin", "tent", "drill", "saw", "piano")):
        await world.post(luc, f"I can offer a {thing}")
        await world.travel(days=number)
    await world.team.home("ULUC")
    assert "piano" in home(world, "ULUC")
    assert "ladder" not in home(world, "ULUC")

    await after(world, world.team.press("ULUC", "page:after", where="home"))
    assert "ladder" in home(world, "ULUC")
    await after(world, world.team.press("ULUC", "page:before", where="home"))
    assert "piano" in home(world, "ULUC")


async def test_settings_are_kept_or_refused_beside_their_question(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.team.home("ULUC")
    await world.team.press("ULUC", "settings", where="home")

    for wrong in ({"monthly_budget": "99"}, {"monthly_budget": "many"}, {"until": "2026-01-01"}):
        assert set((await world.team.submit("ULUC", {"monthly_budget": "13", **wrong})).errors) == set(wrong)
        assert (await world.dispatch.me(luc)).person.monthly_budget == 12
    await after(
        world,
        world.team.submit(
            "ULUC", {"language": "fr", "monthly_budget": "4", "delivery": "daily", "until": "2026-03-20"}
        ),
    )

    person = (await world.dispatch.me(luc)).person
    assert (person.language, person.monthly_budget, str(person.delivery)) == ("fr", 4, "daily")
    assert person.paused_until
    assert "Bonjour" in home(world, "ULUC")
    modal = world.team.modal("ULUC")
    assert modal
    assert "mars" in str(modal.shape)


async def test_one_can_stop_everything_and_begin_again(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.team.home("ULUC")

    await after(world, world.team.press("ULUC", "stop", where="home"))
    assert (await world.dispatch.me(luc)).person.stopped_at
    await after(world, world.team.press("ULUC", "resume", where="home"))
    assert not (await world.dispatch.me(luc)).person.stopped_at


def copies(world: SlackWorld, user: str) -> list[str]:
    """What somebody was handed of what is kept about them."""
    last = [post.blocks[-1] for post in world.team.visible(user) if post.by_bot]
    return ["".join(worded(block)) for block in last if block["type"] == "rich_text"]


async def test_a_copy_comes_in_private_messages(world: SlackWorld) -> None:
    amina, _ = await met(world)
    await world.team.home("UAMINA")

    await after(world, world.team.press("UAMINA", "export", where="home"))

    said = "".join(copies(world, user_of(amina)))
    assert "5,000 T-shirts" in said
    assert '"ties"' in said
    assert "I have put it into our conversation" in home(world, "UAMINA")


async def test_of_a_copy_nothing_is_cut(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.post(luc, "I need a tent " + "<&🏕>" * 200)
    await world.team.home("ULUC")

    await after(world, world.team.press("ULUC", "export", where="home"))

    shown = "".join(copies(world, "ULUC"))
    assert json.loads(shown)
    assert shown.count("<&🏕>") >= 200


ODD = "je cherche <https://a.example> <@U1> <!here> :tent: @here &amp; une tente"


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_copy_holds_ones_words_as_they_are_below_a_sentence(world: SlackWorld, language: str) -> None:
    luc = await world.join("Luc", language)
    preview = await world.dispatch.receive("test", "draft", DraftNotice(luc, "need", ODD))
    assert isinstance(preview, Message)
    await world.dispatch.receive("test", "post", Press(luc, preview.token or "", "post"))

    await after(world, world.team.command("ULUC", "/comptoir", "copy"))

    (copy,) = [post for post in world.team.visible("ULUC") if post.by_bot and post.blocks[-1]["type"] == "rich_text"]
    shown = json.loads(worded(copy.blocks[-1])[0])
    assert shown["notices"][0]["text"] == ODD
    assert ("what I keep about you" in copy.text, "ce que je garde sur vous" in copy.text) == (
        language == "en", language == "fr",
    )  # fmt: skip
    assert "notices" not in copy.text


# --- ties ------------------------------------------------------------------------------------------------------------


async def choose(world: SlackWorld, user: str, what: str) -> None:
    """Choose something in the menu of one's only tie."""
    menu = world.team.find(user, "tie:menu", where="home")
    value = next(one["value"] for one in menu.shape["options"] if one["value"].startswith(f"{what}:"))
    await world.team.choose(user, menu, value)


async def test_a_note_to_oneself_is_ones_own(world: SlackWorld) -> None:
    await met(world)
    await choose(world, "UAMINA", "note")
    await after(world, world.team.submit("UAMINA", {"text": "tea on Fridays"}))

    assert "tea on Fridays" in home(world, "UAMINA")
    await world.team.home("ULUC")
    assert "Amina" in home(world, "ULUC")
    assert "tea" not in home(world, "ULUC")


@pytest.mark.parametrize("what", ["end", "block", "report"])
async def test_a_tie_ends_without_a_word_to_the_other(world: SlackWorld, what: str) -> None:
    _, luc = await met(world)
    seen = len(world.team.seen(user_of(luc)))
    await choose(world, "UAMINA", what)
    await after(world, world.team.submit("UAMINA"))
    await world.team.close("UAMINA")

    assert "Luc" not in home(world, "UAMINA")
    assert len(world.team.seen(user_of(luc))) == seen


async def test_the_menu_of_another_opens_nothing(world: SlackWorld) -> None:
    await met(world)
    await world.join("Third")
    menu = world.team.find("UAMINA", "tie:menu", where="home")

    outcome = await world.team.choose("UTHIRD", menu, menu.shape["options"][0]["value"])
    await world._settled()

    assert outcome.acked
    assert world.team.modal("UTHIRD") is None


# --- coming and going ------------------------------------------------------------------------------------------------


async def test_leaving_asks_nothing_and_lets_come_back(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.team.home("ULUC")

    await after(world, world.team.press("ULUC", "leave", where="home"))
    assert "You have left" in home(world, "ULUC")
    assert await world.dispatch.known(luc) is None
    await world.team.press("ULUC", "join", where="home")
    await after(world, world.team.submit("ULUC"))

    assert await world.dispatch.known(luc)


@pytest.mark.parametrize("typed", [False, True], ids=["from the Home tab", "by a command"])
async def test_whoever_has_left_can_still_be_forgotten(world: SlackWorld, typed: bool) -> None:
    luc = await world.join("Luc")
    await world.post(luc, "I need a very particular drill")
    await world.team.home("ULUC")
    await after(world, world.team.press("ULUC", "leave", where="home"))
    assert "come back in first" in home(world, "ULUC")

    if typed:
        await world.team.command("ULUC", "/comptoir", "erase")
    await after(world, world.team.press("ULUC", "erase", where="" if typed else "home"))

    assert not [shelf for shelf, rows in kept(world.store).items() if "particular" in rows]
    assert not await world.dispatch.has_left(luc)
    assert "Goodbye" in home(world, "ULUC")
    await world.team.home("ULUC")
    assert "come back in first" not in home(world, "ULUC")


async def test_what_somebody_was_told_before_they_left_stays_in_their_language(world: SlackWorld) -> None:
    luc, amina = await world.join("Luc", "fr"), await world.join("Amina")
    await world.post(amina, "I can lend my drill")
    await world.post(luc, "I need a drill")
    for member in (luc, amina):
        await world.press(member, "yes")
    await world.travel(minutes=5)
    await world.send(Leave(luc))

    await world.send(Erase(amina))
    await world.travel(minutes=5)

    told = [post.text for post in world.team.visible("ULUC") if post.by_bot]
    assert any("(propos retirés)" in text for text in told)
    assert not any("words withdrawn" in text or "You said" in text for text in told)


async def test_whoever_comes_back_is_spoken_to_as_they_chose_now(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.team.home("ULUC")
    await after(world, world.team.press("ULUC", "leave", where="home"))

    await world.team.press("ULUC", "join", where="home")
    await after(world, world.team.submit("ULUC", {"language": "fr", "speaks": ["de"]}))

    known = await world.dispatch.known(luc)
    assert known
    assert (known[1].language, known[1].speaks) == ("fr", ("de",))
    assert "Bonjour" in home(world, "ULUC")


async def test_name_zone_and_language_follow_those_of_slack(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.team.change("ULUC", locale="en-GB")
    await after(world, world.team.change("ULUC", name="Lucas", zone="America/Montreal", locale="fr-CA"))

    known = await world.dispatch.known(luc)
    assert known
    assert (known[0].name, known[1].zone, known[1].language) == ("Lucas", "America/Montreal", "fr")


async def test_a_language_is_followed_after_a_restart(world: SlackWorld) -> None:
    luc = await world.join("Luc", "fr")
    await world.restart()
    await after(world, world.team.change("ULUC", locale="en-US"))

    assert (await world.dispatch.me(luc)).person.language == "en"


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_language_chosen_by_hand_stays_until_that_of_slack_changes(world: SlackWorld, restarts: bool) -> None:
    luc = await world.join("Luc", "en")
    await world.team.command("ULUC", "/comptoir", "language fr")
    if restarts:
        await world.restart()
    await after(world, world.team.change("ULUC", locale="en-GB", name="Lucas"))

    assert (await world.dispatch.me(luc)).person.language == "fr"


async def test_an_account_that_is_closed_has_left(world: SlackWorld) -> None:
    luc = await world.join("Luc")

    await after(world, world.team.deactivate("ULUC"))
    await after(world, world.team.deactivate("ULUC"))

    async with world.store.reading() as uow:
        assert (await uow.members.get(luc)).state is Membership.LEFT


async def test_guests_and_people_of_elsewhere_are_told_kindly(world: SlackWorld) -> None:
    users = world.bar.slack.core.world.users
    users["UGUEST"] = User("UGUEST", "T1", "Guest", is_ultra_restricted=True)

    await after(world, world.team.command("UGUEST", "/need", "a ladder"))
    await world.team.home("UGUEST")

    said = world.team.seen("UGUEST", "ephemeral")[-1].text
    assert said
    assert world.team.modal("UGUEST") is None
    assert not [one for one in world.team.buttons("UGUEST", where="home") if one.action_id == "join"]
