"""Everything that we hold about somebody and that they may see, handed to them in our conversation (I9)."""

import json
from typing import Final

from adapters.slack.copied import COPY
from adapters.slack.counter import Visit
from adapters.slack.incoming import arrival_of
from adapters.slack.inert import parted
from bot.messages import MINE, Message

#: How much goes into one message, by `inert.size`.
PIECE: Final = 2500


async def hand_over(visit: Visit) -> None:
    """Put it into the outbox, in as many messages as it takes. Raises: Refusal for who is not here."""
    everything = await visit.counter.dispatch.export(visit.member)
    written = json.dumps(everything, ensure_ascii=False, indent=1)
    pieces = parted(written, PIECE)
    said = [
        Message(COPY, {"number": number, "count": len(pieces), MINE: piece})
        for number, piece in enumerate(pieces, start=1)
    ]
    await visit.counter.dispatch.tell(visit.member, said, key=f"slack:{arrival_of(visit.body)}")
