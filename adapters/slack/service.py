"""Comptoir in Slack, put together: what the composition root makes, opens and closes."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from adapters.chat.errors import Forbidden, Rejected, Unanswered
from adapters.chat.later import Later
from adapters.chat.veil import Veil
from adapters.slack.api import Api
from adapters.slack.app import create_app
from adapters.slack.chosen import Slack as Chosen
from adapters.slack.counter import Counter
from adapters.slack.errors import translated
from adapters.slack.identity import Identity, identify
from adapters.slack.ids import community_of, team_of
from adapters.slack.installations import install_flow
from adapters.slack.manifest import INSTALL_PATH
from adapters.slack.people import People
from adapters.slack.platform import Slack
from adapters.slack.repainting import repainter
from adapters.slack.sockets import APART, Sockets
from adapters.slack.tokens import GrantedTokens
from adapters.slack.web import Door, install_routes
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId
from bot.errors import PlatformError, Unreachable
from bot.installations import Installation, Installations
from bot.messages import Param, Phrase
from bot.ports import ChatPlatform, Clock, Random
from bot.sendings import Sendings

#: Between two tries to learn whose token we have.
AGAIN: Final = timedelta(seconds=30)
#: Between two looks whether it still is taken.
WATCH: Final = timedelta(minutes=5)

log = structlog.get_logger()


class OneWorkspace:
    """The token of the settings, for the one workspace that it is of. Whose it is, is asked when it is first needed."""

    def __init__(self, token: str, client: AsyncWebClient) -> None:
        self._token = token
        self._client = client
        self._turn = asyncio.Lock()
        #: The last answer; None until there was one.
        self.identity: Identity | None = None
        #: Why Slack does not take the token, as far as we know; empty when it does.
        self.refusal = "not_asked"

    async def of(self, team: str) -> str | None:
        """The token, in its workspace. Raises: PlatformError, Unanswered while Slack does not say whose it is."""
        return self._token if (await self.who()).team == team else None

    async def who(self) -> Identity:
        """Whose it is. Raises: as `of`."""
        if self.identity:  # whoever is asking anew meanwhile keeps nobody waiting
            return self.identity
        async with self._turn:
            return self.identity or await self._asked()

    async def who_now(self) -> Identity:
        """The same, asked anew. Raises: as `of`."""
        async with self._turn:
            return await self._asked()

    async def _asked(self) -> Identity:
        try:
            with translated():
                identity = await identify(self._client)
            if identity.organisation:
                raise Forbidden("organisation_wide")
        except (Forbidden, Unreachable, Rejected) as refused:
            self.refusal = str(refused)
            raise
        self.identity, self.refusal = identity, ""
        return identity


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
        self._address = address
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
        platform = Slack(self._api, sendings, clock, dispatch.person, chosen.typed_in)
        #: What the courier hands over to.
        self.platform: ChatPlatform = platform
        self.counter = Counter(
            dispatch=dispatch, api=self._api, tokens=tokens, platform=platform, sendings=sendings,
            people=People(self._api), clock=clock, veil=Veil(secret), later=Later(), chosen=chosen,
            installations=installations,
        )  # fmt: skip
        platform.repaint = repainter(self.counter)
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

    def greet(self, told: Callable[[Phrase], None]) -> None:
        """Say once to the operator where Slack has us, as soon as it is known: or that it does not, and what to do."""
        self.counter.later.do(self._greet(told))

    async def _greet(self, told: Callable[[Phrase], None]) -> None:
        if self._one:
            try:
                told(Phrase("command.slack.check.workspace", {"name": (await self._one.who()).name}))
            except (PlatformError, Unanswered, Rejected) as error:
                told(Phrase("command.slack.not_reached", {"error": str(error) or type(error).__name__}))
                return
        else:
            names = tuple(one.name or one.community for one in await self._installations.everywhere())
            where: dict[str, Param] = {"names": names, "address": self._address + INSTALL_PATH}
            told(Phrase("command.slack.installed" if names else "command.slack.nowhere", where))
        if self.sockets and (refusal := await self.sockets.refusal()):
            told(Phrase("command.slack.not_connected", {"error": refusal}))

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
        """Whether we hear Slack, and it us.

        Raises: ConnectionError when no connection of Socket Mode is open, or while Slack refuses the token.
        """
        if self._one and self._one.refusal:
            raise ConnectionError(self._one.refusal)
        if self.sockets:
            await self.sockets.probe()

    async def tidy(self) -> None:
        """Show what a process that died had yet to show; renew what ends soon."""
        self.counter.later.insist(self.counter.platform.catch_up)
        if self._granted:
            await self._granted.renew_all()

    async def _arrive(self) -> None:
        if self._one:
            return await self._watch(self._one)
        for installation in await self._installations.everywhere():
            await self._welcome(installation)

    async def _watch(self, one: OneWorkspace) -> None:
        """Serve the one workspace as long as Slack takes its token, and again when it takes it again."""
        up_to_date = False
        while True:
            try:
                who = await one.who_now()
                if not up_to_date or not await self._is_served(community_of(who.team)):
                    await self._dispatch.found(community_of(who.team), who.name, self._language, self._zone)
                wait, up_to_date = WATCH, True
            except (PlatformError, Unanswered, Rejected) as error:
                log.warning("slack_does_not_know_us", kind=type(error).__name__, code=str(error))
                wait = AGAIN
            except Exception:
                log.exception("slack_watch_failed")
                wait = AGAIN
            await asyncio.sleep(wait.total_seconds())

    async def _is_served(self, id: CommunityId) -> bool:
        community = await self._dispatch.community(id)
        return community is not None and community.closed_at is None

    async def _welcome(self, installation: Installation) -> None:
        """Serve a workspace, in the language and zone of whoever installed us there.

        While Slack does not say who that is, they stay as they are.
        """
        language, zone = self._language, self._zone
        if installation.installer and not (self._chosen.language and self._chosen.zone):
            try:
                installer = await self.counter.people.profile(team_of(installation.community), installation.installer)
                language, zone = self._chosen.language or installer.language, self._chosen.zone or installer.zone
            except (PlatformError, Unanswered, Rejected) as error:
                log.info("installer_unknown", code=str(error))
                if known := await self._dispatch.community(installation.community):
                    language, zone = self._chosen.language or known.language, self._chosen.zone or known.zone
        await self._dispatch.found(installation.community, installation.name, language, zone)
