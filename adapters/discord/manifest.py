"""The invitation: the link that adds Comptoir to a server, with exactly what the code uses.

Source: https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
"""

from dataclasses import dataclass

import discord

from adapters.discord.permissions import NEEDED, SCOPES, needed


@dataclass(frozen=True)
class Invitation:
    """What whoever runs a server opens in a browser, and what it asks for."""

    link: str
    scopes: tuple[str, ...]
    #: As Discord writes them in the link.
    bits: int
    #: Their names; the command says what each is for.
    permissions: tuple[str, ...]
    #: Intents to be switched on at the app's page.
    intents: tuple[str, ...]


def invitation(application: int, *, listening: bool) -> Invitation:
    """For an app, by its id. Listening asks a server for nothing more, but for an intent of the app."""
    link = discord.utils.oauth_url(application, permissions=needed(), scopes=SCOPES)
    intents = ("message_content",) if listening else ()
    # It is for servers, never for one account alone: nobody is asked which.
    return Invitation(f"{link}&integration_type=0", SCOPES, needed().value, NEEDED, intents)
