"""The community's open notices, searched: who could meet whom, best first, and nobody rather than somebody unfit."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from matching.model import Candidate, Notice
from matching.reading import Reading, Term, read
from matching.score import SHORTEST_SLIP, Share, is_slip, rarity, share

#: The least share for each relation. A shared subject alone never reaches an answer.
ANSWERS: Final = 0.5
SAME_NEED: Final = 0.55
SUBJECT: Final = 0.25
#: How many subjects a need and an offer must share when no word does: one alone ("music") says too little.
SUBJECTS: Final = 2
#: Whoever has less than this part of the best share is past the knee.
KNEE: Final = 0.6
#: Shares are compared to this many digits, so that equals are equals.
DIGITS: Final = 3


@dataclass(frozen=True)
class _Entry:
    notice: Notice
    reading: Reading


class Index:
    """Open notices of one community, kept in step by `add` and `remove`. Not safe for several threads at once."""

    def __init__(self, notices: Iterable[Notice] = ()) -> None:
        self._entries: dict[str, _Entry] = {}
        self._by_term: defaultdict[str, set[str]] = defaultdict(set)
        self._by_topic: defaultdict[str, set[str]] = defaultdict(set)
        #: One holder's term for each long key, by first letter of its stem: where slips are looked for.
        self._long_terms: defaultdict[str, dict[str, Term]] = defaultdict(dict)
        for notice in notices:
            self.add(notice)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id: str) -> bool:
        return id in self._entries

    def add(self, notice: Notice) -> None:
        """Take a notice in, in place of an earlier one with its id."""
        self.remove(notice.id)
        reading = read(notice)
        self._entries[notice.id] = _Entry(notice, reading)
        for key, term in reading.terms.items():
            self._by_term[key].add(notice.id)
            if len(term.stem) >= SHORTEST_SLIP:
                self._long_terms[term.stem[0]].setdefault(key, term)
        for topic in reading.topics:
            self._by_topic[topic].add(notice.id)

    def remove(self, id: str) -> None:
        """Take a notice out; one that is not in makes no difference."""
        entry = self._entries.pop(id, None)
        if entry is None:
            return
        for key, term in entry.reading.terms.items():
            self._by_term[key].discard(id)
            if not self._by_term[key]:
                del self._by_term[key]
                self._long_terms[term.stem[0]].pop(key, None)
        for topic in entry.reading.topics:
            self._by_topic[topic].discard(id)

    def search(self, notice: Notice, kinds: Collection[str], *, limit: int, seed: int) -> list[Candidate]:
        """Those of these kinds who fit `notice`, best first, at most `limit`; empty when nobody does.

        `notice` need not be in the index. Never finds its owner's own. Equals come in an order that `seed` decides.
        """
        mine = read(notice)
        found = [
            (candidate, entry)
            for entry in self._within_reach_of(mine)
            if entry.notice.kind in kinds and entry.notice.owner != notice.owner and entry.notice.id != notice.id
            if (candidate := self._compare(notice, mine, entry))
        ]
        found.sort(key=lambda c: (-c[0].score, _lot(c[0].notice, seed)))
        best = found[0][0].score if found else 0.0
        return [c for c, _ in found if c.score >= KNEE * best][:limit]

    def _within_reach_of(self, mine: Reading) -> list[_Entry]:
        """Entries that share a term, a slip of one, or a topic."""
        keys = {k for term in mine.terms.values() for k in (term.key, *self._slips(term))}
        ids = {i for k in keys for i in self._by_term.get(k, ())}
        ids |= {i for topic in mine.topics for i in self._by_topic.get(topic, ())}
        return [self._entries[i] for i in ids]

    def _slips(self, term: Term) -> list[str]:
        if len(term.stem) < SHORTEST_SLIP:
            return []
        return [k for k, t in self._long_terms.get(term.stem[0], {}).items() if is_slip(term, t)]

    def _compare(self, notice: Notice, mine: Reading, entry: _Entry) -> Candidate | None:
        fit = share(mine, entry.reading, self._rarity)
        relation = _relation(notice.kind, entry.notice.kind, fit)
        if relation is None:
            return None
        score = min(fit.value, ANSWERS - 0.01) if relation == "subject" else fit.value
        return Candidate(entry.notice.id, relation, round(score, DIGITS), fit.reasons)

    def _rarity(self, key: str) -> float:
        return rarity(len(self._by_term.get(key, ())), len(self._entries))


def _relation(kind: str, other: str, fit: Share) -> str | None:
    """What two notices are to each other, if anything."""
    if kind != other and fit.words and fit.value >= ANSWERS:
        return "answers"
    if kind == other == "need" and fit.words and fit.value >= SAME_NEED:
        return "same_need"
    told = len(fit.topics) >= SUBJECTS or (kind == other and fit.words and fit.topics)
    return "subject" if told and fit.value >= SUBJECT else None


def _lot(id: str, seed: int) -> bytes:
    """A draw among equals that owes nothing to who they are (B7)."""
    return blake2b(f"{seed}:{id}".encode(), digest_size=8).digest()
