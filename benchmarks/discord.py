"""500 introductions in five minutes in Discord, at the limits it is known to have: as `benchmarks.slack`.

The real program in a process of its own (gateway, SQLite on the disk, words), against the fake Discord of
`tests/platforms/discord` in this one, which keeps to `DOCUMENTED` limits and answers each request after `--latency`
seconds. People have joined and offered before, and our conversations with them are open; each server has `--members`,
a tenth of whom offer something, and of whom those in no pair are not in the fake. Then needs are typed, one
after the other over `--minutes`, whatever became of those before; previews are approved and cards answered as soon as
they are seen. Prints a table in Markdown.

    python -m benchmarks.discord --servers 100 --members 1000 --introductions 500 --minutes 5

An acknowledgement is timed from the moment at which Discord sends something to the moment at which it hears of us: it
is a request of ours, so that `--latency` is in it. Both processes share the machine; what the fake itself needs is in
the figures.
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adapters.chance import SystemRandom
from adapters.clock import SystemClock
from adapters.discord.ids import account_of, community_of, member_of
from adapters.store.keys import load_or_make_key
from adapters.store.sql import SqlStore
from benchmarks.crowd import crowded, made_up
from benchmarks.retrieval import machine, percentile, shown
from benchmarks.slack import NOON, RULES, UNDO, cpu_of, rested, until
from bot.commands import ChangeSettings, Join, Press, Say
from bot.dispatch import Dispatch
from bot.messages import Message
from bot.places import Place
from bot.runner import Runner
from tests.platforms.discord import DOCUMENTED, FakeDiscord
from tests.platforms.discord.asking import Outcome
from tests.platforms.discord.faults import slow
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Channel
from tests.platforms.discord.state import Message as Post

TOKEN: Final = "MTIz.Gabcde.of-the-benchmark"
OPENING: Final = "you both said yes"


@dataclass
class Seen:
    """What was measured, in seconds."""

    acks: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: From the second yes to the second opening, beyond the time in which a yes can be taken back.
    late: list[float] = field(default_factory=list)
    #: From the approval of a need to the second of its cards.
    asked: list[float] = field(default_factory=list)
    #: What was not acknowledged in time, and how often.
    failed: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, outcome: Outcome) -> bool:
        """An acknowledgement, or none. Returns: whether there was one."""
        if outcome.acknowledged:
            self.acks[kind].append(outcome.took)
        else:
            self.failed[kind] += 1
        return outcome.acknowledged


@dataclass(frozen=True)
class Pair:
    """Two who fit each other alone."""

    server: Server
    channel: Channel
    giver: Person
    asker: Person
    word: str

    @property
    def people(self) -> tuple[Person, Person]:
        """Who is asked."""
        return self.asker, self.giver


async def furnished(folder: Path, servers: list[Server], pairs: list[Pair], members: int) -> None:
    """Everybody has joined and can be written to, and whoever gives has offered; beside them `members` a server."""
    store = await SqlStore.open(f"sqlite:///{folder}/comptoir.db", load_or_make_key(folder / "key"))
    dispatch = Dispatch(Runner(store, SystemClock(), SystemRandom(), RULES))
    for server in servers:
        await dispatch.found(community_of(server.id), server.id, "en", "Europe/Paris")
    now = SystemClock().now()
    await crowded(store, [community_of(server.id) for server in servers], members, now, RULES)
    for pair in pairs:
        for person in pair.people:
            member = member_of(pair.server.id, person.id)
            join = Join(member, community_of(pair.server.id), person.name, "en", NOON)
            await dispatch.receive("made", f"join {person.id}", join)
            await dispatch.receive("made", f"set {person.id}", ChangeSettings(member, monthly_budget=30))
            await store.places.keep(Place(member, account_of(person.id), person.direct.id))
        member = member_of(pair.server.id, pair.giver.id)
        preview = await dispatch.receive("made", f"say {member}", Say(member, f"I can offer some {pair.word}"))
        assert isinstance(preview, Message) and preview.token
        await dispatch.receive("made", f"post {member}", Press(member, preview.token, "post"))
    await store.close()


def started(folder: Path, api_url: str) -> subprocess.Popen[bytes]:
    """`comptoir run`, in several servers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ENGINE": "words", "DATA_DIR": folder, "PORT": port, "UNDO_SECONDS": int(UNDO.total_seconds()),
        "DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": api_url,
    }  # fmt: skip
    environment = os.environ | {f"COMPTOIR_{name}": str(value) for name, value in settings.items()}
    log = (folder / "log").open("ab")
    return subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stdout=log, stderr=log)


async def introduced(pair: Pair, seen: Seen) -> None:
    """One types a need and approves it; both say yes; they are brought together. What fails is done again."""
    while True:
        typed = await pair.asker.runs("/need", channel=pair.channel, text=f"I am looking for some {pair.word}")
        if seen.note("command", typed):
            break
        await asyncio.sleep(1)
    preview = await typed.until_answered(within=60)
    await pressed(pair.asker, preview, "Yes, go ahead", "approval", seen)
    posted = time.monotonic()
    cards = await asyncio.gather(*(card_of(person) for person in pair.people))
    seen.asked.append(time.monotonic() - posted)
    for person, card in zip(pair.people, cards, strict=True):
        await pressed(person, card, "Yes", "answer", seen)
    agreed = time.monotonic()
    await until(lambda: all(openings(person) for person in pair.people))
    seen.late.append(time.monotonic() - agreed - UNDO.total_seconds())


async def pressed(person: Person, message: Post, button: str, kind: str, seen: Seen) -> None:
    """Press until somebody hears."""
    while True:
        if seen.note(kind, await person.presses(message, button)):
            return
        await asyncio.sleep(1)


async def card_of(person: Person) -> Post:
    """What somebody is asked, once it is there."""
    return (await until(lambda: [one for one in person.dms if "Yes" in person.buttons(one)]))[-1]


def openings(person: Person) -> int:
    """How often somebody was told of whom they meet."""
    return sum(OPENING in message.content for message in person.dms)


async def measured(servers: int, introductions: int, minutes: float, *, members: int, latency: float) -> None:
    """The whole."""
    chance = random.Random(5)
    async with FakeDiscord(limits=DOCUMENTED, token=TOKEN) as fake:
        fake.faults.plan("*", slow(latency), times=None)
        homes = [fake.guild(f"Server {number}") for number in range(servers)]
        channels = [home.channel("general") for home in homes]
        pairs = []
        for n in range(introductions):
            home = n % servers
            giver, asker = (fake.person(f"{role}{n}", guilds=[homes[home]]) for role in ("giver", "asker"))
            pairs.append(Pair(homes[home], channels[home], giver, asker, made_up(chance)))
        with tempfile.TemporaryDirectory(prefix="comptoir") as folder:
            await furnished(Path(folder), homes, pairs, members)
            program = started(Path(folder), fake.api_url)
            try:
                await fake.ready(within=120)
                await fake.until(lambda: fake.syncs, within=120)
                await rested(program.pid)
                seen, began, cpu = Seen(), time.monotonic(), cpu_of(program.pid)
                under_way = []
                for number, pair in enumerate(pairs):
                    await asyncio.sleep(max(0.0, began + number * minutes * 60 / introductions - time.monotonic()))
                    under_way.append(asyncio.create_task(introduced(pair, seen)))
                await asyncio.gather(*under_way)
                await asyncio.sleep(5)  # whoever is told twice would be told by now
                told(fake, pairs, seen, time.monotonic() - began, cpu_of(program.pid) - cpu)
            finally:
                program.terminate()
                await asyncio.to_thread(program.wait)  # it says goodbye to the fake


def told(fake: FakeDiscord, pairs: list[Pair], seen: Seen, took: float, used: float) -> None:
    """Print what was measured."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{machine()}; load {load}; {len(pairs)} introductions in {took:.0f} s, {used:.0f} s of CPU of ours\n")
    print("| | n | median | p95 | p99 | most |\n|---|---|---|---|---|---|")
    rows = {f"acknowledged, {kind}": times for kind, times in seen.acks.items()}
    rows |= {
        "acknowledged, all": [one for times in seen.acks.values() for one in times],
        "both asked, after the approval": seen.asked,
        "openings, late by": seen.late,
    }
    for name, times in rows.items():
        figures = " | ".join(shown(max(0.0, percentile(times, share))) for share in (0.5, 0.95, 0.99, 1.0))
        print(f"| {name} | {len(times)} | {figures} |")
    waits = Counter(call.route for call in fake.calls if call.status == 429)
    wrong = Counter(f"{call.status} {call.route}" for call in fake.calls if call.status >= 400 and call.status != 429)
    print(f"\nrequests: {dict(Counter(call.route for call in fake.calls))}")
    print(f"asked to wait: {dict(waits)}\nerrors: {dict(wrong)}\nnot acknowledged: {dict(seen.failed)}")
    print(f"openings of the two: {dict(Counter(tuple(map(openings, pair.people)) for pair in pairs))}")


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", type=int, default=20)
    parser.add_argument("--members", type=int, default=0, help="in each server, beside those who are introduced")
    parser.add_argument("--introductions", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that Discord takes to answer a request")
    given = parser.parse_args()
    asyncio.run(measured(**vars(given)))


if __name__ == "__main__":
    main()
