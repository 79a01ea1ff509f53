"""A message that became a need or an offer is changed or deleted by its author: what was made of it follows."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.commands import DraftNotice, Hear, Reword, Say, Unsay
from bot.context import Context
from bot.domain.introductions import Introduction, unsaid
from bot.domain.introductions import scheduled as scheduled_ask
from bot.domain.members import Member, Membership, Person
from bot.domain.notices import LIVE, Notice, NoticeState, scheduled
from bot.domain.tokens import Purpose, hashed
from bot.domain.words import clean
from bot.errors import Refusal
from bot.messages import Message, Reply
from bot.ports import Priority
from bot.usecases.cards import card_parcel, reminder_parcel
from bot.usecases.draft import TEXT_LIMIT, asking_key, forget_draft, preview, written
from bot.usecases.talk import SURE_IN_CHANNEL, SURE_IN_PRIVATE, hear, say, understood
from bot.usecases.tell import tell_unasked
from bot.usecases.unsaid import take_back_among


async def unsay(command: Unsay, ctx: Context) -> None:
    """Forget what was made of a message that its author deleted. Nobody is told.

    A draft goes; so do the words of a notice, wherever they wait to be said. Cards that are out end like silence.
    """
    found = await ctx.uow.notices.made_from(command.member, command.source)
    for notice in found:
        if notice.state is NoticeState.DRAFT:
            await forget_draft(notice, ctx)
        else:
            await _forget_words(notice, ctx)
    if found:
        await ctx.uow.inbox.forget_replies()


async def reword(command: Reword, ctx: Context) -> Reply | None:
    """Follow a message that its author changed.

    A draft is read anew. A notice that stands keeps its words until its author approves the new ones, shown to them
    once: in reply to what was said in private, else like anything unasked, and not at all if no moment suits within
    the life of a draft. What has ended stays as it was.
    """
    found = await ctx.uow.notices.made_from(command.member, command.source)
    member = await ctx.uow.members.find(command.member)
    if not found or member is None or member.state is not Membership.JOINED:
        return None
    person = await ctx.uow.persons.get(member.person)
    drafts = [notice for notice in found if notice.state is NoticeState.DRAFT and notice.replaces is None]
    standing = [notice for notice in found if notice.state in LIVE]
    waiting = [notice for notice in found if notice.replaces is not None]
    try:
        text = clean(command.text, TEXT_LIMIT)
    except Refusal:
        await _forgotten(drafts, ctx)
        return None
    read = dict(understood(text, SURE_IN_CHANNEL if command.channel else SURE_IN_PRIVATE, ctx.encoder))
    revised: list[Message] = []
    for notice in standing:
        words = read.get(notice.kind) or (text if len(standing) == 1 else notice.text)
        pending = [draft for draft in waiting if draft.replaces == notice.id]
        with suppress(Refusal):
            revised += await _revise(notice, words, pending, member, person, ctx)
    if command.channel:
        await _show(revised, command, member, person, ctx)
    again = await _read_anew(drafts, text, set(read.values()), command, ctx)
    if command.channel or not revised:
        return again
    return Message("notice.reworded", parts=(*revised, again) if isinstance(again, Message) else tuple(revised))


async def _revise(
    notice: Notice, words: str, pending: Sequence[Notice], member: Member, person: Person, ctx: Context
) -> Sequence[Message]:
    """A draft of a notice in other words. Returns: its preview; nothing when these words are known already."""
    if any(draft.text == words for draft in pending):
        return ()
    retired = await _forgotten(pending, ctx)
    if notice.text == words:
        return ()
    command = DraftNotice(
        member.id, notice.kind, words, notice.place, notice.reach, notice.standing, source=notice.source
    )  # fmt: skip
    draft = scheduled(replace(written(command, member, person, ctx), replaces=notice.id), ctx.rules)
    await ctx.uow.notices.add(draft)
    return (replace(await preview(draft, ctx), retires=retired),)


async def _show(previews: Sequence[Message], command: Reword, member: Member, person: Person, ctx: Context) -> None:
    """Ask beside the channel about the new words of what stands; unasked, so it must suit."""
    for shown in previews:
        assert shown.token  # a preview can be approved
        token = await ctx.token(member.id, Purpose.PERSON, member.id)
        await tell_unasked(
            ctx, member, person,
            Message("notice.reworded", {}, ("stop",), token, parts=(shown,), beside=command.channel),
            key=asking_key(hashed(shown.token)), priority=Priority.REPLY, not_after=ctx.now + ctx.rules.draft_life,
        )  # fmt: skip


async def _read_anew(
    drafts: Sequence[Notice], text: str, read: set[str], command: Reword, ctx: Context
) -> Reply | None:
    """Forget drafts of what is no longer said, and read what is said instead."""
    if all(draft.text in {text, *read} for draft in drafts):
        return None
    retired = await _forgotten(drafts, ctx)
    if command.channel:
        return await hear(Hear(command.member, command.channel, text, command.source), ctx)
    reply = await say(Say(command.member, text, command.source), ctx)
    return replace(reply, retires=retired) if isinstance(reply, Message) else reply


async def _forgotten(drafts: Sequence[Notice], ctx: Context) -> tuple[str, ...]:
    """Forget these. Returns: hashes of the tokens that their previews carried."""
    return tuple([hash for draft in drafts for hash in await forget_draft(draft, ctx)])


async def _forget_words(notice: Notice, ctx: Context) -> None:
    """Take a notice and its words out of everything that is kept or waits to be said."""
    intros = await ctx.uow.introductions.of_notice(notice.id)
    await take_back_among(intros, ctx)
    for listed in intros:
        intro = await ctx.uow.introductions.get(listed.id)
        asked = {key: await ctx.uow.outbox.drop(card_parcel(intro.id, key)) for key in ("a", "b")}
        for key in _said_after(intro, notice):
            await ctx.uow.outbox.drop(key)
        # Whoever was never asked is not reminded of it.
        unasked = any(asked[side.key] for side in intro.sides if side.notice != notice.id)
        reminded_at = ctx.now if unasked else intro.reminded_at
        after = replace(unsaid(intro, notice.id), reminded_at=reminded_at)
        await ctx.uow.introductions.save(scheduled_ask(after, ctx.rules))
    await ctx.uow.outbox.drop(f"{notice.id}:nobody")
    if notice.expires_at is not None:
        await ctx.uow.outbox.drop(f"{notice.id}:expiring:{notice.expires_at.date()}")
    await ctx.uow.notices.remove(notice.id)


def _said_after(intro: Introduction, notice: Notice) -> Iterator[str]:
    """Under which keys the words of a notice may wait in the outbox once both were asked: reminders, its own end."""
    for side in intro.sides:
        yield reminder_parcel(intro.id, side.key)
        if side.notice == notice.id:
            yield f"{intro.id}:ended:{side.key}"
