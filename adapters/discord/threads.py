"""A private thread for two who were introduced, if either wants one: made once, whatever happens in the middle.

Whoever may manage threads in the server can read it, which is said before it is made. We put the opening there and step
out: from then on we know nothing of what they say, and can neither change nor remove what we put there.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final
from weakref import WeakValueDictionary

import structlog

from adapters.chat.errors import Rejected
from adapters.discord import openings
from adapters.discord.api import Api
from adapters.discord.ids import guild_of, member_of, user_of
from adapters.discord.openings import THREAD, is_opening, met_in, offer_of, person_of
from adapters.discord.platform import DiscordPlatform
from adapters.discord.presence import Presence
from adapters.discord.rendering import together
from adapters.discord.rooms import Rooms
from adapters.discord.wording import in_discord
from bot.domain.ids import MemberId
from bot.errors import Refusal, TryLater, Unreachable
from bot.leases import Leases
from bot.messages import Message, Phrase, Refused
from bot.ports import Clock
from bot.sendings import Sending, Sendings
from bot.text.said import put

#: What is pressed by who would like one, and by who is sure of it.
ASK: Final = openings.ASK
MAKE: Final = "thread.make"
#: What is said once there is one; `where` tells where.
MADE: Final = "discord.thread.made"
#: What is said whatever the reason is, which may be the other's alone to know.
FAILED: Final = "discord.thread.failed"
#: How long one process alone makes a thread.
TURN: Final = timedelta(minutes=1)
#: Channels in which it is tried.
TRIES: Final = 3
#: Messages of ours that a thread can hold before we step out.
FEW: Final = 10

log = structlog.get_logger()


def where(told: Message) -> Sequence[str]:
    """What stands below the answer to who asked for a thread: where it is, as Discord writes it, once it is made.

    An opening that was shown in passing still has its button, and is not changed any more.
    """
    return [f"<#{told.params[THREAD]}>"] if told.key == MADE else []


class Threads:
    """What the button below an opening leads to."""

    def __init__(
        self,
        api: Api,
        *,
        sendings: Sendings,
        presence: Presence,
        rooms: Rooms,
        platform: DiscordPlatform,
        leases: Leases,
        clock: Clock,
        holder: str,
        may_be_joined: Callable[[MemberId, MemberId], Awaitable[bool]],
    ) -> None:
        self._api = api
        self._sendings = sendings
        self._presence = presence
        self._rooms = rooms
        self._platform = platform
        self._leases = leases
        self._clock = clock
        self._holder = holder
        self._may_be_joined = may_be_joined
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ask(self, member: MemberId, token: str) -> Message:
        """Who will be able to read it, and whether it shall be made, or where it is. Raises: Refusal if not theirs."""
        opening, other, _ = await self._pair(member, token)
        return await self._made_before(opening, member, other) or Message("discord.thread.sure", {}, (MAKE,), token)

    async def make(self, member: MemberId, token: str) -> Message:
        """Make it, or finish it; both find it in their opening. Returns: what to tell, above `where` it is.

        Raises: Refusal, TryLater, Unanswered.
        """
        opening, other, pair = await self._pair(member, token)
        if told := await self._made_before(opening, member, other):
            return told
        async with self._turn(pair.mark):
            pair = await self._sendings.find(pair.mark) or pair  # it may have been made meanwhile
            if not pair.ref and not await self._may_be_joined(member, other):
                return Refused(FAILED)
            try:
                if not pair.ref:
                    await self._presence.check(other)
                thread = await self._made(pair)
            except (Unreachable, Rejected) as refused:
                log.info("no_thread_made", code=str(refused))
                return Refused(FAILED)
            await self._rooms.leave(thread)
            await self._tell((member, other), thread)
            return _made(thread)

    @asynccontextmanager
    async def _turn(self, pair: str) -> AsyncIterator[None]:
        """One at a time for each pair, whatever process is asked. Raises: TryLater."""
        name, now = f"discord:thread:{pair}", self._clock.now()
        async with self._locks.setdefault(pair, asyncio.Lock()):
            if not await self._leases.take(name, self._holder, now, until=now + TURN):
                raise TryLater(TURN)
            try:
                yield
            finally:
                await self._leases.release(name, self._holder)

    async def _pair(self, member: MemberId, token: str) -> tuple[Message, MemberId, Sending]:
        """Their opening, the other of the two, and what both may read. Raises: Refusal."""
        shown = await self._sendings.shown_to(member)
        alone = (one.messages[member] for one in shown if list(one.messages) == [member])
        opening = next((one for one in alone if is_opening(one) and token and one.token == token), None)
        person = person_of(opening) if opening else ""
        other = member_of(guild_of(member), person)
        both = next((one for one in shown if person and set(one.messages) == {member, other}), None)
        if opening is None or both is None:
            raise Refusal("gone")
        return opening, other, both

    async def _made(self, pair: Sending) -> str:
        """The thread, with both in it and the opening; whatever was done before is not done again."""
        if pair.ref:
            return pair.place
        thread = await self._with_both(pair)
        await self._sendings.arrived(pair.mark, thread, await self._put(pair, thread))
        return thread

    async def _with_both(self, pair: Sending) -> str:
        """A thread with both in it. Raises: Unreachable where there is none; as `Api.call`."""
        first = next(iter(pair.messages))
        guild, words = guild_of(first), (await self._platform.spoken_to(first))[0]
        word = words.say(Phrase("discord.thread.name"))
        names = [f"{word} {pair.mark[start : start + 8]}" for start in range(0, len(pair.mark), 8)][:TRIES]
        begun = pair.place or await self._rooms.found(guild, *names)
        if begun and await self._let_in(pair, begun):
            return begun
        channels = await self._rooms.seen_by(guild, [user_of(member) for member in pair.messages])
        for channel, name in zip(channels, names, strict=False):
            try:
                thread = await self._rooms.made_in(channel, name)
            except (Unreachable, Rejected) as refused:
                log.info("no_thread_there", code=str(refused))
                continue
            if await self._let_in(pair, thread):
                return thread
        raise Unreachable("no_thread")

    async def _let_in(self, pair: Sending, thread: str) -> bool:
        """Let both in. Returns: whether they are; we step out where one may not come in, and it is not found again."""
        await self._sendings.arrived(pair.mark, thread, "")
        try:
            for member in pair.messages:
                await self._rooms.add(thread, user_of(member))
        except (Unreachable, Rejected) as refused:
            log.info("not_let_in", code=str(refused))
            await self._rooms.leave(thread)
            await self._sendings.arrived(pair.mark, "", "")
            return False
        return True

    async def _put(self, pair: Sending, thread: str) -> str:
        """The opening, in the words of both. Returns: what Discord calls it."""
        account = await self._api.who()
        for message in await self._api.history(thread, after=0, limit=FEW):
            if (message.get("author") or {}).get("id") == account and message.get("content"):
                return str(message["id"])
        said = []
        for member, opening in pair.messages.items():
            words, zone = await self._platform.spoken_to(member)
            worded = in_discord(opening, words.language, together=True)
            said.append(put(worded, words, zone, pair.begun_at))
        words, _ = await self._platform.spoken_to(next(iter(pair.messages)))
        posted = await self._api.post(thread, together(said, words), mark=pair.mark)
        return str(posted["id"])

    async def _made_before(self, opening: Message, *members: MemberId) -> Message | None:
        """What to tell whose opening says already where the thread is; the other's may not yet."""
        thread = opening.params.get(THREAD)
        if not isinstance(thread, str) or not thread:
            return None
        await self._tell(members, thread)
        return _made(thread)

    async def _tell(self, members: Sequence[MemberId], thread: str) -> None:
        """Both find it in the place of the offer."""
        for member in members:
            others = {user_of(one) for one in members if one != member}
            shown = [one.messages[member] for one in await self._sendings.shown_to(member) if len(one.messages) == 1]
            for opening in shown:
                if (token := offer_of(opening)) and person_of(opening) in others:
                    # Its token stays, for a button of it that was shown in passing.
                    await self._platform.answer(member, token, replace(met_in(opening, thread), token=token))


def _made(thread: str) -> Message:
    return Message(MADE, {THREAD: thread})
