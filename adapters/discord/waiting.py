"""What somebody began and must answer a question for first: kept for a while, in whatever process they answer.

It is kept as what was replied to an arrival of its own: sealed, and gone with the others.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final

from adapters.discord.counter import Visit
from adapters.discord.ids import PLATFORM
from bot.domain.tokens import hashed

#: The menu in which somebody says for which community they meant it, and the button that only goes on.
WHERE: Final = "where"
BEGUN: Final = "begun"
#: For so long it can be gone on with.
LIFE: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Begun:
    """How it goes on, as plain JSON: `then` says which step is next, `about` what it is given."""

    then: str
    about: Mapping[str, Any] = field(repr=False)
    #: Which of theirs it is for; empty where they are asked.
    member: str = ""


async def hold(visit: Visit, begun: Begun) -> str:
    """Keep it for this account. Returns: its name, 22 characters that say nothing."""
    name, sender = token_urlsafe(16), visit.sender
    kept = {
        "begun": asdict(begun), "user": sender.user, "arrival": sender.arrival,
        "until": (visit.now + LIFE).isoformat(),
    }  # fmt: skip
    await visit.counter.dispatch.keep(PLATFORM, f"begun:{hashed(name)}", kept)
    return name


async def find(visit: Visit, name: str) -> tuple[Begun, str] | None:
    """What waits under this name for this account, and as what it arrived, for what goes on twice is done once.

    Returns: None when nothing does, or not any more.
    """
    kept = await visit.counter.dispatch.kept(PLATFORM, f"begun:{hashed(name)}")
    if not kept or kept["user"] != visit.sender.user or visit.now >= datetime.fromisoformat(kept["until"]):
        return None
    return Begun(**kept["begun"]), kept["arrival"]
