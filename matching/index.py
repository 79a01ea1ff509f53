"""The community's open notices, searched: who could meet whom, best first, and nobody rather than somebody unfit."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching import spelling
from matching.arrays import with_room
from matching.calibration import Column, Evidence, calibrated, strength
from matching.choice import EVEN, Balance, in_turn
from matching.constraints import Constraints, Profile, admits, profile_of
from matching.encoder import Encoder
from matching.meaning import Look, Meaning
from matching.model import Candidate, Notice, Reason
from matching.numbering import Numbering
from matching.postings import Allowed, Postings
from matching.reading import Reading, Term, read
from matching.score import SHORTEST_SLIP, SLIP, Share, is_slip, rarity, share
from matching.wording import LABEL

#: The least share for each relation. A shared subject alone never reaches an answer.
ANSWERS: Final = 0.5
SAME_NEED: Final = 0.55
#: The same where meaning counts, too; of our own pairs (`benchmarks/data/pairs.jsonl`) that reach it, nine of ten are
#: answers or nearly. And what a shared subject must reach then.
SURE: Final = 0.8
NEAR: Final = 0.45
SUBJECT: Final = 0.25
#: How many subjects a need and an offer must share when no word does: one alone ("music") says too little.
SUBJECTS: Final = 2
#: Whoever has less than this part of the best share is past the knee.
KNEE: Final = 0.6
#: Shares are compared to this many digits, so that equals are equals.
DIGITS: Final = 3
#: Characters of a notice that are read.
LONGEST: Final = 4_000
#: How many are compared by words and by meaning, at least and for each that is wanted; how many of them in every way.
SHORTLIST: Final = 200
SHORTLIST_EACH: Final = 4
CLOSELY: Final = 48
CLOSELY_EACH: Final = 2
#: Notices that are read by the encoder in one go.
BATCH: Final = 256
#: What a term and a topic weigh in the lists that the shortlist is taken from; 255 is the most that a list holds.
IMPACT: Final = 200
TOPIC_IMPACT: Final = 40
FINENESS: Final = 60

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class _Entry:
    notice: Notice
    reading: Reading


class Index:
    """Open notices of one community, kept in step by `add` and `remove`. Not safe for several threads at once.

    Without an encoder notices are found by their words alone. An encoder takes some milliseconds for a notice; the
    first takes half a second.
    """

    def __init__(self, notices: Iterable[Notice] = (), encoder: Encoder | None = None) -> None:
        self._meaning = Meaning(encoder) if encoder else None
        self._rows: dict[str, int] = {}
        self._entries: list[_Entry | None] = []
        self._free: list[int] = []
        self._postings = Postings()
        #: One holder's term for each long key, by first letter of its stem: where slips are looked for.
        self._long_terms: defaultdict[str, dict[str, Term]] = defaultdict(dict)
        # What constraints ask of a row, as numbers: its kind, owner and profile.
        self._kinds, self._owners, self._profiles = Numbering[str](), Numbering[str](), Numbering[Profile]()
        self._columns = np.zeros((0, 3), np.int32)
        self.add_all(notices)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, id: str) -> bool:
        return id in self._rows

    # --- what is in -----------------------------------------------------------------------------------------------

    def add(self, notice: Notice) -> None:
        """Take a notice in, in place of an earlier one with its id; the next search finds it."""
        self.add_all((notice,))

    def add_all(self, notices: Iterable[Notice]) -> None:
        """Take notices in, a batch at a time, which is three times as fast as one by one; those that are in stay."""
        waiting = (notice for notice in map(_bounded, notices) if not self._holds(notice))
        while batch := list(islice(waiting, BATCH)):
            readings = [read(n) for n in batch]
            looks = self._looks(batch, readings)
            for notice, reading, look in zip(batch, readings, looks, strict=True):
                self._take(notice, reading, look)

    def remove(self, id: str) -> None:
        """Take a notice out; one that is not in makes no difference."""
        row = self._rows.pop(id, None)
        if row is None:
            return
        entry = self._entry(row)
        self._entries[row] = None
        self._free.append(row)
        self._kinds.release(entry.notice.kind)
        self._owners.release(entry.notice.owner)
        self._profiles.release(profile_of(entry.notice))
        self._postings.remove(row)
        if self._meaning is not None:
            self._meaning.remove(row)
        for key, term in entry.reading.terms.items():
            if not self._postings.holders(key):
                self._long_terms[term.stem[:1]].pop(key, None)

    def _holds(self, notice: Notice) -> bool:
        row = self._rows.get(notice.id)
        return row is not None and self._entry(row).notice == notice

    def _looks(self, notices: Sequence[Notice], readings: Sequence[Reading]) -> Sequence[Look | None]:
        return [None] * len(notices) if self._meaning is None else self._meaning.look(notices, readings)

    def _take(self, notice: Notice, reading: Reading, look: Look | None) -> None:
        self.remove(notice.id)
        row = self._free.pop() if self._free else len(self._entries)
        if row == len(self._entries):
            self._entries.append(None)
            self._columns = with_room(self._columns, row + 1)
        self._entries[row] = _Entry(notice, reading)
        self._rows[notice.id] = row
        kind, owner = self._kinds.hold(notice.kind), self._owners.hold(notice.owner)
        self._columns[row] = kind, owner, self._profiles.hold(profile_of(notice))
        self._postings.add(row, _impacts(reading))
        if self._meaning is not None and look is not None:
            self._meaning.add(row, notice, look)
        for key, term in reading.terms.items():
            if len(term.stem) >= SHORTEST_SLIP:
                self._long_terms[term.stem[:1]].setdefault(key, term)

    # --- who fits -------------------------------------------------------------------------------------------------

    def search(
        self,
        notice: Notice,
        kinds: Collection[str],
        *,
        limit: int,
        seed: int,
        constraints: Constraints | None = None,
        balance: Balance = EVEN,
    ) -> list[Candidate]:
        """Those of these kinds who fit `notice`, best first, at most `limit`; empty when nobody does.

        `notice` need not be in the index. Never finds its owner's own, nor whom `constraints` rule out: they take
        nobody's place. Among those who fit equally well, `balance` says who comes first, and then `seed` decides.
        """
        found = []
        for entry, fit, value in self._compared(notice, kinds, limit, constraints):
            if self._meaning is not None:
                value = _either(value, fit)
            relation = _relation(notice.kind, entry.notice.kind, fit, value, by_words=self._meaning is None)
            if relation:
                score = min(fit.value, ANSWERS - 0.01) if relation == "subject" else value
                found.append((_candidate(entry, relation, round(score, DIGITS), fit), entry.notice.owner))
        best = max((c.score for c, _ in found), default=0.0)
        return in_turn([(c, owner) for c, owner in found if c.score >= KNEE * best], balance, seed)[:limit]

    def rank(
        self, notice: Notice, kinds: Collection[str], *, limit: int, constraints: Constraints | None = None
    ) -> list[Candidate]:
        """The `limit` best for `notice`, however weak: neither threshold nor knee; equals by id."""
        found = [
            _candidate(entry, "answers", value, fit)
            for entry, fit, value in self._compared(notice, kinds, limit, constraints)
        ]
        return sorted(found, key=lambda c: (-c.score, c.notice))[:limit]

    def _compared(
        self, notice: Notice, kinds: Collection[str], limit: int, constraints: Constraints | None
    ) -> Iterator[tuple[_Entry, Share, float]]:
        """Whoever may be found and shares anything, with the pair's words and its share in [0, 1]."""
        notice = _bounded(notice)
        row = self._rows.get(notice.id)
        known = self._entry(row) if row is not None and self._entry(row).notice == notice else None
        mine = known.reading if known else read(notice)
        allowed = self._allowance(notice, kinds, constraints or Constraints())
        wanted = max(SHORTLIST, SHORTLIST_EACH * limit)
        if self._meaning is None:
            for row in self._sharing(mine, wanted, allowed).tolist():
                entry = self._entry(row)
                fit = share(mine, entry.reading, self._rarity)
                yield entry, fit, fit.value
            return
        stored = self._meaning.stored(row) if known and row is not None else None
        look = stored or self._meaning.look([notice], [mine])[0]
        rows = np.union1d(self._meaning.near(notice, look, wanted, allowed), self._sharing(mine, wanted // 2, allowed))
        if len(rows):
            yield from self._weighed(notice, mine, look, rows.astype(np.int64), max(CLOSELY, CLOSELY_EACH * limit))

    def _weighed(
        self, notice: Notice, mine: Reading, look: Look, rows: Rows, closely: int
    ) -> Iterator[tuple[_Entry, Share, float]]:
        """The pairs with all evidence; that of single words only for those who look best."""
        assert self._meaning is not None
        like = self._meaning.likeness(notice, look, rows)
        puts = [look.register if notice.kind == "need" else self._meaning.register(row) for row in rows.tolist()]
        shared = np.zeros(len(rows), np.float32)
        texts = [self._entry(row).notice.text for row in rows.tolist()]
        spelled = spelling.likeness(notice.text, texts) if LABEL in puts else shared
        first = _by_need(puts, Evidence(like.whole, like.weighed, like.plain, shared, spelled))[0]
        order = np.lexsort((rows, -first))[:closely]
        shared = np.zeros(len(rows), np.float32)
        fits: dict[int, Share] = {}
        for at in order.tolist():
            fits[at] = share(mine, self._entry(int(rows[at])).reading, self._rarity)
            shared[at] = fits[at].value
        shares = _by_need(puts, Evidence(like.whole, like.weighed, like.plain, shared, spelled))[1]
        for at, fit in fits.items():
            yield self._entry(int(rows[at])), fit, float(shares[at])

    def _sharing(self, mine: Reading, wanted: int, allowed: Allowed) -> NDArray[np.uint32]:
        """Rows that share a term, a slip of one, or a topic."""
        weights: dict[str, int] = {f"#{topic}": FINENESS for topic in mine.topics}
        for key, term in mine.terms.items():
            weights[key] = round(FINENESS * term.weight * self._rarity(key)) + 1
            for slip in self._slips(term):
                weights.setdefault(slip, round(SLIP * FINENESS * term.weight * self._rarity(slip)) + 1)
        return self._postings.search(weights, wanted, allowed)[0]

    def _slips(self, term: Term) -> list[str]:
        if len(term.stem) < SHORTEST_SLIP:
            return []
        return [k for k, t in self._long_terms.get(term.stem[0], {}).items() if is_slip(term, t)]

    def _allowance(self, notice: Notice, kinds: Collection[str], constraints: Constraints) -> Allowed:
        """Says of rows whether they may be found. Numbers of nothing are the last place of each array."""
        kind, owner, profile = (np.zeros(len(n) + 1, np.bool_) for n in (self._kinds, self._owners, self._profiles))
        kind[[self._kinds.find(k) for k in kinds]] = True
        owner[:] = True
        owner[[self._owners.find(o) for o in {*constraints.excluded, notice.owner}]] = False
        for shared, number in self._profiles:
            profile[number] = admits(constraints, shared)
        own = self._rows.get(notice.id, -1)

        def allowed(rows: NDArray[np.uint32]) -> NDArray[np.bool_]:
            asked = self._columns[rows]
            may: NDArray[np.bool_] = kind[asked[:, 0]] & owner[asked[:, 1]] & profile[asked[:, 2]] & (rows != own)
            return may

        return allowed

    def _entry(self, row: int) -> _Entry:
        entry = self._entries[row]
        assert entry is not None
        return entry

    def _rarity(self, key: str) -> float:
        return rarity(self._postings.holders(key), len(self._rows))


def _bounded(notice: Notice) -> Notice:
    return notice if len(notice.text) <= LONGEST else replace(notice, text=notice.text[:LONGEST])


def _impacts(reading: Reading) -> dict[str, int]:
    """What a notice is listed under, and how heavily."""
    terms = {key: max(1, round(IMPACT * term.weight)) for key, term in reading.terms.items()}
    return terms | {f"#{topic}": TOPIC_IMPACT for topic in reading.topics}


def _by_need(puts: Sequence[str], evidence: Evidence) -> tuple[Column, NDArray[np.float64]]:
    """Strengths and shares of pairs, each judged as its need is put."""
    strengths, shares = np.zeros(len(puts), np.float32), np.zeros(len(puts))
    for put in set(puts):
        mine = np.array([p == put for p in puts])
        strengths[mine] = strength(put, evidence.where(mine))
        shares[mine] = calibrated(put, strengths[mine])
    return strengths, shares


def _either(value: float, fit: Share) -> float:
    """What meaning and shared words make together, each a witness of its own: plain words need not be meant twice."""
    return 1 - (1 - value) * (1 - (fit.value if fit.words else 0.0))


def _relation(kind: str, other: str, fit: Share, value: float, *, by_words: bool) -> str | None:
    """What two notices are to each other, if anything."""
    told = bool(fit.words) or not by_words
    if kind != other and told and value >= (ANSWERS if by_words else SURE):
        return "answers"
    if kind == other == "need" and told and value >= (SAME_NEED if by_words else SURE):
        return "same_need"
    shared = len(fit.topics) >= SUBJECTS or (kind == other and fit.words and fit.topics)
    if not by_words and value < NEAR:
        return None
    return "subject" if shared and fit.value >= SUBJECT else None


def _candidate(entry: _Entry, relation: str, score: float, fit: Share) -> Candidate:
    return Candidate(entry.notice.id, relation, score, fit.reasons or (Reason("meaning"),))
