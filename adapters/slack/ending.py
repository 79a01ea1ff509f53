"""A workspace takes the app away, or its tokens."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.counter import Counter
from adapters.slack.installations import ended


async def on_end(counter: Counter, body: Mapping[str, Any]) -> None:
    """Nothing is sent there any more; what its members wrote stays until somebody decides about it."""
    lost = await ended(counter.installations, body, counter.clock.now())
    if lost is not None:
        await counter.dispatch.close(lost)
