"""What other services want to be told of Comptoir before it can be there."""

import json
from typing import TYPE_CHECKING

from adapters.discord.chosen import chosen
from adapters.slack.chosen import commands_of
from adapters.slack.manifest import Wish, as_yaml, manifest
from bot.config import Settings
from bot.errors import ConfigError
from bot.messages import Phrase
from bot.text import catalogue

if TYPE_CHECKING:
    from adapters.discord.manifest import Invitation


def slack_manifest(settings: Settings, *, language: str, http: bool, several: bool, url: str, as_json: bool) -> str:
    """The manifest of the Slack app, to be pasted, with its descriptions in `language`.

    `url` is where Comptoir is reached, else what the settings say.

    Raises: ConfigError where Slack would have to find Comptoir and there is no address that it takes.
    """
    address = (url or settings.public_url).rstrip("/")
    http = http or settings.has("slack_signing_secret")
    several = several or bool(settings.slack_client_id)
    if (http or several) and not address.startswith("https://"):
        raise ConfigError(Phrase("command.fault.slack_no_address"))
    wish = Wish(
        commands=commands_of(settings),
        http=address if http else None,
        several=address if several else None,
        listening=settings.slack_listening,
    )
    made = manifest(wish, catalogue(language))
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n" if as_json else as_yaml(made)


async def discord_invitation(settings: Settings, application: int | None) -> "Invitation":
    """The link that adds the Discord app to a server; which app it is, its token says unless `application` does.

    Raises: ConfigError where nothing says it, or Discord does not know.
    """
    from adapters.discord.checks import whose  # as heavy as discord.py: for who needs it alone
    from adapters.discord.manifest import invitation

    if application is None:
        said = chosen(settings)
        if said is None:
            raise ConfigError(Phrase("command.fault.discord_no_app"))
        application = await whose(said)
    return invitation(application, listening=settings.discord_listening)
