"""Workspaces and whom they belong to: people of several at once, people of none, and whoever installed us."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.ids import community_of, member_of
from adapters.slack.incoming import Sender, sender_of
from adapters.slack.people import profile_of
from bot.installations import Installation
from tests.adapters.slack.bar import COMMUNITY, TOKEN, Bar
from tests.adapters.slack.street import Street
from tests.platforms.slack.faults import broken

US = {"id": "T1", "enterprise_id": "E1"}


def pressed(own: str, team: dict[str, str], organisation: str | None, **more: Any) -> Sender | None:
    enterprise = {"id": organisation} if organisation else None
    body = {"type": "block_actions", "team": team, "enterprise": enterprise, "user": {"id": "U1", "team_id": own}}
    return sender_of(body | more)


def mentioned(own: str, organisation: str | None) -> Sender | None:
    event = {"type": "app_mention", "user": "U1", "user_team": own, "team": own}
    return sender_of({"event": event, "authorizations": [{"team_id": "T1", "enterprise_id": organisation}]})


@pytest.mark.parametrize(
    ("own", "organisation", "outside"),
    [
        ("T1", None, False), ("T2", None, True), ("E1", None, True), ("T1", "E1", False), ("E1", "E1", False),
        ("E2", "E1", True), ("T2", "E1", False), ("", None, False), ("", "E1", False),
    ],
)  # fmt: skip
def test_who_is_certainly_from_outside(own: str, organisation: str | None, outside: bool) -> None:
    assert mentioned(own, organisation) == Sender("T1", "U1", outside)
    assert pressed(own, {"id": "T1"}, organisation) == Sender("T1", "U1", outside)


def test_a_press_belongs_to_the_workspace_in_which_it_was_made() -> None:
    elsewhere = {"app_installed_team_id": "T2"}

    assert pressed("T2", US, "E1", view=elsewhere) == Sender("T1", "U1", False)
    assert pressed("T2", US, None, view=elsewhere) == Sender("T1", "U1", False)
    # Two companies share a channel: the window is of the workspace that has us.
    assert pressed("T1", {"id": "T1"}, None, view=elsewhere) == Sender("T2", "U1", True)


@pytest.mark.parametrize(
    ("user", "may_join"),
    [
        ({"team_id": "T1"}, True),
        ({"team_id": "T2"}, False),
        ({}, True),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T1", "T2"]}}, True),
        ({"enterprise_user": {"enterprise_id": "E1", "teams": ["T1", "T2"]}}, True),
        ({"enterprise_user": {"enterprise_id": "E1", "teams": ["T2"]}}, False),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, False),
        ({"team_id": "T2", "is_stranger": True, "enterprise_user": {"teams": ["T1"]}}, False),
    ],
)
def test_whoever_is_in_a_workspace_may_join_there(user: dict[str, Any], may_join: bool) -> None:
    assert profile_of("T1", {"id": "U1", **user}).may_join is may_join


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    """Two workspaces of one organisation; Ada is in both, and Slack calls the first hers."""
    async with Street(["T1", "T2"]) as street:
        for team in street.teams.values():
            team.team.enterprise = "E1"
        street.teams["T1"].person("U1", "Ada", teams=("T1", "T2"))
        street.teams["T1"].person("U2", "Ben", teams=("T1",))
        yield street


async def test_somebody_of_two_workspaces_joins_the_one_they_are_looking_at(street: Street) -> None:
    here = street.teams["T2"]
    await here.home("U1")

    await here.press("U1", "join", where="home")
    assert not (await here.submit("U1", {"language": "en"})).errors
    await here.close("U1")
    await street.look()
    await here.home("U1")
    await here.press("U1", "need", where="home")
    await here.submit("U1", {"text": "I am looking for a ladder"})
    await here.press("U1", "post", where="modal")
    await street.look()

    known = await street.world.dispatch.known(member_of("T2", "U1"))
    assert known
    assert known[0].community == community_of("T2")
    assert (await street.world.dispatch.me(member_of("T2", "U1"))).notices
    assert await street.world.dispatch.known(member_of("T1", "U1")) is None


async def test_somebody_of_the_organisation_who_is_not_in_this_workspace_cannot_join(street: Street) -> None:
    here = street.teams["T2"]
    here.room("C1", ["U1", "U2"], name="everybody")

    await here.post("U2", "C1", f"<@{here.bot}> what are you?", raw=True)
    await here.post("U1", "C1", f"<@{here.bot}> what are you?", raw=True)
    await street.look()

    assert [len([one for one in here.buttons(user) if one.action_id == "join"]) for user in ("U1", "U2")] == [1, 0]

    for way in (here.press("U2", here.find("U1", "join")), here.shortcut("U2", "need")):
        assert (await way).acked
        window = here.modal("U2")
        assert window
        assert (window.callback_id, "Only members of this workspace" in str(window.shape)) == ("said", True)
        await here.close("U2")


async def test_a_workspace_keeps_its_language_and_zone_while_slack_does_not_say_who_installed_us() -> None:
    async with Bar() as bar:
        bar.team.person("U1", "Ada", locale="fr-FR", zone="America/Montreal")
        installation = Installation(COMMUNITY, TOKEN, bar.world.clock.now(), name="Chez Nous", installer="U1")
        await bar.service._welcome(installation)

        bar.counter.people._known.clear()  # as at a restart
        bar.slack.faults.plan("users.info", broken(), times=None)
        await bar.service._welcome(installation)

        kept = await bar.world.dispatch.community(COMMUNITY)
        assert kept
        assert (kept.name, kept.language, kept.zone) == ("Chez Nous", "fr", "America/Montreal")
