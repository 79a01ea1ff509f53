"""A fake Slack with one workspace, and the real SDK on the other side."""

from collections.abc import AsyncIterator, Callable

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import NO_LIMITS, FakeSlack, Workspace

BOT_TOKEN = "xoxb-T1"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(speed=1000, limits=NO_LIMITS) as running:
        yield running


@pytest.fixture
def team(slack: FakeSlack) -> Workspace:
    """T1 with Amina and Luc, who share a channel with the bot."""
    workspace = slack.team("T1", name="The Bar", bot_token=BOT_TOKEN)
    workspace.person("U1", "Amina", locale="fr-FR")
    workspace.person("U2", "Luc", is_admin=True)
    workspace.room("C1", ["U1", "U2"], name="general")
    return workspace


@pytest.fixture
def client(slack: FakeSlack, team: Workspace) -> AsyncWebClient:
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[], timeout=5)


Connect = Callable[[AsyncApp], "AsyncSocketModeHandler"]


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, signing_secret="signing-secret", ignoring_self_events_enabled=True)


@pytest.fixture
async def connected(slack: FakeSlack, app: AsyncApp, client: AsyncWebClient) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app on one socket."""
    handler = AsyncSocketModeHandler(app, slack.app.app_token, web_client=AsyncWebClient(base_url=slack.api_url))
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt writes no types there
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call]
