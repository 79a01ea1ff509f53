"""Words after the root command: what each opens, says or asks first, in both languages."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.ordering import OWN, own
from bot.domain.members import Membership
from tests.adapters.slack.test_conversation import after
from tests.adapters.slack.world import SlackWorld, worded
from tests.platforms.slack import broken


@pytest.fixture
async def world() -> AsyncIterator[SlackWorld]:
    async with SlackWorld() as world:
        yield world


def told(world: SlackWorld) -> str:
    """The last that Luc alone saw in answer to a command."""
    return "\n".join(worded(world.team.seen("ULUC", "ephemeral")[-1].blocks))


@pytest.mark.parametrize(("language", "word"), [("en", "settings"), ("fr", "réglages"), ("fr", "Reglages")])
async def test_settings_open_by_a_word(world: SlackWorld, language: str, word: str) -> None:
    luc = await world.join("Luc", language)
    await world.team.command("ULUC", "/comptoir", word)
    await after(world, world.team.submit("ULUC", {"monthly_budget": "4"}))

    assert (await world.dispatch.me(luc)).person.monthly_budget == 4


@pytest.mark.parametrize("word", ["copy", "export", "copie"])
async def test_a_copy_comes_in_private(world: SlackWorld, word: str) -> None:
    await world.join("Luc")
    await after(world, world.team.command("ULUC", "/comptoir", word))

    assert "Your copy is on its way" in told(world)
    assert "exported_at" in str([post.blocks for post in world.team.visible("ULUC") if post.by_bot])


@pytest.mark.parametrize("word", ["leave", "partir", "quitter"])
async def test_leaving_asks_first(world: SlackWorld, word: str) -> None:
    luc = await world.join("Luc")
    await after(world, world.team.command("ULUC", "/comptoir", word))
    (leave,) = [one for one in world.team.buttons("ULUC", where="message") if one.action_id == "leave"]
    before = await world.dispatch.known(luc)

    await after(world, world.team.press("ULUC", leave))

    assert before
    assert leave.shape["confirm"]
    async with world.store.reading() as uow:
        assert (await uow.members.get(luc)).state is Membership.LEFT


@pytest.mark.parametrize("word", ["erase", "effacer"])
async def test_being_forgotten_asks_first(world: SlackWorld, word: str) -> None:
    luc = await world.join("Luc")
    await after(world, world.team.command("ULUC", "/comptoir", word))
    (erase,) = [one for one in world.team.buttons("ULUC", where="message") if one.action_id == "erase"]
    before = await world.dispatch.known(luc)

    await after(world, world.team.press("ULUC", erase))

    assert before
    assert erase.shape["confirm"]
    async with world.store.reading() as uow:
        assert await uow.members.find(luc) is None


@pytest.mark.parametrize("text", ["block", "block Amina", "report Amina", "signaler"])
async def test_what_cannot_be_typed_says_where_it_is_done(world: SlackWorld, text: str) -> None:
    await world.join("Luc")
    await after(world, world.team.command("ULUC", "/comptoir", text))

    assert "under your ties" in told(world)


@pytest.mark.parametrize("text", ["leave from work, and who replaces me", "copy of a key", "Erase ink?", "lea", ""])
def test_a_sentence_is_no_order(text: str) -> None:
    assert own(text) == ""


@pytest.mark.parametrize("word", sorted(OWN))
async def test_such_a_word_before_joining_is_no_need(world: SlackWorld, word: str) -> None:
    world.lives("Luc")
    await world.team.command("ULUC", "/comptoir", word)

    modal = world.team.modal("ULUC")
    assert modal
    assert modal.shape["private_metadata"].split(" ")[1:] == [""]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_stranger_is_told_in_private_when_no_window_could_open(world: SlackWorld, language: str) -> None:
    world.lives("Luc", language)
    world.bar.slack.faults.plan("users.info", broken(503), times=1)

    await after(world, world.team.shortcut("ULUC", "need"))

    (said,) = [post.text for post in world.team.visible("ULUC") if post.by_bot]
    assert ("Slack did not answer" in said, "Slack ne m’a pas répondu" in said) == (language == "en", language == "fr")
