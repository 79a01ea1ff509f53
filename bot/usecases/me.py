"""What a member sees of themselves (A10, D3)."""

from collections.abc import Mapping, Sequence

from bot.context import Context
from bot.domain.ids import MemberId, NoticeId
from bot.domain.members import Member, Membership, Person
from bot.domain.notices import LIVE, Notice, NoticeState
from bot.domain.ties import Tie, TieState
from bot.messages import Message, Phrase, Reply
from bot.usecases.draft import own_notice
from bot.views import Me, TieView


async def me(member_id: MemberId, ctx: Context) -> Me:
    """The whole view, for pages and home tabs. Raises: Refusal for somebody who is not here."""
    member, person = await ctx.joined(member_id)
    return await view_of(member, person, ctx)


async def view_of(member: Member, person: Person, ctx: Context) -> Me:
    """The same for somebody who may have left."""
    notices = [n for n in await ctx.uow.notices.of_member(member.id) if n.state is not NoticeState.DRAFT]
    notices.sort(key=lambda n: n.state not in LIVE)
    return Me(
        member=member,
        person=person,
        community=await ctx.uow.communities.get(member.community),
        notices=tuple(notices),
        ties=await _ties(member.id, ctx),
    )


async def _ties(member: MemberId, ctx: Context) -> tuple[TieView, ...]:
    ties = await ctx.uow.ties.of_member(member)
    others = await ctx.uow.members.among([other for tie in ties if (other := tie.other(member))])

    async def view(tie: Tie) -> TieView:
        other = others.get(tie.other(member) or MemberId(""))
        return TieView(
            id=tie.id,
            name=other.name if other else None,
            since=tie.since,
            topics=tie.topics,
            note=await ctx.uow.ties.note(tie.id, member),
            alive=tie.state is TieState.ALIVE,
            other=other.id if other else None,
        )

    return tuple([await view(tie) for tie in ties])


async def names(members: Sequence[MemberId], ctx: Context) -> Mapping[MemberId, str]:
    """What those of these members are called who are here; who left has no name any more."""
    found = await ctx.uow.members.among(tuple(dict.fromkeys(members)))
    return {id: member.name for id, member in found.items() if member.state is Membership.JOINED}


async def my_notice(member: MemberId, id: NoticeId, ctx: Context) -> Notice:
    """One of my notices, a draft included. Raises: Refusal for one that is not mine."""
    await ctx.joined(member)
    return await own_notice(id, member, ctx)


async def my_notices(member: MemberId, text: str, ctx: Context) -> Reply:
    """`/me`: my notices in one message."""
    view = await me(member, ctx)
    if not view.notices:
        return Message("me.empty")
    lines = tuple(Phrase(f"me.line.{n.kind}.{n.state}", {"card": n.card}) for n in view.notices[:20])
    return Message("me.notices", {"count": len(view.notices), "lines": lines})


async def my_ties(member: MemberId, text: str, ctx: Context) -> Reply:
    """`/ties`: who I was introduced to."""
    alive = [tie for tie in await _ties(member, ctx) if tie.alive and tie.name]
    if not alive:
        return Message("me.no_ties")
    lines = tuple(Phrase("me.tie", {"name": tie.name or "", "since": tie.since}) for tie in alive[:20])
    others = tuple(other for tie in await ctx.uow.ties.of_member(member) if (other := tie.other(member)))
    return Message("me.ties", {"count": len(alive), "lines": lines}, about=others)
