"""The community's open notices, searched: who could meet whom, best first, and nobody rather than somebody unfit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.allowance import Allowance
from matching.calibration import Curves
from matching.choice import EVEN, Balance, in_turn
from matching.closely import Shares, shares
from matching.constraints import Constraints
from matching.encoder import Encoder
from matching.forms import Forms, Numbers
from matching.meaning import Look, Meaning, named_in
from matching.model import Candidate, Notice, Reason
from matching.notices import Notices
from matching.numbering import NONE
from matching.postings import Allowed, Postings
from matching.reading import Reading, read
from matching.score import SLIP, rarity
from matching.weighing import ROUNDING, Values, Weighing
from matching.wording import LABEL

#: The least share for each relation. A shared subject alone never reaches an answer.
ANSWERS: Final = 0.5
SAME_NEED: Final = 0.55
#: The same where meaning counts, too; of our own pairs (`matching/pairs.jsonl`) that reach it, nine of ten are
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
#: A search compares half as many by meaning, unless the need is put as a label: others are compared nearly as wholes,
#: and whose whole is far stays below the threshold.
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


@dataclass(frozen=True, eq=False)
class _Compared:
    """Rows that share anything with a notice: by words, and altogether, in [0, 1]."""

    rows: Rows
    fits: Shares
    values: Values


class Index:
    """Open notices of one community, kept in step by `add` and `remove`. Not safe for several threads at once.

    Without an encoder notices are found by their words alone. An encoder takes some milliseconds for a notice; the
    first takes half a second. `curves` say what its strengths are worth; without them it is judged as the built-in one.
    """

    def __init__(
        self, notices: Iterable[Notice] = (), encoder: Encoder | None = None, curves: Curves | None = None
    ) -> None:
        self._curves = curves
        self._meaning = None if encoder is None else Meaning(encoder)
        self._forms = Forms(None if self._meaning is None else self._meaning.words)
        self._notices = Notices(self._forms)
        self._postings = Postings()
        self.add_all(notices)

    def __len__(self) -> int:
        return len(self._notices)

    def __contains__(self, id: str) -> bool:
        return self._notices.find(id) != NONE

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, with the room that they keep; the terms of the lists come on top."""
        meaning = 0 if self._meaning is None else self._meaning.nbytes
        return self._forms.nbytes + self._notices.nbytes + self._postings.nbytes + meaning

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
            # All are held before anything is taken out: what one gives up, another may still need.
            named = [self._named(*one) for one in zip(batch, readings, looks, strict=True)]
            for notice, reading, look, numbers in zip(batch, readings, looks, named, strict=True):
                self._take(notice, reading, look, numbers)

    def remove(self, id: str) -> None:
        """Take a notice out; one that is not in makes no difference."""
        row = self._notices.find(id)
        if row == NONE:
            return
        numbers = self._notices.numbers(row).copy()
        self._postings.remove(row)
        if self._meaning is not None:
            self._meaning.remove(row, self._notices, self._forms)
        self._notices.remove(row)
        self._forms.count(numbers, -1)
        self._forms.release(numbers)

    def _holds(self, notice: Notice) -> bool:
        row = self._notices.find(notice.id)
        return row != NONE and self._notices.get(row) == notice

    def _looks(self, notices: Sequence[Notice], readings: Sequence[Reading]) -> Sequence[Look | None]:
        return [None] * len(notices) if self._meaning is None else self._meaning.look(notices, readings, self._forms)

    def _named(self, notice: Notice, reading: Reading, look: Look | None) -> Numbers:
        terms = list(reading.terms.values())
        if look is None:
            return self._forms.hold(terms, notice.language)
        return self._forms.hold(terms or named_in(notice, reading), notice.language, look.known)

    def _take(self, notice: Notice, reading: Reading, look: Look | None, numbers: Numbers) -> None:
        self.remove(notice.id)
        row = self._notices.add(notice, reading, look.register if look else "", numbers)
        self._forms.count(numbers, 1)
        self._postings.add(row, _impacts(reading))
        if self._meaning is not None and look is not None:
            self._meaning.add(row, notice, look)

    # --- as arrays ------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Everything as plain arrays, not copied. They hold what people wrote: whoever stores them protects them."""
        meaning = {} if self._meaning is None else self._meaning.state()
        return {"postings": self._postings.state(), **self._forms.state(), **self._notices.state(), **meaning}

    @classmethod
    def of(
        cls,
        state: Mapping[str, Mapping[str, NDArray[Any]]],
        encoder: Encoder | None = None,
        curves: Curves | None = None,
    ) -> "Index":
        """What `state` described, with the same encoder, or without one as then. Takes the arrays over.

        Raises: ValueError or KeyError when the arrays do not fit together; build the index anew then.
        """
        self = cls((), None, curves)
        if ("vectors" in state) != (encoder is not None):
            raise ValueError("one of them without meaning")
        self._meaning = None if encoder is None else Meaning.of(state, encoder)
        self._forms = Forms.of(state, None if self._meaning is None else self._meaning.words)
        self._notices, self._postings = Notices.of(state, self._forms), Postings.of(state["postings"])
        if {len(self._notices), len(self._postings), len(self._meaning or self._notices)} != {len(self._notices)}:
            raise ValueError("the arrays do not fit together")
        return self

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
        compared = self._compared(notice, kinds, limit, constraints, in_part=True)
        if compared is None:
            return []
        fits = compared.fits
        values = fits.values if self._meaning is None else _witnessed(compared.values, fits)
        found: list[tuple[int, str, float]] = []
        # Below that no relation is one; most of those compared are.
        least = SUBJECT if self._meaning is None else NEAR
        for at in np.flatnonzero(values >= least).tolist():
            value = float(values[at])
            relation = self._relation(notice.kind, compared, at, value)
            if relation:
                score = min(float(fits.values[at]), ANSWERS - 0.01) if relation == "subject" else value
                found.append((at, relation, round(score, DIGITS)))
        best = max((score for _, _, score in found), default=0.0)
        near = [(at, relation, score) for at, relation, score in found if score >= KNEE * best]
        candidates = [self._candidate(compared, *one) for one in near]
        owners = [self._notices.owner(int(compared.rows[at])) for at, _, _ in near]
        return in_turn(list(zip(candidates, owners, strict=True)), balance, seed)[:limit]

    def rank(
        self, notice: Notice, kinds: Collection[str], *, limit: int, constraints: Constraints | None = None
    ) -> list[Candidate]:
        """The `limit` best for `notice`, however weak: neither threshold nor knee; equals by id."""
        compared = self._compared(notice, kinds, limit, constraints, in_part=False)
        if compared is None:
            return []
        ids = [self._notices.id(row) for row in compared.rows.tolist()]
        values = compared.values.tolist()
        best = sorted(range(len(ids)), key=lambda at: (-values[at], ids[at]))[:limit]
        return [self._candidate(compared, at, "answers", values[at]) for at in best]

    def _compared(
        self, notice: Notice, kinds: Collection[str], limit: int, constraints: Constraints | None, *, in_part: bool
    ) -> _Compared | None:
        """Whoever may be found and shares anything, `in_part` if only the best count; None when nobody does."""
        notice = _bounded(notice)
        row = self._notices.find(notice.id)
        known = row != NONE and self._notices.get(row) == notice
        mine = self._notices.reading(row) if known else read(notice)
        allowed = Allowance(notice, kinds, constraints or Constraints(), self._notices)
        wanted = max(SHORTLIST, SHORTLIST_EACH * limit)
        if self._meaning is None:
            rows = self._sharing(mine, wanted, allowed).astype(np.int64)
            fits = shares(mine, rows, self._notices, self._forms)
            return _Compared(rows, fits, fits.values) if len(rows) else None
        look = (
            self._meaning.stored(row, self._notices, self._forms)
            if known
            else self._meaning.look([notice], [mine], self._forms)[0]
        )
        nearest = wanted // 2 if in_part and notice.kind == "need" and look.register != LABEL else wanted
        near = self._meaning.near(notice, look, nearest, allowed.everybody(), allowed.of_others)
        rows = np.union1d(near, self._sharing(mine, wanted // 2, allowed)).astype(np.int64)
        if not len(rows):
            return None
        closely = max(CLOSELY, CLOSELY_EACH * limit)
        weighing = Weighing(notice, look, rows, self._meaning, self._notices, self._forms, self._curves)
        if not in_part or weighing.by_letters:
            places, values = weighing.closest(closely)
            return _Compared(rows[places], shares(mine, rows[places], self._notices, self._forms), values)
        fits = shares(mine, rows, self._notices, self._forms)
        places, values = weighing.hopeful(lambda values: _promising(_witnessed(values, fits), fits), closely)
        return _Compared(rows[places], fits.of(places), values)

    def _sharing(self, mine: Reading, wanted: int, allowed: Allowed) -> NDArray[np.uint32]:
        """Rows that share a term, a slip of one, or a topic."""
        weights: dict[str, int] = {f"#{topic}": FINENESS for topic in mine.topics}
        for key, term in mine.terms.items():
            weights[key] = round(FINENESS * term.weight * self._rarity(key)) + 1
            for slip in self._forms.slips(term):
                weights.setdefault(slip, round(SLIP * FINENESS * term.weight * self._rarity(slip)) + 1)
        return self._postings.search(weights, wanted, allowed)[0]

    def _rarity(self, key: str) -> float:
        return rarity(self._forms.holders_of(key), len(self))

    def _relation(self, kind: str, compared: _Compared, at: int, value: float) -> str | None:
        """What a notice of this kind and one of the rows are to each other, if anything."""
        other = self._notices.sort(int(compared.rows[at])).kind
        fits, by_words = compared.fits, self._meaning is None
        words, topics = bool(fits.words[at] > 0), len(fits.topics[at])
        told = words or not by_words
        if kind != other and told and value >= (ANSWERS if by_words else SURE):
            return "answers"
        if kind == other == "need" and told and value >= (SAME_NEED if by_words else SURE):
            return "same_need"
        shared = topics >= SUBJECTS or (kind == other and words and topics > 0)
        return "subject" if shared and fits.values[at] >= SUBJECT else None

    def _candidate(self, compared: _Compared, at: int, relation: str, score: float) -> Candidate:
        reasons = compared.fits.reasons(at) or (Reason("meaning"),)
        return Candidate(self._notices.id(int(compared.rows[at])), relation, score, reasons)


def _bounded(notice: Notice) -> Notice:
    return notice if len(notice.text) <= LONGEST else replace(notice, text=notice.text[:LONGEST])


def _impacts(reading: Reading) -> dict[str, int]:
    """What a notice is listed under, and how heavily."""
    terms = {key: max(1, round(IMPACT * term.weight)) for key, term in reading.terms.items()}
    return terms | {f"#{topic}": TOPIC_IMPACT for topic in reading.topics}


def _witnessed(values: Values, fits: Shares) -> Values:
    """Shares by meaning and by shared words: witnesses of their own, since plain words need not be meant twice."""
    found: Values = 1 - (1 - values) * (1 - np.where(fits.words > 0, fits.values, 0.0))
    return found


def _promising(values: Values, fits: Shares) -> NDArray[np.bool_]:
    """Whether rows that get no more than these shares may have any relation by meaning (see `Index._relation`)."""
    akin = (fits.values >= SUBJECT) & np.array([bool(topics) for topics in fits.topics])
    found: NDArray[np.bool_] = values >= np.where(akin, NEAR, SURE) - ROUNDING
    return found
