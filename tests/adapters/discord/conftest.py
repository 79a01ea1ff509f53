"""A Discord over real sockets that makes nobody wait."""

from collections.abc import AsyncIterator

import pytest

from tests.platforms.discord import NO_LIMITS, FakeDiscord, redirect


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    """Its token holds a word that may be found nowhere else: "canary"."""
    async with FakeDiscord(limits=NO_LIMITS, token="MTIz.Gabcde.canary-canary") as running:
        with redirect(running.api_url):
            yield running
