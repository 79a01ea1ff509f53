"""Short texts made comparable: folding, words, stems, sentences, and whether it is French or English."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import simplemma
import Stemmer
from stop_words import get_stop_words

LANGUAGES: Final = ("fr", "en")
#: Letters that no decomposition splits.
LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
#: Typographic apostrophes and hyphens as they are typed.
TYPED: Final = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"})
#: A word as people type it: t-shirt, c++, c#, node.js, k8s, aujourd'hui.
WORD: Final = re.compile(r"[^\W_]+(?:['.\-][^\W_]+)*(?:\+\+|(?<=\b[cfCF])#(?!\w))?")
ELISION: Final = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w)")
#: What French puts behind a verb when it asks: "soucie-t-il", "fais-je".
ENCLITIC: Final = re.compile(r"(?<=\w{3})-(?:t-(?:ils?|elles?|on)|ils?|elles?|je|tu|ce|y|en)$")
POSSESSIVE: Final = re.compile(r"'s?$|'(?:s|re|ve|ll|d|m)$")
NUMBER: Final = re.compile(r"^\d[\d.]*(?:e|er|ere|eme|st|nd|rd|th|h|k|km|kg|m|min|cm|mm)?$")
LETTERS: Final = re.compile(r"[^\W\d_]+")
#: Letters of French that English does without.
ACCENTS: Final = re.compile("[éèêàçùœîôû]")
SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+|\s*\n+\s*")
#: Snowball conflates short words that differ ("cours" and "course"); their lemma is enough.
LONGEST_UNSTEMMED: Final = 6


@cache
def vocabulary() -> Mapping[str, Any]:
    """The word lists that the engine reads with: function words, cues of intent, generic words, false friends."""
    lists: Mapping[str, Any] = json.loads(files("matching").joinpath("words.json").read_text(encoding="utf-8"))
    return lists


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The text for comparison: one case, no accents, plain apostrophes and hyphens."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(LIGATURES).translate(TYPED)
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


def sentences(text: str) -> list[str]:
    """The sentences of a short text, in order; none for an empty one."""
    return [s.strip() for s in SENTENCE_END.split(text) if s.strip()]


def words(text: str) -> list[str]:
    """The words of a text as written, elisions ("l'", "d'") and possessives cut off, compounds whole or in parts.

    A compound with a very short part is one word ("t-shirt", "e-mail"); any other is its parts ("porte-vélo").
    """
    found: list[str] = []
    for match in WORD.finditer(unicodedata.normalize("NFKC", text).translate(TYPED)):
        if match[0].isalnum():
            found.append(match[0])
            continue
        word = ENCLITIC.sub("", POSSESSIVE.sub("", ELISION.sub("", match[0].lower())))
        written = match[0][match[0].lower().find(word) :][: len(word)]
        parts = written.split("-")
        found += [written] if min(map(len, parts)) <= 2 else parts
    return found


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """What all the forms of a word have in common: its lemma, stemmed when long, folded.

    A word that its language does not know is tried in the other one: French chats are full of English words.
    """
    plain = unicodedata.normalize("NFC", word).lower().replace("-", "")
    lemma = simplemma.lemmatize(plain, lang=(language, *(x for x in LANGUAGES if x != language))).lower()
    if len(lemma) > LONGEST_UNSTEMMED:
        lemma = _stemmer(language).stemWord(lemma)
    folded = fold(lemma)
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer("french" if language == "fr" else "english")


@lru_cache(maxsize=65_536)
def is_known(word: str, language: str) -> bool:
    """Whether the language's dictionary has this word, as typed or without its plural."""
    plain = word.lower()
    singular = plain.rstrip("s") or plain
    return simplemma.is_known(plain, lang=language) or simplemma.is_known(singular, lang=language)


@cache
def stop_words(language: str) -> frozenset[str]:
    """Folded words that carry no subject: grammar, and the cues that make a need or an offer of a sentence."""
    lists = vocabulary()
    grammar = {fold(w) for w in get_stop_words(language)} | set(map(fold, lists["function"][language].split()))
    kept = set(map(fold, lists["keep"][language].split()))
    return frozenset(grammar - kept | set(map(fold, lists["cues"][language].split())))


@cache
def cue_stems(language: str) -> frozenset[str]:
    """Stems of the words that say need or offer, whatever their form."""
    return frozenset(stem(w, language) for w in vocabulary()["cues"][language].split())


@cache
def generic_stems(language: str) -> frozenset[str]:
    """Stems of words that fit any subject: people, days, sizes."""
    return frozenset(stem(w, language) for w in vocabulary()["generic"][language].split())


def is_stop(word: str, language: str) -> bool:
    """Whether a word says nothing about the subject: grammar, a cue, a number or a lone letter."""
    folded = fold(word)
    if folded in stop_words(language) or NUMBER.match(folded) or len(folded) < 2:
        return True
    return stem(word, language) in cue_stems(language) or all(p in stop_words(language) for p in folded.split("-"))


def language_of(text: str, default: str) -> str:
    """ "fr" or "en", by the function words of a text; `default` when they do not tell."""
    tokens = [fold(w) for w in LETTERS.findall(text)]
    votes = {x: sum(map(_function_words(x).__contains__, tokens)) for x in LANGUAGES}
    votes["fr"] += len(ACCENTS.findall(text.lower()))
    if votes["fr"] == votes["en"]:
        return default
    return max(votes, key=lambda x: votes[x])


@cache
def _function_words(language: str) -> frozenset[str]:
    return frozenset(fold(w) for w in vocabulary()["function"][language].split())


def terms_left(text: str, language: str) -> list[str]:
    """The words of a text that say what it is about."""
    return [w for w in words(text) if not is_stop(w, language)]
