"""A real browser in front of a real server; these tests skip with one loud line where no Chromium is found."""

import asyncio
import os
import shutil
import socket
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright

from adapters.house import Bell
from tests.adapters.house.visitor import Play, app_of
from tests.world import World, in_memory

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Where a Chromium is on this machine."""
    wanted = os.environ.get("CHROMIUM")
    return wanted or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser, closed afterwards."""
    path = find_chromium()
    if path is None:
        pytest.skip(
            "NO CHROMIUM FOUND: nothing was tried in a browser. Install chromium, or say where it is in CHROMIUM."
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@dataclass
class Served:
    """A house that listens."""

    url: str
    world: World
    play: Play
    server: uvicorn.Server

    async def look(self) -> None:
        """Let the engine do what is due, as the scheduler would."""
        await self.world.engine.look()


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serve() -> AsyncIterator[Served]:
    """A demonstration with Amina (English) and Marius (French), on a free port."""
    world = await in_memory().open()
    play = Play(world)
    for name, language, circle in (("Amina", "en", "fab lab"), ("Marius", "fr", "jardin")):
        play.people.append((await world.join(name, language), name, (circle,)))
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = app_of(world, play, url)
    bell: Bell = app.state.counter.bell
    world.house._bell = bell
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 # uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield Served(url, world, play, server)
    finally:
        bell.close()
        server.should_exit = True
        await running


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """One demonstration."""
    async with serve() as one:
        yield one


def pytest_configure() -> None:
    """Playwright's pipes are closed by its own process, not by ours."""
    warnings.filterwarnings("ignore", category=ResourceWarning)
