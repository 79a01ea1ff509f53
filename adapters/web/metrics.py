"""Counts for the operator's monitoring: how much was sent, how long a look takes. Nothing per person, pair or subject.

Even counts can betray an answer in a small community, so they are shown only to who holds the operator's token.
"""

import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.ports import Carrier, Fate, Leased, Parcel

_SECONDS: Final = (0.01, 0.05, 0.1, 0.5, 1, 5, 30)

T = TypeVar("T")


class Metrics:
    """What is counted, in a registry of its own."""

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Gauge("comptoir_info", "Always 1.", ["version"], registry=self.registry).labels(version).set(1)
        self._messages = Counter("comptoir_messages", "Messages by their fate.", ["fate"], registry=self.registry)
        self._retries = Counter("comptoir_retries", "Sendings that failed and wait.", registry=self.registry)
        self._looks = Histogram(
            "comptoir_look_seconds", "One look at what is due.", buckets=_SECONDS, registry=self.registry
        )
        self._failed = Counter("comptoir_failed_looks", "Looks that ended in an error.", registry=self.registry)
        self._late = Gauge("comptoir_late_seconds", "How late the oldest due row is.", registry=self.registry)
        for fate in Fate:
            self._messages.labels(fate.value)

    def count(self, fate: Fate) -> None:
        """One message met its fate."""
        self._messages.labels(fate.value).inc()

    def count_retry(self) -> None:
        """One sending failed and will be tried again."""
        self._retries.inc()

    def note_lateness(self, by: timedelta) -> None:
        """How late the oldest due row is; nothing or less means in time."""
        self._late.set(max(0.0, by.total_seconds()))

    def timed(self, look: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
        """The same look, with its duration and its failures counted."""

        async def timed_look() -> T:
            with self._looks.time(), self._failed.count_exceptions():
                return await look()

        return timed_look

    def text(self) -> bytes:
        """Everything, in Prometheus's text format."""
        return generate_latest(self.registry)


class CountedCarrier(Carrier):
    """Another carrier, with what becomes of its parcels counted."""

    def __init__(self, carrier: Carrier, metrics: Metrics) -> None:
        self._carrier = carrier
        self._metrics = metrics

    async def claim(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[Leased]:
        return await self._carrier.claim(now, limit=limit, lease=lease)

    async def settle(self, parcels: Sequence[Leased], fate: Fate, now: datetime) -> None:
        await self._carrier.settle(parcels, fate, now)
        for _ in parcels:
            self._metrics.count(fate)

    async def postpone(self, leased: Leased, until: datetime, *, failed: bool, error: str = "") -> None:
        await self._carrier.postpone(leased, until, failed=failed, error=error)
        if failed:
            self._metrics.count_retry()

    async def next_due(self) -> datetime | None:
        return await self._carrier.next_due()

    async def bundle(self, parcels: Sequence[Leased], digest: Parcel, now: datetime) -> None:
        await self._carrier.bundle(parcels, digest, now)


def metrics_routes(metrics: Metrics, *, token: str | None) -> Sequence[BaseRoute]:
    """`/metrics` for who sends `Authorization: Bearer <token>`; without a token there is no such page."""
    if not token:
        return []

    async def show(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return PlainTextResponse("", status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})

    return [Route("/metrics", show)]
