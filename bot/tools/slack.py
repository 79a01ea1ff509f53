"""`comptoir slack …`: what is needed to have Comptoir in Slack."""

import sys
from typing import Annotated, Literal

from cyclopts import App, Parameter

from bot.config import load_settings
from bot.console import LANGUAGE, say

Http = Annotated[bool, Parameter(negative=(), help=say("command.option.http"))]
Several = Annotated[bool, Parameter(negative=(), help=say("command.option.several"))]
Tongue = Annotated[Literal["en", "fr"] | None, Parameter(help=say("command.option.language"))]
Url = Annotated[str, Parameter(help=say("command.option.url"))]
Json = Annotated[bool, Parameter(name="--json", negative=(), help=say("command.option.manifest_json"))]


def manifest(
    *, http: Http = False, several: Several = False, language: Tongue = None, url: Url = "", json: Json = False,
) -> None:  # fmt: skip
    """Print the manifest of the Slack app."""
    settings = load_settings()
    from bot.bootstrap.manifests import slack_manifest

    text = slack_manifest(
        settings,
        language=language or settings.slack_language or LANGUAGE,
        http=http,
        several=several,
        url=url,
        as_json=json,
    )
    sys.stdout.write(text)


def add_to(app: App) -> None:
    """Make it a command of `comptoir`."""
    slack = App(name="slack", help=say("command.slack.help"))
    slack.command(manifest, help=say("command.slack.manifest.help"))
    app.command(slack)
