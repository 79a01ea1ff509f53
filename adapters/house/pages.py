"""Puts a page together: the template, the words, and what every page carries."""

import hmac
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.house.speaking import brief_moment, long_date
from adapters.house.visits import Visit, cookie_name, set_cookie
from bot.messages import Form, Message, Phrase, from_json, to_json
from bot.text.said import put

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
#: How far a button moves the demonstration's clock, and the words on it.
STEPS: Final = {
    "minute": (timedelta(minutes=1), "house.demonstration.minute"),
    "hour": (timedelta(hours=1), "house.demonstration.hour"),
    "day": (timedelta(days=1), "house.demonstration.day"),
    "days": (timedelta(days=3), "house.demonstration.days"),
    "week": (timedelta(weeks=1), "house.demonstration.week"),
    "month": (timedelta(days=30), "house.demonstration.month"),
}
#: What browsers keep of one cookie, all included, with room to spare.
CARRY_LIMIT: Final = 3500
CARRY_LIFE: Final = timedelta(minutes=10)


def templates() -> Environment:
    """Everything is escaped, and a missing name is an error."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def assets() -> dict[str, str]:
    """The address of each file of ours, with its content in it, so that browsers may keep it for good."""
    names = {path: path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    return {name: f"/static/{name}?v={sha256(path.read_bytes()).hexdigest()[:12]}" for path, name in names.items()}


def render(visit: Visit, template: str, **fields: object) -> str:
    """A template in the reader's words."""

    def say(key: str, **params: Any) -> str:
        return visit.words.say(Phrase(key, params), visit.zone, visit.now)

    def submission() -> str:
        return visit.counter.random.token()

    return visit.counter.templates.get_template(template).render(
        t=say,
        visit=visit,
        me=visit.me,
        language=visit.words.language,
        other_language="en" if visit.words.language == "fr" else "fr",
        form_token=visit.form_token,
        submission=submission,
        assets=visit.counter.assets,
        demonstration=visit.counter.demonstration,
        guests=guests(visit),
        steps_of_time=[(name, label) for name, (_, label) in STEPS.items()],
        day=lambda moment: long_date(moment.astimezone(visit.local_now.tzinfo), visit.words.language),
        brief=lambda moment: brief_moment(moment, visit.words, visit.zone),
        path=visit.request.url.path,
        **fields,
    )


def guests(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom one can be in the demonstration, by circle: (circle, [(member, name)])."""
    by_circle: dict[str, list[tuple[str, str]]] = {}
    for member, name, circles in visit.counter.demonstration.members() if visit.counter.demonstration else ():
        by_circle.setdefault(circles[0] if circles else "", []).append((member, name))
    return sorted((circle, sorted(people, key=lambda one: one[1])) for circle, people in by_circle.items())


def page(visit: Visit, template: str, *, status: int = 200, **fields: object) -> Response:
    """A whole page, with the word that an act before it left to be said."""
    word = take(visit, "word")
    toast = put(from_json(word), visit.words, visit.zone, visit.now) if word else None
    response = HTMLResponse(render(visit, template, toast=toast, **fields), status_code=status)
    if word:
        drop(visit, response, "word")
    return response


def go(url: str) -> RedirectResponse:
    """See there what became of it (POST, redirect, GET)."""
    return RedirectResponse(url, status_code=303)


# --- what one page hands to the next, in a signed cookie ------------------------------------------------------------


def carry(visit: Visit, response: Response, what: str, packed: Mapping[str, Any]) -> bool:
    """Hand something small to the next page. Returns: False when it is too big, and nothing was done."""
    body = urlsafe_b64encode(zlib.compress(json.dumps(packed, ensure_ascii=False).encode(), 9)).decode()
    if len(body) > CARRY_LIMIT:
        return False
    set_cookie(
        response, visit.counter, cookie_name(visit.counter, what), f"{body}.{_seal(visit, what, body)}", CARRY_LIFE
    )
    return True


def take(visit: Visit, what: str) -> dict[str, Any] | None:
    """What the page before handed over, if it was us and to this browser."""
    body, _, seal = visit.request.cookies.get(cookie_name(visit.counter, what), "").partition(".")
    if not body or not hmac.compare_digest(seal.encode(), _seal(visit, what, body).encode()):
        return None
    try:
        packed = json.loads(zlib.decompress(urlsafe_b64decode(body)))
    except (NotBase64, zlib.error, ValueError):
        return None
    return packed if isinstance(packed, dict) else None


def drop(visit: Visit, response: Response, what: str) -> None:
    """It has been said."""
    name = cookie_name(visit.counter, what)
    response.delete_cookie(name, secure=visit.counter.secure, httponly=True, samesite="lax")


def _seal(visit: Visit, what: str, body: str) -> str:
    return hmac.new(visit.counter.secret, f"{what}:{visit.bearer}:{body}".encode(), sha256).hexdigest()


def leave_word(visit: Visit, response: Response, message: Message) -> Response:
    """Let the next page say this, once, in passing."""
    carry(visit, response, "word", to_json(message))
    return response


def open_form(visit: Visit, form: Form, token: str = "") -> Response:
    """Go to the form that a reply asks for, with what there is to start from; `token` is of the preview it is about."""
    url = f"/notices/{form.notice}/edit" if form.notice else f"/{form.kind}/new"
    response = go(url)
    carry(visit, response, "form", {"kind": form.kind, "notice": form.notice, "text": form.text, "token": token})
    return response
