"""What was filled in, read from a form that came back: whatever is missing or odd is as if it had not been answered.

Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload (`view.state.values`)
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final, TypeAlias

from adapters.chat.fields import JoinFields, MeetingFields, NoticeFields, ReportFields, SettingsFields
from adapters.chat.texts import fit
from adapters.slack.inert import cut
from adapters.slack.widgets import VALUE, Json
from bot.domain.notices import Reach
from bot.messages import Phrase
from bot.text import LANGUAGES, Catalogue

#: `view.state.values`: by block, by action, what is in it.
Values: TypeAlias = Mapping[str, Any]
#: Longest text that is read at all, in characters; forms of ours stop at less.
READ: Final = 16_000


def read_notice(values: Values) -> NoticeFields:
    """A need or an offer, new or rewritten."""
    language = chosen(values, "language")
    return NoticeFields(
        text=text(values, "text"),
        place=text(values, "place"),
        reach=chosen(values, "reach") or Reach.COMMUNITY,
        standing=bool(several(values, "standing")),
        topics=several(values, "topics") or None,
        language=language if language in LANGUAGES else None,
    )


def read_checked(metadata: str) -> tuple[str, str]:
    """Of a notice that was shown before it is kept: the token that the form was opened with, and the fingerprint."""
    token, _, shown = metadata.partition(" ")
    return token, shown


def read_joining(metadata: str) -> tuple[int, str]:
    """Of somebody who joins: the number of the charter that they were shown, and what they had typed before."""
    number, _, typed = metadata.partition(" ")
    return (int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0), typed


def read_join(values: Values, language: str) -> JoinFields:
    """Somebody joins; `language` is theirs if they chose none."""
    found = chosen(values, "language")
    return JoinFields(found if found in LANGUAGES else language, several(values, "speaks") or ())


def read_settings(values: Values) -> tuple[SettingsFields, date | None]:
    """How I wish to be spoken to, and until when I rest, if at all."""
    kept = SettingsFields(
        language=chosen(values, "language"),
        speaks=several(values, "speaks"),
        quiet_from=moment(values, "quiet_from"),
        quiet_until=moment(values, "quiet_until"),
        delivery=chosen(values, "delivery"),
        monthly_budget=number(values, "monthly_budget"),
        shown_circles=several(values, "shown_circles"),
    )
    return kept, day(values, "until")


def read_report(values: Values) -> ReportFields:
    """What went wrong, and who may read it."""
    return ReportFields(text(values, "text"), bool(several(values, "share")))


def read_text(values: Values) -> str:
    """The one text of a form that has one: a note, a charter. What goes on in a second field begins a line there."""
    begun, more = text(values, "text"), text(values, "more")
    parted = not begun or not more or begun[-1].isspace() or more[0].isspace()
    return begun + ("" if parted else "\n") + more


def read_channels(values: Values) -> frozenset[str] | None:
    """Where to listen from now on; None when it was not asked."""
    found = _in(values, "channels").get("selected_conversations")
    return None if found is None else frozenset(one for one in _list(found) if isinstance(one, str))


def read_meeting(values: Values) -> MeetingFields:
    """How people meet here."""
    nudges = several(values, "nudges")
    helpers = chosen(values, "helpers") or ""
    return MeetingFields(
        int(helpers) if helpers in set("12345") else None,
        number(values, "days"),
        None if nudges is None else bool(nudges),
    )


# --- one answer ------------------------------------------------------------------------------------------------------


def text(values: Values, name: str) -> str:
    """What was typed; empty when nothing was."""
    return fit(_text(values, name, "value")[:READ])


def chosen(values: Values, name: str) -> str | None:
    """Which of several was chosen."""
    return _value(_in(values, name).get("selected_option"))


def several(values: Values, name: str) -> tuple[str, ...] | None:
    """All that were chosen; None when it was not asked."""
    found = _in(values, name).get("selected_options")
    return None if found is None else tuple(value for one in _list(found) if (value := _value(one)))


def moment(values: Values, name: str) -> time | None:
    """A time of day."""
    try:
        return time.fromisoformat(_text(values, name, "selected_time")).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        return None


def day(values: Values, name: str) -> date | None:
    """A day."""
    try:
        return date.fromisoformat(_text(values, name, "selected_date"))
    except ValueError:
        return None


def number(values: Values, name: str) -> int | None:
    """A whole number; -1, which every range refuses in words, for nought and for what is no number."""
    found = _in(values, name).get("value")
    if found is None or found == "":
        return None
    typed = str(found).strip()
    return int(typed) or -1 if typed.isascii() and typed.isdecimal() and len(typed) < 5 else -1


def _text(values: Values, name: str, part: str) -> str:
    found = _in(values, name).get(part)
    return found if isinstance(found, str) else ""


def _in(values: Values, name: str) -> Mapping[str, Any]:
    block = values.get(name)
    found = block.get(VALUE) if isinstance(block, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _value(one: Any) -> str | None:
    found = one.get("value") if isinstance(one, Mapping) else None
    return found if isinstance(found, str) else None


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


# --- when it cannot be kept ------------------------------------------------------------------------------------------

#: Beside which question a refusal is shown, by the form, and in the settings by what it is about.
FIRST: Final = {
    "need": "text", "offer": "text", "edit": "text", "keep": "text", "note": "text", "report": "text",
    "charter": "text", "join": "language", "settings": "language", "listen": "channels", "meeting": "days",
}  # fmt: skip
BESIDE: Final = {
    "refusal.budget_range": "monthly_budget",
    "refusal.pause_in_the_past": "until",
}
#: Longest sentence beside a question, in characters: a few lines of a phone.
SENTENCE: Final = 300


def errors(refused: Phrase, callback: str, words: Catalogue, zone: str = "UTC") -> Json | None:
    """The answer that keeps a form open, with a sentence beside what it is about; None for a form without questions."""
    if callback not in FIRST:
        return None
    beside = BESIDE.get(refused.key, FIRST[callback]) if callback == "settings" else FIRST[callback]
    return {"response_action": "errors", "errors": {beside: cut(words.say(refused, zone), SENTENCE)}}
