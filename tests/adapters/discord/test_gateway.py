"""Our connections to the gateway: begun sparingly, held by one process alone, and taken up again however they end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import discord
import pytest
from structlog.testing import capture_logs

from adapters.chance import SystemRandom
from adapters.clock import SystemClock
from adapters.discord import gateway as tested
from adapters.discord.api import Api
from adapters.discord.client import Client, Identify
from adapters.discord.gateway import Gateway
from adapters.discord.identifies import APART, BURST, DAY, Limit
from adapters.discord.invalid import Invalid
from adapters.store.memory_leases import MemoryLeases
from bot.leases import Ration
from tests.platforms.discord import FakeDiscord, redirect

LIFE, RENEW = timedelta(seconds=0.6), timedelta(seconds=0.1)


class Heard:
    """What one process was told; it minds nothing else."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.guilds: list[frozenset[int]] = []

    async def message(self, message: discord.Message) -> None:
        self.messages.append(message.content)

    async def everywhere(self, guilds: frozenset[int], shard: int, shards: int) -> None:
        self.guilds.append(guilds)

    def __getattr__(self, name: str) -> Any:
        async def nothing(*_: Any) -> None:
            return None

        return nothing


class Process:
    """One replica, as far as its connections go."""

    listening = False

    def __init__(self, fake: FakeDiscord, leases: MemoryLeases, shards: int | None = None) -> None:
        self.heard = Heard()
        self.api = Api(fake.token, url=fake.api_url)
        self.gateway = Gateway(
            self._client, api=self.api, token=fake.token, leases=leases, clock=SystemClock(),
            holder=SystemRandom().id(), shards=shards, life=LIFE, renew=RENEW,
        )  # fmt: skip

    def _client(self, shard: int, shards: int, identify: Identify) -> Client:
        return Client(
            self.heard, self.heard, listening=self.listening, invalid=Invalid(), identify=identify,
            shard_id=shard, shard_count=shards, guild_ready_timeout=0.05,
        )  # fmt: skip

    async def hears(self) -> bool:
        try:
            await self.gateway.probe()
        except ConnectionError:
            return False
        return True

    async def dies(self) -> None:
        """Without a word to the others."""
        gateway = self.gateway
        assert gateway._keeping
        gateway._keeping.cancel()
        await asyncio.gather(gateway._keeping, return_exceptions=True)
        for shard in gateway.serving:
            await gateway._drop(shard)


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(speed=50) as fake:
        with redirect(fake.api_url):
            yield fake


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "AGAIN", timedelta(seconds=0.1))
    monkeypatch.setattr("adapters.discord.identifies.APART", timedelta(seconds=0.3))


@asynccontextmanager
async def open_processes(fake: FakeDiscord, count: int, shards: int | None = None) -> AsyncIterator[list[Process]]:
    leases = MemoryLeases()
    async with AsyncExitStack() as stack:
        processes = [Process(fake, leases, shards) for _ in range(count)]
        for process in processes:
            stack.push_async_callback(process.api.close)
            stack.push_async_callback(process.gateway.leave)
            await process.gateway.open()
        yield processes


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.01)


async def test_what_people_write_is_heard(fake: FakeDiscord) -> None:
    ana = fake.person("ana", guilds=[fake.guild("The Bar")])
    async with open_processes(fake, 1) as [process]:
        assert not await process.hears()
        await until(process.hears)
        await ana.writes("hello")
        await until(lambda: process.heard.messages)

    assert process.heard.messages == ["hello"]
    assert len(process.heard.guilds[0]) == 1


ENDINGS: dict[str, Callable[[FakeDiscord], Any]] = {
    "cut": lambda fake: fake.gateway.cut(),
    "reconnect": lambda fake: fake.gateway.reconnect(),
    "invalid": lambda fake: fake.gateway.invalidate(),
    "invalid_for_now": lambda fake: fake.gateway.invalidate(resumable=True),
    "closed": lambda fake: fake.gateway.close(4000),
    "closed_properly": lambda fake: fake.gateway.close(1000),
}


@pytest.mark.parametrize("how", ENDINGS)
async def test_however_a_connection_ends_it_is_taken_up_again(fake: FakeDiscord, how: str) -> None:
    """F13: RESUME that is taken, and INVALID_SESSION of both kinds."""
    ana = fake.person("ana", guilds=[fake.guild("The Bar")])
    async with open_processes(fake, 1) as [process]:
        await until(process.hears)
        await ENDINGS[how](fake)
        await until(lambda: fake.gateway.sessions and any(one.connection for one in fake.gateway.sessions.values()))
        await ana.writes("still there?")
        await until(lambda: process.heard.messages)

    assert process.heard.messages == ["still there?"]


async def test_sessions_that_were_forgotten_begin_anew(fake: FakeDiscord) -> None:
    """F13: RESUME that is refused."""
    ana = fake.person("ana", guilds=[fake.guild("The Bar")])
    async with open_processes(fake, 1) as [process]:
        await until(process.hears)
        fake.gateway.forget()
        await fake.gateway.cut()
        await until(lambda: len(fake.gateway.identifies) >= 2)
        await until(process.hears)
        await ana.writes("still there?")
        await until(lambda: process.heard.messages)

    assert process.heard.messages == ["still there?"]


async def test_a_connection_that_says_nothing_any_more_is_begun_again(
    fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F13: no beat is acknowledged."""
    monkeypatch.setattr("adapters.discord.client.SILENCE", 1.0)
    fake.gateway.heartbeat = 0.1
    ana = fake.person("ana", guilds=[fake.guild("The Bar")])
    async with open_processes(fake, 1) as [process]:
        await until(process.hears)
        (session,) = fake.gateway.sessions.values()
        before = session.connection
        assert before
        await until(lambda: before.beats > 2)
        fake.gateway.acknowledges = False  # nobody closes it, and nothing comes
        await until(lambda: session.connection not in (before, None))
        fake.gateway.acknowledges = True
        await ana.writes("still there?")
        await until(lambda: process.heard.messages)

    assert process.heard.messages == ["still there?"]


async def test_of_two_processes_one_listens(fake: FakeDiscord) -> None:
    ana = fake.person("ana", guilds=[fake.guild("The Bar")])
    async with open_processes(fake, 2) as processes:
        await until(lambda: all_hear(processes))
        await ana.writes("hello")
        await until(lambda: any(process.heard.messages for process in processes))

    assert sorted(process.heard.messages for process in processes) == [[], ["hello"]]
    assert len(fake.gateway.identifies) == 1


async def test_when_one_dies_another_takes_over(fake: FakeDiscord) -> None:
    ana = fake.person("ana", guilds=[fake.guild("The Bar")])
    async with open_processes(fake, 2) as processes:
        await until(lambda: any(process.gateway.serving for process in processes))
        await until(lambda: all_hear(processes))
        first, second = sorted(processes, key=lambda process: not process.gateway.serving)
        await first.dies()
        await until(lambda: second.gateway.serving == {0})
        await until(second.hears)
        await ana.writes("hello")
        await until(lambda: second.heard.messages)

    assert second.heard.messages == ["hello"]


async def test_who_leaves_lets_others_at_once(fake: FakeDiscord) -> None:
    async with open_processes(fake, 2) as processes:
        await until(lambda: any(process.gateway.serving for process in processes))
        first, second = sorted(processes, key=lambda process: not process.gateway.serving)
        first.gateway._life = timedelta(days=1)
        await until(lambda: first.gateway._held[0] > SystemClock().now() + timedelta(hours=1))
        await first.gateway.leave()
        await until(lambda: second.gateway.serving == {0})


async def test_each_shard_hears_its_own_servers(fake: FakeDiscord) -> None:
    guilds = [fake.guild(f"Bar {number}") for number in range(9)]
    async with open_processes(fake, 2, shards=3) as processes:
        await until(lambda: sum(len(process.gateway.serving) for process in processes) == 3)
        await until(lambda: all_hear(processes))
        await until(lambda: sum(len(process.heard.guilds) for process in processes) == 3)

    heard = [guild for process in processes for some in process.heard.guilds for guild in some]
    assert sorted(heard) == sorted(int(guild.id) for guild in guilds)


async def test_discord_says_how_many_shards_there_are(fake: FakeDiscord) -> None:
    fake.gateway.shards = 2
    async with open_processes(fake, 1) as [process]:
        await until(lambda: process.gateway.serving == {0, 1})


async def test_what_only_the_operator_can_mend_is_said_and_not_hammered(fake: FakeDiscord) -> None:
    async with open_processes(fake, 1) as [process]:
        await until(process.hears)
        await fake.gateway.close(4014)
        await until(lambda: process.gateway.refusal)
        await asyncio.sleep(0.5)
        with pytest.raises(ConnectionError, match="intents_not_switched_on"):
            await process.gateway.probe()

    assert len(fake.gateway.identifies) == 1


async def test_what_is_wrong_is_said_until_discord_is_heard(fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    assert timedelta(minutes=30) <= tested.REFUSED  # each try is one of the sessions of a day
    monkeypatch.setattr(tested, "REFUSED", timedelta(seconds=0.1))
    monkeypatch.setattr(Process, "listening", True)
    async with open_processes(fake, 1) as [process]:
        await until(lambda: process.gateway.refusal)
        said = set()
        for _ in range(60):  # a few tries
            said.add(process.gateway.refusal)
            await asyncio.sleep(0.02)
        assert said == {"intents_not_switched_on"}
        fake.app.privileged = 1 << 15
        await until(process.hears)

        assert process.gateway.refusal == ""


async def test_a_database_that_is_down_is_not_held_against_it(fake: FakeDiscord) -> None:
    async with open_processes(fake, 1) as [process]:
        await until(process.hears)
        leases: Any = process.gateway._leases
        take, leases.take = leases.take, _down
        await until(lambda: not process.gateway.serving)
        leases.take = take
        await until(lambda: process.gateway.serving == {0})
        await until(process.hears)


async def _down(*_: Any, **__: Any) -> bool:
    raise OSError("the database is down")


def test_what_discord_counts_is_heeded() -> None:
    plenty, half, little = (Limit(1000, remaining, timedelta(hours=3)) for remaining in (900, 500, 90))

    assert [limit.wait() for limit in (plenty, half, little)] == [timedelta(0), timedelta(0), timedelta(hours=3)]


@pytest.mark.parametrize(("remaining", "alarms"), [(1000, 0), (501, 0), (500, 1), (90, 1)])
def test_it_is_said_aloud_when_half_of_a_day_s_sessions_are_begun(remaining: int, alarms: int) -> None:
    """F16: before Discord has counted 500 of a thousand, and from then on each time."""
    with capture_logs() as logged:
        Limit(1000, remaining, timedelta(hours=3)).wait()

    said = [one for one in logged if one["event"] == "many_sessions_begun"]
    assert len(said) == alarms
    assert all((one["log_level"], one["count"]) == ("warning", 1000 - remaining) for one in said)


@pytest.mark.parametrize("shards", [1, 16, 64])
def test_all_shards_may_begin_twice(shards: int) -> None:
    ration = Limit(total=1000 + 2 * shards).ration(shards)

    assert ration == Ration(ration.every, max(BURST, 2 * shards), APART) or ration.burst >= 2 * shards
    assert ration.burst + DAY / ration.every <= 0.9 * (1000 + 2 * shards) + 1


async def all_hear(processes: list[Process]) -> bool:
    return all([await process.hears() for process in processes])
