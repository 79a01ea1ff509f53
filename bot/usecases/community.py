"""What a platform says of a whole community: it has us, under this name; or it has let us go."""

from dataclasses import replace

from bot.context import Context
from bot.domain.ids import CommunityId
from bot.domain.members import Community
from bot.domain.words import clean
from bot.errors import Refusal

#: Characters of a community's name that are kept.
NAME_LIMIT = 80


async def found(id: CommunityId, name: str, language: str, zone: str, ctx: Context) -> None:
    """Serve a community from now on, or again. Once more brings its name, language and zone up to date.

    Nobody is written to: its members come in one by one (I8). Args: language: "fr" or "en"; zone: an IANA name.
    """
    known = await ctx.uow.communities.find(id)
    if known is None:
        await ctx.uow.communities.add(Community(id, _called(name, id), language, zone, ctx.now))
        return
    after = replace(known, name=_called(name, known.name), language=language, zone=zone, closed_at=None)
    if after != known:
        await ctx.uow.communities.save(after)


async def close(id: CommunityId, ctx: Context) -> None:
    """Say nothing any more to anybody there, and ask nobody; what is due meanwhile is dropped. Once more does nothing.

    What members wrote stays until it ends, so that a community that comes back finds itself again.
    """
    known = await ctx.uow.communities.find(id)
    if known is not None and known.closed_at is None:
        await ctx.uow.communities.save(replace(known, closed_at=ctx.now))


async def channel_gone(id: CommunityId, channel: str, ctx: Context) -> None:
    """A channel is no more: nobody listens there, should another of its name ever come. Once more does nothing."""
    known = await ctx.uow.communities.find(id)
    if known is not None and channel in known.listening:
        listening = tuple(one for one in known.listening if one != channel)
        await ctx.uow.communities.save(replace(known, listening=listening))


def _called(name: str, otherwise: str) -> str:
    try:
        return clean(name[:NAME_LIMIT], NAME_LIMIT)
    except Refusal:
        return otherwise
