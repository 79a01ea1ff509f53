"""Only in a demonstration: being anybody, and moving the clock. Elsewhere these addresses do not exist."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.house.doors import taken
from adapters.house.pages import STEPS, go
from adapters.house.typed import Typed
from adapters.house.visits import Visit, begin_session
from bot.domain.ids import MemberId
from bot.errors import Refusal


async def become(visit: Visit, typed: Typed) -> Response:
    """Be somebody else, in a new session."""
    assert visit.counter.demonstration is not None
    wanted = typed.text("member")
    if wanted not in {member for member, _, _ in visit.counter.demonstration.members()}:
        raise HTTPException(404)
    try:
        await visit.counter.dispatch.me(MemberId(wanted))
    except Refusal:
        return go("/?gone=1")
    return await begin_session(visit, MemberId(wanted), go("/"))


async def move_clock(visit: Visit, typed: Typed) -> Response:
    """Let time pass, and see."""
    assert visit.counter.demonstration is not None
    step = STEPS.get(typed.text("step"))
    if step is None:
        raise HTTPException(400)
    await visit.counter.demonstration.move_clock(step[0])
    visit.counter.bell.ring()
    back = typed.text("back")
    return go(back if back in ("/?at=channel", "/notices", "/ties", "/settings") else "/")


ROUTES: Final = (
    taken("/demonstration/become", become, from_strangers=True),
    taken("/demonstration/clock", move_clock),
)
