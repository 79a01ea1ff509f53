"""Our conversations with people: opened when they come in, one after the other, and remembered.

Discord stops who opens many, and says not how many: they should be opened because somebody did something.
Source: https://docs.discord.com/developers/resources/user#create-dm
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

import structlog

from adapters.chat.errors import Rejected, Unanswered, asked_again
from adapters.discord.api import Api
from adapters.discord.errors import CALM, Closed, TooFast
from adapters.discord.ids import account_of, user_of
from bot.domain.ids import MemberId
from bot.errors import PlatformError, TryLater
from bot.leases import Leases, Ration
from bot.places import Place, Places
from bot.ports import Clock

#: Between two conversations that are new to us.
APART: Final = timedelta(seconds=10)
#: What all processes call it.
OPENING: Final = "discord:direct"
#: The same for those with whoever has not joined, who get a part of it, so that nobody keeps members from theirs.
STRANGERS: Final = "discord:direct:strangers"
PART: Final = 4
#: While nobody's is opened, since Discord said that we were too fast, and how soon that is asked again.
CALMING: Final = "discord:direct:calm"
LOOK: Final = timedelta(minutes=1)
#: Accounts that have not joined of which we know where to write to them, for as long as we run.
REMEMBERED: Final = 5000
#: After so long we look whether somebody lets us write to them again.
REOPENED: Final = timedelta(days=1)

V = TypeVar("V")

log = structlog.get_logger()


def paced(a_day: int) -> Ration:
    """How often a conversation that is new to us may be opened, by all processes together; an eighth of a day at once.

    Discord publishes no number.
    """
    return Ration(every=timedelta(days=1) / a_day, burst=max(1, a_day // 8), apart=APART)


class Directs:
    """Where we write to people. Opening what is known costs nothing."""

    def __init__(self, api: Api, places: Places, leases: Leases, clock: Clock, *, pace: Ration) -> None:
        self._api = api
        self._places = places
        self._leases = leases
        self._clock = clock
        self._pace = pace
        self._strangers: OrderedDict[str, str] = OrderedDict()
        self._shut: OrderedDict[str, datetime] = OrderedDict()

    async def of(self, member: MemberId) -> str:
        """Our conversation with a member. Raises: as `Api.call`; TryLater where too many were opened lately."""
        place = await self.place(member)
        if place.direct:
            return place.direct
        if known := await self._elsewhere(place):
            return await self._note(member, known)
        user = user_of(member)
        direct = self._strangers.get(user) or await self._open(user)
        return await self._note(member, direct)

    async def with_stranger(self, user: str) -> str:
        """Our conversation with an account that has not joined, of which nothing is written down.

        Raises: as `of`; Closed where they refused us lately.
        """
        now = self._clock.now()
        if (shut := self._shut.get(user)) and now < shut + REOPENED:
            raise Closed(user)
        if user not in self._strangers:
            every, burst = self._pace.every * PART, max(1, self._pace.burst // PART)
            if wait := await self._leases.spend(STRANGERS, replace(self._pace, every=every, burst=burst), now):
                raise TryLater(wait)
            _remember(self._strangers, user, await self._open(user))
        return self._strangers[user]

    def refused(self, user: str) -> None:
        """An account that has not joined does not let us write to it."""
        _remember(self._shut, user, self._clock.now())

    async def _open(self, user: str) -> str:
        """Raises: as `of`."""
        now = self._clock.now()
        if not await self._leases.take(CALMING, "asking", now, until=now - LOOK):
            raise TryLater(LOOK)
        if wait := await self._leases.spend(OPENING, self._pace, now):
            raise TryLater(wait)
        try:
            with asked_again():
                return await self._api.open_direct(user)
        except TooFast:
            await self._leases.take(CALMING, "calm", now, until=now + CALM)
            raise

    async def met(self, member: MemberId) -> None:
        """Somebody came in: a moment to open our conversation."""
        await self._change(member, lambda place: place)
        try:
            await self.of(member)
        except (PlatformError, Unanswered, Rejected) as later:
            log.info("direct_messages_not_opened", code=str(later) if not isinstance(later, TryLater) else "later")

    async def reopened(self, member: MemberId, direct: str) -> bool:
        """We may write there. Returns: whether that is new."""
        place = await self.place(member)
        if place.closed_at is None and place.direct == direct:
            return False
        before = await self._change(member, lambda place: replace(place, direct=direct, closed_at=None))
        return before.closed_at is not None

    async def place(self, member: MemberId) -> Place:
        """What is known of where somebody is reached."""
        return await self._places.find(member) or Place(member, account_of(user_of(member)))

    async def closed(self, member: MemberId) -> None:
        """They do not let us write to them."""
        now = self._clock.now()
        await self._change(member, lambda place: replace(place, closed_at=now))

    async def is_closed(self, member: MemberId) -> bool:
        """Whether we were refused there lately."""
        closed_at = (await self.place(member)).closed_at
        return closed_at is not None and self._clock.now() < closed_at + REOPENED

    async def _elsewhere(self, place: Place) -> str:
        """The same conversation, known from another community of theirs."""
        return next((one.direct for one in await self._places.of_account(place.account) if one.direct), "")

    async def _note(self, member: MemberId, direct: str) -> str:
        await self._change(member, lambda place: replace(place, direct=direct))
        return direct

    async def _change(self, member: MemberId, change: Callable[[Place], Place]) -> Place:
        return await self._places.change(member, account_of(user_of(member)), change)


def _remember(kept: OrderedDict[str, V], user: str, what: V) -> None:
    kept[user] = what
    kept.move_to_end(user)
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
