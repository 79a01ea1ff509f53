"""What is at the address itself where Slack is all that is served: where to go from there."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.slack.chosen import Slack as Chosen
from adapters.slack.install_pages import drawn, spoken_by
from adapters.slack.manifest import INSTALL_PATH
from bot.messages import Phrase


def front_route(chosen: Chosen) -> Route:
    """`/`, which says that the bar is in Slack, in the language of the browser, and nothing about anybody."""

    async def front(request: Request) -> Response:
        words = spoken_by(request.headers.getlist("accept-language"))
        said = Phrase("command.slack.front", {"root": chosen.command("root", words.language)})
        link = (INSTALL_PATH, Phrase("command.slack.front.install")) if chosen.several else None
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}
        return HTMLResponse(drawn(words, said, link), headers=headers)

    return Route("/", front)
