"""What is kept about me, and the two ways out: with a copy, and for good."""

import json
import unicodedata
from typing import Any, Final

from starlette.responses import Response

from adapters.house.doors import ask, shown, taken
from adapters.house.pages import go, page
from adapters.house.typed import Typed
from adapters.house.visits import Visit, end_session
from bot.commands import Command, Erase, Leave
from bot.dispatch import Dispatch
from bot.domain.ids import MemberId
from bot.messages import Phrase, Refused
from bot.rooms import Rooms


async def show_privacy(visit: Visit) -> Response:
    """What is kept, in plain words."""
    return page(visit, "privacy.html", mistyped=False)


async def export(visit: Visit) -> Response:
    """Everything that is kept about me and that I may see, as a file."""
    held = await everything(visit.counter.dispatch, visit.counter.rooms, visit.member)
    return Response(
        json.dumps(held, ensure_ascii=False, indent=2, default=str),
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="comptoir.json"'},
    )


async def everything(dispatch: Dispatch, rooms: Rooms, member: MemberId) -> dict[str, Any]:
    """What Comptoir holds about a member, and what they wrote in rooms; a room says its kind, never who is in it."""
    held = await dispatch.export(member)
    said = await rooms.said_by(member)
    lines = [{"room": post.room.partition(":")[0], "at": post.at.isoformat(), "text": post.text} for post in said]
    return {**held, "rooms": lines}


async def erase(visit: Visit, typed: Typed) -> Response:
    """Forget me, if I typed the word that says that I mean it."""
    if _plain(typed.text("word")) != _plain(visit.words.say(Phrase("house.privacy.erase.word"))):
        return page(visit, "privacy.html", status=400, mistyped=True)
    return await _out(visit, typed, Erase(visit.member), "erased")


async def show_leave(visit: Visit) -> Response:
    """What leaving means, before it is done."""
    return page(visit, "leave.html")


async def leave(visit: Visit, typed: Typed) -> Response:
    """Out. Nobody is told."""
    return await _out(visit, typed, Leave(visit.member), "left")


async def _out(visit: Visit, typed: Typed, command: Command, how: str) -> Response:
    reply = await ask(visit, typed, command)
    if isinstance(reply, Refused):
        return page(visit, "fault.html", status=400, wrong="house.fault.unreadable",
                    remedy="house.fault.unreadable.next", number=400)  # fmt: skip
    if how == "left":
        await visit.counter.rooms.leave(visit.member)
    await visit.counter.rooms.close_sessions(visit.member)
    visit.counter.bell.call_over()
    response = go(f"/goodbye/{how}")
    await end_session(visit, response)
    return response


async def show_goodbye(visit: Visit) -> Response:
    """The last page."""
    how = "erased" if visit.request.path_params["how"] == "erased" else "left"
    return page(visit, "goodbye.html", how=how)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


ROUTES: Final = (
    shown("/privacy", show_privacy),
    shown("/privacy/export", export),
    taken("/privacy/erase", erase),
    shown("/leave", show_leave),
    taken("/leave", leave),
    shown("/goodbye/{how}", show_goodbye, to_strangers=True),
)
