"""Discord as a chat service: what the outbox delivers becomes direct messages, each shown once.

Each message is noted before it leaves. For some minutes Discord itself knows by a nonce what it was sent before; later,
what had no answer is looked for in our conversation before it is sent again. Who is asked or named is still there: that
is asked before. Where somebody closed their direct messages, the words wait for them, and nobody else can tell.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from adapters.chat.anew import catch_up, show_until_current
from adapters.chat.errors import SOONEST, Rejected, Unanswered, unhurried
from adapters.discord import lost
from adapters.discord.api import Api
from adapters.discord.closed import WAITING, Aside
from adapters.discord.directs import Directs
from adapters.discord.errors import Closed
from adapters.discord.ids import PLATFORM, user_of
from adapters.discord.openings import as_it_stands, below, meeting, with_below
from adapters.discord.presence import Presence
from adapters.discord.rendering import rendered
from adapters.discord.wording import in_discord
from bot.domain.ids import MemberId
from bot.domain.members import Person
from bot.errors import PlatformError, TryLater, Unreachable
from bot.messages import Message
from bot.places import Places
from bot.ports import Clock, Priority, Random
from bot.sendings import Sending, Sendings
from bot.text import Catalogue, catalogue
from bot.text.said import Said, put

#: For how long Discord surely knows a nonce: it says "a few minutes".
#: Source: https://docs.discord.com/developers/resources/message#create-message
NONCE_LIFE: Final = timedelta(minutes=2)

#: How we say that we were refused before.
KNOWN: Final = "known"

#: How somebody wishes to be spoken to, or wished before they left; None for who never came.
Reader = Callable[[MemberId], Awaitable[Person | None]]

log = structlog.get_logger()


class DiscordPlatform:
    """Implements ChatPlatform."""

    def __init__(
        self,
        api: Api,
        *,
        sendings: Sendings,
        places: Places,
        directs: Directs,
        presence: Presence,
        aside: Aside,
        clock: Clock,
        random: Random,
        reader: Reader,
    ) -> None:
        self._api = api
        self._sendings = sendings
        self._places = places
        self._directs = directs
        self._presence = presence
        self._aside = aside
        self._clock = clock
        self._random = random
        self._reader = reader

    async def tell(
        self,
        member: MemberId,
        message: Message,
        *,
        key: str,
        about: Sequence[MemberId] = (),
        priority: Priority = Priority.REPLY,
    ) -> None:
        if priority is not Priority.REPLY:
            await self._presence.check(member)
        now = self._clock.now()
        sending, again = await self._begin(key, member, message, at=now, about=about)
        with unhurried(now - sending.begun_at):
            await self._deliver(member, sending, again=again)

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        first, second = openings
        handles, failed = await self._found(openings)  # before either hears of it
        now = self._clock.now()
        # What both may read in one place, should they want one: nothing of it is sent before.
        pair, begun_before = await self._sendings.begin(key, openings, at=now, about=[first, second])
        begun: dict[MemberId, tuple[Sending, bool]] = {}
        for member, other in ((first, second), (second, first)):
            account, handle = user_of(other), handles.get(other, "")
            shown = meeting(openings[member], account=account, handle=handle, token=self._random.token())
            begun[member] = await self._begin(f"{key}:one", member, shown, at=now, about=[first, second])
        if failed and not any(sending.place for sending, _ in begun.values()):
            if isinstance(failed, Unreachable) or not begun_before:
                for mark in (pair.mark, *(sending.mark for sending, _ in begun.values())):
                    await self._sendings.undo(mark)
            raise failed
        with unhurried(now - pair.begun_at):
            for member in openings:
                await self._opened(member)
            sent = [self._deliver(id, sending, again=again, kept=True) for id, (sending, again) in begun.items()]
            results = await asyncio.gather(*sent, return_exceptions=True)
            for error in sorted((one for one in results if isinstance(one, BaseException)), key=_is_unsure):
                raise error

    async def forget(self, member: MemberId, *, key: str) -> None:
        with unhurried(SOONEST):
            await self._forget(member)

    async def answer(self, member: MemberId, token: str, message: Message) -> bool:
        """Show another message in the place of the one that carries this token.

        Returns: whether there is one in our conversation; what was read elsewhere is changed there by whoever asks.
        """
        changed = await self._sendings.replace(member, token, message)
        for sending in changed:
            try:
                await self.show_anew(sending)
            except (PlatformError, Unanswered) as later:
                log.info("not_shown_anew", code=type(later).__name__)
        return bool(changed)

    async def note_retired(self, member: MemberId, message: Message) -> Sequence[Sending]:
        """Take the buttons from what a message shown aside makes out of date. Returns: what `show_anew` shows of it."""
        return await self._sendings.retire(member, message) if message.retires else ()

    async def show_anew(self, sending: Sending) -> None:
        """Show a message as it is now, until it is. Raises: TryLater, Unanswered; `catch_up` tries again."""
        await show_until_current(sending, self._sendings, self._change)

    async def catch_up(self) -> None:
        """Show what was changed and may not be shown so. Raises: TryLater where some of it has to wait."""
        await catch_up(PLATFORM, self._sendings, self._change)

    async def _change(self, sending: Sending) -> None:
        """One that is gone stays gone, and what stands in a thread of two is theirs."""
        if not sending.ref or len(sending.messages) > 1:
            return
        (member,) = sending.messages
        try:
            await self._api.edit(sending.place, sending.ref, await self.shown(member, sending.messages[member]))
        except (Unreachable, Rejected) as gone:
            log.info("not_shown_anew", code=str(gone))

    async def reopened(self, member: MemberId, direct: str) -> None:
        """Somebody can be written to: what waited for them until now is brought, oldest first."""
        if not await self._directs.reopened(member, direct):
            return
        for sending in await self._aside.waiting_for(member):
            try:
                if not await self._is_there(member, sending, direct):
                    words = await self.shown(member, sending.messages[member])
                    posted = await self._api.post(direct, words, mark=sending.mark)
                    await self._arrived(sending, direct, str(posted["id"]))
            except (PlatformError, Unanswered, Rejected) as error:  # it waits for the next occasion
                log.info("what_waited_not_brought", kind=type(error).__name__)
                return await self._directs.closed(member)

    async def shown(self, member: MemberId, message: Message) -> dict[str, Any]:
        """A message in its reader's words, as Discord wants it."""
        return _drawn(message, *await self.spoken_to(member), self._clock.now())

    async def said(self, member: MemberId, message: Message) -> Said:
        """A message in its reader's words."""
        return _said(message, *await self.spoken_to(member), self._clock.now())

    async def spoken_to(self, member: MemberId) -> tuple[Catalogue, str]:
        """In which words somebody is spoken to, and in which zone they tell the time."""
        person = await self._reader(member)
        return (catalogue(person.language), person.zone) if person else (catalogue("en"), "UTC")

    async def _begin(
        self, key: str, member: MemberId, message: Message, *, at: datetime, about: Sequence[MemberId]
    ) -> tuple[Sending, bool]:
        """As `Sendings.begin`, in the words in which it is handed over from now on."""
        handed = await self.shown(member, message)
        return await self._sendings.begin(key, {member: message}, at=at, about=about, handed=handed)

    async def _handed(self, member: MemberId, sending: Sending) -> Mapping[str, Any]:
        """What was handed over at the first try; rendered anew where that is not known, or holds what has gone."""
        return sending.handed or await self.shown(member, sending.messages[member])

    async def _deliver(self, member: MemberId, sending: Sending, *, again: bool, kept: bool = False) -> None:
        """Write to somebody; what cannot be written waits, `kept` for whatever reason.

        Raises: PlatformError, Unanswered, Rejected.
        """
        if again and sending.place:
            return
        may_be_there = again
        try:
            if await self._directs.is_closed(member):
                raise Closed(KNOWN)
            channel = await self._directs.of(member)
            words = await self._handed(member, sending)
            late = self._clock.now() - sending.begun_at > NONCE_LIFE
            if again and late and await self._is_there(member, sending, channel):
                return
            await self._api.ready()
            may_be_there = True  # discord.py asks again by itself: the last answer says nothing of the first try
            posted = await self._api.post(channel, words, mark=sending.mark)
        except Unreachable as error:
            if not kept and not isinstance(error, Closed):
                await self._sendings.undo(sending.mark)
                raise
            if str(error) != KNOWN:
                await self._directs.closed(member)
            await self._aside.keep(member, sending, (await self.spoken_to(member))[0])
        except (TryLater, Rejected):
            if not may_be_there:
                await self._sendings.undo(sending.mark)
            raise
        else:
            await self._arrived(sending, channel, str(posted["id"]))
            await self.reopened(member, channel)

    async def _found(self, members: Iterable[MemberId]) -> tuple[Mapping[MemberId, str], Exception | None]:
        """Their handles in Discord, and why they cannot be introduced now, unless one of them was told already."""
        handles: dict[MemberId, str] = {}
        try:
            for member in members:
                handles[member] = await self._presence.check(member)
        except (PlatformError, Unanswered, Rejected) as failed:
            return handles, failed
        return handles, None

    async def _opened(self, member: MemberId) -> None:
        with suppress(Unreachable):  # their words wait for them
            if not await self._directs.is_closed(member):
                await self._directs.of(member)

    async def _is_there(self, member: MemberId, sending: Sending, channel: str) -> bool:
        """Whether a message whose answer was lost is there. Raises: as `Api.call`, where we cannot look."""
        found = await self._lost(member, sending, channel)
        if found:
            await self._arrived(sending, channel, found)
        return bool(found)

    async def _lost(self, member: MemberId, sending: Sending, channel: str) -> str | None:
        """What Discord calls a message whose answer was lost; None where it is not there. Raises: as `Api.call`."""
        known = {one.ref for one in await self._sendings.shown_to(member)}
        words = await self._handed(member, sending)
        return await lost.find(self._api, channel, words, since=sending.begun_at, known=known)

    async def _arrived(self, sending: Sending, place: str, ref: str) -> None:
        changed = [replace(sending, place=place, ref=ref)] if sending.unshown else []
        for earlier in [*changed, *await self._sendings.arrived(sending.mark, place, ref)]:
            try:
                await self.show_anew(earlier)
            except (PlatformError, Unanswered) as later:
                log.info("not_shown_anew", code=type(later).__name__)

    async def _forget(self, member: MemberId) -> None:
        while alone := [one for one in await self._sendings.shown_to(member) if list(one.messages) == [member]]:
            for sending in alone:
                await self._take_away(member, sending)
                await self._sendings.undo(sending.mark)
        now = self._clock.now()
        for noted in await self._sendings.speaking_of(member):
            sending = await self._located(noted, but=member)
            if (after := sending.without(member, now)).messages and after != sending:
                await self._change(after)
            await self._sendings.forget(sending.mark, member, at=now)
        await self._places.forget(member)

    async def _located(self, sending: Sending, *, but: MemberId) -> Sending:
        """The same with where it is, if its answer was lost: what cannot be found cannot be changed."""
        readers = list(sending.messages)
        if sending.place or len(readers) > 1 or readers == [but]:
            return sending
        (reader,) = readers
        try:
            direct = (await self._directs.place(reader)).direct
            if direct and await self._is_there(reader, sending, direct):
                return await self._sendings.find(sending.mark) or sending
        except (Unreachable, Rejected) as error:
            log.info("cannot_look_for_what_was_sent", code=str(error))
        return sending

    async def _take_away(self, member: MemberId, sending: Sending) -> None:
        """Delete what is shown, also where its answer was lost."""
        place, ref = sending.place, sending.ref
        try:
            if not place:
                direct = (await self._directs.place(member)).direct
                if direct:
                    place, ref = direct, await self._lost(member, sending, direct) or ""
            if ref and place != WAITING:
                await self._api.delete(place, ref)
        except (Unreachable, Rejected) as gone:
            log.info("not_deleted", code=str(gone))


def _said(message: Message, words: Catalogue, zone: str, at: datetime) -> Said:
    return put(in_discord(message, words.language), words, zone, at)


def _drawn(message: Message, words: Catalogue, zone: str, at: datetime) -> dict[str, Any]:
    return with_below(rendered(_said(as_it_stands(message), words, zone, at), words), below(message, words))


def _is_unsure(error: BaseException) -> bool:
    """What nobody knows comes last: it is raised only if nothing worse happened."""
    return isinstance(error, Unanswered)
