"""The real program in a Discord on real sockets, killed at random while people in it are introduced (F1, F2).

One process on SQLite; and two on PostgreSQL, of which one at a time is connected. Each pair of people has an offer and
a need with a word of its own; whoever reads that something failed, or sees that nothing came of it, does it again.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from cryptography.fernet import Fernet

from adapters.chance import SystemRandom
from adapters.clock import SystemClock
from adapters.discord.ids import account_of, community_of, member_of
from adapters.store.keys import key_from
from adapters.store.sql import SqlStore
from bot.commands import Join
from bot.dispatch import Dispatch
from bot.domain.rules import DEFAULT_RULES
from bot.places import Place
from bot.runner import Runner
from tests.platforms.discord import NO_LIMITS, FakeDiscord
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Channel, Message
from tests.processes.program import Program, killed_now_and_then

PAIRS = int(os.environ.get("DISCORD_KILL_PAIRS", "10"))
#: Seconds within which all have met: what a process had claimed when it died waits for its lease to end.
MEET = 600 + 60 * PAIRS
#: The longest pause, in seconds, before somebody does what they do.
PAUSE = 2.0
#: Where it is noon: nobody is asked anything in their quiet hours.
NOON = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
OPENING = "you both said yes"
TOKEN = "MTIz.Gabcde.of-the-tests"
KEY = Fernet.generate_key().decode()
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(600 + MEET)]


@dataclass
class InDiscord(Program):
    """The program with an app in one server; on a file of its own, unless a database is given."""

    fake: FakeDiscord | None = None
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        assert self.fake
        more = {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": self.fake.api_url,
            "DISCORD_ZONE": NOON,
            "KEY": KEY,
        }
        more |= {"DATABASE_URL": self.database_url} if self.database_url else {}
        return super().environment | {f"COMPTOIR_{name}": value for name, value in more.items()}

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.folder}/comptoir.db"

    async def answers(self) -> None:
        """Wait until it serves, and some process is heard in Discord."""
        assert self.fake
        await super().answers()
        await self.fake.ready(within=300)

    def is_connected(self) -> bool:
        """Whether Discord talks to this very process."""
        assert self.fake
        assert self.process
        peers = {
            session.connection.request.transport.get_extra_info("peername")[1]
            for session in self.fake.gateway.sessions.values()
            if session.connection and session.connection.request.transport
        }
        ours = {line.laddr.port for line in psutil.Process(self.process.pid).net_connections("tcp")}
        return not peers.isdisjoint(ours)


class Member:
    """Somebody in Discord who does not give up."""

    def __init__(self, person: Person, channel: Channel) -> None:
        self.person, self.channel = person, channel

    async def post(self, command: str, text: str) -> None:
        """Say it until there is a preview, and approve that until it is gone."""
        while True:
            typed = await self.person.runs(command, channel=self.channel, text=text)
            try:
                preview = await typed.until_answered(within=5)
            except TimeoutError:
                continue
            break
        await self._press(preview, "Yes, go ahead")

    async def say_yes(self) -> None:
        """Press whatever asks for it, until nothing does."""
        for card in self.person.dms:
            await self._press(card, "Yes")

    async def _press(self, message: Message, button: str) -> None:
        while button in self.person.buttons(message):
            await self.person.presses(message, button)
            await asyncio.sleep(0.5)

    @property
    def cards(self) -> set[str]:
        """The messages that ever asked them."""
        shown = [sight for sight in self.person.sights if sight.what == "message"]
        return {sight.message for sight in shown if "i1:yes:" in str(sight.components)}

    @property
    def openings(self) -> set[str]:
        """The messages that ever told them whom they meet."""
        return {sight.message for sight in self.person.sights if sight.what == "message" and OPENING in sight.text}


@dataclass(frozen=True)
class Pair:
    """Two who fit each other alone."""

    giver: Member
    asker: Member
    word: str

    async def meet(self, chance: random.Random) -> None:
        """Say what they offer and need, and yes to each other."""
        await self.giver.post("/offer", f"I can offer some {self.word}")
        await asyncio.sleep(chance.uniform(0, PAUSE))
        await self.asker.post("/need", f"I am looking for some {self.word}")
        while not (self.giver.openings and self.asker.openings):
            for member in (self.giver, self.asker):
                await asyncio.sleep(chance.uniform(0, PAUSE))
                await member.say_yes()


async def all_meet(pairs: Sequence[Pair], *, at_once: int) -> None:
    """Some pairs at a time, until everybody has met."""
    turn, chance = asyncio.Semaphore(at_once), random.Random(3)

    async def meet(pair: Pair) -> None:
        async with turn:
            await pair.meet(chance)

    async with asyncio.timeout(MEET):
        await asyncio.gather(*map(meet, pairs))


async def furnished(fake: FakeDiscord, database: str) -> list[Pair]:
    """A server, and pairs of people in it who have joined and can be written to."""
    chance = random.Random(11)
    server = fake.guild("The Counter")
    channel = server.channel("general")
    store = await SqlStore.open(database, key_from(KEY))
    dispatch = Dispatch(Runner(store, SystemClock(), SystemRandom(), DEFAULT_RULES))
    await dispatch.found(community_of(server.id), "The Counter", "en", NOON)
    pairs = []
    for number in range(PAIRS):
        people = [fake.person(f"{role}-{number}", guilds=[server]) for role in ("giver", "asker")]
        for person in people:
            member = member_of(server.id, person.id)
            join = Join(member, community_of(server.id), person.name, "en", NOON)
            await dispatch.receive("made", f"join {person.id}", join)
            await store.places.keep(Place(member, account_of(person.id), person.direct.id))
        giver, asker = (Member(person, channel) for person in people)
        word = "".join(chance.choices("bcdfghjklmnpqrstvwxyz", k=12)).capitalize()  # like no other word
        pairs.append(Pair(giver, asker, word))
    await store.close()
    return pairs


def once_each(pairs: Sequence[Pair]) -> None:
    """Everybody was asked once, and told once."""
    everybody = [member for pair in pairs for member in (pair.giver, pair.asker)]
    assert Counter(len(member.openings) for member in everybody) == {1: 2 * len(pairs)}
    assert Counter(len(member.cards) for member in everybody) == {1: 2 * len(pairs)}


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """They are started, and none is left behind."""
    for program in programs:
        program.start()
    try:
        yield
    finally:
        for program in programs:
            if program.process and program.process.poll() is None:
                program.kill()


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=NO_LIMITS, token=TOKEN) as fake:
        yield fake


async def test_each_pair_gets_one_opening_and_nobody_two_cards(fake: FakeDiscord, tmp_path: Path) -> None:
    program = InDiscord(tmp_path, fake=fake)
    pairs = await furnished(fake, program.database)
    with running(program):
        await program.answers()
        await fake.until(lambda: fake.syncs, within=60)
        async with killed_now_and_then(program, random.Random(7)):
            await all_meet(pairs, at_once=2)
        await program.answers()
        await asyncio.sleep(5)  # whoever is told twice would be told by now
        program.stop()

    assert program.command("doctor").returncode == 0
    assert program.kills >= 3
    once_each(pairs)


# --- several processes -----------------------------------------------------------------------------------------------


@pytest.mark.external
async def test_of_two_processes_one_is_connected_and_another_takes_over(
    fake: FakeDiscord, tmp_path: Path, new_postgres: str
) -> None:
    programs = [InDiscord(tmp_path / name, fake=fake, database_url=new_postgres) for name in ("one", "other")]
    for program in programs:
        program.folder.mkdir()
    pairs, chance, connected = await furnished(fake, new_postgres), random.Random(5), [0]
    with running(*programs):
        await asyncio.gather(*(program.answers() for program in programs))
        await fake.until(lambda: fake.syncs, within=60)
        async with watched(fake, connected), asyncio.timeout(MEET):
            for pair in pairs:
                meeting = asyncio.create_task(pair.meet(chance))
                await asyncio.sleep(chance.uniform(0, 6))
                await taken_over(programs, fake)
                await meeting
        await asyncio.sleep(5)
        for program in programs:
            program.stop()

    assert programs[0].command("doctor").returncode == 0
    assert sum(program.kills for program in programs) == PAIRS
    assert all(program.kills for program in programs) or PAIRS == 1
    assert max(connected) == 1
    once_each(pairs)


async def taken_over(programs: Sequence[InDiscord], fake: FakeDiscord) -> None:
    """Whoever is connected is killed, and comes back once another is."""
    owner = await fake.until(lambda: next((one for one in programs if one.is_connected()), None), within=300)
    assert owner
    owner.kill()
    await fake.until(lambda: not _connected(fake))
    await fake.ready(within=300)
    owner.start()
    await Program.answers(owner)


@asynccontextmanager
async def watched(fake: FakeDiscord, connected: list[int]) -> AsyncIterator[None]:
    """Notes how many connections there are at a time."""

    async def watch() -> None:
        while True:
            connected.append(_connected(fake))
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


def _connected(fake: FakeDiscord) -> int:
    return sum(session.connection is not None for session in fake.gateway.sessions.values())
