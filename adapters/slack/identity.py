"""Who a bot's token is, and what it may do. Source: https://docs.slack.dev/reference/methods/auth.test"""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.incoming import text_at


@dataclass(frozen=True)
class Identity:
    """The bot in one workspace."""

    team: str
    #: What the workspace is called.
    name: str
    #: Its account there, and what Slack calls the bot behind it.
    account: str
    bot: str
    #: Whether the token is of a whole organisation, which we do not serve.
    organisation: bool
    #: What it may do; None where Slack does not say.
    scopes: frozenset[str] | None


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack. Raises: what the client raises, in Slack's own words."""
    answer = await client.auth_test()
    said = {name.lower(): value for name, value in answer.headers.items()}
    granted = said.get("x-oauth-scopes")
    return Identity(
        team=text_at(answer.data, "team_id"),
        name=text_at(answer.data, "team"),
        account=text_at(answer.data, "user_id"),
        bot=text_at(answer.data, "bot_id"),
        organisation=answer.get("is_enterprise_install") is True,
        scopes=None if granted is None else frozenset(part.strip() for part in granted.split(",") if part.strip()),
    )
