"""How Slack brings something to an app: to one of its sockets or to its address, in time, and again if need be."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from tests.platforms.slack.clock import Clock
from tests.platforms.slack.state import Json

#: Pauses before the three retries, in Slack's seconds. Source: https://docs.slack.dev/apis/events-api (retries).
RETRIES = (0.0, 60.0, 300.0)


class Unanswered(Exception):
    """The app did not answer, or not well. `reason` as in X-Slack-Retry-Reason."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


@dataclass(frozen=True)
class Attempt:
    """One try. `took` is in our seconds; `reason` is empty when the app acknowledged."""

    number: int
    at: float
    took: float
    reason: str


@dataclass
class Delivery:
    """Something for the app: `kind` is events_api, slash_commands or interactive."""

    kind: str
    payload: Json
    team: str
    attempts: list[Attempt] = field(default_factory=list)
    answer: Json | None = None
    first: asyncio.Event = field(default_factory=asyncio.Event)
    #: Kept back by a test: nobody waits for it.
    held: bool = False

    @property
    def acked(self) -> bool:
        return any(not attempt.reason for attempt in self.attempts)

    @property
    def lost(self) -> bool:
        """Given up without an acknowledgement; only certain once everything is settled."""
        return not self.acked


class Road(Protocol):
    """A way to the app."""

    async def bring(self, delivery: Delivery, number: int, reason: str) -> Json | None:
        """Hand it over and wait for the answer. Raises: Unanswered."""


class Courier:
    """Takes everything to the app, by the road that the app chose, and remembers how it went."""

    def __init__(self, clock: Clock, road: Road) -> None:
        self._clock = clock
        self._road = road
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Delivery] | None = None
        #: Everything that was ever to be delivered, in the order in which it happened.
        self.deliveries: list[Delivery] = []
        #: How often each event is delivered although it was acknowledged: 1, once.
        self.copies = 1

    def start(self, delivery: Delivery) -> Delivery:
        """Have it delivered; do not wait."""
        self.deliveries.append(delivery)
        if self._held is not None and delivery.kind == "events_api":
            delivery.held = True
            self._held.append(delivery)
        else:
            self._run(self._deliver(delivery))
        return delivery

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Have it delivered, and wait for the first try to end."""
        self.start(delivery)
        await delivery.first.wait()
        return delivery

    async def again(self, delivery: Delivery, *, number: int = 1, reason: str = "http_timeout") -> None:
        """Bring the same once more, as a retry, whatever came of it before."""
        await self._attempt(delivery, number, reason)

    @asynccontextmanager
    async def held(self, seed: int | None = None) -> AsyncIterator[list[Delivery]]:
        """Keep events back, and let them go afterwards: reversed, or shuffled by a seed."""
        held: list[Delivery] = []
        self._held = held
        try:
            yield held
        finally:
            self._held = None
            if seed is None:
                held.reverse()
            else:
                random.Random(seed).shuffle(held)
            for delivery in held:
                delivery.held = False
                self._run(self._deliver(delivery))
                await delivery.first.wait()

    async def settled(self) -> None:
        """Until nothing is on its way any more, retries included."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Give up what is on its way."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        pauses = RETRIES if delivery.kind == "events_api" else ()
        again, reason = await self._attempt(delivery, 0, "")
        for number, pause in enumerate(pauses, 1):
            if not again:
                break
            await self._clock.sleep(pause)
            again, reason = await self._attempt(delivery, number, reason)
        if delivery.kind == "events_api":
            for number in range(1, self.copies):
                await self._attempt(delivery, number, "http_timeout")

    async def _attempt(self, delivery: Delivery, number: int, reason: str) -> tuple[bool, str]:
        """One try. Returns: whether to try again, and why."""
        at, began = self._clock.elapsed(), asyncio.get_running_loop().time()
        again, why = False, ""
        try:
            answer = await self._road.bring(delivery, number, reason)
            delivery.answer = delivery.answer if answer is None else answer
        except Unanswered as fault:
            again, why = fault.again, fault.reason
        finally:
            took = asyncio.get_running_loop().time() - began
            delivery.attempts.append(Attempt(number, at, took, why))
            delivery.first.set()
        return again, why
