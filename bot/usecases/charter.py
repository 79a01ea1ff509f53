"""What a community agreed on: put in force by its stewards, read by anybody, accepted before first use (E1)."""

from dataclasses import replace

from bot.commands import AcceptCharter, SetCharter
from bot.context import Context
from bot.domain.charters import CHARTER_LIMIT, Charter, changes, fit
from bot.domain.ids import MemberId
from bot.domain.members import Community, Member, Membership
from bot.domain.tokens import Purpose
from bot.domain.words import clean_lines
from bot.messages import Message, Phrase, Reply
from bot.usecases.stewards import looked_after

CHOICES = ("accept", "leave")
#: What says all of a charter.
WHOLE = ("charter.first", "charter.anew")


async def set_charter(command: SetCharter, ctx: Context) -> Message:
    """Put a charter in force. Each member sees exactly what changed before they next ask for something.

    Whoever wrote it need not be asked. The same words once more are no new version.
    """
    community = await looked_after(command.member, admin=command.admin, ctx=ctx)
    text = clean_lines(command.text, CHARTER_LIMIT)
    before = await ctx.uow.charters.find(community.id, community.charter)
    number = community.charter
    if before is None or before.text != text:
        number += 1
        await ctx.uow.charters.add(Charter(community.id, number, text, ctx.now))
        await ctx.uow.communities.save(replace(community, charter=number))
    author = await ctx.uow.members.find(command.member)
    if author is not None and author.state is Membership.JOINED and author.charter < number:
        await ctx.uow.members.save(replace(author, charter=number))
    return Message("steward.charter", {"number": number})


async def accept_charter(command: AcceptCharter, ctx: Context) -> Message:
    """Agree to what was shown. If another charter is in force meanwhile, the reply shows what changed since."""
    member, _ = await ctx.joined(command.member)
    first = member.charter == 0
    pending = await accept(member.id, command.number, ctx)
    if pending is not None:
        return pending
    community = await ctx.uow.communities.get(member.community)
    return greeting(member.name, community) if first else Message("charter.accepted")


async def accept(id: MemberId, number: int, ctx: Context) -> Message | None:
    """Note that a member accepted the charter of that number. Returns: what is left to accept; None when nothing is."""
    member = await ctx.uow.members.get(id)
    community = await ctx.uow.communities.get(member.community)
    accepted = max(member.charter, min(number, community.charter))
    if accepted != member.charter:
        member = await ctx.uow.members.save(replace(member, charter=accepted))
    return await left_to_accept(member, community, ctx)


async def left_to_accept(member: Member, community: Community, ctx: Context) -> Message | None:
    """The charter, to be accepted. None when it was.

    Whole to whoever accepted none; else exactly what changed, or the whole where more changed than one message shows.
    """
    if member.charter >= community.charter:
        return None
    charter = await ctx.uow.charters.find(community.id, community.charter)
    assert charter is not None  # it was kept with its number
    known = await ctx.uow.charters.find(community.id, member.charter)
    token = await ctx.token(member.id, Purpose.CHARTER, str(charter.number))
    if known is None:
        return Message("charter.first", {"community": community.name, "text": charter.text}, CHOICES, token)
    found = changes(known.text, charter.text)
    if not fit(found):
        return Message("charter.anew", {"community": community.name, "text": charter.text}, CHOICES, token)
    told = tuple(Phrase(f"charter.{change.step}", {"text": change.text}) for change in found)
    return Message("charter.again", {"community": community.name, "changes": told}, CHOICES, token)


def greeting(name: str, community: Community) -> Message:
    """To somebody who has just come in: the guided start, one need and one offer (A5)."""
    return Message("welcome", {"name": name, "community": community.name})


async def read_charter(member_id: MemberId, text: str, ctx: Context) -> Reply:
    """`/charter`: what is in force, with what is left to accept of it."""
    member, _ = await ctx.joined(member_id)
    community = await ctx.uow.communities.get(member.community)
    charter = await ctx.uow.charters.find(community.id, community.charter)
    if charter is None:
        return Message("charter.none", {"community": community.name})
    left = await left_to_accept(member, community, ctx)
    if left is not None and left.key in WHOLE:
        return left
    return Message(
        "charter.read",
        {"community": community.name, "number": charter.number, "since": charter.at, "text": charter.text},
        parts=(left,) if left else (),
    )
