"""The real program, closed while somebody looks at it."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"COMPTOIR_DATA_DIR": str(tmp_path), "COMPTOIR_PORT": str(port), "COMPTOIR_ENGINE": "words"},
    )  # fmt: skip
    assert process.stdout
    assert f":{port}".encode() in await process.stdout.readline()
    yield process, f"http://127.0.0.1:{port}"
    if process.returncode is None:
        process.kill()
        await process.wait()


async def sit_down(client: httpx2.AsyncClient) -> None:
    """Become the first who is offered."""
    page = (await client.get("/")).text
    wanted = [re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("proof", "submission", "member")]
    form = {field[0].split('"')[1]: field[1] for field in wanted if field}
    assert (await client.post("/demonstration/become", data=form)).status_code == 303


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_open_page_does_not_keep_the_bar_open(
    running: tuple[asyncio.subprocess.Process, str], number: signal.Signals
) -> None:
    process, url = running
    async with httpx2.AsyncClient(base_url=url) as client:
        await sit_down(client)
        async with client.stream("GET", "/events") as news:
            lines = news.aiter_lines()
            await anext(lines)
            process.send_signal(number)
            async for _ in lines:
                pass  # to its end: a server that waited for the page would cut it off, which is an error here
            _, told = await process.communicate()

    assert process.returncode == 0
    assert b"Traceback" not in told
