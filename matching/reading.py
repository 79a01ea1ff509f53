"""What a notice is about: its terms, each with how much it counts, and its topics."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from matching.model import Notice
from matching.text import generic_stems, is_known, is_stop, stem, vocabulary, words
from matching.topics import Concept, concepts_in, false_friends, unlinked

#: How much a term counts: one that fits any subject, and one said after "for", "pour", "because".
GENERIC: Final = 0.2
CONTEXT: Final = 0.55
#: A topic is suggested when it has at least this share of the evidence that the best one has.
NEAR_BEST: Final = 0.6
MOST_TOPICS: Final = 3
#: Words, and terms as written, that are remembered.
REMEMBERED: Final = 16_384
#: The least evidence for a topic: one word in passing is none.
LEAST_EVIDENCE: Final = 0.5


@dataclass(frozen=True)
class Term:
    """One thing that a notice names."""

    #: Equal for all forms of a word, and for all words of a concept in both languages.
    key: str
    #: As its author wrote it.
    written: str
    #: In (0, 1].
    weight: float
    #: The stem as written, where slips are looked for.
    stem: str
    #: Whether a dictionary has it; if not it may be a name or a slip.
    known: bool
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """A notice as the engine compares it."""

    terms: Mapping[str, Term]
    topics: frozenset[str]
    #: What is to be done with them: "teach", "repair", "carry".
    acts: frozenset[str] = frozenset()
    #: Whether its author chose the topics; if not, they are read from the terms.
    chosen: bool = False


def read(notice: Notice) -> Reading:
    """Read a notice; its author's topics count, and without any, those that its words suggest."""
    written = words(notice.text)
    found = _terms(written, notice.language)
    topics = frozenset(notice.topics or _topics(found))
    return Reading({t.key: t for t in found}, topics, _acts_in(written, notice.language), bool(notice.topics))


def suggest(text: str, language: str) -> tuple[str, ...]:
    """The topic keys that a text is about, best first, at most three; none when its words say nothing."""
    return _topics(terms(text, language))


def terms(text: str, language: str) -> tuple[Term, ...]:
    """The things that a text names, each once, in order, with their weights."""
    return _terms(words(text), language)


def _terms(said: list[str], language: str) -> tuple[Term, ...]:
    written = unlinked(said)
    meaning: dict[int, tuple[int, Concept]] = {a: (b, c) for a, b, c in concepts_in(written, language)}
    found: dict[str, Term] = {}
    at, factor = 0, 1.0
    while at < len(written):
        end, concept = meaning.get(at, (at + 1, None))
        if found and written[at].lower() in _purpose(language) and any(t.weight > GENERIC for t in found.values()):
            factor = CONTEXT
        if concept or not _is_stop(written[at], language):
            term = _term(" ".join(written[at:end]), language, concept, factor)
            found.setdefault(term.key, term)
        at = end
    return tuple(found.values())


def acts(text: str, language: str) -> frozenset[str]:
    """What a text wants done or does: to teach the piano and to carry one are two things."""
    return _acts_in(words(text), language)


def _acts_in(said: list[str], language: str) -> frozenset[str]:
    known = _acts(language)
    return frozenset(known[s] for s in (stem(w, language) for w in said) if s in known)


@cache
def _acts(language: str) -> Mapping[str, str]:
    listed = vocabulary()["acts"]
    return {stem(w, language): act for act, forms in listed.items() for w in forms[language].split()}


@lru_cache(maxsize=REMEMBERED)
def _term(written: str, language: str, concept: Concept | None, factor: float) -> Term:
    key, known = stem(written, language), is_known(written, language)
    if concept:
        weight = factor * (GENERIC if concept.weak else 1.0)
        return Term(concept.key, written, weight, key, known, concept.topics)
    weight = factor * (GENERIC if key in generic_stems(language) or key in _acts(language) else 1.0)
    # Alike by chance: "pain" is not bread in English, nor is any short word safe across languages.
    tagged = f"{key}@{language}" if key in false_friends() or (known and len(key) < 5) else key
    return Term(tagged, written, weight, key, known)


def _topics(found: tuple[Term, ...]) -> tuple[str, ...]:
    evidence: dict[str, float] = {}
    for term in found:
        for topic in sorted(term.topics):
            evidence[topic] = evidence.get(topic, 0.0) + term.weight
    best = max(evidence.values(), default=0.0)
    near = [k for k, v in evidence.items() if v >= max(NEAR_BEST * best, LEAST_EVIDENCE)]
    return tuple(sorted(near, key=lambda k: -evidence[k])[:MOST_TOPICS])


@cache
def _purpose(language: str) -> frozenset[str]:
    return frozenset(vocabulary()["purpose"][language].split())


_is_stop = lru_cache(maxsize=REMEMBERED)(is_stop)
