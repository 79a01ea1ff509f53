"""What was filled in, read from a form that came back: whatever is missing or odd is as if it had not been answered.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding (modal submit data) and the
"interaction response structure" of each component in https://docs.discord.com/developers/components/reference
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any, Final, TypeAlias

from adapters.chat.fields import JoinFields, MeetingFields, NoticeFields, ReportFields, SettingsFields
from adapters.chat.texts import fit
from adapters.discord.modals import YES
from bot.domain.notices import Reach
from bot.text import LANGUAGES

#: Each answer by the name of its question: what Discord says of the component.
Values: TypeAlias = Mapping[str, Mapping[str, Any]]
#: Longest text that is read at all, in characters; forms of ours stop at less.
READ: Final = 16_000
#: Longest whole number.
DIGITS: Final = 4


def values_of(data: Mapping[str, Any]) -> Values:
    """The answers of a form, from the `data` of its interaction."""
    return {name: one for one in _components(data) if isinstance(name := one.get("custom_id"), str)}


def read_notice(values: Values) -> NoticeFields:
    """A need or an offer, new or rewritten."""
    language = chosen(values, "language")
    return NoticeFields(
        text=text(values, "text"),
        place=text(values, "place"),
        reach=chosen(values, "reach") or Reach.COMMUNITY,
        standing=chosen(values, "standing") == YES,
        topics=several(values, "topics") or None,
        language=language if language in LANGUAGES else None,
    )


def read_joining(carried: str) -> tuple[int, str]:
    """Of somebody who joins: the number of the charter that they were shown, and what was sealed."""
    number, _, sealed = carried.partition("_")
    return (int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0), sealed


def read_join(values: Values, language: str) -> tuple[JoinFields, str]:
    """Somebody joins, and what they had typed before; `language` is theirs if they chose none."""
    found = chosen(values, "language")
    fields = JoinFields(found if found in LANGUAGES else language, speaks(values) or ())
    return fields, text(values, "text")


def read_settings(values: Values) -> SettingsFields:
    """How I wish to be spoken to."""
    return SettingsFields(
        language=chosen(values, "language"),
        speaks=speaks(values),
        delivery=chosen(values, "delivery"),
        shown_circles=several(values, "shown_circles"),
    )


def read_hours(values: Values) -> tuple[SettingsFields, str | None, str]:
    """When and how often I wish to be spoken to; in which zone, None when it was not asked; and until when I rest.

    Zone and day are as they were typed: only `day` and the command know what they are worth.
    """
    kept = SettingsFields(
        quiet_from=moment(values, "quiet_from"),
        quiet_until=moment(values, "quiet_until"),
        monthly_budget=number(values, "monthly_budget"),
    )
    return kept, text(values, "zone").strip() or None, text(values, "until").strip()


def read_report(values: Values) -> ReportFields:
    """What went wrong, and who may read it."""
    return ReportFields(text(values, "text"), chosen(values, "share") == YES)


def read_text(values: Values) -> str:
    """The one text of a form that has one: a note, a charter."""
    return text(values, "text")


def read_channels(values: Values) -> frozenset[str] | None:
    """Where to listen from now on, by Discord's ids; None when it was not asked."""
    found = several(values, "channels")
    return None if found is None else frozenset(one for one in found if one.isascii() and one.isdecimal())


def read_meeting(values: Values) -> MeetingFields:
    """How people meet here."""
    nudges = chosen(values, "nudges")
    return MeetingFields(
        number(values, "helpers"), number(values, "days"), None if nudges is None else nudges == YES
    )  # fmt: skip


# --- one answer ------------------------------------------------------------------------------------------------------


def text(values: Values, name: str) -> str:
    """What was typed; empty when nothing was."""
    found = values.get(name, {}).get("value")
    return fit(found[:READ]) if isinstance(found, str) else ""


def several(values: Values, name: str) -> tuple[str, ...] | None:
    """All that were chosen; None when it was not asked."""
    found = values.get(name, {}).get("values")
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else None


def chosen(values: Values, name: str) -> str | None:
    """Which of several was chosen."""
    return next(iter(several(values, name) or ()), None)


def speaks(values: Values) -> tuple[str, ...] | None:
    """Languages in which one likes to meet, of which there are two menus; None when it was not asked."""
    found = [several(values, name) for name in ("speaks", "speaks_more")]
    return None if found == [None, None] else tuple(one for menu in found for one in menu or ())


def moment(values: Values, name: str) -> time | None:
    """A time of day."""
    try:
        return time.fromisoformat(chosen(values, name) or "").replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        return None


def day(typed: str) -> date | None:
    """A day as it is typed, e.g. "2027-01-05"; None for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def number(values: Values, name: str) -> int | None:
    """A whole number, typed or chosen; -1, which every range refuses in words, for nought and for what is none."""
    found = (text(values, name) or chosen(values, name) or "").strip()
    if not found:
        return None
    return int(found) or -1 if found.isascii() and found.isdecimal() and len(found) <= DIGITS else -1


def _components(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whatever stands in labels, and in the rows that went before them."""
    found = data.get("components")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, Mapping):
            inside = one.get("component")
            rows = one.get("components")
            yield from (
                each for each in (inside, *(rows if isinstance(rows, list) else ())) if isinstance(each, Mapping)
            )
