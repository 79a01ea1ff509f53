"""Languages to choose from in a menu, in the reader's own words."""

from collections.abc import Iterable, Sequence
from functools import cache
from unicodedata import normalize

from babel import Locale

from bot.text import LANGUAGES
from bot.text.languages import OTHERS


def meeting_languages(language: str, kept: Sequence[str]) -> dict[str, str]:
    """Languages to meet in, by code and in the reader's words: ours, those that were chosen before, the others."""
    mine = [code for code in kept if code not in LANGUAGES]
    others = [code for code in OTHERS if code not in mine]
    return {**_named(LANGUAGES, language), **_named(mine, language), **_named(others, language)}


def _named(codes: Iterable[str], language: str) -> dict[str, str]:
    names = _names(language)
    return dict(sorted(((code, names[code]) for code in codes if code in names), key=lambda one: _plainly(one[1])))


@cache
def _names(language: str) -> dict[str, str]:
    return dict(Locale(language).languages)


def _plainly(name: str) -> str:
    return normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
