"""Enter and leave a community."""

from contextlib import suppress
from dataclasses import replace

from bot.commands import Join, Leave, Rename
from bot.context import Context
from bot.domain.ids import PersonId
from bot.domain.members import Member, Membership, Person, moved
from bot.domain.notices import NoticeState, closed
from bot.domain.words import clean
from bot.errors import Refusal
from bot.messages import Message
from bot.usecases.charter import accept, greeting
from bot.usecases.settings import LANGUAGES
from bot.usecases.unsaid import take_back

NAME_LIMIT = 60


async def join(command: Join, ctx: Context) -> Message:
    """Joining is the consent to be spoken to (I8). The reply is the guided start: one need, one offer (A5)."""
    community = await ctx.uow.communities.get(command.community)
    member = await ctx.uow.members.find(command.member)
    name = clean(command.name, NAME_LIMIT)
    if member is None:
        person = Person(
            id=PersonId(ctx.random.id()), language=command.language, zone=command.zone, speaks=command.speaks
        )
        await ctx.uow.persons.add(person)
        await ctx.uow.members.add(
            Member(
                id=command.member,
                community=community.id,
                person=person.id,
                name=name,
                state=Membership.JOINED,
                joined_at=ctx.now,
                circles=command.circles,
                spoken=command.spoken,
            )
        )
    elif member.state is Membership.LEFT:
        spoken = command.spoken or member.spoken
        await ctx.uow.members.save(replace(moved(member, Membership.JOINED, ctx.now), name=name, spoken=spoken))
    return await accept(command.member, command.charter, ctx) or greeting(name, community)


async def leave(command: Leave, ctx: Context) -> Message:
    """Out, without a word to anybody: open cards end like silence, notices are withdrawn, ties are kept from nudges.

    Whoever is out already, or never came, is out: an account that was closed may be told of more than once.
    """
    member = await ctx.uow.members.find(command.member)
    if member is None or member.state is not Membership.JOINED:
        return Message("left")
    await ctx.uow.members.save(moved(member, Membership.LEFT, ctx.now))
    await take_back(member.id, ctx)
    for notice in await ctx.uow.notices.of_member(member.id):
        if notice.state in (NoticeState.OPEN, NoticeState.PAUSED):
            await ctx.uow.notices.save(closed(notice, NoticeState.WITHDRAWN, ctx.now, ctx.rules))
        elif notice.state is NoticeState.DRAFT:
            await ctx.uow.notices.remove(notice.id)
    await ctx.uow.tokens.forget(member.id)
    return Message("left")


async def rename(command: Rename, ctx: Context) -> None:
    """Call a member what their platform calls them now, and follow them into another language.

    Nobody is told; a name that cannot be shown changes nothing. A language that they chose themselves stays until the
    platform's own changes: what it said before is kept for that.
    """
    member = await ctx.uow.members.find(command.member)
    if member is None or member.state is not Membership.JOINED:
        return
    after = replace(member, spoken=command.spoken if command.spoken in LANGUAGES else member.spoken)
    with suppress(Refusal):
        after = replace(after, name=clean(command.name[:NAME_LIMIT], NAME_LIMIT))
    if after == member:
        return
    await ctx.uow.members.save(after)
    if member.spoken and after.spoken != member.spoken:
        person = await ctx.uow.persons.get(member.person)
        await ctx.uow.persons.save(replace(person, language=after.spoken))
