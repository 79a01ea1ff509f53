"""What is at the address itself where Discord alone is served: where to go from there."""

from starlette.routing import Route

from adapters.chat.pages import front_route
from bot.messages import Phrase


def front() -> Route:
    """`/`, which says that the bar is in Discord."""
    return front_route(lambda _: Phrase("command.discord.front"))
