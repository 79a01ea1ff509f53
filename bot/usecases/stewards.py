"""What stewards do for a community, checked at each request: who runs it says the platform, or the community (G1).

They have duties, and no power over who meets whom: nothing here asks who a member is, or what one of them needs (I4).
"""

from dataclasses import replace
from typing import Final

from bot.commands import PauseCommunity, SetListening, SetMeeting
from bot.context import Context
from bot.domain.ids import MemberId, community_of
from bot.domain.members import Community
from bot.domain.rules import DAY, rules_of
from bot.errors import Refusal
from bot.messages import Message, Phrase

#: What stewards may choose: helpers asked at a time for one need, and days to answer a card.
HELPERS: Final = range(1, 6)
DAYS: Final = range(3, 22)


async def looked_after(member: MemberId, *, admin: bool, ctx: Context) -> Community:
    """The community that a steward speaks for, whether they joined it or not.

    Args: admin: the platform says, now, that this account runs the community. Raises: Refusal for anybody else.
    """
    community = await ctx.uow.communities.find(community_of(member))
    if community is None or not (admin or member in community.stewards):
        raise Refusal("not_steward")
    return community


async def set_listening(command: SetListening, ctx: Context) -> Message:
    """Listen in a channel, or no more (A4). Off by default, and for each channel by itself."""
    community = await looked_after(command.member, admin=command.admin, ctx=ctx)
    others = tuple(channel for channel in community.listening if channel != command.channel)
    after = (*others, command.channel) if command.on else others
    if set(after) != set(community.listening):
        await ctx.uow.communities.save(replace(community, listening=after))
    return Message("steward.listening" if command.on else "steward.not_listening")


async def pause_community(command: PauseCommunity, ctx: Context) -> Message:
    """Give everybody a rest, or end it: meanwhile nobody new is asked and nothing leaves unasked.

    Cards that are out can be answered until the day that they name, and two yeses are introduced. A card that the rest
    kept back beyond its use is not sent, and its introduction ends like silence: no deadline moves (I2).
    """
    community = await looked_after(command.member, admin=command.admin, ctx=ctx)
    if not command.on:
        if community.paused_at is not None:
            await ctx.uow.communities.save(replace(community, paused_at=None))
        return Message("steward.resumed")
    since = community.paused_at or ctx.now
    if community.paused_at is None:
        await ctx.uow.communities.save(replace(community, paused_at=since))
    return Message("steward.paused", {"since": since})


async def set_meeting(command: SetMeeting, ctx: Context) -> Message:
    """Decide how people meet here; None leaves it as it is. Cards that are out keep their day.

    Raises: Refusal naming the first value that cannot be.
    """
    community = await looked_after(command.member, admin=command.admin, ctx=ctx)
    if command.helpers is not None and command.helpers not in HELPERS:
        raise Refusal("helpers_range", least=HELPERS.start, most=HELPERS.stop - 1)
    if command.days is not None and command.days not in DAYS:
        raise Refusal("days_range", least=DAYS.start, most=DAYS.stop - 1)
    after = replace(
        community,
        wave_size=community.wave_size if command.helpers is None else command.helpers,
        card_days=community.card_days if command.days is None else command.days,
        nudges=community.nudges if command.nudges is None else command.nudges,
    )
    if after != community:
        await ctx.uow.communities.save(after)
    rules = rules_of(after, ctx.rules)
    nudges = Phrase("steward.nudges") if rules.nudges else Phrase("steward.no_nudges")
    return Message("steward.meeting", {"helpers": rules.wave_size, "days": rules.card_life // DAY, "nudges": nudges})
