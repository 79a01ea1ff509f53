"""Slack as a chat service: what the outbox delivers becomes messages in conversations with the app.

Slack has no key by which it knows that it was sent the same thing twice. So each message is noted before it leaves and
carries a mark that says nothing; after a lost answer it is looked for in our own conversation with its reader before it
is sent again. In the conversation of two who were introduced we cannot look, by design: there an opening is sent again,
since one opening too many is better than two people who are never told. A scheduled message could be looked for without
reading anything; but once it is posted nobody tells us its `ts`, by which somebody's name is taken out of it later.
Source: https://docs.slack.dev/reference/methods/chat.scheduleMessage, …/chat.scheduledMessages.list
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

import structlog

from adapters.chat.anew import catch_up, show_until_current
from adapters.chat.errors import SOONEST, Rejected, Unanswered, unhurried
from adapters.slack.api import Api
from adapters.slack.blocks import QUIET, rendered, together
from adapters.slack.copied import COPY, copied
from adapters.slack.ids import PLATFORM, team_of, user_of
from adapters.slack.incoming import first_of, part_of, text_at
from adapters.slack.wording import Commands, in_slack
from bot.domain.ids import MemberId, community_of, nobody_in
from bot.domain.members import Person
from bot.errors import PlatformError, TryLater, Unreachable
from bot.messages import Message
from bot.ports import Clock, Priority
from bot.sendings import Sending, Sendings
from bot.text import catalogue
from bot.text.said import put

#: How messages of ours are told from all others when one must be found again.
METADATA: Final = "comptoir"
#: The clocks of Slack and ours may differ by so much.
MARGIN: Final = timedelta(minutes=1)
#: Messages looked through for a lost one: pages, and how many to a page.
#: Source: https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
PAGES: Final = 4
PER_PAGE: Final = 15

#: How somebody wishes to be spoken to, or wished before they left; None for who never came.
Reader = Callable[[MemberId], Awaitable[Person | None]]

log = structlog.get_logger()


class Repaint(Protocol):
    """Shows somebody's Home tab as it is now."""

    async def __call__(self, member: MemberId, said: Message | None = None) -> None:
        """Raises: TryLater, Unanswered."""
        ...


class Slack:
    """Implements ChatPlatform. `typed_in` gives the slash commands of a language."""

    def __init__(
        self, api: Api, sendings: Sendings, clock: Clock, reader: Reader, typed_in: Callable[[str], Commands]
    ) -> None:
        self._api = api
        self._sendings = sendings
        self._clock = clock
        self._reader = reader
        #: Conversations that wait for their opening: each is asked for once.
        self._opened: dict[str, str] = {}
        self._typed_in = typed_in
        self._catching_up = asyncio.Lock()
        #: Who knows what stands on a Home tab says so once it is there.
        self.repaint: Repaint = _paint_nothing

    async def tell(
        self,
        member: MemberId,
        message: Message,
        *,
        key: str,
        about: Sequence[MemberId] = (),
        priority: Priority = Priority.REPLY,
    ) -> None:
        if message.beside and await self._whisper(member, message):
            return
        now = self._clock.now()
        sending, again = await self._sendings.begin(key, {member: message}, at=now, about=about)
        with unhurried(now - sending.begun_at):
            if again and (sending.ref or await self._found(member, sending)):
                return
            try:
                await self._post(sending, user_of(member), priority)
            except (PlatformError, Rejected):
                await self._sendings.undo(sending.mark)
                raise

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        now = self._clock.now()
        sending, again = await self._sendings.begin(key, openings, at=now, about=list(openings))
        if again and sending.ref:
            return
        with unhurried(now - sending.begun_at):
            try:
                await self._post(sending, await self._shared(sending), Priority.OPENING)
            except TryLater:
                await self._undo_unless(again, sending)
                raise
            except (Unreachable, Rejected) as refused:
                self._opened.pop(sending.mark, None)
                await self._undo_unless(again, sending)
                if not again:
                    raise
                # Its answer was lost once: the two may have read it, and are not told that nothing came of it.
                log.warning("opening_unsure", code=str(refused))
                return
        del self._opened[sending.mark]

    async def _shared(self, sending: Sending) -> str:
        """The conversation of its readers, opened once."""
        if sending.mark not in self._opened:
            team, users = team_of(next(iter(sending.messages))), sorted(map(user_of, sending.messages))
            opened = await self._api.call("conversations.open", team=team, users=users)
            self._opened[sending.mark] = str(opened["channel"]["id"])
        return self._opened[sending.mark]

    async def _undo_unless(self, again: bool, sending: Sending) -> None:
        """What was refused did not arrive, unless it was sent before and nobody knows what became of that."""
        if not again:
            await self._sendings.undo(sending.mark)

    async def forget(self, member: MemberId, *, key: str) -> None:
        with unhurried(SOONEST):
            await self._forget(member)

    async def _forget(self, member: MemberId) -> None:
        while shown := [one for one in await self._told_alone(member) if one.ref]:
            for sending in shown:
                await self._delete(sending, team_of(member))
                await self._sendings.undo(sending.mark)
        readers, now = set[MemberId](), self._clock.now()
        for sending in await self._sendings.speaking_of(member):
            after = sending.without(member, now)
            if not after.messages:
                await self._delete(sending, team_of(member))
            elif after != sending:
                await self._change(after)
                readers |= after.messages.keys()
            await self._sendings.forget(sending.mark, member, at=now)
        for reader in sorted(readers):
            try:
                await self.repaint(reader)
            except (TryLater, Unanswered) as later:  # it is shown anew when they open it
                log.info("home_not_shown_anew", code=type(later).__name__)
        if member != nobody_in(community_of(member)):
            await self.repaint(member, Message("erased"))
        while lost := await self._told_alone(member):
            for sending in await self._located(member, lost):
                await self._delete(sending, team_of(member))
                await self._sendings.undo(sending.mark)

    async def _told_alone(self, member: MemberId) -> Sequence[Sending]:
        return [one for one in await self._sendings.shown_to(member) if list(one.messages) == [member]]

    async def _located(self, member: MemberId, lost: Sequence[Sending]) -> Sequence[Sending]:
        """Messages whose answers were lost, with where they are if they are there, and if we may look."""
        team, since = team_of(member), min(one.begun_at for one in lost)
        try:
            place = await self._conversation(member)
            refs, _ = await self._look_for({one.mark for one in lost}, since, team, place)
        except (Unreachable, Rejected) as error:
            log.info("cannot_look_for_what_was_sent", code=str(error))
            return lost
        return [replace(one, place=place, ref=refs.get(one.mark, "")) for one in lost]

    async def note_answer(self, member: MemberId, token: str, message: Message) -> Sequence[Sending]:
        """Put another message in the place of what carries this token. Returns: what `show_answer` shows of it."""
        return await self._sendings.replace(member, token, message)

    async def note_retired(self, member: MemberId, message: Message) -> Sequence[Sending]:
        """Take the buttons from what a message in a window makes out of date. Returns: what `show_anew` shows of it."""
        return await self._sendings.retire(member, message) if message.retires else ()

    async def show_answer(
        self, changed: Sequence[Sending], *, otherwise: Callable[[Mapping[str, Any]], Awaitable[bool]]
    ) -> bool:
        """Show what was answered in the place of what was asked.

        Slack lets us change few messages in a minute; when those are used up it is shown `otherwise`, in that place,
        if it can be. Returns: whether all is shown; what is not, or should all of this be lost, `catch_up` shows.
        """
        all_shown = True
        for sending in changed:
            try:
                await self.show_anew(sending)
            except (TryLater, Unanswered):  # to show it twice is to show it
                if await otherwise(await self._words(sending.messages)):
                    await self._sendings.shown(sending)
                else:
                    all_shown = False
        return all_shown

    async def show_anew(self, sending: Sending) -> None:
        """Show a message as it is now, until it is. Raises: TryLater, Unanswered; `catch_up` tries again."""
        await show_until_current(sending, self._sendings, self._change)

    async def catch_up(self) -> None:
        """Show what was changed and may not be shown so. Raises: TryLater where some of it has to wait.

        One after the other: who comes second has little left to show, and uses up no more of what Slack allows.
        """
        async with self._catching_up:
            await catch_up(PLATFORM, self._sendings, self._change)

    async def _change(self, sending: Sending) -> None:
        """One that is gone stays gone."""
        if not sending.ref:
            return
        team = team_of(next(iter(sending.messages)))
        try:
            await self._api.call(
                "chat.update", team=team, channel=sending.place, ts=sending.ref, **await self._words(sending.messages)
            )
        except (Unreachable, Rejected) as gone:
            log.info("not_shown_anew", code=str(gone))

    async def words(self, member: MemberId, message: Message) -> dict[str, Any]:
        """A message in its reader's words, as Slack wants it: `text` and `blocks`."""
        return await self._words({member: message})

    async def _words(self, messages: Mapping[MemberId, Message]) -> dict[str, Any]:
        now = self._clock.now()
        shown: list[dict[str, Any]] = []
        for member, message in messages.items():
            person = await self._reader(member)
            language, zone = (person.language, person.zone) if person else ("en", "UTC")
            words = catalogue(language)
            if message.key == COPY:
                shown.append(copied(message, words))
                continue
            in_words = rendered(put(in_slack(message, self._typed_in(language)), words, zone, now), words)
            shown.append(in_words)
        return {**together(shown), **QUIET}

    async def _post(self, sending: Sending, channel: str, priority: Priority) -> None:
        team = team_of(next(iter(sending.messages)))
        words = await self._words(sending.messages)
        words["blocks"][0]["block_id"] = sending.mark
        posted = await self._api.post(
            "chat.postMessage",
            team=team,
            channel=channel,
            priority=priority,
            **words,
            mrkdwn=False,
            metadata={"event_type": METADATA, "event_payload": {"id": sending.mark}},
            client_msg_id=str(UUID(hex=sending.mark)),
        )
        await self._arrived(sending, posted["channel"], posted["ts"])

    async def _arrived(self, sending: Sending, place: str, ref: str) -> None:
        for earlier in await self._sendings.arrived(sending.mark, place, ref):
            try:
                await self.show_anew(earlier)
            except (PlatformError, Unanswered) as later:
                log.info("not_shown_anew", code=type(later).__name__)

    async def _found(self, member: MemberId, sending: Sending) -> bool:
        """Whether a message whose answer was lost is there; also when we cannot look, for then it is left alone."""
        team, place = team_of(member), await self._conversation(member)
        try:
            refs, to_the_end = await self._look_for({sending.mark}, sending.begun_at, team, place)
        except (Unreachable, Rejected) as error:
            log.warning("cannot_look_for_what_was_sent", code=str(error))
            return True
        if refs:
            await self._arrived(sending, place, refs[sending.mark])
        elif not to_the_end:
            log.warning("cannot_look_for_what_was_sent", code="too_far_back")
        return bool(refs) or not to_the_end

    async def _conversation(self, member: MemberId) -> str:
        opened = await self._api.call("conversations.open", team=team_of(member), users=[user_of(member)])
        return str(opened["channel"]["id"])

    async def _look_for(
        self, wanted: Collection[str], since: datetime, team: str, place: str
    ) -> tuple[Mapping[str, str], bool]:
        """What messages of ours are called there, by their marks, and whether we looked to the end."""
        cursor, found = "", dict[str, str]()
        for _ in range(PAGES):
            page = await self._api.call(
                "conversations.history",
                team=team,
                channel=place,
                oldest=_stamp(since - MARGIN),
                include_all_metadata=True,
                limit=PER_PAGE,
                **({"cursor": cursor} if cursor else {}),
            )
            for message in page["messages"]:
                found |= {mark: str(message["ts"]) for mark in _marks(message) if mark in wanted}
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or len(found) == len(wanted):
                break
        return found, not cursor

    async def _whisper(self, member: MemberId, message: Message) -> bool:
        """Say it to its reader alone, beside what they wrote in a channel. Returns: whether that can be done there.

        Nobody can look whether it arrived; whoever did not see it lost a question that they had not asked for.
        """
        words = await self._words({member: message})
        try:
            await self._api.post(
                "chat.postEphemeral",
                team=team_of(member),
                channel=message.beside,
                user=user_of(member),
                **_plain(words),
            )
        except (Unreachable, Rejected):
            return False
        except Unanswered as lost:
            log.info("whisper_unanswered", code=str(lost))
        return True

    async def _delete(self, sending: Sending, team: str) -> None:
        if not sending.ref:
            return
        try:
            await self._api.call("chat.delete", team=team, channel=sending.place, ts=sending.ref)
        except (Unreachable, Rejected) as gone:
            log.info("not_deleted", code=str(gone))


async def _paint_nothing(member: MemberId, said: Message | None = None) -> None:
    return None


def _stamp(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


def _marks(message: Any) -> set[str]:
    """By what a message may be known: its metadata, which Slack may keep from us, and the name of its first block."""
    metadata = part_of(part_of(message, "metadata"), "event_payload")
    return {text_at(metadata, "id"), text_at(first_of(message, "blocks"), "block_id")}


def _plain(words: Mapping[str, Any]) -> dict[str, Any]:
    """What `chat.postEphemeral` knows of it. Source: https://docs.slack.dev/reference/methods/chat.postEphemeral"""
    return {name: value for name, value in words.items() if not name.startswith("unfurl_")}
