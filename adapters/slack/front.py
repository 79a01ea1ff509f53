"""What is at the address itself where Slack is served and the house is not: where to go from there."""

from starlette.routing import Route

from adapters.chat.pages import front_route
from adapters.slack.chosen import Slack as Chosen
from adapters.slack.manifest import INSTALL_PATH
from bot.messages import Phrase


def front(chosen: Chosen) -> Route:
    """`/`, which says that the bar is in Slack."""
    link = (INSTALL_PATH, Phrase("command.slack.front.install")) if chosen.several else None
    return front_route(lambda language: _said(chosen, language), link)


def _said(chosen: Chosen, language: str) -> Phrase:
    return Phrase("command.slack.front", {"root": chosen.command("root", language)})
