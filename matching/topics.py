"""The subjects of community life, in both languages: what a notice is about, and the words that say so."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from matching.text import LANGUAGES, fold, is_known, stem, stop_words, vocabulary, words


@dataclass(frozen=True)
class Topic:
    """A subject that members can share."""

    key: str
    #: Language to name: {"fr": "jardinage", "en": "gardening"}.
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Concept:
    """Words of both languages for one thing."""

    key: str
    topics: frozenset[str]
    #: Fits many subjects: says little alone ("lesson").
    weak: bool = False


@cache
def topics() -> Mapping[str, Topic]:
    """All topics by key, in the order of the file."""
    return {key: Topic(key, {x: entry[x] for x in LANGUAGES}) for key, entry in _file().items()}


@cache
def labels(language: str) -> Mapping[str, str]:
    """Topic key to its name in that language, in the order of the file."""
    return {key: topic.labels[language] for key, topic in topics().items()}


@cache
def concepts() -> Mapping[tuple[str, tuple[str, ...]], Concept]:
    """(language, stems of a word or phrase) to what it means."""
    homes: dict[str, list[str]] = {}
    for key, entry in _file().items():
        for line in entry["words"]:
            homes.setdefault(line, []).append(key)
    found: dict[tuple[str, tuple[str, ...]], Concept] = {}
    for line, keys in homes.items():
        sides = line.removeprefix("~").split(" = ")
        concept = Concept("=" + sides[1].split(", ")[0], frozenset(keys), weak=line.startswith("~"))
        for language, side in zip(LANGUAGES, sides, strict=True):
            for phrase in side.split(", "):
                stems = tuple(stem(w, language) for w in unlinked(words(phrase)))
                found.setdefault((language, stems), concept)
    return found


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    lines = {line.removeprefix("~") for entry in _file().values() for line in entry["words"]}
    sides = [line.split(" = ") for line in sorted(lines)]
    return {"=" + en.split(", ")[0]: {"fr": fr.split(", ")[0], "en": en.split(", ")[0]} for fr, en in sides}


def word_for(key: str, language: str) -> str | None:
    """How a thing of the thesaurus is called in a language; None for a key that is not in it."""
    return _names().get(key, {}).get(language)


def names(language: str) -> Mapping[str, str]:
    """What things of the thesaurus are called in a language, by key."""
    return {key: name[language] for key, name in _names().items()}


@cache
def _longest() -> Mapping[tuple[str, str], int]:
    """(language, stem) to how many words the longest known phrase has that begins so."""
    found: dict[tuple[str, str], int] = {}
    for language, stems in concepts():
        found[language, stems[0]] = max(len(stems), found.get((language, stems[0]), 0))
    return found


@lru_cache(maxsize=65_536)
def _longest_from(word: str, language: str) -> int:
    """How many words the longest phrase may have that begins with this one, in either language; 0 for none."""
    return max(_longest().get((x, stem(word, x)), 0) for x in {language, *LANGUAGES})


def unlinked(phrase: list[str]) -> list[str]:
    """The words without those that may be missing or differ in a phrase: "garde d'enfants", "garde des enfants"."""
    return [w for w in phrase if w.lower() not in _links()]


@cache
def _links() -> frozenset[str]:
    return frozenset(vocabulary()["links"].split())


def concepts_in(phrase: list[str], language: str) -> Iterator[tuple[int, int, Concept]]:
    """What a run of words without links means: (start, end, concept), longest phrases first, none overlapping."""
    stems = [stem(w, language) for w in phrase]
    at = 0
    while at < len(phrase):
        for size in range(min(_longest_from(phrase[at], language), len(phrase) - at), 0, -1):
            concept = _find(tuple(stems[at : at + size]), phrase[at : at + size], language)
            if concept:
                yield at, at + size, concept
                at += size
                break
        else:
            at += 1


def _find(stems: tuple[str, ...], written: list[str], language: str) -> Concept | None:
    """A concept in this language, or by a word borrowed from the other that this one does not have."""
    if len(written) == 1 and fold(written[0]) in stop_words(language):
        return None  # "I run a shop" is not about running
    own = concepts().get((language, stems))
    if own or (len(written) == 1 and (is_known(written[0], language) or stems[0] in false_friends())):
        return own
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    return concepts().get((other, tuple(stem(w, other) for w in written)))


@cache
def false_friends() -> frozenset[str]:
    """Stems that look alike in both languages and mean different things: "pain", "location"."""
    listed = vocabulary()["false_friends"].split()
    return frozenset(stem(w, x) for w in listed for x in LANGUAGES)


def _file() -> Mapping[str, Mapping[str, Any]]:
    entries: Mapping[str, Mapping[str, Any]] = json.loads(
        files("matching").joinpath("topics.json").read_text(encoding="utf-8")
    )
    return entries
