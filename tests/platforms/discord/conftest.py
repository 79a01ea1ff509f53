"""A fake Discord with one guild, and the real discord.py on the other side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.platforms.discord import NO_LIMITS, Channel, FakeDiscord, Person, Server, redirect


class Bot(discord.Client):
    """A small app. It notes every event by name, and waits for nobody."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("intents", discord.Intents.default())
        options.setdefault("guild_ready_timeout", 0.02)
        super().__init__(allowed_mentions=discord.AllowedMentions.none(), **options)
        self.up = asyncio.Event()
        self.tree = app_commands.CommandTree(self)
        self.happened: list[str] = []
        self.heard: list[discord.Message] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """No five seconds before a second IDENTIFY."""

    def dispatch(self, event: str, /, *arguments: Any, **more: Any) -> None:
        self.happened.append(event)
        super().dispatch(event, *arguments, **more)

    async def on_ready(self) -> None:
        self.up.set()

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(speed=20, limits=NO_LIMITS) as running:
        with redirect(running.api_url):
            yield running


@pytest.fixture
def bar(fake: FakeDiscord) -> Server:
    return fake.guild("The Bar", locale="fr")


@pytest.fixture
def ana(fake: FakeDiscord, bar: Server) -> Person:
    return fake.person("ana", locale="fr", guilds=[bar])


@pytest.fixture
def luc(fake: FakeDiscord, bar: Server) -> Person:
    return fake.person("luc", guilds=[bar])


@asynccontextmanager
async def online(fake: FakeDiscord, bot: Bot) -> AsyncIterator[Bot]:
    """The app runs, as long as it lasts."""
    running = asyncio.create_task(bot.start(fake.token))
    ready = asyncio.create_task(bot.up.wait())
    try:
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=10)
        if running.done():
            running.result()
        yield bot
    finally:
        ready.cancel()
        await bot.close()
        await asyncio.wait({running}, timeout=5)


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def up(fake: FakeDiscord, bar: Server, bot: Bot) -> AsyncIterator[Bot]:
    """The app, online in the bar."""
    async with online(fake, bot):
        yield bot


async def user(bot: Bot, person: Person) -> discord.User:
    return await bot.fetch_user(int(person.id))


async def room(bot: Bot, channel: Channel) -> discord.TextChannel:
    found = await bot.fetch_channel(int(channel.id))
    assert isinstance(found, discord.TextChannel)
    return found
