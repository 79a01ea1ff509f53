"""What the settings say about Slack, with what is in files read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from adapters.chat.secrets import secret_of
from adapters.slack.wording import Commands
from bot.config import Settings
from bot.values import SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SLACK_SECRET

Meaning = Literal["need", "offer", "root"]

#: Each secret: what it looks like, and what to say of a file that holds something else.
_SECRETS: Final[Mapping[str, tuple[str, str]]] = {
    "slack_bot_token": (SLACK_BOT_TOKEN, "command.fault.slack_bot_token"),
    "slack_app_token": (SLACK_APP_TOKEN, "command.fault.slack_app_token"),
    "slack_signing_secret": (SLACK_SECRET, "command.fault.slack_secret"),
    "slack_client_secret": (SLACK_SECRET, "command.fault.slack_secret"),
}


@dataclass(frozen=True)
class Slack:
    """How Comptoir is in Slack. Holds secrets: its `repr` does not show them."""

    #: Of one workspace; None where several install it.
    bot_token: str | None = field(repr=False)
    #: For Socket Mode; None in HTTP mode.
    app_token: str | None = field(repr=False)
    #: For HTTP mode; None in Socket Mode.
    signing_secret: str | None = field(repr=False)
    client_id: str
    client_secret: str | None = field(repr=False)
    #: Where the Web API is, with a slash at the end, as the SDK wants it.
    api_url: str
    #: What each slash command means, by its name with the slash.
    commands: Mapping[str, Meaning]
    #: Who looks after Comptoir: "U…" everywhere, "T…:U…" in one workspace. Empty: whoever runs the workspace.
    stewards: frozenset[str]
    #: None: that of whoever installed it.
    language: str | None
    zone: str | None
    #: Whether workspaces are asked for the permission to read channels.
    listening: bool = False

    @property
    def socket(self) -> bool:
        """Whether it is Socket Mode; else Slack's requests come by HTTP."""
        return self.app_token is not None

    @property
    def several(self) -> bool:
        """Whether workspaces install it by OAuth; else there is one, whose token the settings hold."""
        return self.client_secret is not None

    def is_steward(self, team: str, user: str) -> bool | None:
        """Whether the settings name somebody. None: they name nobody, the workspace decides."""
        return (user in self.stewards or f"{team}:{user}" in self.stewards) if self.stewards else None

    def command(self, meaning: Meaning, language: str) -> str:
        """Of the slash commands that mean this, the one to tell people about in a language, with its slash."""
        names = [name for name, means in self.commands.items() if means == meaning]
        return names[-1] if language == "fr" else names[0]

    def typed_in(self, language: str) -> Commands:
        """All of them."""
        return Commands(*(self.command(meaning, language) for meaning in ("need", "offer", "root")))


def commands_of(settings: Settings) -> Mapping[str, Meaning]:
    """What each slash command means, by its name with the slash: English names before French ones."""
    commands: dict[str, Meaning] = {f"/{name}": "need" for name in settings.slack_need_commands}
    commands |= {f"/{name}": "offer" for name in settings.slack_offer_commands}
    return commands | {f"/{settings.slack_root_command}": "root"}


def chosen(settings: Settings) -> Slack | None:
    """What the settings say about Slack; None when they do not. Raises: ConfigError for files that cannot be used."""
    if not settings.in_slack:
        return None
    bot, app, signing, client = (
        secret_of(settings, name, like=like, otherwise=otherwise) for name, (like, otherwise) in _SECRETS.items()
    )
    return Slack(
        bot_token=bot,
        app_token=app,
        signing_secret=signing,
        client_id=settings.slack_client_id,
        client_secret=client,
        api_url=f"{settings.slack_api_url}/",
        commands=commands_of(settings),
        stewards=frozenset(settings.slack_stewards),
        language=settings.slack_language,
        zone=settings.slack_zone,
        listening=settings.slack_listening,
    )
