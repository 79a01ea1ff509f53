"""What stands for words where words must not stand: keyed hashes that a database can compare, and no more.

Every community has a key of its own, so that the same word there and here is not the same number.
"""

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from itertools import combinations
from typing import Final

from bot.domain.ids import CommunityId
from matching.reading import Reading, Term
from matching.score import SHORTEST_SLIP

#: From this many letters two slips are forgiven; longer stems than these are looked for with one, or with none.
TWO_SLIPS: Final = 9
LONGEST_WITH_TWO: Final = 20
LONGEST: Final = 60
#: What a reading depends on, besides the code.
PACKAGES: Final = ("PyStemmer", "simplemma", "stop-words")

KeyedHash = Callable[..., str]


class Blind:
    """The hashes of one community: whole numbers of 63 bits."""

    def __init__(self, keyed_hash: KeyedHash, community: CommunityId) -> None:
        self._key = bytes.fromhex(keyed_hash("search", community))

    def number(self, of: str, text: str = "") -> int:
        """What stands for a text of some sort."""
        given = f"{of}\x1f{text}".encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(given, key=self._key, digest_size=8).digest()) >> 1

    @property
    def everybody(self) -> int:
        """A term that all notices of the community hold."""
        return self.number("everybody")

    def term(self, key: str) -> int:
        """A term of a reading, by its key."""
        return self.number("term", key)

    def topic(self, key: str) -> int:
        """A topic."""
        return self.number("topic", key)

    def terms(self, reading: Reading) -> list[int]:
        """All that a notice is found by and counted for: its terms in their order, its topics, and `everybody`."""
        return [*map(self.term, reading.terms), *map(self.topic, sorted(reading.topics)), self.everybody]

    def slips_of(self, term: Term) -> frozenset[int]:
        """What may be left of a term, mistyped; another of which the same is left may be a slip of it."""
        of = "known" if term.known else "unknown"
        return frozenset(self.number(of, rest) for rest in remains(term.stem))

    def slips_for(self, term: Term) -> frozenset[int]:
        """What the terms have in `slips_of` that this one may be a slip of: of two known words, neither is one."""
        sorts = ("unknown",) if term.known else ("known", "unknown")
        return frozenset(self.number(of, rest) for rest in remains(term.stem) for of in sorts)


def remains(stem: str) -> Iterator[str]:
    """What is left of a stem when a letter is dropped, or two of a long one, and the stem itself; never the first.

    Two stems that begin alike and are a slip apart, as `matching.score.is_slip` sees it, always have one in common:
    every insertion, deletion, exchange or transposition is undone by dropping a letter on one side or on both. Pieces
    of four letters, as trigram indexes use, cannot promise that: a slip in the middle of six letters breaks them all.

    Source: deletion neighbourhoods (Mor and Fraenkel, "A hash code method for detecting and correcting spelling
    errors", Communications of the ACM 25, 1982; SymSpell).
    """
    if not SHORTEST_SLIP <= len(stem) <= LONGEST:
        return
    most = 2 if TWO_SLIPS <= len(stem) <= LONGEST_WITH_TWO else 1
    for count in range(most + 1):
        for dropped in combinations(range(1, len(stem)), count):
            yield "".join(letter for at, letter in enumerate(stem) if at not in dropped)


def engine_number(keyed_hash: KeyedHash) -> int:
    """Which engine reads here, under which key: another number for every change of what a reading depends on."""
    return int(keyed_hash("search engine", _engine())[:15], 16)


@cache
def _engine() -> str:
    """The code and the word lists that readings come from, and the versions of what they use."""
    content = blake2b(digest_size=16)
    for path in sorted(files("matching").iterdir(), key=lambda path: path.name):
        if path.name in ("reading.py", "text.py", "topics.py", "topics.json", "words.json", "score.py"):
            content.update(path.read_bytes())
    return " ".join([content.hexdigest(), *(f"{name} {version(name)}" for name in PACKAGES)])
