"""How I wish to be spoken to."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from functools import cache
from typing import Final
from unicodedata import normalize
from zoneinfo import available_timezones

from babel import Locale
from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.house.doors import answered, ask, shown, taken
from adapters.house.pages import page
from adapters.house.typed import Typed
from adapters.house.visits import Visit
from bot.commands import ChangeSettings, Command, Pause, Resume
from bot.domain.members import Delivery
from bot.messages import Refused
from bot.text import LANGUAGES
from bot.text.languages import NAMES, OTHERS


@cache
def zones() -> tuple[str, ...]:
    """The zones that somebody may live in."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


@cache
def meeting_languages(language: str, kept: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The languages to tick, as codes and names in the reader's language: ours and those kept, then the others."""
    names = Locale(language).languages

    def listed(codes: Iterable[str]) -> list[tuple[str, str]]:
        return sorted(((code, names[code]) for code in codes if code in names), key=lambda one: _unaccented(one[1]))

    ours = listed(LANGUAGES)
    return ours + listed(set(kept) - set(LANGUAGES)), listed(set(OTHERS) - set(kept))


def _unaccented(name: str) -> str:
    return normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()


async def show_settings(visit: Visit) -> Response:
    """Everything that can be changed about how Comptoir speaks to me."""
    return show_settings_with(visit)


def show_settings_with(visit: Visit, *, way_back: str = "", refused: Refused | None = None) -> Response:
    """The same, with why something was not kept, or with a link for another browser, which is shown only now."""
    assert visit.me is not None
    person = visit.me.person
    return page(
        visit,
        "settings.html",
        status=400 if refused else 200,
        person=person,
        member=visit.me.member,
        way_back=way_back,
        away=person.is_away(visit.now),
        zones=zones(),
        languages=[(code, NAMES[code]) for code in LANGUAGES],
        meeting=meeting_languages(visit.words.language, person.speaks),
        deliveries={Delivery.SINGLE: "house.settings.single", Delivery.DAILY: "house.settings.daily"},
        tomorrow=(visit.local_now + timedelta(days=1)).date().isoformat(),
        refused=visit.words.say(refused, visit.zone) if refused else "",
    )


async def change(visit: Visit, typed: Typed) -> Response:
    """Keep what was chosen."""
    command = ChangeSettings(
        visit.member,
        language=typed.text("language") or None,
        zone=typed.text("zone").strip() or None,
        speaks=typed.every("speaks"),
        quiet_from=_clock(typed.text("quiet_from")),
        quiet_until=_clock(typed.text("quiet_until")),
        delivery=typed.text("delivery") or None,
        monthly_budget=_number(typed.text("monthly_budget")),
        shown_circles=typed.every("shown_circles"),
    )
    return await _change(visit, typed, command)


async def pause(visit: Visit, typed: Typed) -> Response:
    """Nothing unasked until that morning."""
    try:
        until = date.fromisoformat(typed.text("until"))
    except ValueError:
        raise HTTPException(400) from None
    return await _change(visit, typed, Pause(visit.member, until))


async def stop(visit: Visit, typed: Typed) -> Response:
    """Nothing unasked, with no end."""
    return await _change(visit, typed, Pause(visit.member, None))


async def resume(visit: Visit, typed: Typed) -> Response:
    """Speak to me again."""
    return await _change(visit, typed, Resume(visit.member))


async def _change(visit: Visit, typed: Typed, command: Command) -> Response:
    reply = await ask(visit, typed, command)
    if isinstance(reply, Refused):
        return show_settings_with(visit, refused=reply)
    return await answered(visit, typed, reply, back="/settings")


def _clock(text: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise HTTPException(400) from None


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise HTTPException(400)
    # Nought is no number of messages that the settings know; asking for it is refused in words, not ignored.
    return int(text) or -1


ROUTES: Final = (
    shown("/settings", show_settings),
    taken("/settings", change),
    taken("/settings/pause", pause),
    taken("/settings/stop", stop),
    taken("/settings/resume", resume),
)
