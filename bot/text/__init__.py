"""The words: one gettext catalogue per language, `bot/text/<language>/*.po`, in which message ids are our keys.

Read directly from the `.po` files that translators edit. Placeholders are named: `{name}`, `{until:date}`,
`{lines:lines}`, and `{name:start}` where a phrase of ours in the place of a name begins a sentence. A plural is chosen
by the parameter `count`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.plural import PluralRule

from bot.messages import WORD, Param, Phrase
from matching.topics import labels, names

LANGUAGES: Final = ("en", "fr")
#: Which form a count takes. In French nought is singular.
_PLURAL: Final = {"en": PluralRule({"one": "n is 1"}), "fr": PluralRule({"one": "n in 0..1"})}
#: A date that is further away than this is said with its year, in the same year as well.
FAR: Final = timedelta(days=180)


class Catalogue:
    """All sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts: Mapping[str, str | tuple[str, str]] = {**_subjects(language), **_read(language)}

    def say(self, phrase: Phrase, zone: str = "UTC", now: datetime | None = None) -> str:
        """Put a phrase into words.

        Args: now: when it is read. Dates that are not near say their year; without it, all of them do.
        Raises: KeyError for a key without words, which a test looks for.
        """
        text = self.texts[phrase.key]
        if phrase.key.startswith(WORD):
            # Named by language: how somebody wrote it, which is said inert.
            return str(phrase.params.get(self.language, text))
        if isinstance(text, tuple):
            count = phrase.params["count"]
            assert isinstance(count, int)
            text = text[0 if _PLURAL[self.language](count) == "one" else 1]
        return _Filler(self, zone, now).vformat(text, (), phrase.params)


class _Filler(Formatter):
    """Puts parameters into a sentence, each in the way of the reader's language and zone."""

    def __init__(self, catalogue: Catalogue, zone: str, now: datetime | None) -> None:
        self.catalogue = catalogue
        self.zone = zone
        self.now = now

    def format_field(self, value: Param, format_spec: str) -> Any:
        language = self.catalogue.language
        match value:
            case datetime() if format_spec == "time":
                return format_time(value, "short", tzinfo=ZoneInfo(self.zone), locale=language)
            case datetime() if format_spec == "month":
                local = value.astimezone(ZoneInfo(self.zone))
                return format_skeleton("yMMMM", local, locale=language)
            case datetime():
                local = value.astimezone(ZoneInfo(self.zone))
                day = "EEEE d MMMM" if self._is_near(local) else "EEEE d MMMM y"
                return _first(format_date(local, day, locale=language), language)
            case Phrase():
                said = self.catalogue.say(value, self.zone, self.now)
                return said[:1].upper() + said[1:] if format_spec == "start" else said
            case tuple():
                parts = [self.format_field(part, "") for part in value]
                return "\n".join(parts) if format_spec == "lines" else format_list(parts, locale=language)
            case int():
                return format_decimal(value, locale=language)
            case _:
                return value

    def _is_near(self, local: datetime) -> bool:
        """Whether a day is known without its year. Args: local: in the zone of the reader."""
        if self.now is None:
            return False
        return self.now.astimezone(local.tzinfo).year == local.year and abs(local - self.now) <= FAR


def _first(date: str, language: str) -> str:
    """«mardi 1 décembre» is written «mardi 1er décembre»."""
    return date.replace(" 1 ", " 1er ") if language == "fr" else date


def _read(language: str) -> dict[str, str | tuple[str, str]]:
    texts: dict[str, str | tuple[str, str]] = {}
    folder = files(__name__).joinpath(language)
    for source in sorted((s for s in folder.iterdir() if s.name.endswith(".po")), key=lambda s: s.name):
        with source.open("rb") as lines:
            for entry in read_po(lines, locale=language):
                match entry.id, entry.string:
                    case (str(key), _), (str(one), str(many)):
                        texts[key] = (one, many)
                    case str(key), str(text) if key:
                        texts[key] = text
    return texts


def _subjects(language: str) -> dict[str, str]:
    """What the thesaurus calls subjects and things, as print has it."""
    words = {f"word.{key}": name.replace("'", "’") for key, name in names(language).items()}
    return words | {f"topic.{key}": label for key, label in labels(language).items()}


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; English for one that we do not speak."""
    return Catalogue(language if language in LANGUAGES else "en")
