"""Made-up offers and needs in French and English, the same for the same seed: what the retrieval benchmark searches.

Words fall as words do: about half are function words, a third belong to one of 400 subjects, the rest follow Zipf. The
words are those of Debian's `wfrench` and `wamerican` when they are there; otherwise syllables, 30,000 for each
language, which changes what is read and nothing that is measured.
"""

import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LISTS: Final = (Path("/usr/share/dict/french"), Path("/usr/share/dict/american-english"))
EACH: Final = 30_000
SUBJECTS: Final = 400
SUBJECT_WORDS: Final = 60
#: Shares of a text: function words, then words of its subject, then any.
FUNCTION, OF_SUBJECT = 0.45, 0.35
FRENCH_SHARE: Final = 0.6
TYPO: Final = 0.06
COMMUNITIES: Final = 200
_FUNCTION_WORDS: Final = (
    """de la le et à les des en un une du je pour que est pas dans qui ce il on sur avec plus se au ne vous nous mon ma
    mes par mais ou si tout comme son cette sa ses être aussi fait faire très bien peux peut cherche besoin propose aide
    quelqu'un j'ai c'est d'un d'une suis avoir sans leur notre votre où quand même chez deux bonjour merci svp aider
    temps jours semaine""",
    """the to and a of in i is for you it on that with my be are at this have can do or not we if but an so as me your
    from will would just any some about help need looking offer someone am get out up who what there has all more when
    how could our hi please thanks week time day""",
)
FRENCH, ENGLISH = (words.split() for words in _FUNCTION_WORDS)


@dataclass(frozen=True)
class Texts:
    """Texts as numbers of words: text i has `tokens[ends[i-1]:ends[i]]`."""

    ends: NDArray[np.int64]
    tokens: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, i: int) -> NDArray[np.int32]:
        return self.tokens[(self.ends[i - 1] if i else 0) : self.ends[i]]


@dataclass(frozen=True)
class Corpus:
    """Offers, needs (some with slips of the pen, as word -1), later offers; whose and where each offer is."""

    words: list[str]
    from_lists: bool
    function_words: int
    offers: Texts
    needs: Texts
    later: Texts
    members: NDArray[np.uint32]
    communities: NDArray[np.uint8]

    @cached_property
    def offer_texts(self) -> list[str]:
        """What a program that reads texts is given."""
        words = np.array(self.words, dtype=object)[self.offers.tokens]
        return [" ".join(words[a:b]) for a, b in zip([0, *self.offers.ends[:-1]], self.offers.ends, strict=True)]

    def text(self, tokens: NDArray[np.int32]) -> str:
        """Tokens as words; a slip as a word that nobody has."""
        return " ".join(self.words[t] if t >= 0 else "xqzzt" for t in tokens)

    def content(self, tokens: NDArray[np.int32]) -> list[int]:
        """The different words that tell something."""
        return sorted({int(t) for t in tokens if t >= self.function_words})


def make(size: int, seed: int = 1, needs: int = 400, later: int = 2000) -> Corpus:
    """A corpus of `size` offers."""
    french, english, from_lists = _words()
    firsts = (0, len(FRENCH)), (len(FRENCH) + len(ENGLISH), len(FRENCH) + len(ENGLISH) + len(french))
    words = [*FRENCH, *ENGLISH, *french, *english]
    draw = _Draw((len(FRENCH), len(ENGLISH)), (len(french), len(english)), firsts, words)
    chance = np.random.default_rng(seed)
    topics = np.minimum(np.searchsorted(_zipf(SUBJECTS, 0.7), chance.random(size)), SUBJECTS - 1)
    offers = draw.texts(topics, chance)
    members = chance.integers(0, max(2, size // 3), size).astype(np.uint32)
    homes = np.minimum(np.searchsorted(_zipf(COMMUNITIES, 0.9), chance.random(size)), COMMUNITIES - 1)
    asked = draw.texts(topics[chance.integers(0, size, needs)], chance)
    slipped = np.where(chance.random(len(asked.tokens)) < TYPO, -1, asked.tokens).astype(np.int32)
    new = draw.texts(topics[chance.integers(0, size, later)], chance)
    return Corpus(
        words, from_lists, len(FRENCH) + len(ENGLISH), offers, Texts(asked.ends, slipped), new, members,
        homes.astype(np.uint8),
    )  # fmt: skip


class _Draw:
    def __init__(self, function: tuple[int, int], others: tuple[int, int], firsts: Any, words: list[str]) -> None:
        first: dict[str, int] = {}
        #: A word of both languages is one word.
        self._same = np.array([first.setdefault(word, i) for i, word in enumerate(words)], np.int32)
        self._function_cdf = [_zipf(n, 0.9) for n in function]
        self._any_cdf = [_zipf(n, 1.07) for n in others]
        self._subject_cdf = _zipf(SUBJECT_WORDS, 1.0)
        self._function_first, self._first = firsts
        chance = np.random.default_rng(99)
        self._subject_words = [
            first + np.stack([chance.choice(5800, SUBJECT_WORDS, replace=False) + 200 for _ in range(SUBJECTS)])
            for first in self._first
        ]

    def texts(self, topics: NDArray[Any], chance: np.random.Generator) -> Texts:
        count = len(topics)
        lengths = np.clip(np.round(chance.lognormal(2.55, 0.45, count)), 5, 40).astype(np.int64)
        ends = np.cumsum(lengths)
        language = np.repeat(chance.random(count) >= FRENCH_SHARE, lengths)
        topic = np.repeat(topics, lengths)
        kind, place = chance.random(ends[-1]), chance.random(ends[-1])
        tokens = np.empty(ends[-1], np.int32)
        for n in (0, 1):
            here = language == n
            some = here & (kind < FUNCTION)
            tokens[some] = self._function_first[n] + _at(self._function_cdf[n], place[some])
            some = here & (kind >= FUNCTION) & (kind < FUNCTION + OF_SUBJECT)
            tokens[some] = self._subject_words[n][topic[some], _at(self._subject_cdf, place[some])]
            some = here & (kind >= FUNCTION + OF_SUBJECT)
            tokens[some] = self._first[n] + _at(self._any_cdf[n], place[some])
        return Texts(ends, self._same[tokens])


def _zipf(count: int, power: float) -> NDArray[np.float64]:
    shares = 1 / np.arange(1, count + 1) ** power
    return np.cumsum(shares / shares.sum())


def _at(cdf: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.minimum(np.searchsorted(cdf, place), len(cdf) - 1)


def _words() -> tuple[list[str], list[str], bool]:
    chance = random.Random(7)
    if all(path.exists() for path in LISTS):
        french, english = (_listed(path, chance) for path in LISTS)
    else:
        french, english = _syllables("eaiou", chance), _syllables("aeoiuy", chance)
    # Frequent words are short, more or less.
    return (
        sorted(french, key=lambda word: len(word) + chance.gauss(0, 2.5)),
        sorted(english, key=lambda word: len(word) + chance.gauss(0, 2.5)),
        all(path.exists() for path in LISTS),
    )


def _listed(path: Path, chance: random.Random) -> list[str]:
    words = {line.strip().lower() for line in path.read_text(encoding="utf-8").splitlines()}
    fit = sorted(w for w in words - {*FRENCH, *ENGLISH} if 3 <= len(w) <= 14 and w.replace("-", "").isalpha())
    chance.shuffle(fit)
    return fit[:EACH]


def _syllables(vowels: str, chance: random.Random) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < EACH:
        parts = (chance.choice("bcdfglmnprstvz") + chance.choice(vowels) for _ in range(chance.choice((2, 2, 3, 3, 4))))
        words["".join(parts) + chance.choice(("", "", "s", "r", "nt"))] = None
    return list(words)


if __name__ == "__main__":
    small = make(3)
    print("Debian's word lists" if small.from_lists else "words made of syllables", "·", *(small.offer_texts), sep="\n")
