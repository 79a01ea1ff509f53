"""The in-memory store: the twin of the SQL one, with the same behaviour, for tests and short demonstrations."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from adapters.store.memory_installations import MemoryInstallations
from adapters.store.memory_leases import MemoryLeases
from adapters.store.memory_outbox import MemoryCarrier, MemoryInbox, MemoryOutbox
from adapters.store.memory_places import MemoryPlaces
from adapters.store.memory_repositories import (
    CHANGES,
    INTRODUCTIONS,
    NOTICES,
    NUDGES,
    MemoryBlocks,
    MemoryCharters,
    MemoryCommunities,
    MemoryIntroductions,
    MemoryMembers,
    MemoryNotices,
    MemoryNudges,
    MemoryPersons,
    MemoryReports,
    MemoryTies,
    MemoryTokens,
)
from adapters.store.memory_rooms import MemoryRooms
from adapters.store.memory_sendings import MemorySendings
from adapters.store.shelf import Session, Shelves
from bot import ports
from bot.domain.ids import NoticeId
from bot.domain.notices import Notice, NoticeState


class MemoryUnitOfWork:
    """One transaction on copies of what it changes."""

    def __init__(self, store: "MemoryStore", *, writing: bool) -> None:
        self._store = store
        self._writing = writing

    async def __aenter__(self) -> Self:
        if self._writing:
            await self._store.turn.acquire()
        session = Session(self._store.shelves, writing=self._writing)
        self._session = session
        self._changed: dict[NoticeId, None] = {}
        self.communities: ports.Communities = MemoryCommunities(session)
        self.persons: ports.Persons = MemoryPersons(session)
        self.members: ports.Members = MemoryMembers(session)
        self.notices: ports.Notices = MemoryNotices(session, self._changed)
        self.introductions: ports.Introductions = MemoryIntroductions(session)
        self.ties: ports.Ties = MemoryTies(session)
        self.nudges: ports.Nudges = MemoryNudges(session)
        self.blocks: ports.Blocks = MemoryBlocks(session)
        self.tokens: ports.Tokens = MemoryTokens(session)
        self.reports: ports.Reports = MemoryReports(session)
        self.charters: ports.Charters = MemoryCharters(session)
        self.inbox: ports.Inbox = MemoryInbox(session)
        self.outbox: ports.Outbox = MemoryOutbox(session)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writing:
            self._store.turn.release()

    async def commit(self) -> None:
        if not self._writing:
            raise RuntimeError("this unit of work only reads")
        if self._changed:
            changes = self._session.write(CHANGES)
            for notice in self._changed:
                changes.put(len(changes.rows) + 1, notice)
            self._changed.clear()
        self._store.shelves = self._session.committed()


class MemoryStore:
    """Where everything is kept until the process ends."""

    def __init__(self) -> None:
        self.shelves: Shelves = {}
        self.turn = asyncio.Lock()
        self.carrier: ports.Carrier = MemoryCarrier(self)
        self.rooms = MemoryRooms()
        self.sendings = MemorySendings()
        self.installations = MemoryInstallations()
        self.places = MemoryPlaces()
        self.leases = MemoryLeases()

    def unit_of_work(self, *, flushed: bool = True) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=True)

    def reading(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=False)

    async def changes(self, after: int, limit: int) -> Sequence[tuple[int, NoticeId]]:
        rows = self.looking().read(CHANGES).rows
        return [(number, rows[number]) for number in range(after + 1, min(len(rows), after + limit) + 1)]

    async def next_due(self) -> datetime | None:
        session = self.looking()
        moments = [
            *(notice.due_at for notice in session.read(NOTICES).where("due", True)),
            *(intro.due_at for intro in session.read(INTRODUCTIONS).where("due", True)),
            *(nudge.due_at for nudge in session.read(NUDGES).where("due", True)),
            await self.carrier.next_due(),
        ]
        return min((moment for moment in moments if moment), default=None)

    async def open_notices(self) -> tuple[int, Sequence[Notice]]:
        session = self.looking()
        return len(session.read(CHANGES).rows), session.read(NOTICES).where("state", NoticeState.OPEN)

    async def close(self) -> None:
        """Nothing is left open."""

    def looking(self) -> Session:
        """A session that only reads."""
        return Session(self.shelves, writing=False)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Session]:
        """A session that is committed when left without an error."""
        async with self.turn:
            session = Session(self.shelves, writing=True)
            yield session
            self.shelves = session.committed()
