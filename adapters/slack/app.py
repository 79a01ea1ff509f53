"""The Bolt app: which listener hears what. Everything is done before Slack is answered, or Slack sends it again."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from logging import getLogger
from typing import Any, Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization.authorize_result import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat.errors import Rejected, Unanswered
from adapters.slack.commanding import FIND, FORMS, on_command, on_shortcut
from adapters.slack.counter import Counter
from adapters.slack.ending import on_end
from adapters.slack.filling import on_view
from adapters.slack.homes import on_home
from adapters.slack.passing import Bolt
from adapters.slack.pressing import on_action
from adapters.slack.talking import on_mention, on_message, on_profile
from bot.errors import PlatformError

Listener = Callable[[Counter, Mapping[str, Any]], Awaitable[None]]

#: Forms and buttons are told apart by what is in them.
_ANY: Final = re.compile(".*")


def create_app(counter: Counter) -> AsyncApp:
    """The app of all workspaces. Requests are verified before they come here, or come through a socket of ours."""

    async def authorize(team_id: str | None = None, enterprise_id: str | None = None) -> AuthorizeResult:
        token = None
        # Whatever does without a token is done all the same, and who needs one is told that Slack is busy.
        with suppress(PlatformError, Unanswered, Rejected):
            token = await counter.tokens.of(team_id or "")
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = Bolt(
        counter.dispatch,
        name="comptoir",
        logger=getLogger("slack_bolt"),
        client=counter.api.client(),
        authorize=authorize,
        request_verification_enabled=False,
        process_before_response=True,
    )
    app.event("app_home_opened")(_hearing(counter, on_home))
    app.event("app_mention")(_hearing(counter, on_mention))
    app.event("message")(_hearing(counter, on_message))
    app.event("user_change")(_hearing(counter, on_profile))
    app.event("app_uninstalled")(_hearing(counter, on_end))
    app.event("tokens_revoked")(_hearing(counter, on_end))

    async def command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await on_command(counter, body, ack)

    async def shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await on_shortcut(counter, body, ack)

    async def view(ack: AsyncAck, body: dict[str, Any]) -> None:
        await on_view(counter, body, ack)

    async def action(ack: AsyncAck, body: dict[str, Any]) -> None:
        await on_action(counter, body, ack)

    for name in counter.chosen.commands:
        app.command(name)(command)
    for callback in (FIND, *FORMS):
        app.shortcut(callback)(shortcut)
    app.view(_ANY)(view)
    app.action(_ANY)(action)
    return app


def _hearing(counter: Counter, listener: Listener) -> Callable[..., Awaitable[None]]:
    async def hear(body: dict[str, Any]) -> None:
        await listener(counter, body)

    return hear
