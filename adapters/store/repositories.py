"""The SQL repositories of the things that are one row each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import Select, bindparam, or_, select, union_all

from adapters.store.repository import Shape, SqlRepository, among, by, due_in
from adapters.store.search_rows import SearchRows
from adapters.store.search_tables import NOTICE_TERMS
from adapters.store.session import Session, unless_there
from adapters.store.tables import (
    BLOCKS,
    CHARTERS,
    COMMUNITIES,
    MEMBERS,
    NOTICES,
    NUDGES,
    PERSONS,
    REPORTS,
    TIE_NOTES,
    TIES,
    TOKENS,
)
from bot.domain.charters import Charter
from bot.domain.ids import CommunityId, IntroductionId, MemberId, NoticeId, NudgeId, PersonId, ReportId, TieId
from bot.domain.members import Community, Member, Person
from bot.domain.notices import Notice, NoticeState
from bot.domain.reports import Report
from bot.domain.ties import Nudge, Tie, TieState
from bot.domain.tokens import Purpose, Token
from bot.seen import seen_by_engine

#: How many are looked for in one question.
MARKS: Final = 1000


class SqlCommunities(SqlRepository[CommunityId, Community]):
    """The communities served here."""

    shape = Shape(Community, COMMUNITIES)
    _every = select(COMMUNITIES).order_by(COMMUNITIES.c.id)

    async def all(self) -> Sequence[Community]:
        return await self._all(self._every)


class SqlPersons(SqlRepository[PersonId, Person]):
    """Who is behind the accounts."""

    shape = Shape(Person, PERSONS)

    def know(self, person: Person) -> None:
        """Take in a person who was read along with something else, so that nobody need ask again."""
        self._answers[self.shape.by_id, ("it", person.id)] = [person]

    async def among(self, ids: Sequence[PersonId]) -> Mapping[PersonId, Person]:
        known = {id: self._answers.get((self.shape.by_id, ("it", id))) for id in ids}
        if not all(known.values()):
            return await super().among(ids)
        return {id: found[0] for id, found in known.items() if found}


class SqlMembers(SqlRepository[MemberId, Member]):
    """The accounts. Whoever asks for one nearly always needs the person behind, so both are read in one question."""

    _person: ClassVar = {column.name: column.label(f"person_{column.name}") for column in PERSONS.c}
    _both = select(MEMBERS, *_person.values()).outerjoin(PERSONS, PERSONS.c.id == MEMBERS.c.person)
    shape = Shape(Member, MEMBERS, private=["name", "circles", "shown_circles", "spoken"], read=_both)
    _in_community = _both.where(by(MEMBERS.c.community)).order_by(MEMBERS.c.id)
    _accounts = select(MEMBERS.c.id).where(by(MEMBERS.c.person)).order_by(MEMBERS.c.id)

    def __init__(self, session: Session, persons: SqlPersons) -> None:
        super().__init__(session)
        self._persons = persons

    async def in_community(self, community: CommunityId) -> Sequence[Member]:
        return await self._all(self._in_community, it=community)

    async def accounts(self, person: PersonId) -> Sequence[MemberId]:
        question = (self._accounts, person)
        if question not in self._answers:
            self._answers[question] = (await self._session.run(self._accounts, {"it": person})).scalars()
        return self._answers[question]

    def _thing(self, row: Mapping[Any, Any]) -> Member:
        if row["person_id"] is not None:
            self._persons.know(Person(**{name: row[label.name] for name, label in self._person.items()}))
        return super()._thing(row)


class SqlNotices(SqlRepository[NoticeId, Notice]):
    """Needs and offers. What is written is noted, for the change feed and for the search."""

    shape = Shape(Notice, NOTICES, private=["text", "card", "topics", "place", "source"])
    passes_over = True
    _of_member = select(NOTICES).where(by(NOTICES.c.member)).order_by(NOTICES.c.created_at.desc(), NOTICES.c.id.desc())
    _made_from = select(NOTICES).where(by(NOTICES.c.mark)).order_by(NOTICES.c.id)
    _marked = select(NOTICES.c.mark).where(NOTICES.c.mark.in_(bindparam("marks", expanding=True))).distinct()
    _members_in = select(MEMBERS.c.id).where(by(MEMBERS.c.community)).order_by(MEMBERS.c.id)
    _ids_of = select(NOTICES.c.id).where(by(NOTICES.c.member))
    _due_ids = due_in(NOTICES)
    _open = select(NOTICES).where(NOTICES.c.state == NoticeState.OPEN)
    #: What another replica is at is left to it.
    _unread = (
        _open.outerjoin(NOTICE_TERMS, NOTICE_TERMS.c.notice == NOTICES.c.id)
        .where(
            NOTICES.c.id > bindparam("after"),
            or_(NOTICE_TERMS.c.notice.is_(None), NOTICE_TERMS.c.engine != bindparam("engine")),
        )
        .order_by(NOTICES.c.id)
        .limit(bindparam("most"))
        .with_for_update(of=NOTICES, skip_locked=True)
    )

    def __init__(self, session: Session, changed: dict[NoticeId, Notice | None], search: SearchRows) -> None:
        super().__init__(session)
        self._changed = changed
        self._search = search
        self._seen: dict[NoticeId, Notice] = {}

    async def save(self, thing: Notice) -> Notice:
        before = self._seen.get(thing.id)
        after = await super().save(thing)
        # What no index would see differently, such as the moment of the next wave, is no news.
        if before is None or _told(before) != _told(after):
            self._changed[thing.id] = after
        self._seen[thing.id] = after
        return after

    async def _read(self, statement: Select[Any], parameters: Mapping[str, Any]) -> list[Notice]:
        found = await super()._read(statement, parameters)
        self._seen |= {notice.id: notice for notice in found}
        return found

    async def of_member(self, member: MemberId) -> Sequence[Notice]:
        return await self._all(self._of_member, it=member)

    async def made_from(self, member: MemberId, source: str) -> Sequence[Notice]:
        return await self._all(self._made_from, it=self._mark(member, source))

    async def makers(self, community: CommunityId, source: str) -> Sequence[MemberId]:
        if not source:
            return []
        members = (await self._session.run(self._members_in, {"it": community})).scalars()
        marks = {self._mark(MemberId(member), source): MemberId(member) for member in members}
        found: set[str] = set()
        for first in range(0, len(marks), MARKS):
            some = list(marks)[first : first + MARKS]
            found |= set((await self._session.run(self._marked, {"marks": some})).scalars())
        return [member for mark, member in marks.items() if mark in found]

    async def due(self, now: datetime, limit: int) -> Sequence[NoticeId]:
        return await self._due(self._due_ids, now, limit)

    async def remove(self, id: NoticeId) -> None:
        self._answers.clear()
        await self._search.forget(id)
        if (await self._session.run(self.shape.delete, {"it": id})).rowcount:
            self._changed[id] = None

    async def forget(self, member: MemberId) -> None:
        for id in (await self._session.run(self._ids_of, {"it": member})).scalars():
            await self.remove(id)

    async def open_ones(self) -> Sequence[Notice]:
        """Every open notice."""
        return await self._all(self._open)

    async def unread(self, engine: int, *, after: NoticeId, limit: int) -> Sequence[Notice]:
        """Open notices after that id that this engine has not read for the search, by id; held until the commit."""
        return await self._all(self._unread, engine=engine, after=after, most=limit)

    async def _insert(self, thing: Notice) -> None:
        await super()._insert(thing)
        self._changed[thing.id] = thing

    def _row(self, thing: Notice) -> dict[str, Any]:
        return super()._row(thing) | {"mark": self._mark(thing.member, thing.source) if thing.source else None}

    def _mark(self, member: MemberId, source: str) -> str:
        return self._session.hash("source", member, source)


def _told(notice: Notice) -> tuple[Any, ...]:
    """What an index is told of a notice."""
    return seen_by_engine(notice), notice.state, notice.community


class SqlTies(SqlRepository[TieId, Tie]):
    """Ties, and private notes."""

    shape = Shape(Tie, TIES, elsewhere=["members"])
    _of_member = union_all(
        select(TIES).where(by(TIES.c.one)), select(TIES).where(by(TIES.c.other))
    ).order_by("since", "id")  # fmt: skip
    _of_introduction = select(TIES).where(by(TIES.c.introduction))
    _alive = union_all(
        *(
            select(one, other).where(TIES.c.state == TieState.ALIVE, among(one))
            for one, other in ((TIES.c.one, TIES.c.other), (TIES.c.other, TIES.c.one))
        )
    )
    _this_note = (by(TIE_NOTES.c.tie, "its_tie"), by(TIE_NOTES.c.member, "its_member"))
    _note = select(TIE_NOTES.c.sealed).where(*_this_note)
    _remove_note = TIE_NOTES.delete().where(*_this_note)
    _add_note = TIE_NOTES.insert()

    async def of_member(self, member: MemberId) -> Sequence[Tie]:
        rows = (await self._session.run(self._of_member, {"it": member})).mappings()
        return [self._thing(row) for row in reversed(rows)]

    async def of_introduction(self, introduction: IntroductionId) -> Tie | None:
        return await self._one(self._of_introduction, it=introduction)

    async def partners(self, members: Sequence[MemberId]) -> Mapping[MemberId, frozenset[MemberId]]:
        found: defaultdict[MemberId, set[MemberId]] = defaultdict(set)
        for one, other in await self._session.run(self._alive, {"them": list(members)}) if members else ():
            if other is not None:
                found[one].add(other)
        return {one: frozenset(others) for one, others in found.items()}

    async def note(self, tie: TieId, member: MemberId) -> str:
        sealed = (await self._session.run(self._note, {"its_tie": tie, "its_member": member})).scalar()
        return str(self._session.open(sealed)) if sealed else ""

    async def write_note(self, tie: TieId, member: MemberId, text: str) -> None:
        await self._session.run(self._remove_note, {"its_tie": tie, "its_member": member})
        if text:
            row = {"tie": tie, "member": member, "sealed": self._session.seal(text)}
            await self._session.run(self._add_note, row)

    def _row(self, thing: Tie) -> dict[str, Any]:
        one, other = thing.members
        return super()._row(thing) | {"one": one, "other": other}

    def _thing(self, row: Mapping[Any, Any]) -> Tie:
        values = {name: row[name] for name in self.shape.plain}
        return Tie(members=(row["one"], row["other"]), **values)


class SqlNudges(SqlRepository[NudgeId, Nudge]):
    """Planned and past nudges."""

    shape = Shape(Nudge, NUDGES)
    _of_tie = select(NUDGES).where(by(NUDGES.c.tie)).order_by(NUDGES.c.id.desc())
    _due_ids = due_in(NUDGES)

    async def of_tie(self, tie: TieId) -> Sequence[Nudge]:
        return await self._all(self._of_tie, it=tie)

    async def due(self, now: datetime, limit: int) -> Sequence[NudgeId]:
        return await self._due(self._due_ids, now, limit)


class SqlReports(SqlRepository[ReportId, Report]):
    """What members reported."""

    shape = Shape(Report, REPORTS, private=["text"])
    _open_in = (
        select(REPORTS)
        .where(by(REPORTS.c.community), REPORTS.c.closed_at.is_(None))
        .order_by(REPORTS.c.at, REPORTS.c.id)
    )
    _by_member = select(REPORTS).where(by(REPORTS.c.by)).order_by(REPORTS.c.at.desc(), REPORTS.c.id.desc())

    async def by_member(self, member: MemberId) -> Sequence[Report]:
        return await self._all(self._by_member, it=member)

    async def open_in(self, community: CommunityId) -> Sequence[Report]:
        return await self._all(self._open_in, it=community)


class SqlCharters:
    """What communities agreed on, by number."""

    _find = select(CHARTERS).where(by(CHARTERS.c.community), by(CHARTERS.c.number, "its_number"))
    _add = CHARTERS.insert()

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, community: CommunityId, number: int) -> Charter | None:
        rows = (await self._session.run(self._find, {"it": community, "its_number": number})).mappings()
        return Charter(community, number, self._session.open(rows[0]["sealed"]), rows[0]["at"]) if rows else None

    async def add(self, charter: Charter) -> None:
        row = {"community": charter.community, "number": charter.number, "at": charter.at}
        await self._session.run(self._add, row | {"sealed": self._session.seal(charter.text)})


class SqlBlocks:
    """Who must never meet whom, as keyed hashes."""

    _add = unless_there(BLOCKS)
    _remove = BLOCKS.delete().where(by(BLOCKS.c.blocker, "one"), by(BLOCKS.c.blocked, "other"))
    _between = union_all(
        select(BLOCKS.c.blocked).where(among(BLOCKS.c.blocker, "ones"), among(BLOCKS.c.blocked, "others")),
        select(BLOCKS.c.blocker).where(among(BLOCKS.c.blocked, "ones"), among(BLOCKS.c.blocker, "others")),
    )

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, blocker: MemberId, blocked: MemberId, at: datetime) -> None:
        row = {"blocker": self._hash(blocker), "blocked": self._hash(blocked), "at": at}
        await self._session.run(self._add.on(self._session), row)

    async def remove(self, blocker: MemberId, blocked: MemberId) -> None:
        await self._session.run(self._remove, {"one": self._hash(blocker), "other": self._hash(blocked)})

    async def between(self, members: Sequence[MemberId], others: Sequence[MemberId]) -> frozenset[MemberId]:
        if not members or not others:
            return frozenset()
        names = {self._hash(other): other for other in others}
        these = {"ones": [self._hash(member) for member in members], "others": list(names)}
        return frozenset(names[found] for found in (await self._session.run(self._between, these)).scalars())

    def _hash(self, member: MemberId) -> str:
        return self._session.hash("block", member)


class SqlTokens:
    """What the buttons of past messages stand for."""

    _find = select(TOKENS).where(by(TOKENS.c.hash))
    _add = TOKENS.insert()
    _about = select(TOKENS.c.hash).where(
        by(TOKENS.c.member), by(TOKENS.c.purpose, "purpose"), by(TOKENS.c.subject, "subject")
    )
    _forget = TOKENS.delete().where(by(TOKENS.c.member))
    _prune = TOKENS.delete().where(TOKENS.c.expires_at < bindparam("before"))

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, token_hash: str) -> Token | None:
        rows = (await self._session.run(self._find, {"it": token_hash})).mappings()
        return Token(**rows[0]) if rows else None

    async def add(self, token: Token) -> None:
        await self._session.run(self._add, vars(token))

    async def about(self, member: MemberId, purpose: Purpose, subject: str) -> Sequence[str]:
        these = {"it": member, "purpose": purpose, "subject": subject}
        return sorted((await self._session.run(self._about, these)).scalars())

    async def forget(self, member: MemberId) -> None:
        await self._session.run(self._forget, {"it": member})

    async def prune(self, before: datetime) -> None:
        await self._session.run(self._prune, {"before": before})
