"""Ties: who I was introduced to, what I note to myself, and the ways to end it."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.house.doors import answered, ask, shown, taken
from adapters.house.pages import go, page
from adapters.house.typed import Typed
from adapters.house.visits import Visit
from bot.commands import Block, Command, EndTie, NoteTie, Report
from matching.topics import labels

#: Longest note or report, in characters.
NOTE_LENGTH: Final = 2000


async def show_ties(visit: Visit) -> Response:
    """Those that are alive; the others are over, and not counted."""
    assert visit.me is not None
    ties = [tie for tie in visit.me.ties if tie.alive]
    return page(visit, "ties.html", ties=ties, labels=labels(visit.words.language), note_length=NOTE_LENGTH)


async def change(visit: Visit, typed: Typed) -> Response:
    """Note, end, block, report. The other is told nothing."""
    tie = visit.request.path_params["id"]
    member, text = visit.member, typed.text("text")
    commands: dict[str, Command] = {
        "note": NoteTie(member, tie, text),
        "end": EndTie(member, tie),
        "block": Block(member, tie),
        "report": Report(member, tie, text, share=typed.ticked("share")),
    }
    command = commands.get(typed.text("to"))
    if command is None:
        raise HTTPException(400)
    return await answered(visit, typed, await ask(visit, typed, command), back="/ties")


async def to_ties(visit: Visit) -> Response:
    """The address of one tie leads to all of them."""
    return go("/ties")


ROUTES: Final = (
    shown("/ties", show_ties),
    shown("/ties/{id}", to_ties),
    taken("/ties/{id}", change),
)
