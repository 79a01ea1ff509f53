"""What somebody began and must answer a question for, held for a while in this process.

Nothing was taken in yet: whoever is asked again after a restart begins again.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from secrets import token_urlsafe
from typing import Final, TypeAlias

from adapters.discord.answering import Answer
from bot.domain.ids import MemberId

#: What goes on once it is known for which of their members somebody meant it.
Next: TypeAlias = Callable[[MemberId, Answer], Awaitable[None]]

MOST: Final = 1000
#: The menu in which somebody says for which community they meant it, and the button that only goes on.
WHERE: Final = "where"
BEGUN: Final = "begun"


class Waiting:
    """What waits for a choice, each under a name that says nothing."""

    def __init__(self) -> None:
        self._next: OrderedDict[tuple[str, int], Next] = OrderedDict()

    def hold(self, user: int, then: Next) -> str:
        """Keep it for this account. Returns: its name, 22 characters."""
        while len(self._next) >= MOST:
            self._next.popitem(last=False)
        name = token_urlsafe(16)
        self._next[name, user] = then
        return name

    def find(self, name: str, user: int) -> Next | None:
        """What waits under this name for this account; None when nothing does. What goes on twice is done once."""
        return self._next.get((name, user))
