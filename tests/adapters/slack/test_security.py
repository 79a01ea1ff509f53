"""Who may do what: buttons of others, forgers, what comes twice, and a workspace that goes away in the middle."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.ids import user_of
from bot.domain.ids import MemberId
from tests.adapters.slack.bar import Bar
from tests.adapters.slack.doors import HttpBar
from tests.adapters.slack.world import SlackWorld, kept
from tests.journeys.test_main_path import NEED, OFFER
from tests.platforms.slack.state import User
from tests.platforms.slack.widgets import Widget


@pytest.fixture(params=["sockets", "HTTP"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[SlackWorld]:
    async with SlackWorld(stewards=["USTEWARD"], bar=HttpBar if request.param == "HTTP" else Bar) as world:
        yield world


@pytest.fixture
async def http() -> AsyncIterator[SlackWorld]:
    async with SlackWorld(bar=HttpBar) as world:
        yield world


async def asked(world: SlackWorld) -> tuple[MemberId, MemberId]:
    """Two people with a card each."""
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    return amina, luc


# --- S5, I12 ---------------------------------------------------------------------------------------------------------


async def pressed(world: SlackWorld, user: str, widget: Widget) -> list[str]:
    """What somebody saw because they pressed something."""
    before = len(world.team.seen(user))
    outcome = await world.team.press(user, widget)
    assert outcome.acked
    await world._settled()
    await world.engine.look()
    return [f"{sight.what} {sight.channel} {sight.text}" for sight in world.team.seen(user)[before:]]


async def test_nobody_can_press_the_button_of_another(world: SlackWorld) -> None:
    amina, luc = await asked(world)
    await world.join("Steward")
    await world.join("Third")
    await world.team.home(user_of(luc))
    theirs = [one for one in world.team.buttons(user_of(luc)) if one.value and one.kind == "button"]
    assert len(theirs) >= 8
    before = kept(world.store)

    told = {
        user: {tuple(await pressed(world, user, widget)) for widget in theirs if widget.post is not None}
        for user in (user_of(amina), "USTEWARD", "UTHIRD")
    }
    home = {
        user: {tuple(await pressed(world, user, widget)) for widget in theirs if widget.post is None}
        for user in (user_of(amina), "USTEWARD", "UTHIRD")
    }

    assert kept(world.store) == before
    assert all(len(said) == 1 for said in told.values())
    assert len({line.partition(" ")[2] for said in told.values() for line in next(iter(said))}) == 1
    assert all("modal" not in str(said) and "Luc" not in str(said) for said in home.values())


async def test_strangers_outsiders_and_bots_learn_nothing_and_change_nothing(world: SlackWorld) -> None:
    _, luc = await asked(world)
    users = world.bar.slack.core.world.users
    world.lives("Stranger")
    users["UGUEST"] = User("UGUEST", "T1", "Guest", is_ultra_restricted=True)
    users["UBOT"] = User("UBOT", "T1", "Robot", is_bot=True)
    world.bar.slack.team("T2", name="Elsewhere")
    users["UELSE"] = User("UELSE", "T2", "Else")
    theirs = [one for one in world.team.buttons(user_of(luc)) if one.value and one.kind == "button" and one.post]
    alive, dead = theirs[0], replace(theirs[0], shape=theirs[0].shape | {"value": "A" * 22})
    before = kept(world.store)

    for user in ("USTRANGER", "UGUEST", "UBOT", "UELSE"):
        said = await pressed(world, user, alive)
        if world.team.modal(user):
            await world.team.close(user)
        again = await pressed(world, user, dead)
        if world.team.modal(user):
            await world.team.close(user)
        assert [line for line in said if "closed" not in line] == [line for line in again if "closed" not in line], user
        assert "T-shirt" not in str(said)

    assert kept(world.store) == before


@pytest.mark.parametrize("value", ["", "A" * 22, "A" * 21, "é" * 22, "x" * 2000, "0", "null", "{}", "%00"])
@pytest.mark.parametrize(
    "action", ["press:yes", "press:", "press:post", "press:stop", "press:nonsense", "notice:edit", "notice:renew", "x"]
)
async def test_what_is_made_up_is_one_dead_button(http: SlackWorld, value: str, action: str) -> None:
    luc = await http.join("Luc")
    await http.post(luc, NEED)
    mine = next(one for one in http.team.buttons(user_of(luc)) if one.kind == "button")
    before = kept(http.store)

    shape = mine.shape | {"value": value, "action_id": action}
    said = await pressed(http, user_of(luc), replace(mine, action_id=action, shape=shape))

    assert len(said) == 1
    assert kept(http.store) == before


async def test_a_card_cannot_be_answered_after_its_end(world: SlackWorld) -> None:
    amina, luc = await asked(world)
    yes, no = (world.team.find(user_of(luc), name) for name in ("yes", "no"))
    await world.travel(days=8)
    before = kept(world.store)

    first = await pressed(world, user_of(luc), yes)
    assert first == await pressed(world, user_of(luc), no)
    assert kept(world.store) == before
    await world.press_token(amina, yes.value, "yes")
    assert await world.openings(amina) == 0


# --- S2, S4 ----------------------------------------------------------------------------------------------------------


async def test_what_comes_a_hundred_times_is_done_once_and_too_late_not_at_all(http: SlackWorld) -> None:
    bar = http.bar
    assert isinstance(bar, HttpBar)
    luc = await http.join("Luc")
    before = len(bar.slack.courier.deliveries)
    await http.team.say(user_of(luc), "I am looking for a tent")
    await http._settled()
    await http.engine.look()
    await http.press(luc, "post")
    await http.team.command(user_of(luc), "/comptoir", "pause 2026-05-01")
    await http.team.home(user_of(luc))
    await http.engine.look()
    await http._settled()
    done, seen = kept(http.store), len(http.team.visible(user_of(luc)))
    brought = bar.slack.courier.deliveries[before:]
    assert {one.kind for one in brought} == {"events_api", "interactive", "slash_commands"}

    for one in brought:
        times = 100 if one.kind == "interactive" else 10
        assert {await bar.knock(one.kind, one.payload, late=299) for _ in range(times)} == {200}
        assert await bar.knock(one.kind, one.payload, late=301) == 401
        assert await bar.knock(one.kind, one.payload, secret="of another app") == 401
    await http._settled()
    await http.engine.look()

    assert kept(http.store) == done
    assert len([post for post in http.team.visible(user_of(luc)) if not post.only_for]) <= seen
    assert len((await http.dispatch.me(luc)).notices) == 1


# --- what is sent twice, and who goes in the middle ------------------------------------------------------------------


async def test_a_form_that_is_sent_twice_is_one_notice(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.team.command(user_of(luc), "/need")
    await world.team.submit(user_of(luc), {"text": "I need a ladder"})
    sent = world.bar.slack.courier.deliveries[-1]
    assert sent.payload["type"] == "view_submission"
    before = kept(world.store)

    again = await world.bar.slack.bring("interactive", sent.payload | {"trigger_id": "another"}, "T1")

    assert again.acked
    assert again.answer == sent.answer
    assert kept(world.store) == before


async def test_a_workspace_that_goes_in_the_middle_is_told_nothing_more(world: SlackWorld) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.team.uninstall()
    await world._settled()
    before = len(world.bar.slack.calls)

    await world.travel(days=40)

    assert world.bar.slack.calls[before:] == []
    assert await world.openings(amina) == 0
