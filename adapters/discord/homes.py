"""Everything of mine: `/me`, `/ties`, `/settings`, `/privacy`."""

from adapters.discord.counter import Visit
from adapters.discord.incoming import Typed
from adapters.discord.replying import Shown
from adapters.discord.windows import to_show
from bot.commands import Say


async def home(visit: Visit, asked: Typed | None = None) -> Shown:
    """My needs and offers, and the cards that wait for me."""
    return await to_show(visit, await visit.ask(Say(visit.me, "/me")))


async def my_ties(visit: Visit, asked: Typed | None = None) -> Shown:
    """Whom I was introduced to."""
    return await to_show(visit, await visit.ask(Say(visit.me, "/ties")))


async def settings_of(visit: Visit, asked: Typed | None = None) -> Shown:
    """How I wish to be spoken to."""
    return await home(visit)


async def privacy(visit: Visit, asked: Typed | None = None) -> Shown:
    """What is kept about me."""
    return await home(visit)
