"""A process that dies as soon as it has begun a session, started again each time, for a day (F16).

The real gateway code, discord.py and a Discord over real sockets, which counts; only time is made up: whoever waits for
leave to begin moves it on, and so does the supervisor between two starts.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from adapters.discord import gateway as tested
from adapters.discord.api import Api
from adapters.discord.client import Client, Identify
from adapters.discord.gateway import Gateway
from adapters.discord.identifies import BURST, DAY
from adapters.discord.invalid import Invalid
from adapters.store.memory_leases import MemoryLeases
from tests.adapters.store.things import NOON
from tests.platforms.discord import NO_LIMITS, FakeDiscord, redirect

#: Seconds after which a supervisor starts what has died.
AGAIN: Final = 1.0
#: How often a process says that it holds its connection; nothing of that happens here.
NEVER: Final = timedelta(days=1000)


class Time:
    """The time of Discord, and ours, which passes where somebody waits."""

    def __init__(self, fake: FakeDiscord) -> None:
        self._fake = fake

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self._fake.clock.elapsed())

    async def sleep(self, seconds: float) -> None:
        if seconds == NEVER.total_seconds():
            await asyncio.Event().wait()
        self._fake.travel(seconds=seconds)
        await asyncio.sleep(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


class Deaf:
    """Hears nothing."""

    def __getattr__(self, name: str) -> Any:
        async def nothing(*_: Any) -> None:
            return None

        return nothing


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=NO_LIMITS) as fake:
        with redirect(fake.api_url):
            yield fake


async def lives_until_it_began(fake: FakeDiscord, leases: MemoryLeases, time: Time) -> None:
    """A process, from its start to the moment in which it said IDENTIFY: then it dies without a word."""
    api, begun = Api(fake.token, url=fake.api_url), len(fake.gateway.identifies)

    def client(shard: int, shards: int, identify: Identify) -> Client:
        return Client(
            Deaf(), Deaf(), listening=False, invalid=Invalid(), identify=identify, shard_id=shard, shard_count=shards,
            guild_ready_timeout=0.01,
        )  # fmt: skip

    gateway = Gateway(
        client, api=api, token=fake.token, leases=leases, clock=time, holder="alone", renew=NEVER, life=2 * NEVER
    )
    await gateway.open()
    await fake.until(lambda: len(fake.gateway.identifies) > begun, within=20)
    assert gateway._keeping
    gateway._keeping.cancel()
    await asyncio.gather(gateway._keeping, return_exceptions=True)
    await fake.gateway.cut()
    for shard in gateway.serving:
        await gateway._drop(shard)
    await api.close()


@pytest.mark.parametrize("daily", [60, pytest.param(1000, marks=[pytest.mark.campaign, pytest.mark.timeout(1800)])])
async def test_a_crash_loop_never_uses_up_the_sessions_of_a_day(
    fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch, daily: int
) -> None:
    fake.gateway.daily = daily
    leases, time = MemoryLeases(), Time(fake)
    monkeypatch.setattr(tested, "asyncio", time)
    with capture_logs() as logged:
        end, said = time.now() + DAY * 1.1, 0
        while time.now() < end:
            await lives_until_it_began(fake, leases, time)
            said = said or (len(fake.gateway.identifies) if _alarms(logged) else 0)
            fake.travel(seconds=AGAIN)

    moments = [one.at for one in fake.gateway.identifies]
    most = max(sum(first <= at < first + DAY.total_seconds() for at in moments) for first in moments)
    assert daily * 0.8 < most <= daily * 0.9
    assert all(one.accepted for one in fake.gateway.identifies)
    assert moments[BURST - 1] - moments[0] < 300  # restarts in a row are quick
    assert fake.token  # Discord did not take it away
    assert _alarms(logged)[0]["count"] == daily / 2
    assert said == daily / 2 + 1


def _alarms(logged: list[Any]) -> list[Any]:
    return [one for one in logged if one["event"] == "many_sessions_begun"]
