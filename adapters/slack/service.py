"""Comptoir in Slack, put together: what the composition root makes, opens and closes."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from adapters.slack.api import Api
from adapters.slack.app import create_app
from adapters.slack.chosen import Slack as Chosen
from adapters.slack.counter import Counter
from adapters.slack.errors import Rejected, Unanswered, translated
from adapters.slack.identity import Identity, identify
from adapters.slack.ids import community_of, team_of
from adapters.slack.installations import install_flow
from adapters.slack.later import Later
from adapters.slack.people import People
from adapters.slack.platform import Slack
from adapters.slack.sockets import APART, Sockets
from adapters.slack.tokens import GrantedTokens
from adapters.slack.veil import Veil
from adapters.slack.web import Door, install_routes
from bot.dispatch import Dispatch
from bot.errors import PlatformError
from bot.installations import Installation, Installations
from bot.ports import ChatPlatform, Clock, Random
from bot.sendings import Sendings

#: Between two tries to learn whose token we have.
AGAIN: Final = timedelta(seconds=30)

log = structlog.get_logger()


class OneWorkspace:
    """The token of the settings, for the one workspace that it is of. Whose it is, is asked when it is first needed."""

    def __init__(self, token: str, client: AsyncWebClient) -> None:
        self._token = token
        self._client = client
        self._identity: Identity | None = None
        self._turn = asyncio.Lock()

    async def of(self, team: str) -> str | None:
        """The token, in its workspace. Raises: PlatformError, Unanswered while Slack does not say whose it is."""
        return self._token if (await self.who()).team == team else None

    async def who(self) -> Identity:
        """Whose it is. Raises: as `of`."""
        async with self._turn:
            if self._identity is None:
                with translated():
                    self._identity = await identify(self._client)
            return self._identity


class SlackService:
    """One app of ours in Slack, in one workspace or in several.

    Args: `secret` is a secret of the database's own, `address` what people type to come to us, without a slash at the
    end; `language` and `zone` are those of a workspace of which nobody said anything.
    """

    def __init__(
        self,
        chosen: Chosen,
        *,
        dispatch: Dispatch,
        sendings: Sendings,
        installations: Installations,
        clock: Clock,
        random: Random,
        secret: str,
        address: str,
        language: str,
        zone: str,
        apart: timedelta = APART,
    ) -> None:
        self._chosen = chosen
        self._dispatch = dispatch
        self._installations = installations
        self._language, self._zone = chosen.language or language, chosen.zone or zone
        client = AsyncWebClient(base_url=chosen.api_url, retry_handlers=[])
        self._one: OneWorkspace | None = None
        self._granted: GrantedTokens | None = None
        if chosen.bot_token is not None:
            client.token = chosen.bot_token
            self._one = OneWorkspace(chosen.bot_token, client)
        else:
            self._granted = GrantedTokens(chosen, installations, client=client, clock=clock)
        tokens = self._one or self._granted
        assert tokens is not None
        self._api = Api(tokens, url=chosen.api_url)
        platform = Slack(self._api, sendings, clock, dispatch.known, chosen.typed_in)
        #: What the courier hands over to.
        self.platform: ChatPlatform = platform
        self.counter = Counter(
            dispatch=dispatch, api=self._api, tokens=tokens, platform=platform, sendings=sendings,
            people=People(self._api), clock=clock, veil=Veil(secret), later=Later(), chosen=chosen,
            installations=installations,
        )  # fmt: skip
        app = create_app(self.counter)
        #: What the web server answers for Slack.
        self.routes: list[Route] = []
        #: None in HTTP mode.
        self.sockets: Sockets | None = None
        if chosen.app_token is not None:
            self.sockets = Sockets(app, self._api, chosen.app_token, apart=apart)
        else:
            self.routes += Door(chosen.signing_secret or "", app.async_dispatch, clock).routes()
        if chosen.several:
            flow = install_flow(
                chosen, installations, client=client, clock=clock, random=random, address=address,
                welcome=self._welcome,
            )  # fmt: skip
            self.routes += install_routes(flow)
        self._arriving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Come in: serve the workspaces that have us, and listen. What Slack does not answer yet is asked again."""
        self._arriving = asyncio.create_task(self._arrive())
        if self.sockets:
            await self.sockets.open()

    async def leave(self) -> None:
        """Stop listening, and finish what is under way."""
        if self._arriving:
            self._arriving.cancel()
            await asyncio.gather(self._arriving, return_exceptions=True)
        if self.sockets:
            await self.sockets.close()
        await self.counter.later.close()

    async def close(self) -> None:
        """Let go of the connections; after `leave`, if it was opened."""
        await self._api.close()

    async def probe(self) -> None:
        """Whether we hear Slack. Raises: ConnectionError when no connection of Socket Mode is open."""
        if self.sockets:
            await self.sockets.probe()

    async def tidy(self) -> None:
        """Renew what ends soon."""
        if self._granted:
            await self._granted.renew_all()

    async def _arrive(self) -> None:
        if self._one is None:
            for installation in await self._installations.everywhere():
                await self._welcome(installation)
            return
        while True:
            try:
                who = await self._one.who()
            except (PlatformError, Unanswered, Rejected) as error:
                log.warning("slack_does_not_know_us", code=str(error))
                await asyncio.sleep(AGAIN.total_seconds())
            else:
                await self._dispatch.found(community_of(who.team), who.name, self._language, self._zone)
                return

    async def _welcome(self, installation: Installation) -> None:
        """Serve a workspace, in the language and zone of whoever installed us there."""
        language, zone = self._language, self._zone
        if installation.installer and not (self._chosen.language and self._chosen.zone):
            try:
                installer = await self.counter.people.profile(team_of(installation.community), installation.installer)
                language, zone = self._chosen.language or installer.language, self._chosen.zone or installer.zone
            except (PlatformError, Unanswered, Rejected) as error:
                log.info("installer_unknown", code=str(error))
        await self._dispatch.found(installation.community, installation.name, language, zone)
