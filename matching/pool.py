"""Who is in for a round, as arrays: which pairs are allowed, what each is worth, and which are worth thinking of."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from matching.edges import Edges, Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Flags = NDArray[np.bool_]

#: What a pair is worth: that two people meet at all …
MEETING: Final = 1.0
#: … the interests that they share, times their cosine (rare ones count for more) …
INTERESTS: Final = 0.5
#: … that they share no circle, shared by one more than the people whom both have met: weak ties first …
STRANGERS: Final = 0.5
#: … and each of the two who sat out last time.
SAT_OUT: Final = 1.0
#: The most that a pair can be worth.
MOST: Final = MEETING + INTERESTS + STRANGERS + 2 * SAT_OUT

#: Up to this many people, every pair is thought of.
EVERY_PAIR: Final = 400
#: Beyond, each person names this many of the pairs thought of, the most worth …
NAMED: Final = 7
#: … and is put beside somebody, by chance, this many times; those pairs are kept whatever they are worth.
BY_CHANCE: Final = 2
#: Pairs are thought of by this many of one's interests, the rarest, …
BY_INTERESTS: Final = 8
#: … with this many of the others who share it.
BESIDE: Final = 3
#: How many pairs are looked at in one go; what they share is weighed in memory.
PART: Final = 1 << 14


@dataclass(frozen=True)
class Participant:
    """Somebody who is in for this round, as the engine sees them: no name, no title (I4)."""

    id: str
    #: Keys of what they care about: topics, or normalised words of what they wrote.
    interests: frozenset[str] = frozenset()
    #: Languages in which they are glad to meet; empty means any.
    languages: frozenset[str] = frozenset()
    circles: frozenset[str] = frozenset()
    #: Hours of the day, UTC, 0 to 23, in which they can meet.
    hours: frozenset[int] = frozenset(range(24))
    #: Nobody was found for them last time.
    sat_out: bool = False


@dataclass(frozen=True)
class Rules:
    """What holds for every pair of a round."""

    #: "community" (anybody), "circle" (only with a circle in common), "beyond" (only with none).
    reach: str = "community"
    #: Hours of the day that two people need in common.
    common_hours: int = 1


class Pool:
    """The participants of one round. Everything of theirs is an array by their place in `people`."""

    def __init__(
        self,
        people: Sequence[Participant],
        *,
        met: Iterable[tuple[str, str]],
        blocks: Iterable[tuple[str, str]],
        rules: Rules,
        seed: int,
    ) -> None:
        self.people = people
        self.rules = rules
        self.seed = seed
        self.interests = _by_rarity([person.interests for person in people])
        self._circles = _table([person.circles for person in people])
        self._languages = _table([person.languages for person in people])
        self._hours = _hours(people)
        self._sat_out = np.array([person.sat_out for person in people], dtype=np.float64)
        place = {person.id: at for at, person in enumerate(people)}
        again = self._keys_of(met, place)
        self._met = _acquaintances(again, len(people))
        self._never = np.union1d(again, self._keys_of(blocks, place))

    def _keys_of(self, pairs: Iterable[tuple[str, str]], place: dict[str, int]) -> Ints:
        known = ((place[a], place[b]) for a, b in pairs if a in place and b in place and a != b)
        ends = np.fromiter(chain.from_iterable(known), dtype=np.int64).reshape(-1, 2)
        return _once(_key(ends[:, 0], ends[:, 1], len(self.people)))

    def may_pair(self, left: Ints, right: Ints) -> Flags:
        """Whether each of some pairs is allowed. Symmetric; the vectorised twin of `eligible.may_meet`."""
        allowed = (left != right) & ~_among(_key(left, right, len(self.people)), self._never)
        common = np.bitwise_count(self._hours[left] & self._hours[right])
        allowed &= common >= self.rules.common_hours
        speaks = np.diff(self._languages.indptr) > 0
        both = np.flatnonzero(allowed & speaks[left] & speaks[right])
        allowed[both] = _common(self._languages, left[both], right[both]) > 0
        if self.rules.reach != "community":
            shared = _common(self._circles, left, right) > 0
            allowed &= shared if self.rules.reach == "circle" else ~shared
        return np.asarray(allowed, dtype=np.bool_)

    def worth(self, left: Ints, right: Ints) -> Floats:
        """What each of some pairs is worth, in [1, 4]; symmetric. The parts are the constants of this file."""
        far = (_common(self._circles, left, right) == 0) / (1.0 + _common(self._met, left, right))
        shared = _common(self.interests, left, right)
        out = self._sat_out[left] + self._sat_out[right]
        worth: Floats = MEETING + INTERESTS * shared + STRANGERS * far + SAT_OUT * out
        return worth

    def edges(self, among: Ints, attempt: int = 0) -> Edges:
        """The allowed pairs to think of among some people; each is numbered by the place in `among`.

        All of them in a small pool; in a large one a bounded number for each person, other ones with each attempt.
        """
        if len(among) <= EVERY_PAIR:
            left, right = np.triu_indices(len(among), 1)
            left, right = left.astype(np.int64), right.astype(np.int64)
            kept = self.may_pair(among[left], among[right])
            left, right = left[kept], right[kept]
            return Edges(len(among), left, right, self.worth(among[left], among[right]))
        chance = np.random.default_rng([self.seed, attempt])
        lucky = self._by_chance(among, BY_CHANCE, chance)
        more = self._by_chance(among, BY_CHANCE, chance)
        keys = _once(np.concatenate([lucky, more, self._by_interest(among, chance)]))
        left, right = np.divmod(keys, len(among))
        kept = self.may_pair(among[left], among[right])
        keys, left, right = keys[kept], left[kept], right[kept]
        worth = self.worth(among[left], among[right])
        named = _most_worth(left, right, worth, len(among), chance) | _among(keys, _once(lucky))
        return Edges(len(among), left[named], right[named], worth[named])

    def _by_chance(self, among: Ints, times: int, chance: np.random.Generator) -> Ints:
        """People put beside each other in an hour and a language of both, time and again."""
        here = np.arange(len(among))
        found = []
        for _ in range(times):
            language = _one_of_each(self._languages, among, chance)
            hour = _one_hour(self._hours[among], chance)
            found.append(_beside(language * 32 + hour, here, 1, len(among), chance))
        return np.concatenate(found)

    def _by_interest(self, among: Ints, chance: np.random.Generator) -> Ints:
        """People put beside others with whom they share one of their rarest interests."""
        table = self.interests[among]
        who = np.repeat(np.arange(len(among)), np.diff(table.indptr))
        rank = np.arange(len(who)) - table.indptr[who]
        # Within a person interests stand from rare to common.
        rare = rank < BY_INTERESTS
        return _beside(table.indices[rare].astype(np.int64), who[rare], BESIDE, len(among), chance)


def _key(left: Ints, right: Ints, count: int) -> Ints:
    """One number for a pair, whichever comes first."""
    return np.minimum(left, right) * count + np.maximum(left, right)


def _among(keys: Ints, known: Ints) -> Flags:
    """Which keys are among the known, which are in order."""
    if not len(known):
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray(known[at] == keys)


def _once(keys: Ints) -> Ints:
    """In order, each once."""
    keys = np.sort(keys)
    return keys[np.diff(keys, prepend=-1) > 0]


def _hours(people: Sequence[Participant]) -> NDArray[np.uint32]:
    """Hours as bits."""
    bits = {hours: sum(1 << hour for hour in hours) for hours in {person.hours for person in people}}
    return np.array([bits[person.hours] for person in people], dtype=np.uint32)


def _table(sets: Sequence[Collection[str]]) -> "csr_array":
    """A row for each person, a column for each word in some set, 1.0 where it is in theirs."""
    from scipy.sparse import csr_array

    words = {word: at for at, word in enumerate(sorted(frozenset().union(*sets)))}
    start = np.concatenate([[0], np.cumsum([len(one) for one in sets], dtype=np.int32)])
    columns = np.fromiter((words[word] for one in sets for word in one), dtype=np.int32, count=start[-1])
    table = csr_array((np.ones(len(columns)), columns, start), shape=(len(sets), max(1, len(words))))
    table.sort_indices()
    return table


def _by_rarity(sets: Sequence[Collection[str]]) -> "csr_array":
    """The same with columns from rare to common, each row of length 1, so that products of rows are cosines.

    Source: inverse document frequency (Spärck Jones, "A statistical interpretation of term specificity", Journal of
            Documentation 28, 1972).
    """
    from scipy.sparse import csr_array

    table = _table(sets)
    often = np.bincount(table.indices, minlength=table.shape[1])
    order = np.empty(table.shape[1], dtype=np.int64)
    order[np.argsort(often, kind="stable")] = np.arange(table.shape[1])
    weight = np.log1p(len(sets) / np.maximum(often, 1))[table.indices]
    who = np.repeat(np.arange(len(sets)), np.diff(table.indptr))
    length = np.sqrt(np.bincount(who, weights=weight**2, minlength=len(sets)))
    ranked = csr_array((weight / length[who], order[table.indices], table.indptr), shape=table.shape)
    ranked.sort_indices()
    return ranked


def _acquaintances(keys: Ints, count: int) -> "csr_array":
    from scipy.sparse import csr_array

    ends = np.concatenate([keys // max(1, count), keys % max(1, count)])
    others = np.concatenate([keys % max(1, count), keys // max(1, count)])
    return csr_array((np.ones(len(ends)), (ends, others)), shape=(count, count))


def _common(table: "csr_array", left: Ints, right: Ints) -> Floats:
    """The products of rows: how much of what is on the left is on the right, too."""
    common = np.zeros(len(left))
    if table.nnz:
        for part in _parts(len(left)):
            common[part] = table[left[part]].multiply(table[right[part]]).sum(axis=1)
    return common


def _parts(count: int) -> Iterator[slice]:
    return (slice(start, start + PART) for start in range(0, count, PART))


def _beside(keys: Ints, who: Ints, reach: int, count: int, chance: np.random.Generator) -> Ints:
    """Pairs of people who stand beside each other when those with the same key are put in a row, in chance order."""
    order = np.lexsort((chance.random(len(keys)), keys))
    keys, who = keys[order], who[order]
    found = [np.empty(0, dtype=np.int64)]
    for step in range(1, reach + 1):
        a, b = who[:-step], who[step:]
        same = (keys[:-step] == keys[step:]) & (a != b)
        found.append(_key(a[same], b[same], count))
    return np.concatenate(found)


def _one_of_each(table: "csr_array", among: Ints, chance: np.random.Generator) -> Ints:
    """One word of each person's, by chance; whoever has none gets one of all."""
    start, length = table.indptr[among].astype(np.int64), np.diff(table.indptr)[among]
    drawn = chance.random(len(among))
    anyone: Ints = (drawn * table.shape[1]).astype(np.int64)
    if not table.nnz:
        return anyone
    own = table.indices[np.minimum(start + (drawn * length).astype(np.int64), table.nnz - 1)]
    return np.asarray(np.where(length > 0, own, anyone), dtype=np.int64)


def _one_hour(hours: NDArray[np.uint32], chance: np.random.Generator) -> Ints:
    """One hour of each person's, by chance; 24 for whoever has none."""
    can = (hours[:, None] >> np.arange(24, dtype=np.uint32)) & 1
    drawn = np.where(can == 1, chance.random(can.shape, dtype=np.float32), -1.0)
    return np.where(hours > 0, np.argmax(drawn, axis=1), 24).astype(np.int64)


def _most_worth(left: Ints, right: Ints, worth: Floats, count: int, chance: np.random.Generator) -> Flags:
    """The pairs that either of the two names among their most worth; a lot decides between equals."""
    # One number orders by person, then by worth from the highest, then by lot.
    fine = 1 << 24
    rank = ((MOST - worth) / MOST * fine).astype(np.int64) + chance.integers(0, fine >> 10, len(worth))
    order = np.argsort(np.concatenate([left, right]) * (2 * fine) + np.tile(rank, 2), kind="stable")
    degree = np.bincount(left, minlength=count) + np.bincount(right, minlength=count)
    place = np.arange(len(order)) - np.repeat(np.cumsum(degree) - degree, degree)
    kept = np.zeros(len(left), dtype=np.bool_)
    kept[order[place < NAMED] % max(1, len(left))] = True
    return kept
