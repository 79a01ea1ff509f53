import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.web.metrics import CountedCarrier, Metrics, metrics_routes
from bot.domain.ids import MemberId
from bot.messages import Message
from bot.ports import Act, Carrier, Fate, Leased, Parcel, Priority

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = "t" * 32
PARCEL = Parcel(
    key="i1:card:a",
    act=Act.TELL,
    to={MemberId("house:demo:amina"): Message("card")},
    due_at=NOON,
    priority=Priority.CARD,
)
LEASED = Leased(id="1", parcel=PARCEL, lease="x", attempts=0, claimed_at=NOON)


class Tray(Carrier):
    """A carrier that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def claim(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[Leased]:
        self.asked.append("claim")
        return [LEASED]

    async def settle(self, parcels: Sequence[Leased], fate: Fate, now: datetime) -> None:
        self.asked.append("settle")

    async def postpone(self, leased: Leased, until: datetime, *, failed: bool, error: str = "") -> None:
        self.asked.append("postpone")

    async def next_due(self) -> datetime | None:
        return NOON

    async def bundle(self, parcels: Sequence[Leased], digest: Parcel, now: datetime) -> None:
        self.asked.append("bundle")


async def test_a_counted_carrier_carries_and_counts() -> None:
    tray, metrics = Tray(), Metrics("1")
    carrier = CountedCarrier(tray, metrics)

    assert await carrier.claim(NOON, limit=1, lease=timedelta(minutes=1)) == [LEASED]
    await carrier.settle([LEASED], Fate.SENT, NOON)
    await carrier.postpone(LEASED, NOON, failed=True)
    await carrier.postpone(LEASED, NOON, failed=False)
    await carrier.bundle([LEASED], PARCEL, NOON)

    assert await carrier.next_due() == NOON
    assert tray.asked == ["claim", "settle", "postpone", "postpone", "bundle"]
    assert metrics.registry.get_sample_value("comptoir_messages_total", {"fate": "sent"}) == 1
    assert metrics.registry.get_sample_value("comptoir_messages_total", {"fate": "dead"}) == 0
    assert metrics.registry.get_sample_value("comptoir_retries_total") == 1


async def test_a_look_is_timed_and_its_failure_counted() -> None:
    metrics = Metrics("1")

    async def fails() -> None:
        await asyncio.sleep(0)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await metrics.timed(fails)()

    assert metrics.registry.get_sample_value("comptoir_look_seconds_count") == 1
    assert metrics.registry.get_sample_value("comptoir_failed_looks_total") == 1


@pytest.mark.parametrize(("by", "shown"), [(timedelta(seconds=90), 90), (timedelta(seconds=-5), 0)])
def test_lateness_is_never_negative(by: timedelta, shown: float) -> None:
    metrics = Metrics("1")

    metrics.note_lateness(by)

    assert metrics.registry.get_sample_value("comptoir_late_seconds") == shown


def test_no_metric_is_about_a_person_a_pair_or_a_subject() -> None:
    labels = {
        label for family in Metrics("1").registry.collect() for sample in family.samples for label in sample.labels
    }

    assert labels == {"version", "fate", "le"}


def test_without_a_token_there_is_no_such_page() -> None:
    client = TestClient(Starlette(routes=metrics_routes(Metrics("1"), token=None)))

    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}"])
def test_without_the_right_token_nothing_is_shown(given: str) -> None:
    client = TestClient(Starlette(routes=metrics_routes(Metrics("1"), token=TOKEN)))

    answer = client.get("/metrics", headers={"Authorization": given})

    assert (answer.status_code, answer.text) == (401, "")


def test_the_operator_s_token_shows_the_counts() -> None:
    client = TestClient(Starlette(routes=metrics_routes(Metrics("0.1.0"), token=TOKEN)))

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    assert 'comptoir_info{version="0.1.0"} 1.0' in answer.text
