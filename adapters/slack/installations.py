"""Installing in several workspaces: who sets out comes back once, and what Slack grants is kept sealed.

Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store import Installation as Granted
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.chosen import Slack
from adapters.slack.ids import community_of
from adapters.slack.incoming import part_of, text_at
from adapters.slack.install_pages import on_failure, on_success
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH
from adapters.slack.scopes import scopes
from bot.domain.ids import CommunityId
from bot.domain.tokens import hashed
from bot.installations import Installation, Installations
from bot.ports import Clock, Random

log = structlog.get_logger()

#: How long somebody may take to agree.
STATE_LIFE: Final = timedelta(minutes=10)

#: Told of each workspace that has us from now on, again if need be.
Welcome = Callable[[Installation], Awaitable[None]]


class OrganisationWide(BoltError):
    """Somebody installed it for a whole organisation, which we do not serve."""


class Keeper(AsyncInstallationStore):
    """Keeps what Slack grants."""

    def __init__(self, installations: Installations, clock: Clock, welcome: Welcome) -> None:
        self._installations = installations
        self._clock = clock
        self._welcome = welcome

    async def async_save(self, installation: Granted) -> None:
        """Keep it. Raises: OrganisationWide, BoltError."""
        now = self._clock.now()
        if installation.is_enterprise_install or not installation.team_id:
            raise OrganisationWide("org_wide")
        if not installation.bot_token:
            raise BoltError("no_bot_token")
        kept = _ours(installation, now)
        await self._installations.keep(kept)
        try:
            await self._welcome(kept)
        except Exception as error:
            log.exception("welcome_failed")
            raise BoltError("welcome_failed") from error


class States(AsyncOAuthStateStore):
    """What somebody is given to come back with: at most one of many who come back with it is let in."""

    def __init__(self, installations: Installations, clock: Clock, random: Random) -> None:
        self._installations = installations
        self._clock = clock
        self._random = random

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """A new one; we keep its hash."""
        state = self._random.token()
        await self._installations.begin(hashed(state), self._clock.now(), life=STATE_LIFE)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether somebody may come in with it."""
        return await self._installations.take(hashed(state), self._clock.now())


class Flow(AsyncOAuthFlow):
    """The way through Slack's page and back. Nothing of it is loaded from elsewhere."""

    async def run_installation(self, code: str) -> Granted | None:
        """What Slack gives for a code; None where it gives nothing."""
        try:
            return await super().run_installation(code)
        except (aiohttp.ClientError, TimeoutError, SlackClientError):
            log.warning("installation_failed")
            return None


def install_flow(
    slack: Slack,
    installations: Installations,
    *,
    client: AsyncWebClient,
    clock: Clock,
    random: Random,
    address: str,
    welcome: Welcome,
) -> Flow:
    """How workspaces install Comptoir, whose own address is `address`, without a slash at the end."""
    settings = AsyncOAuthSettings(
        client_id=slack.client_id,
        client_secret=slack.client_secret,
        scopes=scopes(listening=slack.listening),
        user_scopes=(),
        redirect_uri=address + REDIRECT_PATH,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        # Bolt's own page loads a picture from elsewhere.
        install_page_rendering_enabled=False,
        authorization_url=authorize_url(slack.api_url),
        installation_store=Keeper(installations, clock, welcome),
        installation_store_bot_only=True,
        state_store=States(installations, clock, random),
        state_expiration_seconds=int(STATE_LIFE.total_seconds()),
        callback_options=AsyncCallbackOptions(success=on_success, failure=on_failure),
    )
    return Flow(client=client, settings=settings)


def authorize_url(api_url: str) -> str:
    """Where somebody agrees, beside the Web API: https://slack.com/api/ → https://slack.com/oauth/v2/authorize."""
    return api_url.rstrip("/").removesuffix("/api") + "/oauth/v2/authorize"


async def ended(installations: Installations, body: Mapping[str, Any], now: datetime) -> CommunityId | None:
    """Take note of `app_uninstalled` and `tokens_revoked`, which come in any order, late, and more than once.

    Returns: the community that has lost us, to be closed; None where it has us all the same, or has us again.
    Source: https://docs.slack.dev/reference/events/app_uninstalled, …/tokens_revoked.
    """
    event, team = part_of(body, "event"), text_at(body, "team_id")
    ours = event.get("type") == "app_uninstalled" or bool(part_of(event, "tokens").get("bot"))
    if not team or not ours:
        return None
    community = community_of(team)
    await installations.close(community, ended_at=_moment(body.get("event_time"), now))
    return community if await installations.find(community) is None else None


def _moment(stamp: Any, now: datetime) -> datetime:
    """When something was. Slack counts whole seconds: what was installed within that second is what has ended."""
    if isinstance(stamp, int) and 0 < stamp < now.timestamp():
        return datetime.fromtimestamp(stamp, UTC) + timedelta(seconds=1)
    return now


def _ours(granted: Granted, now: datetime) -> Installation:
    expires_at = granted.bot_token_expires_at
    return Installation(
        community=community_of(granted.team_id or ""),
        token=granted.bot_token or "",
        installed_at=now,
        name=granted.team_name or "",
        installer=granted.user_id or "",
        app=granted.app_id or "",
        account=granted.bot_user_id or "",
        scopes=tuple(granted.bot_scopes or ()),
        renewal=granted.bot_refresh_token or "",
        expires_at=datetime.fromtimestamp(expires_at, UTC) if expires_at else None,
    )
