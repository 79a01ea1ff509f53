"""A workspace takes the app away, or its tokens."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.chat.errors import Forbidden
from adapters.slack.counter import Counter
from adapters.slack.ids import team_of
from adapters.slack.installations import ended
from bot.errors import Unreachable

#: What Slack says of a token of old, besides what makes a workspace unreachable.
#: Source: https://docs.slack.dev/reference/methods/auth.test
ENDED: Final = "invalid_auth"


async def on_end(counter: Counter, body: Mapping[str, Any]) -> None:
    """Nothing is sent there any more; what its members wrote stays until somebody decides about it."""
    lost = await ended(counter.installations, body, counter.clock.now())
    if lost is not None and await _has_ended(counter, team_of(lost)):
        await counter.dispatch.close(lost)


async def _has_ended(counter: Counter, team: str) -> bool:
    """Whether it is so still: these events come late, and nothing says since when we have the token of the settings.

    Raises: TryLater, Unanswered, Rejected where Slack does not say; it tells us of the end again.
    """
    if counter.chosen.several:
        return True
    try:
        await counter.api.call("auth.test", team=team)
    except Unreachable:
        return True
    except Forbidden as refused:
        if str(refused) != ENDED:
            raise
        return True
    return False
