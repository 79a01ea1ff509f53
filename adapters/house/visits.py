"""One visit of one browser: who it is, in what language, and the token that proves that a form is ours."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from babel import negotiate_locale
from starlette.requests import Request
from starlette.responses import Response

from adapters.house.counter import Counter
from bot.domain.ids import MemberId
from bot.domain.members import Membership
from bot.domain.tokens import hashed
from bot.errors import Refusal
from bot.text import LANGUAGES, Catalogue, catalogue
from bot.views import Me

#: How long a browser is remembered after its last visit.
SESSION_LIFE: Final = timedelta(days=30)
#: In a demonstration a month passes at the touch of a button, and nobody should be thrown out by it.
PLAY_LIFE: Final = timedelta(days=3650)
#: Longest cookie of ours that is looked at, in characters.
COOKIE_LIMIT: Final = 64


@dataclass(frozen=True)
class Visit:
    """One request, and who makes it."""

    request: Request
    counter: Counter
    #: None for somebody who has not entered.
    me: Me | None
    #: What the browser carries: its session, or a random stand-in before there is one.
    bearer: str
    words: Catalogue
    zone: str
    now: datetime
    #: Whether the stand-in is new and has to be handed out.
    fresh: bool = False

    @property
    def member(self) -> MemberId:
        """Who this is. Only for pages that nobody sees without having entered."""
        assert self.me is not None
        return self.me.member.id

    @property
    def form_token(self) -> str:
        """Goes into every form of this browser (CSRF)."""
        return hmac.new(self.counter.secret, f"form:{self.bearer}".encode(), sha256).hexdigest()

    def veiled(self, number: int) -> str:
        """Stands for a number that counts what everybody gets, whose gaps would tell when others are asked (I1)."""
        return hmac.new(self.counter.secret, f"number:{number}".encode(), sha256).hexdigest()[:16]

    @property
    def local_now(self) -> datetime:
        """The moment on the reader's own clock."""
        return self.now.astimezone(ZoneInfo(self.zone))

    @property
    def by_script(self) -> bool:
        """Whether the page itself asks, and wants only what changed."""
        return "hx-request" in self.request.headers

    def sealed(self, response: Response) -> Response:
        """The response, with the stand-in where the browser has none yet."""
        if self.fresh:
            set_cookie(response, self.counter, cookie_name(self.counter, "hello"), self.bearer, None)
        return response


async def arrive(request: Request) -> Visit:
    """Find out whose browser this is."""
    known = getattr(request.state, "visit", None)
    if isinstance(known, Visit):
        return known
    counter: Counter = request.app.state.counter
    session = _cookie(request, cookie_name(counter, "session"))
    me = await _whose(counter, session) if session else None
    stand_in = _cookie(request, cookie_name(counter, "hello"))
    bearer = session if session and me else stand_in or counter.random.token() + counter.random.token()
    language = me.person.language if me else asked_language(request.headers)
    visit = Visit(
        request=request,
        counter=counter,
        me=me,
        bearer=bearer,
        words=catalogue(language),
        zone=me.person.zone if me else "UTC",
        now=counter.clock.now(),
        fresh=not me and not stand_in,
    )
    request.state.visit = visit
    return visit


async def _whose(counter: Counter, session: str) -> Me | None:
    member = await counter.rooms.session(hashed(session), counter.clock.now())
    if member is None:
        return None
    try:
        me = await counter.dispatch.me(member)
    except Refusal:
        return None
    return me if me.member.state is Membership.JOINED else None


async def is_welcome(visit: Visit) -> bool:
    """Whether this browser's session, and its member, are still here."""
    counter = visit.counter
    member = await counter.rooms.session(hashed(visit.bearer), counter.clock.now())
    return member is not None and bool(await counter.dispatch.names([member]))


async def begin_session(visit: Visit, member: MemberId, response: Response) -> Response:
    """Let this browser in as `member`, under a new session id, whatever it carried before."""
    counter = visit.counter
    await end_session(visit)
    token = counter.random.token() + counter.random.token()
    await _remember(counter, token, member, response)
    response.delete_cookie(cookie_name(counter, "hello"), secure=counter.secure, httponly=True, samesite="lax")
    return response


async def keep_session(visit: Visit, response: Response) -> None:
    """Remember this browser for longer, once a day: who comes often never has to be invited again."""
    counter = visit.counter
    seen = visit.request.cookies.get(cookie_name(counter, "seen"))
    if visit.me is not None and not visit.by_script and seen != visit.now.date().isoformat():
        await _remember(counter, visit.bearer, visit.member, response)


async def _remember(counter: Counter, token: str, member: MemberId, response: Response) -> None:
    now, life = counter.clock.now(), PLAY_LIFE if counter.demonstration else SESSION_LIFE
    await counter.rooms.open_session(hashed(token), member, now + life)
    set_cookie(response, counter, cookie_name(counter, "session"), token, life)
    set_cookie(response, counter, cookie_name(counter, "seen"), now.date().isoformat(), life)


async def end_session(visit: Visit, response: Response | None = None) -> None:
    """Forget this browser."""
    name = cookie_name(visit.counter, "session")
    session = _cookie(visit.request, name)
    if session:
        await visit.counter.rooms.close_session(hashed(session))
    if response is not None:
        response.delete_cookie(name, secure=visit.counter.secure, httponly=True, samesite="lax")


def cookie_name(counter: Counter, what: str) -> str:
    """`__Host-` makes browsers refuse a cookie that a neighbouring site planted; it needs https."""
    return f"__Host-comptoir-{what}" if counter.secure else f"comptoir-{what}"


def set_cookie(response: Response, counter: Counter, name: str, value: str, life: timedelta | None) -> None:
    """Out of reach of scripts and of other sites."""
    seconds = int(life.total_seconds()) if life else None
    response.set_cookie(name, value, max_age=seconds, secure=counter.secure, httponly=True, samesite="lax")


def asked_language(headers: Mapping[str, str]) -> str:
    """The language that a browser prefers, among ours."""
    ranked = sorted(
        (_weighed(part) for part in headers.get("accept-language", "")[:500].split(",")), key=lambda pair: -pair[0]
    )
    wanted = [tag for weight, tag in ranked if weight > 0 and tag]
    return negotiate_locale(wanted, LANGUAGES, sep="-") or "en"


def _weighed(part: str) -> tuple[float, str]:
    tag, _, quality = part.partition(";q=")
    try:
        return float(quality or 1), tag.strip()
    except ValueError:
        return 0.0, tag.strip()


def _cookie(request: Request, name: str) -> str | None:
    value = request.cookies.get(name, "")
    return value if 20 <= len(value) <= COOKIE_LIMIT and value.isascii() else None
