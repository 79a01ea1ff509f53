"""When something is wrong: a clear page in the reader's language, with what to do next, and no traceback."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.house.pages import page, render
from adapters.house.visits import Visit, arrive, asked_language
from bot.text import catalogue

#: Status, what is wrong, and what to do.
WORDS: Final = {
    400: ("house.fault.unreadable", "house.fault.unreadable.next"),
    403: ("house.fault.not_ours", "house.fault.not_ours.next"),
    404: ("house.fault.nothing_here", "house.fault.nothing_here.next"),
    413: ("house.fault.too_long", "house.fault.too_long.next"),
    500: ("house.fault.broken", "house.fault.broken.next"),
}


async def on_fault(request: Request, error: Exception) -> Response:
    """A page, or a word in passing on a page that is open."""
    assert isinstance(error, HTTPException)
    status = {405: 404, 415: 400}.get(error.status_code, error.status_code)
    status = status if status in WORDS else 400
    visit = await arrive(request)
    return visit.sealed(_fault(visit, status))


async def on_broken(request: Request, error: Exception) -> Response:
    """Nothing is asked of the application any more: it may be what is broken."""
    visit = getattr(request.state, "visit", None)
    if not isinstance(visit, Visit):
        counter = request.app.state.counter
        words = catalogue(asked_language(request.headers))
        visit = Visit(request, counter, None, "", words, "UTC", counter.clock.now())
    return _fault(visit, 500)


def _fault(visit: Visit, status: int) -> Response:
    wrong, remedy = WORDS[status]
    if visit.by_script:
        return HTMLResponse(render(visit, "fault_toast.html", wrong=wrong, remedy=remedy), status_code=status)
    return page(visit, "fault.html", status=status, wrong=wrong, remedy=remedy, number=status)


HANDLERS: Final[Mapping[Any, Any]] = {HTTPException: on_fault, 500: on_broken}
