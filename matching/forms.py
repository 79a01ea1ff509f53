"""The different things that notices name, each once: a word as its author wrote it, and all that comparing needs of it.

A million notices name some hundred thousand. Numbers of them are all that is kept of each notice, and what they weigh,
stand for and look like is gathered from arrays.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.arrays import with_room
from matching.encoder import LONGEST_WORD
from matching.numbering import NONE
from matching.reading import Term
from matching.runs import Runs
from matching.score import SHORTEST_SLIP, is_slip, slack
from matching.strings import Names
from matching.words import Word, Words

Numbers = NDArray[np.int32]
#: Between the parts of a term that is kept as one string; no word has it.
_BETWEEN: Final = "\x1f"
#: Terms, and words as their authors wrote them, that are remembered as such.
REMEMBERED: Final = 16_384
#: Letters that a sign tells apart.
LETTERS: Final = 32
#: By number, beside its string: the number of its key (`NONE` for a text without terms), its weight, whether it has
#: topics, the sign of its stem, and its words as written and in the thesaurus's words (`NONE` without an encoder).
_COLUMNS: Final = {
    "key": np.int32, "weight": np.float64, "topical": np.bool_, "sign": np.uint64, "written": np.int32,
    "concept": np.int32,
}  # fmt: skip


class Forms:
    """Terms by number, kept while a notice holds them. Not safe for several threads at once."""

    def __init__(self, words: Words | None = None) -> None:
        self._words = words
        self._names = Names()
        self._keys = Names()
        self._columns: dict[str, NDArray[Any]] = {name: np.zeros(0, kind) for name, kind in _COLUMNS.items()}
        #: By key: how many notices have it, and how its first holder's stem is written, where slips are looked for.
        self.holders = np.zeros(0, np.int32)
        self._stems = Runs(np.uint8)
        self._first = np.zeros(0, np.uint8)
        self._signs = np.zeros(0, np.uint64)
        self._known = np.zeros(0, np.bool_)
        self._remembered: OrderedDict[int, Term] = OrderedDict()
        self._written: dict[int, str] = {}

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep."""
        return (
            sum(column.nbytes for column in self._columns.values())
            + sum(a.nbytes for a in (self.holders, self._first, self._signs, self._known))
            + self._names.nbytes + self._keys.nbytes + self._stems.nbytes
        )  # fmt: skip

    # --- what is in -----------------------------------------------------------------------------------------------

    def find(self, term: Term, language: str) -> int:
        """The number of a term, or `NONE`."""
        return self._names.find(_packed(term, language))

    def find_key(self, key: str) -> int:
        """The number of a key, or `NONE`."""
        return self._keys.find(key)

    def holders_of(self, key: str) -> int:
        """How many notices have a key."""
        number = self._keys.find(key)
        return 0 if number == NONE else self.holders.item(number)

    def hold(self, terms: Sequence[Term], language: str, known: Sequence[int] = ()) -> Numbers:
        """The numbers of a notice's terms, kept until they are released as often; the words must know theirs.

        Args: `known` are what `find` said of the first of them, as long as nothing has been released since.
        """
        numbers = [*known, *[NONE] * (len(terms) - len(known))]
        for place, (term, number) in enumerate(zip(terms, numbers, strict=True)):
            if number == NONE:
                numbers[place] = self._held(term, language)
            else:
                self._names.hold_again(number)
        return np.array(numbers, np.int32)

    def count(self, numbers: Numbers, by: int) -> None:
        """A notice with these terms comes, or goes."""
        keys = self._columns["key"][numbers]
        self.holders[keys[keys >= 0]] += by

    def release(self, numbers: Numbers) -> None:
        """Let go of terms that were held."""
        for number in numbers.tolist():
            key = self._columns["key"].item(number)
            if not self._names.release(number):
                continue
            self._remembered.pop(number, None)
            self._written.pop(number, None)
            if self._words is not None:
                self._words.release(self._columns["written"].item(number))
                self._words.release(self._columns["concept"].item(number))
            for column in self._columns.values():
                column[number] = 0
            if key >= 0 and self._keys.release(key):
                self._stems.drop(key)
                self._first[key], self._signs[key], self._known[key] = 0, 0, False

    def _held(self, term: Term, language: str) -> int:
        text = _packed(term, language)
        number = self._names.hold(text)
        if self._names.holders[number] == 1:
            for name, column in self._columns.items():
                self._columns[name] = with_room(column, number + 1)
            key = self._hold_key(term) if term.key else NONE
            values: tuple[Any, ...] = (
                key,
                term.weight,
                bool(term.topics),
                sign(term.stem),
                *self._spoken(term, language),
            )
            for column, value in zip(self._columns.values(), values, strict=True):
                column[number] = value
        return number

    def _hold_key(self, term: Term) -> int:
        key = self._keys.hold(term.key)
        if self._keys.holders[key] == 1:
            if key >= len(self.holders):
                for name in ("holders", "_first", "_signs", "_known"):
                    setattr(self, name, with_room(getattr(self, name), key + 1))
            self.holders[key] = self._first[key] = 0
        if len(term.stem) >= SHORTEST_SLIP and not self._first[key]:
            self._stems.put(key, np.frombuffer(term.stem.encode("utf-8", "surrogatepass"), np.uint8))
            self._first[key], self._signs[key], self._known[key] = _first(term.stem), sign(term.stem), term.known
        return key

    def _spoken(self, term: Term, language: str) -> tuple[int, int]:
        if self._words is None:
            return NONE, NONE
        found = self._words.find(written_as(term, language)), self._words.find(concept_of(term, language))
        for word in found:
            self._words.hold(word)
        return found

    # --- what it is -----------------------------------------------------------------------------------------------

    def column(self, name: str, numbers: Numbers) -> NDArray[Any]:
        """One of the columns, for these numbers."""
        return self._columns[name].take(numbers)

    def words(self, number: int) -> tuple[int, int]:
        """The numbers of a term's words, as written and in the thesaurus's words."""
        return self._columns["written"].item(number), self._columns["concept"].item(number)

    def term(self, number: int) -> Term:
        """The term of a number that is held."""
        term = self._remembered.get(number)
        if term is None:
            term = self._remembered[number] = _unpacked(self._names.text(number))
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return term

    def written(self, number: int) -> str:
        """The term of a number as its author wrote it."""
        text = self._written.get(number)
        if text is None:
            if len(self._written) >= REMEMBERED:
                self._written.clear()
            text = self._written[number] = self._names.text(number).rpartition(_BETWEEN)[2]
        return text

    def slips(self, term: Term) -> list[str]:
        """The keys whose word is probably this one, mistyped, or the other way round."""
        if len(term.stem) < SHORTEST_SLIP:
            return []
        near = np.flatnonzero(self._first == _first(term.stem))
        near = near[np.bitwise_count(self._signs[near] ^ sign(term.stem)) <= 2 * slack(len(term.stem))]
        found = []
        for key in near.tolist():
            known = self._known.item(key)
            if term.known and known:
                continue
            stem = self._stems.get(key).tobytes().decode("utf-8", "surrogatepass")
            if is_slip(term, Term("", "", 1.0, stem, known)):
                found.append(self._keys.text(key))
        return found

    def slips_of(self, numbers: Numbers, terms: Sequence[Term]) -> list[tuple[int, list[int]]]:
        """Places of terms, in order, and places of those numbers that are probably the term, mistyped."""
        found = []
        signs = self._columns["sign"].take(numbers)
        for place, term in enumerate(terms):
            if len(term.stem) >= SHORTEST_SLIP:
                near = (np.bitwise_count(signs ^ sign(term.stem)) <= 2 * slack(len(term.stem))) & (signs != 0)
                slips = [at for at in np.flatnonzero(near).tolist() if is_slip(term, self.term(int(numbers[at])))]
                if slips:
                    found.append((place, slips))
        return found

    # --- as arrays ------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Everything as plain arrays. They hold what people wrote: whoever stores them protects them."""
        end, keys = len(self._names), len(self._keys)
        by_key = {name: getattr(self, name)[:keys] for name in ("holders", "_first", "_signs", "_known")}
        return {
            "forms": {name: column[:end] for name, column in self._columns.items()},
            "form names": self._names.state(),
            "keys": {name.removeprefix("_"): column for name, column in by_key.items()},
            "key names": self._keys.state(),
            "stems": self._stems.state(),
        }

    @classmethod
    def of(cls, state: Mapping[str, Mapping[str, NDArray[Any]]], words: Words | None = None) -> "Forms":
        """What `state` described. Raises: ValueError when the arrays do not fit together."""
        self = cls(words)
        self._names, self._keys = Names.of(state["form names"]), Names.of(state["key names"])
        self._columns = {name: np.require(state["forms"][name], requirements="W") for name in _COLUMNS}
        by_key = (np.require(state["keys"][n], requirements="W") for n in ("holders", "first", "signs", "known"))
        self.holders, self._first, self._signs, self._known = by_key
        self._stems = Runs.of(state["stems"])
        if {len(column) for column in self._columns.values()} != {len(self._names)} or any(
            len(column) != len(self._keys) for column in (self.holders, self._first, self._signs, self._known)
        ):
            raise ValueError("the arrays do not fit together")
        return self


def written_as(term: Term, language: str) -> Word:
    """A term's word as its author wrote it."""
    return term.written.lower()[:LONGEST_WORD], language


def concept_of(term: Term, language: str) -> Word:
    """The thesaurus's English word for a thing; its author's when the thesaurus has none."""
    return (term.key[1:], "en") if term.key.startswith("=") else written_as(term, language)


def sign(stem: str) -> np.uint64:
    """Which letters a stem has once, and which again: two bits each. A slip of one letter changes two bits at most.

    0 for a stem that is too short to be looked at for slips.
    """
    once = again = 0
    if len(stem) >= SHORTEST_SLIP:
        for letter in stem:
            bit = 1 << ord(letter) % LETTERS
            once, again = once | bit, again | (once & bit)
    return np.uint64(once | again << LETTERS)


def _first(stem: str) -> int:
    """A number of a stem's first letter, from 1."""
    return ord(stem[0]) % 255 + 1


def _packed(term: Term, language: str) -> str:
    stem = "" if term.stem == term.key else term.stem
    topics = ",".join(sorted(term.topics))
    return _BETWEEN.join(
        (language, term.key, stem, "known" if term.known else "", repr(term.weight), topics, term.written)
    )


def _unpacked(text: str) -> Term:
    _, key, stem, known, weight, topics, written = text.split(_BETWEEN, 6)
    parts = frozenset(topics.split(",")) if topics else frozenset()
    return Term(key, written, float(weight), stem or key, bool(known), parts)
