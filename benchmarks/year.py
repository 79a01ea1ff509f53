"""A year of a community of 200, through the whole stack on a moved clock: how long it takes, and where it goes.

Real dispatch, engine, index, outbox, rooms and an SQLite file; only the clock is moved. Members post needs and offers,
answer cards or do not, say what came of it. Prints one JSON line of counts and seconds.

The disk has its part in the figure, some 19,600 commits, many of which wait for it; `--folder /dev/shm` shows ours
alone.

    python -m benchmarks.year --members 200 --days 365 --seed 1
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from adapters.store.audit import audit
from adapters.store.keys import Sealer
from adapters.store.sql import SqlStore
from bot.commands import DraftNotice, Join, Press
from bot.domain.ids import MemberId
from bot.messages import Message
from matching.encoder import built_in
from tests.world import COMMUNITY, World

SUBJECTS = (
    "sewing machine", "bookkeeping", "Kubernetes", "German conversation", "bicycle repair", "garden tools",
    "proofreading", "guitar lessons", "moving boxes", "grant applications", "photography", "web design",
    "childcare", "plumbing", "vegetable seeds", "3D printing", "podcast editing", "statistics", "public speaking",
    "accordion", "carpentry", "screen printing", "Spanish homework", "a meeting room", "a van on Saturday",
)  # fmt: skip
#: What people do with a card, and how often; the rest say nothing.
ANSWERS = {"yes": 0.6, "not_now": 0.1, "no": 0.15}
OUTCOMES = {"helped": 0.3, "talked": 0.2, "not_yet": 0.1, "nothing": 0.1}


class Year:
    """The members' side of a year."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.members: list[MemberId] = []
        self.counts: Counter[str] = Counter()
        self.world.house.tell = self._seen(self.world.house.tell)  # type: ignore[method-assign,assignment]
        self.cards: list[tuple[MemberId, str, str]] = []

    def _seen(self, tell):  # type: ignore[no-untyped-def]
        async def heard(member: MemberId, message: Message, **more: Any) -> None:
            await tell(member, message, **more)
            self.counts[message.key.split(".")[0]] += 1
            for part in (message, *message.parts):
                odds = ANSWERS if "yes" in part.choices else OUTCOMES if "helped" in part.choices else {}
                choice = self.chance.choices([*odds, ""], [*odds.values(), 1 - sum(odds.values())])[0] if odds else ""
                if choice and part.token:
                    self.cards.append((member, part.token, choice))

        return heard

    async def live(self, members: int, days: int) -> None:
        """Everybody comes in; then day after day."""
        for number in range(members):
            member = MemberId(f"{COMMUNITY}:{number}")
            await self.world.send(Join(member, COMMUNITY, f"Member {number}", "en", "Europe/Paris"))
            self.members.append(member)
        for _ in range(days):
            for _ in range(max(1, members // 100)):
                await self._post()
            await self.world.engine.travel(self.world.clock, timedelta(days=1), grain=timedelta(hours=1))
            await self._answer()

    async def _post(self) -> None:
        member, subject = self.chance.choice(self.members), self.chance.choice(SUBJECTS)
        kind = self.chance.choice(("need", "offer"))
        text = f"I am looking for {subject}" if kind == "need" else f"I can offer {subject}"
        preview = await self.world.send(DraftNotice(member, kind, text))
        if isinstance(preview, Message) and preview.token:
            self.counts["notices"] += 1
            await self.world.send(Press(member, preview.token, "post"))

    async def _answer(self) -> None:
        cards, self.cards = self.cards, []
        for member, token, choice in cards:
            await self.world.press_token(member, token, choice)
            self.counts[choice] += 1


async def main() -> None:
    """Run a year and say how it went."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--members", type=int, default=200)
    ask.add_argument("--days", type=int, default=365)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--folder", help="where the file is, for a while; the usual one for such files")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        sealer = Sealer([Fernet.generate_key().decode()])
        store = await SqlStore.open(f"sqlite:///{Path(folder) / 'year.db'}", sealer)
        world = await World(store, store.rooms, seed=given.seed, encoder=built_in()).open()
        year = Year(world, given.seed)
        start, cpu = time.perf_counter(), time.process_time()
        await year.live(given.members, given.days)
        seconds, spent = time.perf_counter() - start, time.process_time() - cpu
        breaches = await audit(store, world.clock.now())
        await store.close()
    result = dict(year.counts) | {"seconds": round(seconds, 1), "cpu_seconds": round(spent, 1)}
    print(json.dumps(result | {"breaches": [breach.code for breach in breaches]}))  # what it is for


if __name__ == "__main__":
    asyncio.run(main())
