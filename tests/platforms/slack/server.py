"""The fake Slack: one server on 127.0.0.1 that the real SDKs talk to."""

import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.platforms.slack import oauth, web_api
from tests.platforms.slack.clock import Clock
from tests.platforms.slack.controls import Control
from tests.platforms.slack.core import Core
from tests.platforms.slack.delivery import Courier, Delivery
from tests.platforms.slack.faults import Call, Faults
from tests.platforms.slack.limits import DOCUMENTED, Gauge, Limits
from tests.platforms.slack.manifest import configured
from tests.platforms.slack.methods_chat import post_scheduled, respond
from tests.platforms.slack.people import Workspace
from tests.platforms.slack.roads import Either, Post, signed
from tests.platforms.slack.sockets import Sockets
from tests.platforms.slack.state import ApiError, App, Json, Team, User

T = TypeVar("T")

#: https://docs.slack.dev/interactivity/handling-user-interaction: a response_url is good 5 times, for 30 minutes.
HOOK_USES = 5
HOOK_LIFE = 30 * 60


class FakeSlack:
    """`async with FakeSlack() as slack:` – a Slack with one app and any number of workspaces.

    Args:
        speed: how many of Slack's seconds pass in one of ours: limits, retries, lives of connections and addresses.
        deadline: our seconds for the app to acknowledge, and for a trigger_id to live. Not hurried by `speed`.
        limits: DOCUMENTED, NO_LIMITS or your own.
        now: the date, in seconds since 1970, for timestamps and scheduled messages.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        deadline: float = 3.0,
        limits: Limits = DOCUMENTED,
        now: Callable[[], float] = time.time,
        app: App | None = None,
    ) -> None:
        clock = Clock(speed, now)
        self.app = app or App()
        self.sockets = Sockets(clock, self.app.id, deadline)
        self._post = Post(self.app, deadline)
        self.core = Core(clock, Gauge(limits), Courier(clock, Either(self.sockets, self._post)), trigger_life=deadline)
        self.core.world.app = self.app
        self.core.connections_open = self._connections_open
        self.sockets.changed = self.core.changed
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        site = web.Application(client_max_size=4 * 1024 * 1024)
        site.router.add_route("*", "/api/{method}", self._api)
        site.router.add_get("/link/", self.sockets.link)
        site.router.add_get("/oauth/v2/authorize", self._authorize)
        site.router.add_post("/{kind:commands|actions|app}/{rest:.*}", self._hook)
        self._runner = web.AppRunner(site, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        listening = web.TCPSite(self._runner, "127.0.0.1", 0)
        await listening.start()
        host, port = self._runner.addresses[0][:2]
        self.url = self.core.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.core.courier.close()
        await self.sockets.close()
        await self._post.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # --- setting it up ---------------------------------------------------------------------------------------------

    @property
    def api_url(self) -> str:
        """For `AsyncWebClient(base_url=…)`."""
        return f"{self.url}/api/"

    @property
    def authorize_url(self) -> str:
        """For the OAuth settings: where somebody is sent to agree."""
        return f"{self.url}/oauth/v2/authorize"

    def team(
        self,
        team: str,
        *,
        name: str = "",
        bot_token: str = "",
        app_token: str = "",
        signing_secret: str = "",
        scopes: frozenset[str] | set[str] | None = None,
        enterprise: str = "",
        bot_user: str = "",
    ) -> Workspace:
        """A workspace. With a bot token the app is installed there; without, it is not yet.

        The app token and the signing secret are the app's, the same for every workspace.
        """
        number = bot_user or f"UBOT{team}"
        made = Team(
            team, f"{team.lower()}-fake", name or team, number, f"B{team}", enterprise, installed=bool(bot_token)
        )
        self.core.world.teams[team] = made
        self.core.world.users[number] = User(number, team, "Comptoir", is_bot=True)
        self.app.app_token = app_token or self.app.app_token
        self.app.signing_secret = signing_secret or self.app.signing_secret
        workspace = Workspace(self.core, made)
        if bot_token:
            workspace.install(bot_token, self.app.scopes if scopes is None else frozenset(scopes))
        return workspace

    def use_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Let the app be what its manifest says; before the workspaces. Raises: ValueError, as Slack complains."""
        configured(self.app, manifest)

    def use_http(self, address: str) -> None:
        """Bring everything to this address, and nothing to sockets."""
        self.app.events_url, self.app.socket_mode = address, False

    def agree(self, team: str, user: str) -> None:
        """Whoever comes to the page of the installation agrees, for this workspace."""
        self.core.agreed = (team, user)

    def grant(
        self, team: str, user: str, *, scopes: frozenset[str] | None = None, redirect: str = "", org: bool = False
    ) -> str:
        """A code for oauth.v2.access, as if somebody had agreed."""
        return oauth.grant(self.core, team, user, scopes=scopes, redirect=redirect, org=org)

    # --- what happened ---------------------------------------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        return self.core.faults

    @property
    def courier(self) -> Courier:
        """Everything brought to the app: `deliveries`, `held()`, `copies`, `again()`."""
        return self.core.courier

    @property
    def calls(self) -> list[Call]:
        """Every request to the Web API."""
        return self.core.calls

    def counted(self, method: str) -> int:
        """How many requests for a method came, answered or not."""
        return sum(call.method == method for call in self.core.calls)

    def controls(self, *, made: bool | None = False) -> list[Control]:
        """Mentions, pings and links that Slack found in what the app wrote; without elements made on purpose."""
        return [control for control in self.core.controls if made is None or control.made == made]

    async def until(self, look: Callable[[], T], within: float = 5.0) -> T:
        """Wait until something is so: looks again at each request and sight. Raises: TimeoutError."""
        return await self.core.until(look, within)

    async def settled(self) -> None:
        """Until nothing is on its way to the app any more, retries included."""
        await self.core.courier.settled()

    async def bring(self, kind: str, payload: Json, team: str = "") -> Delivery:
        """Bring any payload to the app: `kind` is events_api, slash_commands or interactive."""
        return await self.core.courier.deliver(Delivery(kind, payload, team))

    async def verify_address(self) -> bool:
        """What Slack does when an address for events is entered: docs.slack.dev/reference/events/url_verification."""
        body = json.dumps({"token": "legacy-verification-token", "challenge": "3eZbrw1aB", "type": "url_verification"})
        headers = {"Content-Type": "application/json", **signed(self.app.signing_secret, body)}
        status, text, _ = await self._post.send(self.app.events_url, body, headers)
        return status == 200 and "3eZbrw1aB" in text

    def post_scheduled(self) -> int:
        """Post the scheduled messages whose time has come; how many."""
        return post_scheduled(self.core)

    # --- the doors -------------------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        return await web_api.serve(self.core, request)

    async def _authorize(self, request: web.Request) -> web.Response:
        return await oauth.authorize(self.core, request)

    async def _hook(self, request: web.Request) -> web.Response:
        hook = self.core.hooks.get(request.path)
        try:
            said: Any = await request.json()
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        call = Call("response_url", said, "", self.core.clock.elapsed(), hook.team if hook else "")
        self.core.calls.append(call)
        code = "invalid_url" if hook is None else ""
        if hook is not None:
            hook.uses += 1
            if hook.uses > HOOK_USES:
                code = "used_url"
            elif self.core.clock.elapsed() - hook.born > HOOK_LIFE:
                code = "expired_url"
        call.status, call.answer = (404, {"ok": False, "error": code}) if code else (200, {"ok": True})
        if hook is not None and not code:
            try:
                respond(self.core, hook, said)
                call.applied = True
            except ApiError as refusal:
                call.status, call.answer = 400, {"ok": False, "error": refusal.code}
        self.core.changed()
        return web.json_response(call.answer, status=call.status)

    async def _connections_open(self, core: Core, call: Call) -> Json:
        """https://docs.slack.dev/reference/methods/apps.connections.open."""
        if not call.token:
            raise ApiError("not_authed")
        if call.token in core.world.tokens:
            raise ApiError("not_allowed_token_type")
        if call.token != self.app.app_token:
            raise ApiError("invalid_auth")
        if "connections:write" not in self.app.app_scopes:
            raise ApiError("missing_scope", needed="connections:write", provided=",".join(sorted(self.app.app_scopes)))
        if not self.app.socket_mode:
            # The page names no error for Socket Mode being off; of those it lists this one fits.
            raise ApiError("forbidden_team")
        address = self.url.replace("http", "ws", 1)
        return {"ok": True, "url": f"{address}/link/?ticket={self.sockets.ticket()}&app_id={self.app.id}"}
