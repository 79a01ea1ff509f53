"""`comptoir discord …`: what is needed to have Comptoir in Discord."""

import asyncio
from typing import Annotated

from cyclopts import App, Parameter

from bot.config import load_settings
from bot.console import print_json, said, say, tell, working
from bot.messages import Phrase

Application = Annotated[int | None, Parameter(help=say("command.option.application"))]
Json = Annotated[bool, Parameter(name="--json", negative=(), help=say("command.option.json"))]


def invite(*, application: Application = None, json: Json = False) -> None:
    """Print the link that adds Comptoir to a server."""
    settings = load_settings()
    from bot.bootstrap.manifests import discord_invitation

    with working():
        made = asyncio.run(discord_invitation(settings, application))
    if json:
        print_json(
            {
                "link": made.link,
                "scopes": made.scopes,
                "permissions": {name: _what_for(name) for name in made.permissions},
                "bits": str(made.bits),
                "intents": made.intents,
            }
        )
        return
    tell(say("command.discord.invite.open"))
    tell(f"\n  {made.link}\n")
    tell(say("command.discord.invite.asks"))
    for name in made.permissions:
        tell(f"  {said(Phrase(f'command.discord.permission.{name}'))} – {_what_for(name)}")
    tell(say("command.discord.invite.intent" if made.intents else "command.discord.invite.no_intent"))


def _what_for(permission: str) -> str:
    return said(Phrase(f"command.discord.permission.{permission}.for"))


def add_to(app: App) -> None:
    """Make it a command of `comptoir`."""
    discord = App(name="discord", help=say("command.discord.group"))
    discord.command(invite, help=say("command.discord.invite.help"))
    app.command(discord)
