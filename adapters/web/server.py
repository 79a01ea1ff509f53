"""The web server inside our own loop: started, watched and stopped like every other part."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterator
from typing import Literal
from urllib.request import urlopen

import uvicorn
from starlette.applications import Starlette


class _Quiet(uvicorn.Server):
    """Leaves signals to whoever runs the whole program: uvicorn would take SIGINT and SIGTERM for itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Server:
    """Serves one application."""

    def __init__(self, app: Starlette, *, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._server = _Quiet(
            uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=3)
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. Raises: OSError when the address is taken or not ours."""
        self._task = asyncio.create_task(self._server.serve(sockets=[listening(self._host, self._port)]))
        while not self._server.started and not self._task.done():  # noqa: ASYNC110 # uvicorn has no event for it
            await asyncio.sleep(0.01)

    async def until(self, stop: asyncio.Event) -> None:
        """Wait until we are told to stop, or the server ends by itself. Raises: what ended it."""
        assert self._task is not None
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """Let open requests finish for a moment, then close."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task


def listening(host: str, port: int) -> socket.socket:
    """A socket on which we are the only ones. Raises: OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def who_is_at(host: str, port: int) -> Literal["address", "open", "address_taken"]:
    """Who is where the page will be: nobody ("address"), this very bar ("open") or something else ("address_taken")."""
    try:
        listening(host, port).close()
    except OSError:
        try:
            with urlopen(f"http://{host}:{port}/livez", timeout=2) as answer:
                return "open" if json.load(answer) == {"alive": True} else "address_taken"
        except (OSError, ValueError):
            return "address_taken"
    return "address"
