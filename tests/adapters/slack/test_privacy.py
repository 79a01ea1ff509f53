"""What must not be seen: names before two yeses, a no, private words in logs, words that were taken back."""

import contextlib
import io
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog

from adapters.logs import set_up_logs
from adapters.slack.ids import user_of
from bot.commands import Erase
from bot.domain.ids import MemberId
from bot.messages import Message
from tests.adapters.slack.bar import APP_TOKEN, SECRET, TOKEN
from tests.adapters.slack.world import SlackWorld, answers, kept, shown
from tests.journeys.test_main_path import NEED, OFFER
from tests.platforms.slack import broken, drop_after, refused
from tests.world import START

#: What somebody types; it may be in no log, whatever goes wrong.
CANARY = "zebra divorce lawyer"


@pytest.fixture
async def world() -> AsyncIterator[SlackWorld]:
    async with SlackWorld() as world:
        yield world


async def asked(world: SlackWorld) -> tuple[MemberId, MemberId]:
    """Two people with a card each."""
    amina, luc = await world.join("Zaphira"), await world.join("Quentinou", "fr")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    return amina, luc


# --- P1 --------------------------------------------------------------------------------------------------------------


async def test_before_two_yeses_nothing_that_slack_is_given_tells_who_is_across(world: SlackWorld) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    for member in (amina, luc):
        await world.team.home(user_of(member))
        for what in ("why", "me", "ties"):
            await world.team.command(user_of(member), "/comptoir", what)
        await world.team.press(user_of(member), "export", where="home")
    await world.travel(days=6)

    told = [*shown(world, world.bar.slack.calls), *answers(world.bar.slack.courier.deliveries)]
    for member, other, name in ((amina, luc, "Quentinou"), (luc, amina, "Zaphira")):
        mine = [said for people, said in told if user_of(member) in people]
        assert len(mine) > 5
        assert not [said for said in mine if name in said or user_of(other) in said]


async def test_the_two_sides_are_given_nothing_by_which_they_could_compare(world: SlackWorld) -> None:
    """P9: no token, mark or id is the same, nor begins alike."""
    amina, luc = await asked(world)

    ids = [
        {post.metadata["event_payload"]["id"], *(b["value"] for b in _buttons(post.blocks))}
        for member in (amina, luc)
        for post in [world.team.visible(user_of(member))[-1]]
        if post.metadata
    ]
    assert [len(found) for found in ids] == [2, 2]
    assert not {value[:6] for value in ids[0]} & {value[:6] for value in ids[1]}


def _buttons(blocks: Any) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from (one for one in block.get("elements", ()) if one.get("type") == "button")


# --- P3 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choices", [("no",), ("no", "no_person"), ("not_now",), ("yes", "take_back"), ("stop",)])
async def test_a_no_asks_nothing_of_slack_about_the_other(world: SlackWorld, choices: tuple[str, ...]) -> None:
    amina, luc = await asked(world)
    before = len(world.bar.slack.calls)
    for choice in choices:
        await world.press(luc, choice)
    await world.travel(days=3)

    calls = world.bar.slack.calls[before:]
    assert {people for people, _ in shown(world, calls)} <= {frozenset([user_of(luc)])}
    assert not [call for call in calls if user_of(amina) in str(call.arguments)]
    assert not [call for call in calls if world.team.direct(user_of(amina)).id in str(call.arguments)]


# --- P13, S1 ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.mark.parametrize(("level", "loud"), [("debug", False), ("info", False), ("debug", True)])
async def test_no_word_and_no_secret_is_logged_whatever_goes_wrong(
    world: SlackWorld, stream: io.StringIO, level: Any, loud: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up_logs(level, "json", stream=stream)
    if loud:
        for name in ("slack_bolt", "slack_sdk", "aiohttp", "asyncio"):
            monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    world.bar.slack.core.clock.speed = 50_000
    member = await world.join("Zaphira")

    await _everything(world, user_of(member))
    for fault in (broken(503), broken(500, applied=True), refused("fatal_error"), refused(CANARY), drop_after()):
        world.bar.slack.faults.plan("*", fault, times=6, when=lambda call: call.method != "users.info")
        await _everything(world, user_of(member))
    world.bar.slack.sockets.deadline = 0.1
    monkeypatch.setattr(world.store, "unit_of_work", _fail)
    with contextlib.suppress(RuntimeError):
        await _everything(world, user_of(member))

    said = stream.getvalue().casefold()
    assert "exception" in said
    hidden = (CANARY, "zebra", "zaphira", TOKEN, APP_TOKEN, SECRET, "a secret of tests", "/commands/t1", "/actions/t1")
    assert not [word for word in hidden if word.casefold() in said]


async def _everything(world: SlackWorld, user: str) -> None:
    """Words by every way in; what becomes of them does not matter."""
    team = world.team
    place = team.room("C7", [user], name="lobby").id
    post = await team.say(user, f"I need a {CANARY}")
    await team.edit(user, post, f"I need one more {CANARY}")
    await team.delete(user, post)
    await team.post(user, place, f"<@{team.bot}> I need a {CANARY}", raw=True)
    await team.command(user, "/need", CANARY, place)
    await team.command(user, "/comptoir", CANARY, place)
    await team.command(user, "/need")
    if team.modal(user):
        await team.submit(user, {"text": CANARY})
    if team.modal(user):
        await team.close(user)
    for widget in team.buttons(user)[:3]:
        await team.press(user, widget)
    await team.home(user, within=0.05)
    await world._settled()
    await world.engine.look()


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError(CANARY)


# --- P22 -------------------------------------------------------------------------------------------------------------


async def test_the_words_of_a_deleted_message_are_gone(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    amina = await world.join("Amina")
    await world.post(amina, "I can offer some accordion lessons")
    post = await world.team.say("ULUC", "I am looking for accordion lessons, says zebra")
    await world._settled()
    await world.engine.look()
    await world.press(luc, "post")
    assert any("zebra" in rows for rows in kept(world.store).values())

    await world.team.delete("ULUC", post)
    await world._settled()
    await world.travel(hours=1)

    left = {name for name, rows in kept(world.store).items() if "zebra" in rows}
    assert left <= {"sendings"}
    assert not [line for line in await world.transcript(amina) if "zebra" in line]
    assert not [post for post in world.team.visible("UAMINA") if "zebra" in post.text]


async def test_a_draft_follows_its_message(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    post = await world.team.say("ULUC", "I am looking for a tent")
    await world._settled()
    await world.engine.look()

    await world.team.edit("ULUC", post, "I am looking for a canoe")
    await world._settled()
    await world.engine.look()

    assert [("canoe" in p.text, len(list(_buttons(p.blocks)))) for p in world.team.visible("ULUC") if p.by_bot] == [
        (False, 0),
        (True, 3),
    ]
    await world.press(luc, "post")
    async with world.store.reading() as uow:
        assert [notice.text for notice in await uow.notices.of_member(luc)] == ["I am looking for a canoe"]


async def test_a_notice_keeps_its_words_until_new_ones_are_approved(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    post = await world.team.say("ULUC", "I am looking for a tent")
    await world._settled()
    await world.engine.look()
    await world.press(luc, "post")

    await world.team.edit("ULUC", post, "I am looking for a canoe")
    await world._settled()
    await world.engine.look()
    texts = [notice.text for notice in (await world.dispatch.me(luc)).notices]
    await world.press(luc, "post")

    assert texts == ["I am looking for a tent"]
    assert [notice.text for notice in (await world.dispatch.me(luc)).notices] == ["I am looking for a canoe"]


async def test_whoever_erases_themselves_is_gone_from_slack_too(world: SlackWorld) -> None:
    """I9: their messages are deleted, and their name is gone from what others read."""
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(days=4)
    assert any("Zaphira" in post.text for post in world.team.visible(user_of(luc)))

    await world.team.home(user_of(amina))
    await world.team.press(user_of(amina), "erase", where="home")
    await world._settled()
    await world.travel(minutes=1)

    assert not [post for post in world.team.visible(user_of(luc)) if post.by_bot and "Zaphira" in str(vars(post))]
    mine = [post for post in world.team.visible(user_of(amina)) if post.by_bot]
    assert {post.channel for post in mine} <= {world.team.together(user_of(amina), user_of(luc)).id}
    assert not [post for post in mine if "Zaphira" in str(vars(post))]
    assert "Welcome" in str(world.team.home_view(user_of(amina)).shape)
    await world.team.home(user_of(luc))
    assert "Zaphira" not in str(world.team.home_view(user_of(luc)).shape)


async def test_what_was_forgotten_stays_on_no_home_tab_until_it_is_opened(world: SlackWorld) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(days=4)
    for member in (amina, luc):
        await world.team.home(user_of(member))
    assert "Zaphira" in str(world.team.home_view(user_of(luc)).shape)

    await world.dispatch.receive("operator", "erasure", Erase(amina))
    await world.engine.look()
    await world._settled()

    assert "Zaphira" not in str(world.team.home_view(user_of(luc)).shape)
    left = str(world.team.home_view(user_of(amina)).shape)
    assert OFFER not in left
    assert "is being removed" in left


async def test_a_message_whose_answer_was_lost_is_looked_for_before_it_is_forgotten(world: SlackWorld) -> None:
    amina = await world.join("Amina")
    world.bar.slack.faults.plan("chat.postMessage", drop_after())
    await world.team.say(user_of(amina), "I need a zebra")
    await world._settled()
    await world.engine.look()
    assert [post for post in world.team.visible(user_of(amina)) if post.by_bot and "zebra" in post.text]

    await world.dispatch.receive("operator", "erasure", Erase(amina))
    await world.engine.look()

    assert not [post for post in world.team.visible(user_of(amina)) if post.by_bot]
    assert not await world.store.sendings.shown_to(amina)  # type: ignore[attr-defined]


async def test_home_tabs_that_slack_does_not_show_keep_nobody_from_being_forgotten(world: SlackWorld) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(days=4)
    world.bar.slack.faults.plan("views.publish", broken(503), times=3)
    world.bar.slack.faults.plan("users.info", refused("user_not_found"), times=1)

    await world.dispatch.receive("operator", "erasure", Erase(amina))
    await world.travel(hours=1)

    assert not [post for post in world.team.visible(user_of(luc)) if post.by_bot and "Zaphira" in str(vars(post))]
    assert OFFER not in str(world.team.home_view(user_of(amina)))


async def test_whoever_was_told_a_thousand_things_is_forgotten_in_all_of_them(world: SlackWorld) -> None:
    amina = await world.join("Amina")
    told = Message("talk.thanks")
    for number in range(1010):
        await world.store.sendings.begin(f"{number}", {amina: told}, at=START)  # type: ignore[attr-defined]

    await world.bar.service.platform.forget(amina, key="forget")

    assert not await world.store.sendings.shown_to(amina)  # type: ignore[attr-defined]
