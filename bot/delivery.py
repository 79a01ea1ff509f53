"""Carry what waits in the outbox to the platforms: each thing once, at a moment that suits, or not at all."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog

from bot.domain.hours import is_quiet, suitable
from bot.domain.ids import MemberId
from bot.domain.members import Community, Delivery, Member, Membership, Person
from bot.errors import TryLater, Unreachable
from bot.messages import Message
from bot.ports import Act, ChatPlatform, Clock, Fate, Leased, Parcel, Priority, Store

#: How long one process alone may try to send a parcel; longer than any single send takes.
LEASE = timedelta(seconds=120)
BATCH = 100
#: After so many failures a parcel is given up.
ATTEMPTS = 8
BACKOFF = timedelta(seconds=10)
#: How long what is unasked waits before another look, while stewards give everybody a rest.
LOOK_AGAIN = timedelta(hours=1)
#: To how many communities it is sent at a time.
LANES = 8
#: Seconds from a claim within which sends begin: one that began later could outlive its lease.
SAFE = 60.0
#: Seconds that no send takes where all is well. Where one fails after longer, all others of its community wait, so that
#: they keep nobody else waiting.
SLOW = 5.0
#: Seconds within which several sends are written down in one transaction: what a process that dies may send again.
TOGETHER = 0.2

log = structlog.get_logger()


@dataclass(frozen=True)
class Receiver:
    """Who a parcel is for, as they are now."""

    member: Member
    person: Person
    community: Community | None

    @property
    def is_here(self) -> bool:
        """Whether anything may be said to them: they joined, and their community has us."""
        closed = self.community is not None and self.community.closed_at is not None
        return self.member.state is Membership.JOINED and not closed

    @property
    def is_resting(self) -> bool:
        """Whether their stewards gave everybody a rest."""
        return self.community is not None and self.community.paused_at is not None


async def _nobody_minds(key: str) -> None:
    return None


@dataclass(frozen=True)
class Courier:
    """Claims what is due, checks once more that it may be said, and sends it."""

    store: Store
    #: By the first part of a member's id: "house", "slack", "discord".
    platforms: Mapping[str, ChatPlatform]
    clock: Clock
    #: Told the key of an opening that will never be shown, before it is given up.
    lost: Callable[[str], Awaitable[None]] = _nobody_minds

    async def deliver(self) -> int:
        """Send what is due. Returns: how many parcels were looked at."""
        now = self.clock.now()
        leased = await self.store.carrier.claim(now, limit=BATCH, lease=LEASE)
        receivers = await self._receivers(leased)
        ready = [parcel for parcel in leased if await self._may_go(parcel, receivers, now)]
        await self._send_all(await self._gathered(ready, receivers, now))
        return len(leased)

    async def _receivers(self, leased: Sequence[Leased]) -> Mapping[MemberId, Receiver]:
        ids = sorted({member for one in leased for member in one.parcel.to})
        if not ids:
            return {}
        async with self.store.reading() as uow:
            members = await uow.members.among(ids)
            persons = await uow.persons.among([member.person for member in members.values()])
            ids_of = {member.community for member in members.values()}
            communities = {id: await uow.communities.find(id) for id in sorted(ids_of)}
        return {id: Receiver(m, persons[m.person], communities[m.community]) for id, m in members.items()}

    async def _may_go(self, leased: Leased, receivers: Mapping[MemberId, Receiver], now: datetime) -> bool:
        """Whether it may still be said: to people who are here, in their hours, and not too late (I8)."""
        parcel = leased.parcel
        if parcel.act is Act.FORGET:
            return True
        here = [receivers[id] for id in parcel.to if id in receivers]
        if len(here) < len(parcel.to) or not all(receiver.is_here for receiver in here):
            await self.store.carrier.settle([leased], Fate.DROPPED, now)
            return False
        if not parcel.unasked:
            return True
        person = here[0].person
        moment = now if parcel.due_at <= now and _suits(now, person) else suitable(now, person)
        if here[0].is_resting:
            moment = max(moment, now + LOOK_AGAIN)
        too_late = parcel.not_after is not None and moment > parcel.not_after
        if person.stopped_at is not None or too_late:
            await self.store.carrier.settle([leased], Fate.DROPPED, now)
            return False
        if moment > now:
            await self.store.carrier.postpone(leased, moment, failed=False)
            return False
        return True

    async def _gathered(
        self, ready: Sequence[Leased], receivers: Mapping[MemberId, Receiver], now: datetime
    ) -> Sequence[Leased]:
        """What goes out one by one; several words for somebody who wants one message a day become a digest (D2)."""
        daily: dict[MemberId, list[Leased]] = defaultdict(list)
        single: list[Leased] = []
        for leased in ready:
            id = next(iter(leased.parcel.to))
            gathers = leased.parcel.unasked and receivers[id].person.delivery is Delivery.DAILY
            (daily[id] if gathers else single).append(leased)
        for id, parts in daily.items():
            if len(parts) == 1:
                single += parts
            else:
                await self.store.carrier.bundle(parts, _digest(id, parts, now), now)
        return single

    async def _send_all(self, parcels: Sequence[Leased]) -> None:
        """To several communities at a time, so that none waits for another's service; within one, in order."""
        lines: dict[str, list[Leased]] = defaultdict(list)
        for leased in parcels:
            lines[_community(leased.parcel)].append(leased)
        lanes, began = asyncio.Semaphore(LANES), monotonic()
        sent = _Sent(self.store, self.clock)
        try:
            ended = await asyncio.gather(
                *(self._send_line(line, sent, lanes, began) for line in lines.values()), return_exceptions=True
            )
        finally:
            await sent.settle()
        for error in ended:
            if error is not None:
                raise error

    async def _send_line(
        self, parcels: Sequence[Leased], sent: "_Sent", lanes: asyncio.Semaphore, began: float
    ) -> None:
        """What goes to one community."""
        async with lanes:
            stuck = False
            for leased in parcels:
                at = monotonic()
                if stuck or at - began > SAFE:
                    after = BACKOFF if stuck else timedelta(0)
                    await self.store.carrier.postpone(leased, self.clock.now() + after, failed=False)
                elif await self._send(leased):
                    await sent.add(leased)
                else:
                    stuck = monotonic() - at > SLOW

    async def _send(self, leased: Leased) -> bool:
        """Returns: whether it left; anything else is settled here."""
        parcel, now = leased.parcel, self.clock.now()
        try:
            await self._hand_over(parcel)
        except Unreachable:
            await self._give_up(leased, Fate.UNREACHABLE, now)
        except TryLater as wait:
            await self.store.carrier.postpone(leased, now + wait.after, failed=False)
        except Exception as error:
            log.exception("send_failed", key=parcel.key, attempts=leased.attempts)
            if leased.attempts + 1 >= ATTEMPTS:
                await self._give_up(leased, Fate.DEAD, now)
            else:
                wait_for = BACKOFF * 2**leased.attempts
                await self.store.carrier.postpone(leased, now + wait_for, failed=True, error=type(error).__name__)
        else:
            return True
        return False

    async def _give_up(self, leased: Leased, fate: Fate, now: datetime) -> None:
        if leased.parcel.act is Act.BRING_TOGETHER:
            await self.lost(leased.parcel.key)
        await self.store.carrier.settle([leased], fate, now)

    async def _hand_over(self, parcel: Parcel) -> None:
        first = next(iter(parcel.to))
        platform = self.platforms.get(first.split(":", 1)[0])
        if platform is None:
            raise Unreachable(f"no platform for {first.split(':', 1)[0]}")
        messages = {id: message for id, message in parcel.to.items() if message is not None}
        match parcel.act:
            case Act.TELL:
                await platform.tell(
                    first, messages[first], key=parcel.key, about=parcel.about, priority=parcel.priority
                )
            case Act.BRING_TOGETHER:
                await platform.bring_together(messages, key=parcel.key)
            case Act.FORGET:  # pragma: no branch  # there is no other act
                await platform.forget(first, key=parcel.key)


class _Sent:
    """What has left, written down several at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._parcels: list[Leased] = []
        self._turn = asyncio.Lock()
        self._since = monotonic()

    async def add(self, leased: Leased) -> None:
        """One more has left."""
        self._parcels.append(leased)
        if monotonic() - self._since > TOGETHER:
            await self.settle()

    async def settle(self) -> None:
        """Write it down."""
        async with self._turn:
            if parcels := tuple(self._parcels):
                await self._store.carrier.settle(parcels, Fate.SENT, self._clock.now())
                del self._parcels[: len(parcels)]
            self._since = monotonic()


def _community(parcel: Parcel) -> str:
    """What the ids of its receivers begin with."""
    return next(iter(parcel.to)).rpartition(":")[0]


def _suits(now: datetime, person: Person) -> bool:
    """Whether now is fine: somebody who wants one message a day is reached at its hour, or soon after."""
    if person.delivery is Delivery.DAILY:
        return not person.is_away(now) and not is_quiet(now, person)
    return suitable(now, person) == now


def _weightiest(priorities: Iterable[Priority]) -> Priority:
    """What a digest goes as: it counts against the budget as soon as one of its parts does."""
    return min((p for p in priorities if p is not Priority.REMINDER), default=Priority.REMINDER)


def _digest(member: MemberId, parts: Sequence[Leased], now: datetime) -> Parcel:
    messages = tuple(message for leased in parts for message in leased.parcel.to.values() if message)
    return Parcel(
        key=f"{parts[0].parcel.key}:digest",
        act=Act.TELL,
        to={member: Message("digest", {"count": len(messages)}, parts=messages)},
        due_at=now,
        priority=_weightiest(leased.parcel.priority for leased in parts),
        unasked=True,
        about=tuple({about for leased in parts for about in leased.parcel.about}),
    )
