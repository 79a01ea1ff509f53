"""The way into a real house: an invitation, a plain word about what joining means, and a name."""

from typing import Final

from starlette.responses import Response

from adapters.house.doors import shown, taken
from adapters.house.pages import go, page
from adapters.house.rooms import private_room
from adapters.house.settings import zones
from adapters.house.typed import Typed
from adapters.house.visits import Visit, begin_session
from bot.commands import Join
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from bot.messages import Message, Refused
from bot.text import LANGUAGES
from bot.text.languages import NAMES

#: Longest name, in characters.
NAME_LENGTH: Final = 60
#: Where most readers of a language live, for a browser that does not say.
LIKELY_ZONES: Final = {"fr": "Europe/Paris", "en": "Europe/London"}


async def show_entrance(visit: Visit) -> Response:
    """What joining means, and the form."""
    if visit.me is not None:
        return go("/")
    return await _entrance(visit)


async def _entrance(visit: Visit, *, typed: Typed | None = None, refused: Refused | None = None) -> Response:
    if not await _is_invited(visit):
        return page(visit, "outside.html", status=404)
    language = visit.words.language
    return page(
        visit,
        "enter.html",
        status=400 if refused else 200,
        invitation=visit.request.path_params["invitation"],
        name=typed.text("name") if typed else "",
        zone=typed.text("zone") if typed else LIKELY_ZONES[language],
        guessed=typed is None,
        zones=zones(),
        languages=[(code, NAMES[code]) for code in LANGUAGES],
        name_length=NAME_LENGTH,
        refused=visit.words.say(refused, visit.zone) if refused else "",
    )


async def enter(visit: Visit, typed: Typed) -> Response:
    """Join, and begin a session. The same sending twice makes one member."""
    if not await _is_invited(visit):
        return page(visit, "outside.html", status=404)
    counter = visit.counter
    if typed.text("zone") not in zones():
        return await _entrance(
            visit, typed=typed, refused=Refused("refusal.unknown_zone", {"zone": typed.text("zone")[:60]})
        )
    # The same browser sending the same form again is the same newcomer.
    account = hashed(f"{visit.bearer}:{typed.submission}")[:20]
    member = MemberId(f"{counter.community}:{account}")
    command = Join(
        member,
        counter.community,
        name=typed.text("name"),
        language=typed.text("language") if typed.text("language") in LANGUAGES else visit.words.language,
        zone=typed.text("zone"),
    )
    reply = await counter.dispatch.receive("house", hashed(f"{member}:{typed.submission}"), command)
    if isinstance(reply, Refused):
        return await _entrance(visit, typed=typed, refused=reply)
    if isinstance(reply, Message) and reply.key:
        await counter.rooms.tell(private_room(member), reply, at=counter.clock.now(), key=f"{account}:welcome")
    return await begin_session(visit, member, go("/?at=private"))


async def _is_invited(visit: Visit) -> bool:
    invitation = hashed(visit.request.path_params["invitation"])
    counter = visit.counter
    return await counter.rooms.invitation(invitation, counter.clock.now()) == counter.community


ROUTES: Final = (
    shown("/enter/{invitation}", show_entrance, to_strangers=True),
    taken("/enter/{invitation}", enter, from_strangers=True),
)
