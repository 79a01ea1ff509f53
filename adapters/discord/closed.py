"""People whose direct messages are closed to us: what we have to say waits until they come by.

They are shown it where they do something next, which nobody else sees. Who agreed to it is called once, in a thread of
a channel of their choice that they alone see, by words that say nothing of what it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final

import structlog

from adapters.chat.errors import Rejected, Unanswered
from adapters.discord.api import Api
from adapters.discord.directs import Directs
from adapters.discord.ids import account_of, guild_of, user_of
from adapters.discord.rendering import message
from adapters.discord.rooms import Rooms
from adapters.discord.widgets import Style, button, press
from bot.domain.ids import MemberId
from bot.errors import PlatformError, Unreachable
from bot.messages import Message, Phrase
from bot.places import Place, Places
from bot.ports import Clock
from bot.sendings import Sending, Sendings
from bot.text import Catalogue

#: Where a message is that waits for its reader, and where it was that they read there and then.
WAITING: Final = "waiting"
READ: Final = "read"
#: What shows somebody what waits for them.
CHOICE: Final = "waiting"

log = structlog.get_logger()


class Aside:
    """What waits for people, and how they are called."""

    def __init__(
        self, api: Api, sendings: Sendings, places: Places, directs: Directs, rooms: Rooms, clock: Clock
    ) -> None:
        self._api = api
        self._sendings = sendings
        self._places = places
        self._directs = directs
        self._rooms = rooms
        self._clock = clock

    async def keep(self, member: MemberId, sending: Sending, words: Catalogue) -> None:
        """Let it wait, and call its reader where they wish to be called."""
        await self._sendings.arrived(sending.mark, WAITING, "")
        place = await self._directs.place(member)
        if not place.channel or place.called_at:
            return
        try:
            await self._call(place, words)
        except Unreachable as gone:  # the channel of their choice is no more, or not ours any more
            log.info("not_called_aside", code=str(gone))
            await self.choose(member, "")
        except (PlatformError, Unanswered, Rejected) as error:
            log.info("not_called_aside", kind=type(error).__name__)

    async def waiting_for(self, member: MemberId) -> Sequence[Sending]:
        """What waits for somebody, oldest first. What is over by now waits no more, and is never shown."""
        waiting = []
        for sending in reversed(await self._sendings.shown_to(member)):
            if sending.place != WAITING:
                continue
            if left := not_over(sending.messages[member], self._clock.now()):
                waiting.append(replace(sending, messages={member: left}))
            else:
                await self._sendings.arrived(sending.mark, READ, "")
        return waiting

    async def read(self, member: MemberId, marks: Sequence[str]) -> None:
        """They were shown this."""
        for mark in marks:
            await self._sendings.arrived(mark, READ, "")
        place = await self._directs.place(member)
        if place.called_at:
            await self._places.change(member, place.account, lambda place: replace(place, called_at=None))

    async def choose(self, member: MemberId, channel: str) -> None:
        """Where somebody agrees to be called; empty: nowhere."""

        def chosen(place: Place) -> Place:
            return place if place.channel == channel else replace(place, channel=channel, thread="", called_at=None)

        await self._places.change(member, account_of(user_of(member)), chosen)

    async def _call(self, place: Place, words: Catalogue) -> None:
        text = words.say(Phrase("discord.aside.called"))
        shown = message(text, [[button(words.say(Phrase("discord.aside.read")), press(CHOICE), Style.PRIMARY)]])
        now = self._clock.now()
        mark = _tag(f"{place.member} {now.isoformat()}", 32)
        thread = place.thread or await self._thread(place, words)
        try:
            await self._api.post(thread, shown, mark=mark)
        except Unreachable:
            if not place.thread:
                raise
            thread = await self._thread(place, words)  # the one of before is no more
            await self._api.post(thread, shown, mark=mark)

        def called(known: Place) -> Place:  # unless they chose another channel meanwhile
            return replace(known, thread=thread, called_at=now) if known.channel == place.channel else known

        await self._places.change(place.member, place.account, called)

    async def _thread(self, place: Place, words: Catalogue) -> str:
        guild, user = guild_of(place.member), user_of(place.member)
        name = f"{words.say(Phrase('discord.aside.name'))} {_tag(place.member, 8)}"
        thread = await self._rooms.found(guild, name) or await self._rooms.made_in(place.channel, name)
        try:
            await self._rooms.add(thread, user)
        except Unreachable:
            await self._rooms.leave(thread)  # it is not found again
            raise
        return thread


def not_over(message: Message, now: datetime) -> Message | None:
    """What of a message can still be answered, or never could; None where nothing is left."""
    if message.parts:
        parts = tuple(part for one in message.parts if (part := not_over(one, now)))
        return replace(message, params={**message.params, "count": len(parts)}, parts=parts) if parts else None
    closes = message.closes_at
    return message if closes is None or (now < closes and message.choices) else None


def _tag(text: str, length: int) -> str:
    """A name that says nothing to who does not know what it is of."""
    return sha256(text.encode()).hexdigest()[:length]
