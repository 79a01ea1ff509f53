"""What goes on from the door, and what is let go there."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.ids import member_of
from adapters.slack.passing import Door
from bot.commands import SetListening
from bot.domain.ids import CommunityId
from bot.domain.members import Community
from tests.adapters.slack.bar import TEAM, Bar
from tests.adapters.slack.crowd import comes

STEWARD = member_of(TEAM, "U1")


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    """A workspace in which stewards opened C1."""
    async with Bar() as bar:
        assert await comes(bar, "U1") == STEWARD
        await bar.world.dispatch.receive("slack", "listen", SetListening(STEWARD, True, "C1", True))
        yield bar


def said(team: str = TEAM, **event: Any) -> dict[str, Any]:
    """An event. Source: https://docs.slack.dev/reference/events/message"""
    spoken = {"type": "message", "channel": "C2", "channel_type": "channel", "user": "U1", "text": "hm", "ts": "1.2"}
    return {"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": {**spoken, **event}}


LET_GO = {
    "in a channel that nobody opened": said(),
    "in a private channel": said(channel="G2", channel_type="group"),
    "by somebody who never joined": said(user="U9"),
    "by a bot in an open channel": said(channel="C1", bot_id="B1"),
    "in a workspace that we do not serve": said("T9", channel="C1"),
    "with a file": said(subtype="file_share"),
}
HEARD = {
    "in an open channel": said(channel="C1"),
    "to us": said(channel="D1", channel_type="im"),
    "with our name": said(type="app_mention"),
    "changed": said(subtype="message_changed", message={"user": "U1", "text": "hm", "ts": "1.2"}),
    "deleted": said(subtype="message_deleted", previous_message={"user": "U1", "text": "hm", "ts": "1.2"}),
    "a press": {"type": "block_actions", "team": {"id": TEAM}, "actions": [{"action_id": "press:yes"}]},
}


@pytest.mark.parametrize("how", LET_GO)
async def test_what_passes_by_is_let_go(bar: Bar, how: str) -> None:
    assert await Door(bar.world.dispatch).passes_by(LET_GO[how])


@pytest.mark.parametrize("how", HEARD)
async def test_what_is_for_us_goes_on(bar: Bar, how: str) -> None:
    assert not await Door(bar.world.dispatch).passes_by(HEARD[how])


async def test_a_channel_that_another_process_opened_is_heard_a_second_later(bar: Bar) -> None:
    now = 5.0
    door = Door(bar.world.dispatch, lambda: now)
    assert await door.passes_by(said())
    await bar.world.dispatch.receive("slack", "listen too", SetListening(STEWARD, True, "C2", True))

    now += 0.5
    assert await door.passes_by(said())
    now += 1.0
    assert not await door.passes_by(said())


async def test_what_was_looked_up_while_a_channel_was_opened_is_not_believed(
    bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, community = Door(bar.world.dispatch), bar.world.dispatch.community

    async def look(id: CommunityId) -> Community | None:
        before = await community(id)
        monkeypatch.undo()
        await bar.world.dispatch.receive("slack", "listen too", SetListening(STEWARD, True, "C2", True))
        door.forget()
        return before

    monkeypatch.setattr(bar.world.dispatch, "community", look)
    assert await door.passes_by(said())
    assert not await door.passes_by(said())


async def test_who_talks_much_is_not_looked_up_each_time(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, community = list[str](), bar.world.dispatch.community

    async def look(id: CommunityId) -> Community | None:
        looked.append(id)
        return await community(id)

    monkeypatch.setattr(bar.world.dispatch, "community", look)
    door = Door(bar.world.dispatch, lambda: 5.0)

    assert all([await door.passes_by(said()) for _ in range(50)])
    assert len(looked) == 1
    door.forget()
    assert await door.passes_by(said())
    assert len(looked) == 2
