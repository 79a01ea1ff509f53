"""`Candidates` answered by PostgreSQL: it draws the few hundred notices most likely to fit, and the engine decides.

What is drawn is opened and compared as the index in memory compares words, with the statistics of the whole community:
shares, reasons, threshold and knee are the same.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Double, any_, bindparam, column, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.store.repository import among
from adapters.store.search_keys import Blind
from adapters.store.search_rows import AS_JSON, read_by_engine
from adapters.store.search_tables import NOTICE_TERMS, READINGS, TERMS
from adapters.store.search_upkeep import SearchUpkeep
from adapters.store.session import Session
from adapters.store.sql import SqlStore
from adapters.store.tables import NOTICES
from bot.domain.ids import NoticeId
from bot.domain.notices import Kind, Notice, NoticeState
from bot.ports import Random
from matching.constraints import Constraints
from matching.drawn import Read, by_words, likeliest
from matching.model import Candidate
from matching.reading import Reading, Term
from matching.score import SLIP, UNSHARED, rarity

#: How many notices are opened and compared.
DRAWN: Final = 200
#: How many are looked at to draw them: those with rare terms, and with common ones as long as there is room.
LOOKED_AT: Final = 20_000
#: What a topic counts in the draw, where a word counts up to 1.
TOPIC: Final = 0.2

_HASHES: Final = ARRAY(BigInteger)
_known = select(TERMS.c.term, TERMS.c.holders, TERMS.c.slips).where(
    or_(
        TERMS.c.term == any_(bindparam("terms", type_=_HASHES)),
        TERMS.c.slips.overlap(bindparam("slips", type_=_HASHES)),
    )
)
_holders = select(TERMS.c.term, TERMS.c.holders).where(TERMS.c.term == any_(bindparam("terms", type_=_HASHES)))


def _draw() -> Any:
    """The best of those looked at, by the share that their terms alone would give."""
    given = (
        func.unnest(bindparam("terms", type_=_HASHES), bindparam("weights", type_=ARRAY(Double)))
        .table_valued(column("term", BigInteger), column("weight", Double), name="given")
        .render_derived()
    )
    common = select(func.sum(given.c.weight)).where(given.c.term == any_(NOTICE_TERMS.c.terms)).scalar_subquery()
    looked_at = (
        select(*(NOTICE_TERMS.c[name] for name in ("notice", "terms", "weight")), common.label("common"))
        .where(
            NOTICE_TERMS.c.terms.overlap(bindparam("looked_for", type_=_HASHES)),
            among(NOTICE_TERMS.c.kind, "kinds"),
            ~among(NOTICE_TERMS.c.person, "passed_over"),
            NOTICE_TERMS.c.notice != bindparam("notice"),
        )
        .limit(LOOKED_AT)
        .subquery("looked_at")
    )
    lone = func.greatest(looked_at.c.weight + bindparam("weight", type_=Double) - 2 * looked_at.c.common, 0)
    share = looked_at.c.common / (looked_at.c.common + UNSHARED * lone)
    lot = func.hashtextextended(looked_at.c.notice, bindparam("seed", type_=BigInteger))
    drawn = select(looked_at).order_by(share.desc(), lot).limit(DRAWN).subquery("drawn")
    return (
        select(drawn.c.terms, READINGS.c.sealed)
        .join(READINGS, READINGS.c.notice == drawn.c.notice)
        .join(NOTICES, NOTICES.c.id == drawn.c.notice)
        .where(NOTICES.c.state == NoticeState.OPEN)
    )


_drawn = _draw()


@dataclass(frozen=True)
class _Question:
    """What is looked for, in hashes."""

    #: How much each term counts in the draw.
    weights: Mapping[int, float]
    holders: Mapping[int, int]
    notices: int

    @property
    def looked_for(self) -> list[int]:
        """The terms by which notices are looked at: the rarest, and more as long as there is room."""
        chosen: list[int] = []
        room = LOOKED_AT
        for term in sorted(self.weights, key=lambda term: self.holders[term]):
            room -= self.holders[term]
            if chosen and room < 0:
                break
            chosen.append(term)
        return chosen


class DatabaseCandidates:
    """Candidates from the database: as committed, on every replica; an `upkeep` is waited for before the first."""

    def __init__(self, store: SqlStore, random: Random, upkeep: SearchUpkeep | None = None) -> None:
        self._store = store
        self._random = random
        self._upkeep = upkeep

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        seed = self._random.seed()
        draw = await self._draw(notice, kinds, constraints, seed)
        return await asyncio.to_thread(
            lambda: by_words(draw.one, draw.opened(), kinds, draw.rare, limit=limit, seed=seed, constraints=constraints)
        )

    async def likeliest(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[NoticeId]:
        """Those who share most words with a notice, however few: for whom meaning may say more."""
        draw = await self._draw(notice, kinds, constraints, self._random.seed())
        found = await asyncio.to_thread(
            lambda: likeliest(draw.one, draw.opened(), kinds, draw.rare, limit=limit, constraints=constraints)
        )
        return [NoticeId(id) for id in found]

    async def _draw(self, notice: Notice, kinds: Sequence[Kind], constraints: Constraints | None, seed: int) -> "_Draw":
        if self._upkeep is not None:
            await self._upkeep.ready()
        one = read_by_engine(notice)
        async with self._store.looking() as session:
            blind = Blind(session.hash, notice.community)
            question = await _question(session, blind, one.reading)
            drawn: list[tuple[list[int], str]] = []
            if question.weights and kinds:
                found = await session.run(
                    _drawn,
                    {
                        "terms": list(question.weights),
                        "weights": list(question.weights.values()),
                        "looked_for": question.looked_for,
                        "weight": sum(term.weight for term in one.reading.terms.values()),
                        "kinds": list(kinds),
                        "passed_over": [notice.person, *(constraints.excluded if constraints else ())],
                        "notice": notice.id,
                        "seed": seed,
                    },
                )
                drawn = [(terms, sealed) for terms, sealed in found]
            theirs = {number for terms, _ in drawn for number in terms} - set(question.holders)
            more = await session.run(_holders, {"terms": list(theirs)}) if theirs else ()
        holders = {**question.holders, **{number: count for number, count in more}}
        held = {key: holders.get(blind.term(key), 0) for key in one.reading.terms}
        return _Draw(one, drawn, session.open, question.notices, holders, held)


@dataclass(frozen=True)
class _Draw:
    """What was drawn for a notice, sealed, and how common its words are."""

    one: Read
    drawn: Sequence[tuple[Sequence[int], str]]
    open: Callable[[str], Any]
    notices: int
    #: By hash, and by the key of those terms whose hash has been met.
    holders: Mapping[int, int]
    held: dict[str, int]

    def opened(self) -> Iterator[Read]:
        """Each of them; takes some milliseconds for twenty."""
        for terms, sealed in self.drawn:
            read = AS_JSON.validate_python(self.open(sealed))
            counts = [self.holders.get(number, 0) for number in terms]
            self.held.update(zip(read.reading.terms, counts, strict=False))
            yield read

    def rare(self, key: str) -> float:
        """How much a term tells here, of those that the notice or one that was opened has."""
        return rarity(self.held[key], self.notices)


async def _question(session: Session, blind: Blind, mine: Reading) -> _Question:
    """What the community's counts make of a reading."""
    own = {blind.term(key): term for key, term in mine.terms.items()}
    topics = {blind.topic(key) for key in mine.topics}
    slips = {number: term for term in mine.terms.values() for number in blind.slips_for(term)}
    asked = {"terms": [*own, *topics, blind.everybody], "slips": list(slips)}
    weights: dict[int, float] = {}
    holders: dict[int, int] = {}
    found = list(await session.run(_known, asked))
    notices = next((count for number, count, _ in found if number == blind.everybody), 0)
    for number, count, left in found:
        holders[number] = count
        if number in topics:
            weights[number] = TOPIC
        elif number != blind.everybody:
            term = own.get(number)
            meant, kin = (term, 1.0) if term else (_mistyped(slips, left), SLIP)
            weights[number] = kin * meant.weight * rarity(count, notices)
    return _Question(weights, holders, notices)


def _mistyped(slips: Mapping[int, Term], left: Sequence[int]) -> Term:
    """The weightiest term of ours that another may be a slip of."""
    return max((slips[number] for number in left if number in slips), key=lambda term: term.weight)
