"""How a text is put: as a notice to people, as a plain sentence, or as a label; and the other ways to put a label.

What is compared best differs between the three. Words of a label can be compared one by one; a sentence says more than
its words; a notice hides its subject behind asking and offering.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from rapidfuzz import fuzz

from matching.text import fold

#: The three ways: asking or offering something of people, telling something, naming something.
NOTICE: Final = "notice"
SENTENCE: Final = "sentence"
LABEL: Final = "label"

#: Two spellings of one title, as in "Serveur / Serveuse".
SLASH: Final = re.compile(r"\s+/\s+")
WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
#: How alike the words of two forms are, in per cent: "conducteur" and "conductrice" are, "Chef" and "mécanicienne" not.
SAME_TITLE: Final = 50.0


def register(text: str, language: str) -> str:
    """NOTICE, SENTENCE or LABEL; "fr" and "en" are known. An empty text is a label."""
    folded = fold(text)
    if _asking().search(folded):
        return NOTICE
    if "?" in text or "!" in text:
        return SENTENCE
    spoken = [part for word in WORD.findall(folded) for part in (word.split("'") if language == "fr" else (word,))]
    return SENTENCE if any(word in _persons(language) for word in spoken) else LABEL


def alternatives(text: str) -> tuple[str, ...]:
    """Both forms of a title that is given in two; none for any other text.

    "Accueillant familial / Accueillante familiale auprès d'adultes" is "Accueillant familial auprès d'adultes" and
    "Accueillante familiale auprès d'adultes".
    """
    parts = [part.split() for part in SLASH.split(text)]
    if len(parts) != 2 or not all(parts):
        return ()
    one, other = parts
    shared = min(len(one), len(other))
    while shared > 1 and not _alike(one[-shared:], other[:shared]):
        shared -= 1
    return " ".join([*one, *other[shared:]]), " ".join([*one[:-shared], *other])


def _alike(some: list[str], others: list[str]) -> bool:
    return all(fuzz.ratio(fold(a), fold(b)) >= SAME_TITLE for a, b in zip(some, others, strict=True))


@cache
def _lists() -> Mapping[str, Any]:
    lists: Mapping[str, Any] = json.loads(files("matching").joinpath("wording.json").read_text(encoding="utf-8"))
    return lists


@cache
def _asking() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_lists()['asking'])})\b")


@cache
def _persons(language: str) -> frozenset[str]:
    return frozenset(_lists()["persons"][language].split())
