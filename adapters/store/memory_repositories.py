"""The repositories of the in-memory store."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from adapters.store.kept import Kept
from adapters.store.shelf import Label, Session
from bot.domain.charters import Charter
from bot.domain.ids import CommunityId, IntroductionId, MemberId, NoticeId, NudgeId, PersonId, ReportId, TieId
from bot.domain.introductions import OPEN_STATES, Introduction
from bot.domain.members import Community, Member, Person
from bot.domain.notices import Notice
from bot.domain.reports import Report
from bot.domain.ties import Nudge, Tie, TieState
from bot.domain.tokens import Purpose, Token
from bot.errors import Refusal, Stale

K = TypeVar("K")
T = TypeVar("T", bound=Kept)


def _both(intro: Introduction) -> Iterable[object]:
    return [frozenset(intro.persons)] if intro.state in OPEN_STATES and len(intro.persons) == 2 else []


COMMUNITIES: Label[CommunityId, Community] = Label("communities")
PERSONS: Label[PersonId, Person] = Label("persons")
MEMBERS: Label[MemberId, Member] = Label(
    "members", {"community": lambda m: [m.community], "person": lambda m: [m.person]}
)
NOTICES: Label[NoticeId, Notice] = Label(
    "notices",
    {
        "member": lambda n: [n.member],
        "source": lambda n: [(n.member, n.source)] if n.source else [],
        "due": lambda n: [True] if n.due_at else [],
        "state": lambda n: [n.state],
    },
)
INTRODUCTIONS: Label[IntroductionId, Introduction] = Label(
    "introductions",
    {
        "member": lambda i: [s.member for s in i.sides if s.member],
        "notice": lambda i: [s.notice for s in i.sides if s.notice],
        "person": lambda i: i.persons,
        "due": lambda i: [True] if i.due_at else [],
        "open": _both,
    },
)
TIES: Label[TieId, Tie] = Label(
    "ties", {"member": lambda t: [m for m in t.members if m], "introduction": lambda t: [t.introduction]}
)
NOTES: Label[tuple[TieId, MemberId], str] = Label("tie_notes")
NUDGES: Label[NudgeId, Nudge] = Label("nudges", {"tie": lambda n: [n.tie], "due": lambda n: [True] if n.due_at else []})
BLOCKS: Label[tuple[MemberId, MemberId], datetime] = Label("blocks")
TOKENS: Label[str, Token] = Label("tokens", {"member": lambda t: [t.member]})
REPORTS: Label[ReportId, Report] = Label(
    "reports",
    {"by": lambda r: [r.by] if r.by else [], "open": lambda r: [] if r.closed_at else [r.community]},
)
CHARTERS: Label[tuple[CommunityId, int], Charter] = Label("charters")
CHANGES: Label[int, NoticeId] = Label("changes")


def soonest(things: Iterable[Any], now: datetime, limit: int) -> list[Any]:
    """The ids of those whose time has come, oldest first."""
    due = sorted((thing.due_at, thing.id) for thing in things if thing.due_at <= now)
    return [id for _, id in due[:limit]]


class MemoryRepository(Generic[K, T]):
    """What every repository does, on one shelf."""

    label: Label[K, T]

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, id: K) -> T | None:
        return self._session.read(self.label).rows.get(id)

    async def get(self, id: K) -> T:
        found = await self.find(id)
        if found is None:
            raise Refusal("gone")
        return found

    async def add(self, thing: T) -> None:
        if thing.id in self._session.read(self.label).rows:
            raise Stale(f"{self.label.name}: this id is taken")
        self._write(thing, 0)

    async def save(self, thing: T) -> T:
        stored = self._session.read(self.label).rows.get(thing.id)
        if stored is None or stored.version != thing.version:
            raise Stale(f"{self.label.name}: somebody else wrote first")
        return self._write(thing, thing.version + 1)

    async def among(self, ids: Sequence[K]) -> Mapping[K, T]:
        rows = self._session.read(self.label).rows
        return {id: rows[id] for id in ids if id in rows}

    def _write(self, thing: T, version: int) -> T:
        kept = replace(thing, version=version)
        self._session.write(self.label).put(thing.id, kept)
        return kept


class MemoryCommunities(MemoryRepository[CommunityId, Community]):
    """The communities served here."""

    label = COMMUNITIES

    async def all(self) -> Sequence[Community]:
        return sorted(self._session.read(self.label).rows.values(), key=lambda c: c.id)


class MemoryPersons(MemoryRepository[PersonId, Person]):
    """Who is behind the accounts."""

    label = PERSONS

    async def remove(self, id: PersonId) -> None:
        self._session.write(self.label).drop(id)


class MemoryMembers(MemoryRepository[MemberId, Member]):
    """The accounts."""

    label = MEMBERS

    async def in_community(self, community: CommunityId) -> Sequence[Member]:
        return sorted(self._session.read(self.label).where("community", community), key=lambda m: m.id)

    async def accounts(self, person: PersonId) -> Sequence[MemberId]:
        return sorted(member.id for member in self._session.read(self.label).where("person", person))

    async def remove(self, id: MemberId) -> None:
        self._session.write(self.label).drop(id)


class MemoryNotices(MemoryRepository[NoticeId, Notice]):
    """Needs and offers, and the change feed."""

    label = NOTICES

    def __init__(self, session: Session, changed: dict[NoticeId, None]) -> None:
        super().__init__(session)
        self._changed = changed

    async def of_member(self, member: MemberId) -> Sequence[Notice]:
        mine = self._session.read(self.label).where("member", member)
        return sorted(mine, key=lambda n: (n.created_at, n.id), reverse=True)

    async def made_from(self, member: MemberId, source: str) -> Sequence[Notice]:
        found = self._session.read(self.label).where("source", (member, source))
        return sorted(found, key=lambda n: n.id)

    async def makers(self, community: CommunityId, source: str) -> Sequence[MemberId]:
        members = self._session.read(MEMBERS).where("community", community)
        return sorted([member.id for member in members if source and await self.made_from(member.id, source)])

    async def due(self, now: datetime, limit: int) -> Sequence[NoticeId]:
        return soonest(self._session.read(self.label).where("due", True), now, limit)

    async def remove(self, id: NoticeId) -> None:
        if self._session.write(self.label).drop(id):
            self._changed[id] = None

    async def forget(self, member: MemberId) -> None:
        for notice in await self.of_member(member):
            await self.remove(notice.id)

    def _write(self, thing: Notice, version: int) -> Notice:
        self._changed[thing.id] = None
        return super()._write(thing, version)


class MemoryIntroductions(MemoryRepository[IntroductionId, Introduction]):
    """Introductions. Writers take turns, so that `get` needs no lock of its own."""

    label = INTRODUCTIONS

    async def of_member(self, member: MemberId) -> Sequence[Introduction]:
        return self._newest("member", member)

    async def of_notice(self, notice: NoticeId) -> Sequence[Introduction]:
        return self._newest("notice", notice)

    async def of_person(self, person: PersonId) -> Sequence[Introduction]:
        return self._newest("person", person)

    async def open_asks(self, persons: Sequence[PersonId]) -> Mapping[PersonId, int]:
        asked = [intro for intro in self._newest("person", *persons) if intro.state in OPEN_STATES]
        return Counter(person for intro in asked for person in intro.persons if person in persons)

    async def due(self, now: datetime, limit: int) -> Sequence[IntroductionId]:
        return soonest(self._session.read(self.label).where("due", True), now, limit)

    def _newest(self, index: str, *terms: object) -> list[Introduction]:
        found = self._session.read(self.label).where(index, *terms)
        return sorted(found, key=lambda i: (i.asked_at, i.id), reverse=True)

    def _write(self, thing: Introduction, version: int) -> Introduction:
        for pair in _both(thing):
            if any(other.id != thing.id for other in self._session.read(self.label).where("open", pair)):
                raise Stale("these two are being asked already")
        return super()._write(thing, version)


class MemoryTies(MemoryRepository[TieId, Tie]):
    """Ties, and private notes."""

    label = TIES

    async def of_member(self, member: MemberId) -> Sequence[Tie]:
        mine = self._session.read(self.label).where("member", member)
        return sorted(mine, key=lambda t: (t.since, t.id), reverse=True)

    async def partners(self, members: Sequence[MemberId]) -> Mapping[MemberId, frozenset[MemberId]]:
        ties = self._session.read(self.label)
        found = {
            member: frozenset(
                other
                for tie in ties.where("member", member)
                if tie.state is TieState.ALIVE
                for other in tie.members
                if other not in (member, None)
            )
            for member in members
        }
        return {member: others for member, others in found.items() if others}

    async def of_introduction(self, introduction: IntroductionId) -> Tie | None:
        return next(iter(self._session.read(self.label).where("introduction", introduction)), None)

    async def note(self, tie: TieId, member: MemberId) -> str:
        return self._session.read(NOTES).rows.get((tie, member), "")

    async def write_note(self, tie: TieId, member: MemberId, text: str) -> None:
        notes = self._session.write(NOTES)
        if text:
            notes.put((tie, member), text)
        else:
            notes.drop((tie, member))

    async def remove(self, id: TieId) -> None:
        self._session.write(self.label).drop(id)

    def _write(self, thing: Tie, version: int) -> Tie:
        found = self._session.read(self.label).where("introduction", thing.introduction)
        if any(other.id != thing.id for other in found):
            raise Stale("this introduction has left its tie already")
        return super()._write(thing, version)


class MemoryNudges(MemoryRepository[NudgeId, Nudge]):
    """Planned and past nudges."""

    label = NUDGES

    async def of_tie(self, tie: TieId) -> Sequence[Nudge]:
        return sorted(self._session.read(self.label).where("tie", tie), key=lambda n: n.id, reverse=True)

    async def due(self, now: datetime, limit: int) -> Sequence[NudgeId]:
        return soonest(self._session.read(self.label).where("due", True), now, limit)


class MemoryReports(MemoryRepository[ReportId, Report]):
    """What members reported."""

    label = REPORTS

    async def by_member(self, member: MemberId) -> Sequence[Report]:
        return sorted(self._session.read(self.label).where("by", member), key=lambda r: (r.at, r.id), reverse=True)

    async def open_in(self, community: CommunityId) -> Sequence[Report]:
        return sorted(self._session.read(self.label).where("open", community), key=lambda r: (r.at, r.id))


class MemoryCharters:
    """What communities agreed on."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, community: CommunityId, number: int) -> Charter | None:
        return self._session.read(CHARTERS).rows.get((community, number))

    async def add(self, charter: Charter) -> None:
        key = (charter.community, charter.number)
        if key in self._session.read(CHARTERS).rows:
            raise Stale("this number is taken")
        self._session.write(CHARTERS).put(key, charter)


class MemoryBlocks:
    """Who must never meet whom."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, blocker: MemberId, blocked: MemberId, at: datetime) -> None:
        if (blocker, blocked) not in self._session.read(BLOCKS).rows:
            self._session.write(BLOCKS).put((blocker, blocked), at)

    async def remove(self, blocker: MemberId, blocked: MemberId) -> None:
        self._session.write(BLOCKS).drop((blocker, blocked))

    async def between(self, members: Sequence[MemberId], others: Sequence[MemberId]) -> frozenset[MemberId]:
        rows = self._session.read(BLOCKS).rows
        return frozenset(o for o in others if any((m, o) in rows or (o, m) in rows for m in members))


class MemoryTokens:
    """What the buttons of past messages stand for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, token_hash: str) -> Token | None:
        return self._session.read(TOKENS).rows.get(token_hash)

    async def add(self, token: Token) -> None:
        if token.hash in self._session.read(TOKENS).rows:
            raise Stale("this token is taken")
        self._session.write(TOKENS).put(token.hash, token)

    async def about(self, member: MemberId, purpose: Purpose, subject: str) -> Sequence[str]:
        held = self._session.read(TOKENS).where("member", member)
        return sorted(token.hash for token in held if (token.purpose, token.subject) == (purpose, subject))

    async def forget(self, member: MemberId) -> None:
        shelf = self._session.write(TOKENS)
        for token in shelf.where("member", member):
            shelf.drop(token.hash)

    async def prune(self, before: datetime) -> None:
        shelf = self._session.write(TOKENS)
        for token in [token for token in shelf.rows.values() if token.expires_at < before]:
            shelf.drop(token.hash)
