"""Turns what was said in a room into lines that a page can show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from bot.domain.ids import MemberId
from bot.messages import Phrase
from bot.rooms import Post
from bot.text import Catalogue
from bot.text.said import Said, put


@dataclass(frozen=True)
class Line:
    """One line of a room."""

    #: Differs from line to line and says nothing.
    id: str
    #: Heading to put before it, where a new day begins.
    day: str | None
    moment: datetime
    time: str
    #: None when Comptoir speaks, empty for somebody who left.
    author: str | None
    mine: bool
    text: str
    said: Said | None


def lines_of(
    posts: Sequence[Post],
    reader: MemberId,
    words: Catalogue,
    zone: str,
    now: datetime,
    names: Mapping[MemberId, str],
    veil: Callable[[int], str],
) -> list[Line]:
    """The lines of a room, with a heading where a new day begins; `names` has those who are here."""
    lines: list[Line] = []
    before: date | None = None
    for post in posts:
        local = post.at.astimezone(ZoneInfo(zone))
        said = put(post.message, words, zone, now) if post.message else None
        lines.append(
            Line(
                id=veil(post.seq),
                day=None if local.date() == before else day_name(local, now.astimezone(ZoneInfo(zone)), words),
                moment=post.at,
                time=format_time(local, "short", locale=words.language),
                author=None if post.author is None else names.get(post.author, ""),
                mine=post.author == reader,
                text=post.text,
                said=said,
            )
        )
        before = local.date()
    return lines


def day_name(day: datetime, today: datetime, words: Catalogue) -> str:
    """Today, yesterday, or the date."""
    if day.date() == today.date():
        return words.say(Phrase("house.day.today"))
    if day.date() == today.date() - timedelta(days=1):
        return words.say(Phrase("house.day.yesterday"))
    return long_date(day, words.language)


def long_date(day: datetime | date, language: str) -> str:
    """«lundi 23 novembre 2026», «Monday 23 November 2026»."""
    written = format_date(day, "EEEE d MMMM y", locale=language)
    return written.replace(" 1 ", " 1er ", 1) if language == "fr" else written


def brief_moment(moment: datetime, words: Catalogue, zone: str) -> str:
    """A date and a time of day, as short as they go: «lun. 23 nov. 2026, 18:04»."""
    local = moment.astimezone(ZoneInfo(zone))
    day = format_date(local, "EEE d MMM y", locale=words.language)
    return f"{day}, {format_time(local, 'short', locale=words.language)}"
