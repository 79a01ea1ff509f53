"""With which token we speak to a workspace that granted one, and renewing those that end."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.errors import MENDED, Rejected, Unanswered
from adapters.slack.chosen import Slack
from adapters.slack.errors import translated
from adapters.slack.ids import community_of
from bot.errors import PlatformError, TryLater
from bot.installations import Installation, Installations
from bot.ports import Clock

log = structlog.get_logger()

#: How long before its end a token is renewed; it lives for twelve hours.
#: Source: https://docs.slack.dev/authentication/using-token-rotation
EARLY: Final = timedelta(hours=2)
#: How long one process may take to renew a token, before another tries.
TURN: Final = timedelta(seconds=60)
#: How soon to look again where another process renews a token that has ended.
SOON: Final = timedelta(seconds=2)


class GrantedTokens:
    """What workspaces granted. A token that ends is renewed in time, by one process at a time."""

    def __init__(self, slack: Slack, installations: Installations, *, client: AsyncWebClient, clock: Clock) -> None:
        self._slack = slack
        self._installations = installations
        self._client = client
        self._clock = clock

    async def of(self, team: str) -> str | None:
        """The token in a workspace; None where we are not installed. Raises: TryLater while one is being renewed."""
        installation = await self._installations.find(community_of(team))
        if installation is None:
            return None
        now = self._clock.now()
        return installation.token if _is_fresh(installation, now) else await self._renewed(installation, now)

    async def renew_all(self) -> None:
        """Renew what ends soon, in workspaces where nothing happens as well. Nothing is raised."""
        for installation in await self._installations.everywhere():
            if not _is_fresh(installation, self._clock.now()):
                try:
                    await self._renewed(installation, self._clock.now())
                except PlatformError:
                    continue  # said in the log; the next round tries again

    async def _renewed(self, known: Installation, now: datetime) -> str | None:
        turn = await self._installations.take_turn(known.community, now, until=now + TURN)
        if turn is None:
            return _while_it_lasts(known, now, SOON)
        installation = await self._installations.find(known.community)
        if installation is None or _is_fresh(installation, now):  # while we waited
            await self._installations.end_turn(known.community, turn)
            return installation.token if installation else None
        try:
            renewed = await self._asked(installation, now)
        except (PlatformError, Rejected, Unanswered) as error:
            log.warning("token_not_renewed", code=str(error))
            await self._installations.end_turn(known.community, turn)
            return _while_it_lasts(installation, now, MENDED)
        if not await self._installations.renewed(renewed, turn):
            raise TryLater(SOON)  # uninstalled, installed anew, or renewed by somebody else
        return renewed.token

    async def _asked(self, installation: Installation, now: datetime) -> Installation:
        with translated():
            answer: Any = await self._client.oauth_v2_access(
                client_id=self._slack.client_id,
                client_secret=self._slack.client_secret or "",
                grant_type="refresh_token",
                refresh_token=installation.renewal,
            )
        token, renewal, seconds = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
        if not (isinstance(token, str) and isinstance(renewal, str) and isinstance(seconds, int)):
            raise Rejected("odd_answer")
        return replace(installation, token=token, renewal=renewal, expires_at=now + timedelta(seconds=seconds))


def _is_fresh(installation: Installation, now: datetime) -> bool:
    return installation.expires_at is None or now < installation.expires_at - EARLY


def _while_it_lasts(installation: Installation, now: datetime, otherwise: timedelta) -> str:
    if installation.expires_at is None or now < installation.expires_at:
        return installation.token
    raise TryLater(otherwise)
