"""The Home tab, and windows, when Slack is slow or does not say who somebody is; and which view is on top."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.slack.api import PATIENCE
from adapters.slack.ids import member_of
from tests.adapters.slack.bar import TEAM, Bar
from tests.platforms.slack.faults import Call, hooked, limited, refused


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


def shown(bar: Bar, user: str) -> list[str]:
    """What somebody can do on their Home tab."""
    return [one.action_id for one in bar.team.buttons(user, where="home")]


async def test_a_limit_on_asking_who_people_are_blanks_nobodys_home(bar: Bar) -> None:
    await bar.enters("U1", "Ada")
    await bar.enters("U2", "Boss", is_admin=True)
    bar.counter.people._known.clear()  # as after ten minutes
    bar.person("U3", "Eve")
    bar.slack.faults.plan("users.info", limited(30.0), times=None)

    for user in ("U1", "U2", "U3"):
        await bar.team.home(user)
    await bar.look()

    assert "need" in shown(bar, "U1")
    assert "need" in shown(bar, "U2")
    assert "steward:listen" not in shown(bar, "U2")
    assert shown(bar, "U3") == ["join"]
    assert not (await bar.team.command("U2", "/comptoir", "listen")).trouble
    assert bar.team.modal("U2") is None

    bar.slack.faults.clear()
    bar.counter.api._pace._held.clear()
    await bar.team.home("U2")
    assert "steward:listen" in shown(bar, "U2")


async def test_who_waits_for_slack_is_told_in_time_and_can_try_again(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.counter.SOON", 0.01)
    bar.person("U1", "Ada")
    told = asyncio.Event()

    async def late(call: Call) -> None:
        await told.wait()

    bar.slack.faults.plan("users.info", hooked(late))
    first = await bar.team.command("U1", "/comptoir", "")
    assert first.acked
    assert bar.team.modal("U1") is None
    told.set()
    await bar.look()
    await bar.team.command("U1", "/comptoir", "")

    assert "Slack" in bar.team.seen("U1", "ephemeral")[0].text
    assert bar.team.modal("U1")
    assert bar.slack.counted("users.info") == 1


async def test_a_window_that_comes_too_late_is_given_up_in_time(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    await bar.enters("U1", "Ada")
    monkeypatch.setattr("adapters.slack.counter.WINDOW", 0.2)
    monkeypatch.setattr("adapters.slack.api.SOON", PATIENCE)
    given_up = asyncio.Event()

    async def late(call: Call) -> None:
        await given_up.wait()

    bar.slack.faults.plan("views.open", hooked(late))
    outcome = await bar.team.command("U1", "/need", "")
    given_up.set()

    assert outcome.acked
    assert "Slack did not answer" in bar.team.seen("U1", "ephemeral")[-1].text


async def test_the_newest_view_is_on_top_however_quickly_one_presses(bar: Bar) -> None:
    await bar.enters("U1", "Ada")
    await bar.posts("U1", "/need", "I am looking for a ladder")
    await bar.team.home("U1")
    waiting, free = asyncio.Event(), asyncio.Event()

    async def late(call: Call) -> None:
        waiting.set()
        await free.wait()

    bar.slack.faults.plan("views.publish", hooked(late))
    pause, stop = (bar.team.find("U1", name, where="home") for name in ("notice:pause", "stop"))
    await bar.team.press("U1", pause)
    await waiting.wait()
    await bar.team.press("U1", stop)
    free.set()
    await bar.look()

    assert (await bar.world.dispatch.me(member_of(TEAM, "U1"))).person.stopped_at
    assert "resume" in shown(bar, "U1")
    assert "stop" not in shown(bar, "U1")


async def test_home_speaks_another_language_as_soon_as_its_reader_does(bar: Bar) -> None:
    await bar.enters("U1", "Ada")
    await bar.team.home("U1")

    await bar.team.change("U1", locale="fr-FR")
    await bar.look()

    view = bar.team.home_view("U1")
    assert view
    assert "Bonjour" in str(view.shape["blocks"])


async def test_what_a_workspace_that_moves_into_an_organisation_does_not_take_comes_later(bar: Bar) -> None:
    await bar.enters("U1", "Ada")
    bar.slack.faults.plan("chat.postMessage", refused("team_added_to_org"))
    before = len(bar.team.seen("U1", "message"))

    await bar.team.say("U1", "I am looking for a ladder")
    await bar.look()
    assert "ladder" not in str([one.text for one in bar.team.seen("U1", "message")[before:] if one.by == bar.team.bot])
    bar.counter.api._pace._held.clear()
    await bar.travel(minutes=6)

    assert bar.team.find("U1", "post").post
