"""What goes on from the door, and what is let go there."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.passing import passes_by
from bot.commands import SetListening
from tests.adapters.slack.bar import TEAM, Bar
from tests.adapters.slack.crowd import comes


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    """A workspace in which stewards opened C1."""
    async with Bar() as bar:
        steward = await comes(bar, "U1")
        await bar.world.dispatch.receive("slack", "listen", SetListening(steward, True, "C1", True))
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
    assert await passes_by(bar.world.dispatch, LET_GO[how])


@pytest.mark.parametrize("how", HEARD)
async def test_what_is_for_us_goes_on(bar: Bar, how: str) -> None:
    assert not await passes_by(bar.world.dispatch, HEARD[how])
