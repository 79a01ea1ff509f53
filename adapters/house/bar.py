"""The bar itself: the channel, the private conversation with Comptoir, and the rooms of those who were introduced."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from adapters.house.doors import ask, shown, taken, tell
from adapters.house.pages import go, leave_word, open_form, page, render
from adapters.house.rooms import CHANNEL, CHANNEL_NAME, key_of, pair_room, private_room
from adapters.house.speaking import Line, lines_of
from adapters.house.typed import Typed
from adapters.house.visits import Visit, is_welcome
from bot.commands import Command, Hear, Press, Say
from bot.domain.tokens import hashed
from bot.domain.words import clean
from bot.errors import Refusal
from bot.messages import Form, Message, Refused, Reply
from bot.text.said import put
from bot.usecases.wishes import Wish, wish_of

#: How often an open page is looked at when no bell rings: another replica may have written.
LOOK_EVERY: Final = timedelta(seconds=2)
#: After so many looks without a call, whether the session is still good: another process may have ended it.
LOOKS: Final = 30
#: Longest line in a room, in characters.
LINE_LIMIT: Final = 2000
LINES: Final = 200
#: Where is done what nobody does by a sentence, and which asks first.
WISHED: Final = {Wish.LEAVE: "/leave", Wish.FORGET: "/privacy"}


async def show_bar(visit: Visit) -> Response:
    """Channel and private conversation, side by side; one of them on a phone."""
    at = "channel" if visit.request.query_params.get("at") == "channel" else "private"
    return page(
        visit,
        "bar.html",
        at=at,
        latest=visit.veiled(await visit.counter.rooms.latest(visit.member)),
        conversations=await _conversations(visit),
        channel=await _lines(visit, CHANNEL),
        private=await _lines(visit, private_room(visit.member)),
    )


async def show_room(visit: Visit) -> Response:
    """The room of two who were introduced. Comptoir has left it."""
    room = pair_room(visit.request.path_params["key"])
    latest = visit.veiled(await visit.counter.rooms.latest(visit.member))
    conversations = await _conversations(visit)
    here = next((one for one in conversations if one.room == room), None)
    if here is None:
        raise HTTPException(404)
    return page(
        visit,
        "room.html",
        at=room,
        latest=latest,
        conversations=conversations,
        here=here,
        lines=await _lines(visit, room),
    )


async def show_lines(visit: Visit) -> Response:
    """The lines of one room, for a page that is open already."""
    room = await _own_room(visit, visit.request.query_params.get("room", ""))
    return HTMLResponse(render(visit, "lines.html", lines=await _lines(visit, room), room=room))


async def show_conversations(visit: Visit) -> Response:
    """The list of conversations, for a page that is open already."""
    at = visit.request.query_params.get("at", "private")
    return HTMLResponse(render(visit, "conversations.html", at=at, conversations=await _conversations(visit)))


async def follow(visit: Visit) -> Response:
    """Says that there is something new, and nothing of what it is."""
    asked = visit.request.headers.get("last-event-id") or visit.request.query_params.get("after", "")
    return EventSourceResponse(_news(visit, asked), ping=20)


async def _news(visit: Visit, seen: str) -> AsyncIterator[ServerSentEvent]:
    counter, bell, looks = visit.counter, visit.counter.bell, 0
    calls, changes = bell.calls, bell.changes[visit.member]
    while not bell.closed:
        if looks == LOOKS or calls != bell.calls:
            looks = 0
            if not await is_welcome(visit):
                yield ServerSentEvent(event="over", data="")
                return
        latest = visit.veiled(await counter.rooms.latest(visit.member))
        if (latest, bell.calls, bell.changes[visit.member]) != (seen, calls, changes):
            seen, calls, changes = latest, bell.calls, bell.changes[visit.member]
            yield ServerSentEvent(event="news", data=latest, id=latest)
        await bell.wait(LOOK_EVERY)
        looks += 1


# --- saying -----------------------------------------------------------------------------------------------------------


async def say_in_channel(visit: Visit, typed: Typed) -> Response:
    """To everybody; a command goes to Comptoir instead, and is not posted."""
    if typed.text("text").lstrip().startswith("/"):
        return await _say_to_comptoir(visit, typed, back="/?at=channel")
    try:
        text = clean(typed.text("text"), LINE_LIMIT)
    except Refusal as refusal:
        return await _passing(visit, typed, refused(refusal), CHANNEL, "/?at=channel")
    await _post(visit, typed, CHANNEL, text)
    reply = await ask(visit, typed, Hear(visit.member, CHANNEL_NAME, text))
    if isinstance(reply, Message):
        await tell(visit, typed, reply)
    return await _passing(visit, typed, None, CHANNEL, "/?at=channel")


async def say_in_private(visit: Visit, typed: Typed) -> Response:
    """To Comptoir."""
    return await _say_to_comptoir(visit, typed, back="/?at=private")


async def say_in_pair(visit: Visit, typed: Typed) -> Response:
    """To the other of the two. Comptoir is not there to hear it."""
    room = await _own_room(visit, pair_room(visit.request.path_params["key"]))
    back = f"/rooms/{key_of(room)}"
    try:
        text = clean(typed.text("text"), LINE_LIMIT)
    except Refusal as refusal:
        return await _passing(visit, typed, refused(refusal), room, back)
    await _post(visit, typed, room, text)
    return await _passing(visit, typed, None, room, back)


async def _say_to_comptoir(visit: Visit, typed: Typed, *, back: str) -> Response:
    room = private_room(visit.member)
    try:
        text = clean(typed.text("text"), LINE_LIMIT)
    except Refusal as refusal:
        return await _passing(visit, typed, refused(refusal), room, back)
    await _post(visit, typed, room, text)
    if (wish := wish_of(text)) in WISHED:
        return _moved(visit, go(WISHED[wish]))
    return await _spoken(visit, typed, await ask(visit, typed, Say(visit.member, text)), back)


async def _spoken(visit: Visit, typed: Typed, reply: Reply | None, back: str) -> Response:
    if isinstance(reply, Form):
        return _opened(visit, reply)
    if isinstance(reply, Message):
        await tell(visit, typed, reply)
    return await _passing(visit, typed, None, private_room(visit.member), back)


async def press(visit: Visit, typed: Typed) -> Response:
    """A button. Whatever is wrong with it gets one constant answer, in passing."""
    token, choice, room = typed.text("token"), typed.text("choice"), typed.text("room")
    back = f"/rooms/{key_of(room)}" if room.startswith("pair:") else "/?at=private"
    command: Command = Press(visit.member, token, choice)
    once = hashed(f"{visit.member}:{typed.submission}:{choice}")
    reply = await visit.counter.dispatch.receive("house", once, command)
    match reply:
        case Form():
            return _opened(visit, reply, token)
        case Refused():
            return await _passing(visit, typed, reply, room, back)
        case Message() if reply.key:
            await visit.counter.rooms.replace(visit.member, token, reply)
            visit.counter.bell.change(visit.member)
            said_in_private = room == private_room(visit.member)
            return await _passing(visit, typed, None if said_in_private else reply, room, back)
        case _:
            return await _passing(visit, typed, None, room, back)


async def _post(visit: Visit, typed: Typed, room: str, text: str) -> None:
    key = hashed(f"{visit.member}:{typed.submission}:line")
    await visit.counter.rooms.say(room, visit.member, text, at=visit.counter.clock.now(), key=key)
    visit.counter.bell.ring()


async def _passing(visit: Visit, typed: Typed, word: Message | None, room: str, back: str) -> Response:
    """Back to the page; or, for an open page, only what changed on it."""
    if not visit.by_script:
        return leave_word(visit, go(back), word) if word else go(back)
    try:
        shown_room = await _own_room(visit, room)
    except HTTPException:
        shown_room = private_room(visit.member)
    return HTMLResponse(
        render(
            visit,
            "changed.html",
            room=shown_room,
            lines=await _lines(visit, shown_room),
            toast=put(word, visit.words, visit.zone, visit.now) if word else None,
        )
    )


def _opened(visit: Visit, form: Form, token: str = "") -> Response:
    return _moved(visit, open_form(visit, form, token))


def _moved(visit: Visit, response: Response) -> Response:
    """On to another page, from an open one as well."""
    if visit.by_script:
        response.status_code = 200
        response.headers["hx-redirect"] = response.headers["location"]
        del response.headers["location"]
    return response


def refused(refusal: Refusal) -> Refused:
    """A refusal, to be said in passing."""
    return Refused(f"refusal.{refusal.code}", dict(refusal.fields))


# --- what there is to see ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conversation:
    """One room of two, as the list of conversations shows it."""

    room: str
    #: What stands for the room in an address.
    key: str
    #: Who else is in it; empty when they have left.
    names: str


async def _conversations(visit: Visit) -> list[Conversation]:
    rooms = await visit.counter.rooms.rooms_of(visit.member)
    others = [(room, [member for member in members if member != visit.member]) for room, members in rooms]
    names = await visit.counter.dispatch.names([member for _, members in others for member in members])
    return [
        Conversation(room, key_of(room), ", ".join(names[member] for member in members if member in names))
        for room, members in others
    ]


async def _lines(visit: Visit, room: str) -> list[Line]:
    posts = await visit.counter.rooms.lines(room, visit.member, limit=LINES)
    names = await visit.counter.dispatch.names([post.author for post in posts if post.author])
    return lines_of(posts, visit.member, visit.words, visit.zone, visit.now, names, visit.veiled)


async def _own_room(visit: Visit, room: str) -> str:
    """The room, if this member is in it. Raises: HTTPException 404."""
    if room in (CHANNEL, private_room(visit.member)):
        return room
    if room in [own for own, _ in await visit.counter.rooms.rooms_of(visit.member)]:
        return room
    raise HTTPException(404)


ROUTES: Final = (
    shown("/", show_bar),
    shown("/rooms/{key:path}", show_room),
    shown("/lines", show_lines),
    shown("/conversations", show_conversations),
    shown("/events", follow),
    taken("/say/channel", say_in_channel),
    taken("/say/private", say_in_private),
    taken("/say/room/{key:path}", say_in_pair),
    taken("/press", press),
)
