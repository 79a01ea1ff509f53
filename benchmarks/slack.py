"""500 introductions in five minutes in Slack, at Slack's own limits: how soon we acknowledge, how late openings are.

The real program in a process of its own (Socket Mode, SQLite on the disk, words), against the fake Slack of
`tests/platforms/slack` in this one, which keeps to the documented limits and answers each call after `--latency`
seconds. People have joined and offered before. Then needs are typed, one after the other over `--minutes`, whatever
became of those before; previews are approved and cards answered as soon as they are seen. Prints a table in Markdown.

    python -m benchmarks.slack --workspaces 100 --members 1000 --introductions 500 --minutes 5

Each workspace has `--members`, a tenth of whom offer something; those who are in no pair are not in the fake.

With `--chatter 50` one more workspace, in which Comptoir listens nowhere, says so many things a second meanwhile: do
the others hear of us later for it?

An acknowledgement is timed from the moment at which Slack sends something to the moment at which it hears of us. Both
processes share the machine; what the fake itself needs is in the figures.
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
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from adapters.chance import SystemRandom
from adapters.clock import SystemClock
from adapters.slack.ids import community_of, member_of
from adapters.slack.scopes import scopes
from adapters.store.keys import load_or_make_key
from adapters.store.sql import SqlStore
from benchmarks.crowd import crowded, made_up
from benchmarks.retrieval import machine, percentile, shown
from bot.commands import ChangeSettings, Join, Press, Say
from bot.dispatch import Dispatch
from bot.domain.rules import Rules
from bot.installations import Installation
from bot.messages import Message
from bot.runner import Runner
from tests.platforms.slack import DOCUMENTED, FakeSlack, Outcome, Workspace, slow
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.payloads import event_callback
from tests.platforms.slack.state import Post
from tests.platforms.slack.widgets import Widget, widgets

APP_TOKEN: Final = "xapp-1-of-the-benchmark"
#: Where it is noon: nobody has quiet hours now.
NOON: Final = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
UNDO: Final = timedelta(seconds=30)
RULES: Final = Rules(undo=UNDO)
#: Seconds of CPU in five of somebody who has nothing to do.
IDLE: Final = 0.3
#: How long stragglers are waited for.
PATIENCE: Final = 900.0

T = TypeVar("T")


@dataclass
class Seen:
    """What was measured."""

    acks: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: Seconds from the second yes to the opening, beyond the time in which a yes can be taken back.
    late: list[float] = field(default_factory=list)
    #: Seconds from the approval of a need to the second of its cards.
    asked: list[float] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, outcome: Outcome) -> bool:
        """An acknowledgement, or none. Returns: whether there was one."""
        if outcome.acked:
            self.acks[kind].append(outcome.took)
        else:
            self.troubles[f"{kind}: {outcome.trouble}"] += 1
        return outcome.acked


@dataclass(frozen=True)
class Pair:
    """Two who fit each other alone."""

    team: Workspace
    giver: str
    asker: str
    word: str


async def furnished(folder: Path, teams: list[Workspace], pairs: list[Pair], members: int) -> None:
    """Everybody has joined, and whoever gives has offered; beside them `members` in each workspace."""
    store = await SqlStore.open(f"sqlite:///{folder}/comptoir.db", load_or_make_key(folder / "key"))
    clock = SystemClock()
    dispatch = Dispatch(Runner(store, clock, SystemRandom(), RULES))
    for team in teams:
        await store.installations.keep(
            Installation(community_of(team.id), f"xoxb-{team.id}", clock.now(), name=team.id)
        )
        await dispatch.found(community_of(team.id), team.id, "en", "Europe/Paris")
    await crowded(store, [community_of(team.id) for team in teams], members, clock.now(), RULES)
    for pair in pairs:
        for user in (pair.giver, pair.asker):
            pair.team.person(user, user, zone=NOON)
            member = member_of(pair.team.id, user)
            await dispatch.receive("made", f"join {user}", Join(member, community_of(pair.team.id), user, "en", NOON))
            await dispatch.receive("made", f"set {user}", ChangeSettings(member, monthly_budget=30))
        member = member_of(pair.team.id, pair.giver)
        preview = await dispatch.receive("made", f"say {pair.giver}", Say(member, f"I can offer some {pair.word}"))
        assert isinstance(preview, Message) and preview.token
        await dispatch.receive("made", f"post {pair.giver}", Press(member, preview.token, "post"))
    await store.close()


def started(folder: Path, api_url: str) -> subprocess.Popen[bytes]:
    """`comptoir run`, in several workspaces."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ENGINE": "words", "DATA_DIR": folder, "PORT": port, "PUBLIC_URL": "https://bar.test",
        "UNDO_SECONDS": int(UNDO.total_seconds()), "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "client-secret-of-the-benchmark", "SLACK_API_URL": api_url.rstrip("/"),
    }  # fmt: skip
    environment = os.environ | {f"COMPTOIR_{name}": str(value) for name, value in settings.items()}
    log = (folder / "log").open("ab")
    return subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stdout=log, stderr=log)


async def introduced(pair: Pair, seen: Seen) -> None:
    """One types a need and approves it; both say yes; they are brought together."""
    team = pair.team
    while True:
        if seen.note("command", await team.command(pair.asker, "/need", f"I am looking for some {pair.word}")):
            break
        await asyncio.sleep(1)
    preview = await button(pair, pair.asker, "press:post")
    seen.note("approval", await team.press(pair.asker, preview))
    posted = time.monotonic()
    cards = await asyncio.gather(*(button(pair, user, "press:yes") for user in (pair.asker, pair.giver)))
    seen.asked.append(time.monotonic() - posted)
    for user, card in zip((pair.asker, pair.giver), cards, strict=True):
        seen.note("answer", await team.press(user, card))
    agreed = time.monotonic()
    await until(lambda: openings(pair))
    seen.late.append(time.monotonic() - agreed - UNDO.total_seconds())


async def button(pair: Pair, user: str, action: str) -> Widget:
    """The newest such button of somebody, once it is there."""
    place = pair.team.direct(user)

    def look() -> list[Widget]:
        posts = [post for post in place.posts if not post.deleted]
        return [w for post in posts for w in widgets(post.blocks, post=post) if w.action_id == action]

    return (await until(look))[-1]


def openings(pair: Pair) -> list[Post]:
    """What was posted to the two together."""
    together = pair.team.together(pair.giver, pair.asker)
    return pair.team.messages(together.id) if together else []


async def until(look: Callable[[], T]) -> T:
    """Look now and then until there is something."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if found := look():
                return found
            await asyncio.sleep(0.25)


async def rested(pid: int) -> None:
    """Until a process has nothing to do: what it does at first is not what is measured."""
    used = -1.0
    while (now := cpu_of(pid)) - used > IDLE:
        used = now
        await asyncio.sleep(5)


async def chattered(slack: FakeSlack, team: Workspace, rate: int) -> None:
    """People talk in a channel, and do not wait."""
    team.person("UC0", "UC0", zone=NOON)
    room = team.room("C0", ["UC0"], name="general")
    core, said = slack.core, 0
    began = time.monotonic()
    while True:
        while said < (time.monotonic() - began) * rate:
            event = {"type": "message", "channel": room.id, "channel_type": "channel", "user": "UC0", "text": "hm",
                     "ts": f"{said}.000100", "team": team.id}  # fmt: skip
            payload = event_callback(
                core.world.app, team.team, event, event_id=core.new_id("Ev"), moment=0, source=team.id, shared=False
            )
            slack.courier.start(Delivery("events_api", payload, team.id))
            said += 1
        await asyncio.sleep(0.02)


async def measured(
    workspaces: int, introductions: int, minutes: float, *, members: int, latency: float, chatter: int
) -> None:
    """The whole."""
    chance = random.Random(5)
    async with FakeSlack(limits=DOCUMENTED) as slack:
        slack.faults.plan("*", slow(latency), times=None)
        teams = [
            slack.team(f"T{n}", bot_token=f"xoxb-T{n}", app_token=APP_TOKEN, scopes=set(scopes(listening=True)))
            for n in range(workspaces)
        ]
        pairs = [Pair(teams[n % workspaces], f"UA{n}", f"UB{n}", made_up(chance)) for n in range(introductions)]
        with tempfile.TemporaryDirectory(prefix="comptoir") as folder:
            loud = slack.team("TLOUD", bot_token="xoxb-TLOUD", app_token=APP_TOKEN, scopes=set(scopes(listening=True)))
            await furnished(Path(folder), [*teams, loud], pairs, members)
            program = started(Path(folder), slack.api_url)
            try:
                await until(lambda: slack.sockets.living)
                await rested(program.pid)
                seen, began, cpu = Seen(), time.monotonic(), cpu_of(program.pid)
                talking = asyncio.create_task(chattered(slack, loud, chatter))
                under_way = []
                for number, pair in enumerate(pairs):
                    await asyncio.sleep(max(0.0, began + number * minutes * 60 / introductions - time.monotonic()))
                    under_way.append(asyncio.create_task(introduced(pair, seen)))
                await asyncio.gather(*under_way)
                talking.cancel()
                told(slack, pairs, seen, time.monotonic() - began, cpu_of(program.pid) - cpu)
            finally:
                program.terminate()
                await asyncio.to_thread(program.wait)  # it says goodbye to the fake


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used; 0 where that cannot be read."""
    stat = Path(f"/proc/{pid}/stat")
    parts = stat.read_text().rsplit(")", 1)[1].split() if stat.exists() else []
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK") if parts else 0.0


def told(slack: FakeSlack, pairs: list[Pair], seen: Seen, took: float, used: float) -> None:
    """Print what was measured."""
    everything = [one for times in seen.acks.values() for one in times]
    print(f"{machine()}; {len(pairs)} introductions in {took:.0f} s, {used:.0f} s of CPU of ours\n")
    print("| | n | median | p95 | p99 | most |\n|---|---|---|---|---|---|")
    rows = {f"acknowledged, {kind}": times for kind, times in seen.acks.items()}
    rows |= {
        "acknowledged, all": everything,
        "both asked, after the approval": seen.asked,
        "opening, late by": seen.late,
    }
    for name, times in rows.items():
        figures = " | ".join(shown(max(0.0, percentile(times, share))) for share in (0.5, 0.95, 0.99, 1.0))
        print(f"| {name} | {len(times)} | {figures} |")
    calls = Counter(call.method for call in slack.calls)
    waits = Counter(call.method for call in slack.calls if call.status == 429)
    print(f"\ncalls: {dict(calls)}\nasked to wait: {dict(waits)}\nnot acknowledged: {dict(seen.troubles)}")
    events = [one for one in slack.courier.deliveries if one.kind == "events_api" and one.team == "TLOUD"]
    print(f"events of chatter: {len(events)}, acknowledged: {sum(one.acked for one in events)}")
    print(f"openings of a pair: {dict(Counter(len(openings(pair)) for pair in pairs))}")


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspaces", type=int, default=20)
    parser.add_argument("--members", type=int, default=0, help="in each workspace, beside those who are introduced")
    parser.add_argument("--introductions", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that Slack takes to answer a call")
    parser.add_argument("--chatter", type=int, default=0, help="things a second that are said in one more workspace")
    given = parser.parse_args()
    asyncio.run(measured(**vars(given)))


if __name__ == "__main__":
    main()
