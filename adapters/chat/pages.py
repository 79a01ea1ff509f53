"""Pages of one sentence, for browsers that come by where people are met elsewhere."""

from collections.abc import Callable, Sequence
from html import escape
from typing import TypeAlias

from babel import negotiate_locale
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.messages import Phrase
from bot.text import LANGUAGES, Catalogue, catalogue

#: An address, and what is to be clicked.
Link: TypeAlias = tuple[str, Phrase]


def front_route(said: Callable[[str], Phrase], link: Link | None = None) -> Route:
    """`/`, where chat services are all that is served: what is `said` in the language of the browser.

    It says nothing about anybody.
    """

    async def front(request: Request) -> Response:
        words = spoken_by(request.headers.getlist("accept-language"))
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}
        return HTMLResponse(drawn(words, said(words.language), link), headers=headers)

    return Route("/", front)


def drawn(words: Catalogue, said: Phrase, link: Link | None) -> str:
    """A page that says one thing, with one link or none."""
    way = f'<p><a href="{escape(link[0])}">{escape(words.say(link[1]))}</a></p>' if link else ""
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8"><title>Comptoir</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f"<body><main><h1>Comptoir</h1><p>{escape(words.say(said))}</p>{way}</main></body></html>"
    )


def spoken_by(accepted: Sequence[str]) -> Catalogue:
    """In the language that a browser names first of ours, in its `Accept-Language` headers."""
    wanted = [part.partition(";")[0].strip() for header in accepted for part in header[:500].split(",")]
    return catalogue(negotiate_locale([tag for tag in wanted if tag], LANGUAGES, sep="-") or "en")
