"""The real program, as somebody sets it up who follows docs/discord.md, against a Discord over real sockets."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.manifest import invitation
from bot.bootstrap import check
from bot.config import PREFIX, Settings
from bot.findings import Finding
from bot.text import catalogue
from tests.journeys.test_closing import free_port
from tests.platforms.discord import FakeDiscord


@pytest.fixture
def given(fake: FakeDiscord, tmp_path: Path) -> dict[str, Any]:
    """What the page says to set, and a folder of one's own."""
    (tmp_path / "token").write_text(f"{fake.token}\n")
    return {
        "discord_token_file": tmp_path / "token",
        "discord_api_url": fake.api_url,
        "data_dir": tmp_path,
        "port": free_port(),
        "engine": "words",
    }


async def opened(given: dict[str, Any]) -> asyncio.subprocess.Process:
    """`comptoir run`, as operators set it up."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=bare | {f"{PREFIX}{name.upper()}": str(value) for name, value in given.items()},
    )  # fmt: skip


def said(found: Finding) -> str:
    return catalogue("en").say(found.phrase)


@pytest.mark.timeout(300)
async def test_it_is_invited_checked_opened_and_checked_again(fake: FakeDiscord, given: dict[str, Any]) -> None:
    settings = Settings(_env_file=None, **given)
    asked = invitation(int(fake.app.id), listening=False)
    assert any(asked.link in said(one) for one in await check(settings) if not one.ok)  # it is in no server yet
    bar = fake.guild("The Bar", locale="fr", permissions=asked.bits)
    general = bar.channel("general")
    luc = fake.person("luc", locale="fr", guilds=[bar])

    process = await opened(given)
    try:
        await fake.ready(within=200)
        await fake.until(lambda: fake.syncs, within=60)
        helped = await luc.runs("/aide", channel=general)
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):  # an open connection to Discord does not keep it
            out, err = await process.communicate()

    assert (helped.kind, helped.ephemeral) == ("message", True)
    assert (process.returncode, b"Traceback" in err) == (0, False)
    assert not [word for word in (b"canary", b"warning", b"PyNaCl") if word in out + err]
    assert (len(fake.syncs), len(fake.gateway.identifies)) == (1, 1)
    found = await check(settings)
    assert all(one.ok for one in found)
    assert "Discord has the commands of this version." in map(said, found)
