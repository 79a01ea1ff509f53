"""What notices mean, compared: as wholes, and word by word.

A whole is compared after taking away what every need, or every offer, of its language has in common ("I am looking
for", "je peux prêter"): the mean of such notices, learnt from the community as it speaks, from a few of our own until
then. Word by word, each finds its nearest on the other side, so that "food, water, tents" meets "tents" and "gérer le
personnel" meets "diriger des équipes".

Source: mean removal: Mu and Viswanath, "All-but-the-top" (ICLR 2018); alignment of words: Mihalcea, Corley and
Strapparava, "Corpus-based and knowledge-based measures of text semantic similarity" (AAAI 2006).
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.arrays import joined, split, with_room
from matching.encoder import LONGEST_WORD, Encoder, bounded, unit
from matching.forms import Forms, Numbers, concept_of, written_as
from matching.model import Notice
from matching.notices import Notices
from matching.numbering import NONE
from matching.reading import Reading, Term
from matching.text import LANGUAGES, terms_left
from matching.vectors import Allowed, Vectors
from matching.wording import LABEL, NOTICE, alternatives, register
from matching.words import Ids, Word, Words

#: Numbers by row.
Column: TypeAlias = NDArray[np.float32]
#: Kind and language: those who share a mean.
Group: TypeAlias = tuple[str, str]

#: How much of a notice's vector is its subject in plain words, when the thesaurus knows some of them.
SUBJECT: Final = 0.5
#: As how many notices of the community our own few count.
BACKGROUND: Final = 4
#: Words of one notice that are compared one by one; more belong to a story.
MOST_WORDS: Final = 40
#: Rows whose words are aligned at a time.
ALIGNED: Final = 512


@dataclass(frozen=True, eq=False)
class Look:
    """A notice as the encoder sees it."""

    #: Unit length, before any mean is taken away.
    vector: Column
    #: Numbers of its words as written, and in the thesaurus's words; `weights` in (0, 1] says how much each counts.
    written: Ids
    concepts: Ids
    weights: Column
    #: NOTICE, SENTENCE or LABEL.
    register: str
    #: Numbers of the things it names (`matching.forms`), `NONE` for what no notice names yet.
    known: Sequence[int]


class Meaning:
    """The vectors of the notices of an index, by row. Not safe for several threads at once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        wholes, words = _background(encoder)
        self.words = Words(encoder.dimension, words)
        self._vectors = Vectors(encoder.dimension)
        #: How many rows name a thing, by the number of its word.
        self._holders = np.zeros(0, np.int32)
        self._sums = {group: BACKGROUND * vectors.mean(axis=0, dtype=np.float64) for group, vectors in wholes.items()}
        self._counts = Counter(dict.fromkeys(wholes, BACKGROUND))

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep."""
        return self.words.nbytes + self._vectors.nbytes + self._holders.nbytes

    # --- what is in -----------------------------------------------------------------------------------------------

    def look(self, notices: Sequence[Notice], readings: Sequence[Reading], forms: Forms) -> list[Look]:
        """Read notices with the encoder, all in one go; only the vectors of their words are remembered for a while."""
        puts = [register(notice.text, notice.language) for notice in notices]
        ways = [_ways(n, r, put) for n, r, put in zip(notices, readings, puts, strict=True)]
        named = [named_in(n, r) for n, r in zip(notices, readings, strict=True)]
        numbers = [[forms.find(t, n.language) for t in terms] for n, terms in zip(notices, named, strict=True)]
        words = list(dict.fromkeys(_unheard(notices, named, numbers)))
        news = [word for word in words if word not in self.words]
        texts = [text for way in ways for text, _ in way]
        vectors = self._encoder.encode([*texts, *(word for word, _ in news)])
        self.words.lend(words, dict(zip(news, vectors[len(texts) :], strict=True)))
        looks, at = [], 0
        for notice, put, way, terms, known in zip(notices, puts, ways, named, numbers, strict=True):
            parts = np.array([part for _, part in way], np.float32)
            vector = unit(parts @ vectors[at : at + len(way)])
            at += len(way)
            written, concepts = self._ids(forms, terms, known, notice.language)
            weights = np.array([t.weight for t in terms], np.float32)
            looks.append(Look(vector, written, concepts, weights, put, known))
        return looks

    def add(self, row: int, notice: Notice, look: Look) -> None:
        """Take a notice in under a row that is free; the words of `look` must be held by then."""
        self._vectors.add(row, look.vector)
        self._holders = with_room(self._holders, self.words.end)
        self._holders[list(set(look.concepts.tolist()))] += 1
        self._count(row, (notice.kind, notice.language), 1)

    def remove(self, row: int, notices: Notices, forms: Forms) -> None:
        """Take a row out, while its words are still held."""
        sort = notices.sort(row)
        self._count(row, (sort.kind, sort.language), -1)
        self._vectors.remove(row)
        self._holders[np.unique(forms.column("concept", notices.numbers(row)[:MOST_WORDS]))] -= 1

    def stored(self, row: int, notices: Notices, forms: Forms) -> Look:
        """How a row was seen, but for rounding."""
        numbers = notices.numbers(row)[:MOST_WORDS]
        written, concepts = forms.column("written", numbers), forms.column("concept", numbers)
        weights = forms.column("weight", numbers).astype(np.float32)
        vector = self._vectors.vector(row).astype(np.float32)
        return Look(vector, written, concepts, weights, notices.sort(row).register, numbers.tolist())

    def _ids(self, forms: Forms, terms: Sequence[Term], known: Sequence[int], language: str) -> tuple[Ids, Ids]:
        written, concepts = np.empty(len(terms), np.int32), np.empty(len(terms), np.int32)
        for at, (term, number) in enumerate(zip(terms, known, strict=True)):
            if number == NONE:
                written[at] = self.words.find(written_as(term, language))
                concepts[at] = self.words.find(concept_of(term, language))
            else:
                written[at], concepts[at] = forms.words(number)
        return written, concepts

    # --- what is like it ------------------------------------------------------------------------------------------

    def near(
        self, notice: Notice, look: Look, k: int, among: NDArray[Any], allowed: Allowed | None = None
    ) -> NDArray[np.uint32]:
        """Those k of these rows, as far as they are allowed, whose wholes are nearest; about that, among very many."""
        return self._vectors.search(look.vector - self._mean((notice.kind, notice.language)), k, among, allowed)[0]

    def wholes(self, notice: Notice, look: Look, rows: NDArray[Any], notices: Notices) -> Column:
        """Cosines of a notice and these rows, the means of each taken away, in [-1, 1]."""
        vector = unit(look.vector - self._mean((notice.kind, notice.language)))
        sorts = notices.column("sort", rows)
        places, groups = np.zeros(len(notices.sorts), np.intp), list[Group]()
        for number in np.flatnonzero(np.bincount(sorts)).tolist():
            sort = notices.sorts.thing(number)
            if (sort.kind, sort.language) not in groups:
                groups.append((sort.kind, sort.language))
            places[number] = groups.index((sort.kind, sort.language))
        group = places[sorts]
        means = np.stack([self._mean(group) for group in groups])
        cosines = self._vectors.cosines_of(np.concatenate([vector[None], means]), rows)
        lengths = np.linalg.norm(means, axis=1)
        common = cosines[1 + group, np.arange(len(rows))] * lengths[group]
        left = np.sqrt(np.maximum(1 - 2 * common + np.square(lengths)[group], 1e-6))
        found: Column = (cosines[0] - (means @ vector)[group]) / left
        return np.clip(found, -1.0, 1.0)

    def aligned(self, look: Look, rows: NDArray[Any], notices: Notices, forms: Forms) -> tuple[Column, Column]:
        """How well the words of a notice and of each of these rows find each other, in [0, 1].

        Returns: each word counting by its weight; all alike.
        """
        weighed, plain = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
        for at in range(0, len(rows), ALIGNED):
            part = slice(at, at + ALIGNED)
            numbers, sizes = notices.many_numbers(rows[part], MOST_WORDS)
            weighed[part], plain[part] = self._aligned(look, numbers, sizes, forms)
        return weighed, plain

    def _aligned(self, look: Look, numbers: Numbers, sizes: NDArray[np.int64], forms: Forms) -> tuple[Column, Column]:
        """The same of things named by rows, one row after the other."""
        starts = np.cumsum(sizes) - sizes
        distinct, back = np.unique(numbers, return_inverse=True)
        written, concepts = forms.column("written", distinct), forms.column("concept", distinct)
        alike = np.clip(self._alike(look.written, look.concepts, written, concepts), 0.0, 1.0)
        there, here = np.maximum.reduceat(alike[:, back], starts, axis=1), alike.max(axis=0)
        ours_plain, others_plain = self._rare(look.concepts), self._rare(concepts)
        weights = forms.column("weight", distinct).astype(np.float32)
        found = []
        for ours, others in ((ours_plain * look.weights, others_plain * weights), (ours_plain, others_plain)):
            covered = ours @ there / ours.sum()
            covers = np.add.reduceat((here * others)[back], starts) / np.add.reduceat(others[back], starts)
            found.append(((covered + covers) / 2).astype(np.float32))
        return found[0], found[1]

    def _alike(self, written: Ids, concepts: Ids, others_written: Ids, others_concepts: Ids) -> NDArray[np.float32]:
        """How near things are to others, as they are written or in the thesaurus's words: the nearer of the two."""
        # Most words are the same in either.
        mine, mine_at = np.unique(np.concatenate([written, concepts]), return_inverse=True)
        differ = np.flatnonzero(others_written != others_concepts)
        cosines = self.words.cosines(mine, np.concatenate([others_written, others_concepts[differ]]))
        place = np.arange(len(others_written))
        by_writing = cosines[mine_at[: len(written)], : len(place)]
        place[differ] = len(place) + np.arange(len(differ))
        by_concept = cosines[np.ix_(mine_at[len(written) :], place)]
        found: NDArray[np.float32] = np.maximum(by_writing, by_concept)
        return found

    def _rare(self, ids: NDArray[np.int32]) -> Column:
        """How much naming a thing tells, in (0, 1]: less when many name it."""
        count = len(self._vectors)
        self._holders = with_room(self._holders, self.words.end)
        holders = self._holders[ids].astype(np.float32)
        found: Column = (np.log1p((count + 1) / (holders + 1)) / math.log(count + 2)).astype(np.float32)
        return found

    def _mean(self, group: Group) -> Column:
        zeros = np.zeros(self._encoder.dimension)
        found: Column = (self._sums.get(group, zeros) / max(self._counts[group], 1)).astype(np.float32)
        return found

    def _count(self, row: int, group: Group, by: int) -> None:
        vector = self._vectors.vector(row)
        self._sums[group] = self._sums.get(group, np.zeros(len(vector))) + by * vector
        self._counts[group] += by

    # --- as arrays ------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Everything as plain arrays. They tell much of what people wrote: whoever stores them protects them."""
        groups = sorted(self._sums)
        means = {
            "sums": np.stack([self._sums[group] for group in groups]),
            "counts": np.array([self._counts[group] for group in groups], np.int64),
            **joined([part for group in groups for part in group]),
        }
        words = self.words.state()
        holders = with_room(self._holders, self.words.end)[: self.words.end]
        return {**words, "vectors": self._vectors.state(), "means": means, "holders": {"of words": holders}}

    @classmethod
    def of(cls, state: Mapping[str, Mapping[str, NDArray[Any]]], encoder: Encoder) -> "Meaning":
        """What `state` described, of the same encoder. Raises: ValueError when the arrays do not fit together."""
        if state["vectors"]["values"].shape[1] != encoder.dimension:
            raise ValueError("vectors of another encoder")
        self = cls(encoder)
        self.words.take_over(state)
        self._vectors = Vectors.of(state["vectors"])
        self._holders = np.require(state["holders"]["of words"], requirements="W")
        parts = iter(split(state["means"]))
        groups = list(zip(parts, parts, strict=True))
        self._sums = dict(zip(groups, state["means"]["sums"], strict=True))
        self._counts = Counter(dict(zip(groups, state["means"]["counts"].tolist(), strict=True)))
        return self


def named_in(notice: Notice, reading: Reading) -> list[Term]:
    """What a notice names, to be compared one by one: its terms, or all of a text without any, as if it were one."""
    terms = list(reading.terms.values())[:MOST_WORDS]
    return terms or [Term("", bounded(notice.text)[:LONGEST_WORD].lower(), 1.0, "", known=True)]


def _unheard(
    notices: Sequence[Notice], named: Sequence[Sequence[Term]], numbers: Sequence[Sequence[int]]
) -> Iterator[Word]:
    """The words of things that no notice names yet."""
    for notice, terms, known in zip(notices, named, numbers, strict=True):
        for term, number in zip(terms, known, strict=True):
            if number == NONE:
                yield written_as(term, notice.language)
                yield concept_of(term, notice.language)


def _ways(notice: Notice, reading: Reading, put: str) -> list[tuple[str, float]]:
    """The ways to say a notice that are read, and how much each counts; `put` as `register` has it."""
    text = bounded(notice.text)
    ways = [(text, 1.0), *((other, 1.0) for other in alternatives(text))]
    if put == LABEL:
        # Titles are written with capitals here and without them there.
        ways += [(other.lower(), 1.0) for other, _ in ways]
    if put == NOTICE and any(term.key.startswith("=") for term in reading.terms.values()):
        ways.append((", ".join(concept_of(t, "")[0] for t in list(reading.terms.values())[:MOST_WORDS]), SUBJECT))
    return ways


@lru_cache(maxsize=4)
def _background(encoder: Encoder) -> tuple[Mapping[Group, Column], Mapping[str, Column]]:
    """Vectors of a few ordinary notices by group, and of their words by language: what is common to all."""
    listed = json.loads(files("matching").joinpath("background.json").read_text(encoding="utf-8"))
    groups = [(kind, language) for kind in listed for language in LANGUAGES]
    wholes = {(kind, language): encoder.encode(listed[kind][language]) for kind, language in groups}
    words = {}
    for language in LANGUAGES:
        texts = [text for kind in listed for text in listed[kind][language]]
        found = dict.fromkeys(word.lower() for text in texts for word in terms_left(text, language))
        words[language] = encoder.encode(list(found))
    return wholes, words
