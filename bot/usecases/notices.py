"""What an author does with a notice: post, discard, pause, resume, withdraw, mark as met, renew (A7, A8)."""

from dataclasses import replace

from bot.commands import ChangeNotice
from bot.context import Context
from bot.domain.ids import NoticeId
from bot.domain.notices import LIVE, Kind, Notice, NoticeState, closed, opened, renewed, scheduled
from bot.errors import Refusal
from bot.messages import Form, Message, Reply
from bot.usecases.draft import change_words, own_notice, preview, within_limit

_CLOSING = {"pause": NoticeState.PAUSED, "withdraw": NoticeState.WITHDRAWN, "met": NoticeState.MET}


async def change_notice(command: ChangeNotice, ctx: Context) -> Reply:
    """One step in the life of one of my notices."""
    await ctx.joined(command.member)
    notice = await own_notice(NoticeId(command.notice), command.member, ctx)
    match command.to:
        case "post":
            return await _post(notice, ctx)
        case "discard":
            if notice.state is not NoticeState.DRAFT:
                raise Refusal("too_late")
            await ctx.uow.notices.remove(notice.id)
            return Message("draft.discarded")
        case "edit":
            return Form(notice.kind, notice.id, notice.text)
        case "need" | "offer":
            return await _decided(notice, Kind(command.to), ctx)
        case "resume":
            await _within_limit(notice, ctx)
            await ctx.uow.notices.save(opened(notice, ctx.now, ctx.rules))
        case "renew":
            await _within_limit(notice, ctx)
            await ctx.uow.notices.save(renewed(notice, ctx.now, ctx.rules))
        case "pause" | "withdraw" | "met":
            await ctx.uow.notices.save(closed(notice, _CLOSING[command.to], ctx.now, ctx.rules))
        case _:
            raise Refusal("unreadable")
    return Message(f"notice.{command.to}", {"card": notice.card})


async def _post(draft: Notice, ctx: Context) -> Message:
    if draft.state is not NoticeState.DRAFT:
        return Message(f"post.{draft.kind}", {"card": draft.card})
    if draft.replaces is not None:
        return await _take_over(draft, draft.replaces, ctx)
    await _within_limit(draft, ctx)
    await ctx.uow.notices.save(opened(draft, ctx.now, ctx.rules))
    community = await ctx.uow.communities.get(draft.community)
    if community.paused_at is not None:
        return Message("post.paused", {"card": draft.card, "since": community.paused_at})
    posted = Message(f"post.{draft.kind}", {"card": draft.card})
    return posted if await _has_other(draft, ctx) else replace(posted, key=f"post.{draft.kind}.first")


async def _take_over(draft: Notice, replaced: NoticeId, ctx: Context) -> Message:
    """What its author changed in their message, and now approves, in the notice that was made from it."""
    notice = await ctx.uow.notices.find(replaced)
    if notice is None or notice.state not in LIVE:
        raise Refusal("too_late")
    await ctx.uow.notices.remove(draft.id)
    return await change_words(notice, draft, ctx)


async def _within_limit(notice: Notice, ctx: Context) -> None:
    within_limit(notice, await ctx.uow.notices.of_member(notice.member), ctx)


async def _has_other(draft: Notice, ctx: Context) -> bool:
    """Whether its author has ever posted the other kind; if not, they are gently asked for one (A5)."""
    own = await ctx.uow.notices.of_member(draft.member)
    return any(notice.kind is draft.kind.other for notice in own)


async def _decided(notice: Notice, kind: Kind, ctx: Context) -> Message:
    """A draft that read like neither, now that its author says which it is."""
    if notice.state is not NoticeState.DRAFT:
        raise Refusal("too_late")
    decided = scheduled(replace(notice, kind=kind, since=ctx.now), ctx.rules)
    await _within_limit(decided, ctx)
    await ctx.uow.notices.save(decided)
    return await preview(decided, ctx)
