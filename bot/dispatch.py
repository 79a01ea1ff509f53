"""One door for everything that is asked of us: command → use case → reply."""

from typing import Any

from bot.commands import Command
from bot.domain.ids import MemberId
from bot.messages import Reply
from bot.views import Me


class Dispatch:
    """Runs use cases. Re-runs those that were Stale, and turns a Refusal into a reply."""

    async def receive(self, source: str, external_id: str, command: Command) -> Reply | None:
        """Note an arrival in the inbox, then do it once. Returns: the reply; None when it had arrived before."""
        raise NotImplementedError

    async def me(self, member: MemberId) -> Me:
        """What this member sees of themselves. Raises: Refusal for somebody unknown."""
        raise NotImplementedError

    async def export(self, member: MemberId) -> dict[str, Any]:
        """Everything that we hold about a member and that they may see (I9), as plain JSON."""
        raise NotImplementedError
