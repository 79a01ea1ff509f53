"""The real program in processes of their own, which are killed and come back."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

#: Seconds that the program lives before it is killed, drawn anew each time; counted from when it answers.
LIFE = (2.0, 9.0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Program:
    """`comptoir run` in a process of its own, which dies and comes back."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    @property
    def environment(self) -> dict[str, str]:
        # Made-up words mean nothing to a language model: they are compared as words.
        settings = {
            "ENGINE": "words", "DATA_DIR": self.folder, "PORT": self.port, "HOUSE": "Killed", "TICK_SECONDS": 0.2,
            "UNDO_SECONDS": 1, "OPEN_NEEDS": 100, "OPEN_OFFERS": 100, "NOTICES_A_DAY": 100, "LOAD_CAP": 100,
        }  # fmt: skip
        return os.environ | {f"COMPTOIR_{name}": str(value) for name, value in settings.items()}

    def start(self) -> None:
        command = [sys.executable, "-m", "bot", "run"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    async def answers(self) -> None:
        """Wait until it serves."""
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            while True:
                try:
                    await client.get("/livez")
                except httpx2.TransportError:
                    assert self.process
                    assert self.process.poll() is None, f"ended with {self.process.returncode}: see its log"
                    await asyncio.sleep(0.1)
                else:
                    return

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(timeout=20) == 0

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)


@asynccontextmanager
async def killed_now_and_then(program: Program, chance: random.Random) -> AsyncIterator[None]:
    """Kill the program at random moments and start it again, until what is inside has ended."""

    async def kill() -> None:
        while True:
            await program.answers()
            await asyncio.sleep(chance.uniform(*LIFE))
            program.kill()
            program.start()  # without a pause, in which it could end

    async with asyncio.TaskGroup() as group:  # what does not come back ends what is inside
        killing = group.create_task(kill())
        yield
        killing.cancel()
