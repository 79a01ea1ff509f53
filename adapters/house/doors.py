"""The ways in: every page and every form goes through one of these."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.house.pages import go, guests, leave_word, open_form, page
from adapters.house.rooms import private_room
from adapters.house.typed import Typed, read_typed
from adapters.house.visits import Visit, arrive, keep_session
from bot.commands import Command
from bot.domain.tokens import hashed
from bot.messages import Form, Message, Refused, Reply

Shows: TypeAlias = Callable[[Visit], Awaitable[Response]]
Takes: TypeAlias = Callable[[Visit, Typed], Awaitable[Response]]


def shown(path: str, show: Shows, *, to_strangers: bool = False) -> Route:
    """A page. Strangers get the way in instead, unless it is for them too."""

    async def endpoint(request: Request) -> Response:
        visit = await _arrive(request)
        if visit.me is None and not to_strangers:
            return visit.sealed(outside(visit))
        response = await show(visit)
        await keep_session(visit, response)
        return visit.sealed(response)

    return Route(path, endpoint, methods=["GET"])


def taken(path: str, take: Takes, *, from_strangers: bool = False) -> Route:
    """A form. Nothing is looked at before it is certain that it comes from our own page."""

    async def endpoint(request: Request) -> Response:
        visit = await _arrive(request)
        typed = await read_typed(visit)
        if visit.me is None and not from_strangers:
            raise HTTPException(403)
        return visit.sealed(await take(visit, typed))

    return Route(path, endpoint, methods=["POST"])


async def _arrive(request: Request) -> Visit:
    """Find out whose browser this is. Raises: HTTPException 404 for an address that no database could hold."""
    visit = await arrive(request)
    if visit.me is not None and any("\0" in str(part) for part in request.path_params.values()):
        raise HTTPException(404)
    return visit


def outside(visit: Visit) -> Response:
    """In front of the door."""
    if visit.counter.demonstration:
        return page(visit, "who.html", groups=guests(visit), gone="gone" in visit.request.query_params)
    return page(visit, "outside.html")


async def ask(visit: Visit, typed: Typed, command: Command) -> Reply | None:
    """Ask the application, once for each sending of a form. What was refused is tried again: nobody else repeats it."""
    counter, once = visit.counter, hashed(f"{visit.member}:{typed.submission}")
    return await counter.dispatch.receive("house", once, command, attempt=counter.random.token())


async def tell(visit: Visit, typed: Typed, message: Message) -> None:
    """Comptoir answers in private."""
    if message.key:
        counter = visit.counter
        key = hashed(f"{visit.member}:{typed.submission}:reply")
        room, now = private_room(visit.member), counter.clock.now()
        await counter.rooms.tell(room, message, at=now, key=key, about=message.about)
        counter.bell.ring()


async def tell_again(visit: Visit, typed: Typed, message: Message, token: str) -> None:
    """Comptoir answers in the place of what carries this token, if that is still there to be seen."""
    rooms = visit.counter.rooms
    posts = await rooms.lines(private_room(visit.member), visit.member)
    if not any(post.message and post.message.token == token for post in posts):
        await tell(visit, typed, message)
        return
    await rooms.replace(visit.member, token, message)
    visit.counter.bell.change(visit.member)


async def answered(visit: Visit, typed: Typed, reply: Reply | None, *, back: str) -> Response:
    """What the browser gets after a form: said in passing, or in private when it has buttons."""
    match reply:
        case Form():
            return open_form(visit, reply)
        case Refused():
            return leave_word(visit, go(back), reply)
        case Message() if reply.choices or reply.parts:
            await tell(visit, typed, reply)
            return go("/?at=private")
        case Message() if reply.key:
            return leave_word(visit, go(back), reply)
        case _:
            return go(back)
