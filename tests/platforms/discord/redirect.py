"""Turns discord.py round, so that it talks to another server than discord.com."""

from collections.abc import Iterator
from contextlib import contextmanager

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


@contextmanager
def redirect(api_url: str) -> Iterator[None]:
    """Let discord.py talk to this API (`FakeDiscord.api_url`) and to the gateway beside it, as long as it lasts."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url(api_url))
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def gateway_url(api_url: str) -> str:
    """The gateway that belongs to an API of ours."""
    return f"ws{api_url.removeprefix('http').partition('/api/')[0]}/gateway/"
