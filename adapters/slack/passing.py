"""What is said in a channel where nobody listens: let go at the door, before anything is looked up about its author."""

from collections.abc import Callable, Mapping
from math import inf
from time import monotonic
from typing import Any, Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.ids import community_of
from adapters.slack.incoming import is_spoken, part_of, sender_of, text_at
from bot.dispatch import Dispatch

#: Where Comptoir and one member talk.
PRIVATE: Final = "im"
#: For so many seconds a workspace that talks is not looked up again; a channel that was opened meanwhile by another
#: process is heard as much later. What is heard is looked up again by whoever hears it.
BELIEVED: Final = 1.0


class Bolt(AsyncApp):
    """Slack's library, which hears nothing of what passes by: a busy workspace costs the others next to nothing."""

    def __init__(self, dispatch: Dispatch, **options: Any) -> None:
        super().__init__(**options)
        self._door = Door(dispatch)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """As the library does, unless it passes by."""
        if await self._door.passes_by(req.body):
            return BoltResponse(status=200)
        try:
            return await super().async_dispatch(req)
        finally:
            self._door.forget()  # a steward may have opened a channel


class Door:
    """Tells what passes by from what is for us.

    Args: now: seconds that only grow.
    """

    def __init__(self, dispatch: Dispatch, now: Callable[[], float] = monotonic) -> None:
        self._dispatch, self._now = dispatch, now
        #: The channels that are listened to in each workspace, and until when that is believed.
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    def forget(self) -> None:
        """Look again where somebody listens."""
        self._known = {}

    async def passes_by(self, body: Mapping[str, Any]) -> bool:
        """Whether this is said by a bot, or in a channel that no steward opened to listening.

        What is changed or deleted does not pass by: it may have become a notice when somebody pointed at it.
        """
        event = part_of(body, "event")
        if text_at(event, "type") != "message" or not is_spoken(event) or text_at(event, "channel_type") == PRIVATE:
            return False
        sender = sender_of(body)
        return sender is None or text_at(event, "channel") not in await self._listening(sender.team)

    async def _listening(self, team: str) -> frozenset[str]:
        known = self._known
        until, channels = known.get(team, (-inf, frozenset()))
        if until < self._now():
            community = await self._dispatch.community(community_of(team))
            channels = frozenset(community.listening) if community else frozenset()
            known[team] = (self._now() + BELIEVED, channels)  # for nobody, when it was forgotten meanwhile
        return channels
