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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.encoder import LONGEST_WORD, Encoder, bounded, unit
from matching.model import Notice
from matching.reading import Reading, Term
from matching.text import LANGUAGES, terms_left
from matching.vectors import Allowed, Vectors
from matching.wording import LABEL, NOTICE, alternatives, register
from matching.words import Word, Words

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
    #: Its words as written, and the same in the thesaurus's words; `weights` in (0, 1] says how much each counts.
    written: tuple[Word, ...]
    concepts: tuple[Word, ...]
    weights: Column
    #: NOTICE, SENTENCE or LABEL.
    register: str


@dataclass(frozen=True, eq=False)
class Likeness:
    """How a notice and some rows are alike, a number for each row."""

    #: Cosine of the wholes, means taken away, in [-1, 1].
    whole: Column
    #: Words aligned, in [0, 1], each counting by its weight, or all alike.
    weighed: Column
    plain: Column


class Meaning:
    """The vectors of the notices of an index, by row. Not safe for several threads at once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        wholes, words = _background(encoder)
        self._words = Words(encoder.dimension, words)
        self._vectors = Vectors(encoder.dimension)
        self._rows: dict[int, _Row] = {}
        #: How many rows name a thing, by the thing.
        self._holders: Counter[int] = Counter()
        self._sums = {group: BACKGROUND * vectors.mean(axis=0, dtype=np.float64) for group, vectors in wholes.items()}
        self._counts = Counter(dict.fromkeys(wholes, BACKGROUND))

    def __len__(self) -> int:
        return len(self._rows)

    # --- what is in -----------------------------------------------------------------------------------------------

    def look(self, notices: Sequence[Notice], readings: Sequence[Reading]) -> list[Look]:
        """Read notices with the encoder, all in one go; only the vectors of their words are remembered for a while."""
        ways = [_ways(n, r) for n, r in zip(notices, readings, strict=True)]
        named = [_named(n, r) for n, r in zip(notices, readings, strict=True)]
        words = list(dict.fromkeys(w for written, concepts, _ in named for w in (*written, *concepts)))
        news = [word for word in words if word not in self._words]
        texts = [text for way in ways for text, _ in way]
        vectors = self._encoder.encode([*texts, *(word for word, _ in news)])
        self._words.lend(words, dict(zip(news, vectors[len(texts) :], strict=True)))
        looks, at = [], 0
        for notice, way, (written, concepts, weights) in zip(notices, ways, named, strict=True):
            parts = np.array([part for _, part in way], np.float32)
            vector = unit(parts @ vectors[at : at + len(way)])
            at += len(way)
            looks.append(Look(vector, written, concepts, weights, register(notice.text, notice.language)))
        return looks

    def add(self, row: int, notice: Notice, look: Look) -> None:
        """Take a notice in under a row that is free; `look` is the last that was asked for, or one of its batch."""
        group = (notice.kind, notice.language)
        self._vectors.add(row, look.vector)
        held = _Row(group, look, self._words.hold(look.written), self._words.hold(look.concepts))
        self._rows[row] = held
        self._holders.update(set(held.concepts.tolist()))
        self._count(row, group, 1)

    def remove(self, row: int) -> None:
        """Take a row out, and forget the words that only it had."""
        held = self._rows.pop(row)
        self._count(row, held.group, -1)
        self._vectors.remove(row)
        self._holders.subtract(set(held.concepts.tolist()))
        self._words.release(held.look.written)
        self._words.release(held.look.concepts)

    # --- what is like it ------------------------------------------------------------------------------------------

    def near(self, notice: Notice, look: Look, k: int, allowed: Allowed | None) -> NDArray[np.uint32]:
        """The k rows whose wholes are nearest; about that, among very many."""
        return self._vectors.search(look.vector - self._mean((notice.kind, notice.language)), k, allowed)[0]

    def likeness(self, notice: Notice, look: Look, rows: NDArray[Any]) -> Likeness:
        """How alike a notice and these rows are."""
        whole = self._wholes(unit(look.vector - self._mean((notice.kind, notice.language))), rows)
        weighed, plain = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
        for at in range(0, len(rows), ALIGNED):
            part = slice(at, at + ALIGNED)
            weighed[part], plain[part] = self._aligned(look, [self._rows[int(row)] for row in rows[part]])
        return Likeness(whole, weighed, plain)

    def stored(self, row: int) -> Look:
        """How a row was seen."""
        return self._rows[row].look

    def register(self, row: int) -> str:
        """How the text of a row is put."""
        return self._rows[row].look.register

    def _wholes(self, vector: Column, rows: NDArray[Any]) -> Column:
        """Cosines with rows whose own mean has been taken away."""
        found = np.zeros(len(rows), np.float32)
        groups = [self._rows[int(row)].group for row in rows]
        near = self._vectors.cosines(vector, rows)
        for group in set(groups):
            mine = np.array([g == group for g in groups])
            mean = self._mean(group)
            length = float(np.linalg.norm(mean))
            common = self._vectors.cosines(mean, rows[mine]) * length
            left = np.sqrt(np.maximum(1 - 2 * common + length**2, 1e-6))
            found[mine] = (near[mine] - float(vector @ mean)) / left
        return np.clip(found, -1.0, 1.0)

    def _aligned(self, look: Look, others: Sequence["_Row"]) -> tuple[Column, Column]:
        """How well words find each other, weighed and plain."""
        mine_written, mine_concepts = self._words.ids(look.written), self._words.ids(look.concepts)
        written = np.concatenate([other.written for other in others])
        concepts = np.concatenate([other.concepts for other in others])
        sizes = np.array([len(other.written) for other in others])
        starts = np.cumsum(sizes) - sizes
        alike = np.maximum(
            self._cosines(mine_written, look.written, written, [w for o in others for w in o.look.written]),
            self._cosines(mine_concepts, look.concepts, concepts, [w for o in others for w in o.look.concepts]),
        )
        np.clip(alike, 0.0, 1.0, out=alike)
        there, back = np.maximum.reduceat(alike, starts, axis=1), alike.max(axis=0)
        mine, theirs = self._rare(mine_concepts), self._rare(concepts)
        found = []
        for ours, others_ in (
            (mine * look.weights, theirs * np.concatenate([other.look.weights for other in others])),
            (mine, theirs),
        ):
            covered = ours @ there / ours.sum()
            covers = np.add.reduceat(back * others_, starts) / np.add.reduceat(others_, starts)
            found.append(((covered + covers) / 2).astype(np.float32))
        return found[0], found[1]

    def _cosines(
        self, ids: NDArray[np.int32], words: Sequence[Word], others: NDArray[np.int32], their_words: Sequence[Word]
    ) -> Column:
        distinct, first, back = np.unique(others, return_index=True, return_inverse=True)
        theirs = self._centred(distinct, [their_words[at] for at in first])
        found: Column = (self._centred(ids, words) @ theirs.T)[:, back]
        return found

    def _centred(self, ids: NDArray[np.int32], words: Sequence[Word]) -> Column:
        means = np.stack([self._words.mean(language) for language in LANGUAGES])
        at = np.array([LANGUAGES.index(language) for _, language in words], np.intp)
        return unit(self._words.vectors(ids) - means[at])

    def _rare(self, ids: NDArray[np.int32]) -> Column:
        """How much naming a thing tells, in (0, 1]: less when many name it."""
        count = len(self._rows)
        holders = np.array([self._holders[id] for id in ids.tolist()], np.float32)
        found: Column = (np.log1p((count + 1) / (holders + 1)) / math.log(count + 2)).astype(np.float32)
        return found

    def _mean(self, group: Group) -> Column:
        zeros = np.zeros(self._encoder.dimension)
        found: Column = (self._sums.get(group, zeros) / max(self._counts[group], 1)).astype(np.float32)
        return found

    def _count(self, row: int, group: Group, by: int) -> None:
        state = self._vectors.state()
        vector = state["values"][row].astype(np.float64) * float(state["factors"][row])
        self._sums[group] = self._sums.get(group, np.zeros(len(vector))) + by * vector
        self._counts[group] += by


@dataclass(frozen=True, eq=False)
class _Row:
    group: Group
    look: Look
    written: NDArray[np.int32]
    concepts: NDArray[np.int32]


def _ways(notice: Notice, reading: Reading) -> list[tuple[str, float]]:
    """The ways to put a notice that are read, and how much each counts."""
    text = bounded(notice.text)
    ways = [(text, 1.0), *((other, 1.0) for other in alternatives(text))]
    put = register(notice.text, notice.language)
    if put == LABEL:
        # Titles are written with capitals here and without them there.
        ways += [(other.lower(), 1.0) for other, _ in ways]
    if put == NOTICE and any(term.key.startswith("=") for term in reading.terms.values()):
        ways.append((", ".join(_concept(t, "")[0] for t in list(reading.terms.values())[:MOST_WORDS]), SUBJECT))
    return ways


def _named(notice: Notice, reading: Reading) -> tuple[tuple[Word, ...], tuple[Word, ...], Column]:
    """What a notice names: as written, in the thesaurus's words, and how much each counts."""
    terms = list(reading.terms.values())[:MOST_WORDS]
    if not terms:
        whole = ((bounded(notice.text)[:LONGEST_WORD].lower(), notice.language),)
        return whole, whole, np.ones(1, np.float32)
    written = tuple((t.written.lower()[:LONGEST_WORD], notice.language) for t in terms)
    concepts = tuple(_concept(t, notice.language) for t in terms)
    return written, concepts, np.array([t.weight for t in terms], np.float32)


def _concept(term: Term, language: str) -> Word:
    """The thesaurus's English word for a thing; its author's when the thesaurus has none."""
    known = term.key.startswith("=")
    return (term.key[1:], "en") if known else (term.written.lower()[:LONGEST_WORD], language)


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
