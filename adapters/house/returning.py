"""A way back for a member who has lost their browser or takes another: a link that lets one browser in, once."""

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from adapters.house.doors import shown, taken
from adapters.house.entering import NAME_LENGTH
from adapters.house.pages import go, leave_word, page
from adapters.house.rooms import private_room
from adapters.house.settings import show_settings_with
from adapters.house.typed import Typed
from adapters.house.visits import Visit, begin_session
from bot.commands import Join
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from bot.messages import Message, Refused

#: How long a way back stays open.
WAY_BACK_LIFE: Final = timedelta(hours=24)


async def make_way_back(visit: Visit, typed: Typed) -> Response:
    """A link for another browser of mine. It is shown on this page and kept nowhere."""
    counter = visit.counter
    token = counter.random.token() + counter.random.token()
    await counter.rooms.keep_way_back(hashed(token), visit.member, visit.now + WAY_BACK_LIFE)
    return show_settings_with(visit, way_back=f"{counter.public_url}/back/{token}")


async def close_elsewhere(visit: Visit, typed: Typed) -> Response:
    """Only this browser stays."""
    await visit.counter.rooms.close_sessions(visit.member, but=hashed(visit.bearer))
    visit.counter.bell.call_over()
    return leave_word(visit, go("/settings"), Message("house.elsewhere.closed"))


async def show_way_back(visit: Visit) -> Response:
    """A page with one button: what only looks at a link, to show where it leads, must not use it up."""
    member = await _led_to(visit)
    if visit.me is not None and member in (None, visit.member):
        return go("/")
    if member is None:
        return page(visit, "outside.html", status=404)
    return await _way_back(visit, member)


async def _way_back(
    visit: Visit, member: MemberId, *, typed: Typed | None = None, refused: Refused | None = None
) -> Response:
    names = await visit.counter.dispatch.names([member])
    return page(
        visit,
        "back.html",
        status=400 if refused else 200,
        token=visit.request.path_params["token"],
        name=names.get(member),
        typed_name=typed.text("name") if typed else "",
        name_length=NAME_LENGTH,
        refused=visit.words.say(refused, visit.zone) if refused else "",
    )


async def come_back(visit: Visit, typed: Typed) -> Response:
    """A new session for whom the link was made; who left joins again, as the member they were."""
    member = await _led_to(visit)
    if member is None:
        return page(visit, "outside.html", status=404)
    welcome = await _join_again(visit, typed, member)
    if isinstance(welcome, Refused):
        return await _way_back(visit, member, typed=typed, refused=welcome)
    counter = visit.counter
    if await counter.rooms.take_way_back(_hash(visit), counter.clock.now()) is None:
        return page(visit, "outside.html", status=404)
    if welcome is not None:
        await counter.rooms.tell(private_room(member), welcome, at=counter.clock.now(), key=f"back:{_hash(visit)}")
    return await begin_session(visit, member, go("/?at=private"))


async def _join_again(visit: Visit, typed: Typed, member: MemberId) -> Message | None:
    """The welcome of somebody who had left, or why not; None for somebody who is here."""
    counter = visit.counter
    if await counter.dispatch.names([member]):
        return None
    # Language and zone are those of their account, which is still there.
    command = Join(member, counter.community, name=typed.text("name"), language=visit.words.language, zone="UTC")
    reply = await counter.dispatch.receive("house", hashed(f"{member}:{typed.submission}"), command)
    return reply if isinstance(reply, Message) else None


async def _led_to(visit: Visit) -> MemberId | None:
    return await visit.counter.rooms.way_back(_hash(visit), visit.counter.clock.now())


def _hash(visit: Visit) -> str:
    return hashed(visit.request.path_params["token"])


ROUTES: Final = (
    taken("/settings/another", make_way_back),
    taken("/settings/elsewhere", close_elsewhere),
    shown("/back/{token}", show_way_back, to_strangers=True),
    taken("/back/{token}", come_back, from_strangers=True),
)
