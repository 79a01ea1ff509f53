"""The one workspace of a token: whether Slack takes it, takes it no longer, or takes it again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from adapters.slack import service, sockets
from bot.messages import Phrase
from tests.adapters.slack.bar import COMMUNITY, TOKEN, Bar
from tests.adapters.slack.street import ADDRESS, Street
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.faults import Fault, broken, refused, slow

SOON = timedelta(milliseconds=10)
ORGANISATION = Fault(applied=False, answer={"ok": True, "team_id": "T1", "is_enterprise_install": True})


@pytest.fixture
async def bar(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bar]:
    monkeypatch.setattr(service, "AGAIN", SOON)
    async with Bar() as bar:
        yield bar


async def is_served(bar: Bar) -> bool:
    community = await bar.world.dispatch.community(COMMUNITY)
    return community is not None and community.closed_at is None


async def uninstalled(bar: Bar) -> list[Delivery]:
    """Returns: the events that said so."""
    before = len(bar.slack.courier.deliveries)
    await bar.team.uninstall()
    await bar.slack.settled()
    return bar.slack.courier.deliveries[before:]


async def is_refused_from_the_start(bar: Bar, fault: Fault) -> None:
    await bar.stop()
    bar.slack.faults.plan("auth.test", fault, times=None)
    await bar.start()


async def test_a_late_word_of_an_end_does_not_close_who_is_back(bar: Bar) -> None:
    late = await uninstalled(bar)
    assert not await is_served(bar)
    await bar.stop()
    bar.team.install(TOKEN)
    await bar.start()
    await bar.slack.until(lambda: bar.slack.counted("auth.test") > 0)

    for delivery in late:
        await bar.slack.courier.again(delivery)
    await bar.slack.settled()

    assert await is_served(bar)


async def test_an_end_is_believed_once_slack_says_so(bar: Bar) -> None:
    bar.slack.faults.plan("auth.test", refused("internal_error"))

    await uninstalled(bar)

    assert not await is_served(bar)


async def test_whose_token_works_again_is_served_again(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    await bar.stop()
    monkeypatch.setattr(service, "WATCH", SOON)
    await bar.start()
    await uninstalled(bar)
    assert not await is_served(bar)
    assert await turned(bar, well=False) == "account_inactive"

    bar.team.install(TOKEN)

    await turned(bar, well=True)
    async with asyncio.timeout(5):
        while not await is_served(bar):  # noqa: ASYNC110 # nobody tells
            await asyncio.sleep(0.005)


async def turned(bar: Bar, *, well: bool) -> str:
    """Until the probe says so, once Slack was asked. Returns: what it says."""
    async with asyncio.timeout(5):
        while True:
            try:
                await bar.service.probe()
                said = ""
            except ConnectionError as error:
                said = str(error)
            if (not said) == well and said != "not_asked":
                return said
            await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    ("fault", "code"), [(refused("invalid_auth"), "invalid_auth"), (ORGANISATION, "organisation_wide")]
)
async def test_a_token_that_is_refused_is_told_of(bar: Bar, fault: Fault, code: str) -> None:
    with capture_logs() as lines:
        await is_refused_from_the_start(bar, fault)
        assert await turned(bar, well=False) == code
    assert {line["code"] for line in lines if line["event"] == "slack_does_not_know_us"} == {code}

    bar.slack.faults.clear()
    await turned(bar, well=True)


@pytest.mark.parametrize(
    ("fault", "key"), [(None, "command.slack.check.workspace"), (refused("invalid_auth"), "command.slack.not_reached")]
)
async def test_the_operator_is_told_once_where_slack_has_us(bar: Bar, fault: Fault | None, key: str) -> None:
    if fault:
        await is_refused_from_the_start(bar, fault)
    told: list[Phrase] = []

    bar.service.greet(told.append)
    await bar.counter.later.close()

    ((said, where),) = [(one.key, str(one.params)) for one in told]
    assert said == key
    assert ("The Counter" if fault is None else "invalid_auth") in where
    assert TOKEN not in where


@pytest.mark.parametrize(
    ("fault", "code"),
    [(refused("invalid_auth"), "invalid_auth"), (refused("forbidden_team"), "forbidden_team"), (broken(503), "503")],
)
async def test_the_operator_is_told_that_slack_opens_no_connection_and_it_is_asked_until_it_does(
    bar: Bar, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Fault, code: str
) -> None:
    monkeypatch.setattr(sockets, "AGAIN", SOON)
    bar.slack.faults.plan("apps.connections.open", fault, times=None)
    await bar.stop()
    told: list[Phrase] = []

    with capture_logs() as lines:
        starting = asyncio.create_task(bar.start())
        await bar.slack.until(lambda: bar.slack.counted("apps.connections.open") > 4)
        bar.service.greet(told.append)
        await bar.counter.later.settled()
        bar.slack.faults.clear()
        await starting

    assert [one.key for one in told] == ["command.slack.check.workspace", "command.slack.not_connected"]
    assert told[-1].params == {"error": code}
    assert {line["code"] for line in lines if line["event"] == "slack_not_connected"} == {code}
    assert not [line for line in caplog.records if line.exc_info]


async def test_connections_that_slack_takes_away_come_back_without_a_traceback(
    bar: Bar, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sockets, "AGAIN", SOON)
    bar.slack.faults.plan("apps.connections.open", refused("forbidden_team"), times=6)

    await bar.slack.sockets.disable()
    async with asyncio.timeout(5):
        while bar.listening() < 2:  # noqa: ASYNC110 # nobody tells
            await asyncio.sleep(0.005)

    assert bar.slack.counted("apps.connections.open") >= 10
    assert not [line for line in caplog.records if line.exc_info]


async def test_an_address_to_which_nothing_connects_is_not_tried_for_ever(
    bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "ADDRESS", SOON)
    monkeypatch.setattr(sockets, "PING", SOON)
    await bar.stop()
    tickets = bar.slack.sockets.ticket

    def worthless() -> str:
        return "of yesterday"

    monkeypatch.setattr(bar.slack.sockets, "ticket", worthless)
    asked = bar.slack.counted("apps.connections.open")
    starting = asyncio.create_task(bar.start())
    await bar.slack.until(lambda: bar.slack.counted("apps.connections.open") > asked + 3)
    monkeypatch.setattr(bar.slack.sockets, "ticket", tickets)
    await starting

    assert bar.listening() == 2


async def test_who_closes_while_slack_opens_no_connection_is_not_kept_waiting(bar: Bar) -> None:
    await bar.stop()
    bar.slack.faults.plan("apps.connections.open", slow(60), times=None)
    starting, told = asyncio.create_task(bar.start()), list[Phrase]()
    await bar.slack.until(lambda: bar.slack.counted("apps.connections.open") > 2)

    bar.service.greet(told.append)
    await bar.stop()
    starting.cancel()

    assert [one.key for one in told] == ["command.slack.check.workspace"]


async def test_the_operator_is_told_which_workspaces_installed_it_and_where_when_none_did() -> None:
    told: list[Phrase] = []
    async with Street(["T1", "T2"]) as street:
        street.service.greet(told.append)
        await street.service.counter.later.close()
        for team in street.teams.values():
            await team.uninstall()
        await street.slack.settled()
        street.service.greet(told.append)
        await street.service.counter.later.close()

    installed, nowhere = told
    assert (installed.key, installed.params["names"]) == ("command.slack.installed", ("T1", "T2"))
    assert (nowhere.key, nowhere.params["address"]) == ("command.slack.nowhere", f"{ADDRESS}/slack/install")


async def test_who_comes_while_the_token_is_refused_hears_that_slack_is_busy(bar: Bar) -> None:
    bar.person("U1", "Ada")
    await is_refused_from_the_start(bar, refused("invalid_auth"))

    outcome = await bar.team.command("U1", "/comptoir", "")

    assert outcome.acked, outcome
    assert "Slack" in str(outcome), outcome
