"""What is said in a channel where nobody listens: let go at the door, before anything is looked up about its author."""

from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.ids import community_of
from adapters.slack.incoming import is_spoken, part_of, sender_of, text_at
from bot.dispatch import Dispatch

#: Where Comptoir and one member talk.
PRIVATE: Final = "im"


class Bolt(AsyncApp):
    """Slack's library, which hears nothing of what passes by: a busy workspace costs the others next to nothing."""

    def __init__(self, dispatch: Dispatch, **options: Any) -> None:
        super().__init__(**options)
        self._dispatch = dispatch

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """As the library does, unless it passes by."""
        if await passes_by(self._dispatch, req.body):
            return BoltResponse(status=200)
        return await super().async_dispatch(req)


async def passes_by(dispatch: Dispatch, body: Mapping[str, Any]) -> bool:
    """Whether this is said by a bot, or in a channel that no steward opened to listening.

    What is changed or deleted does not pass by: it may have become a notice when somebody pointed at it.
    """
    event = part_of(body, "event")
    if text_at(event, "type") != "message" or not is_spoken(event) or text_at(event, "channel_type") == PRIVATE:
        return False
    sender = sender_of(body)
    community = await dispatch.community(community_of(sender.team)) if sender else None
    return community is None or text_at(event, "channel") not in community.listening
