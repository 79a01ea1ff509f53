"""The SQL store: SQLite for one process, PostgreSQL for several."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from secrets import token_urlsafe
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Column, bindparam, func, make_url, select, union_all
from sqlalchemy.exc import ArgumentError

from adapters.store import postgres, sqlite
from adapters.store.answer import Base
from adapters.store.carrier import NEXT_DUE, SqlCarrier
from adapters.store.installations import SqlInstallations
from adapters.store.introductions import SqlIntroductions
from adapters.store.keys import Sealer, Unsealable
from adapters.store.leases import SqlLeases
from adapters.store.migrate import upgrade
from adapters.store.outbox import SqlInbox, SqlOutbox
from adapters.store.places import SqlPlaces
from adapters.store.repositories import (
    SqlBlocks,
    SqlCharters,
    SqlCommunities,
    SqlMembers,
    SqlNotices,
    SqlNudges,
    SqlPersons,
    SqlReports,
    SqlTies,
    SqlTokens,
)
from adapters.store.rooms import SqlRooms
from adapters.store.search_rows import SearchRows
from adapters.store.search_tables import SEARCH
from adapters.store.sendings import SqlSendings
from adapters.store.session import Secrets, Session, unless_there
from adapters.store.tables import CHANGES, FACTS, FEED, INTRODUCTIONS, METADATA, NOTICES, NUDGES
from adapters.store.types import Sealed
from bot import ports
from bot.domain.ids import NoticeId
from bot.domain.notices import Notice
from bot.errors import ConfigError
from bot.installations import Installations
from bot.leases import Leases
from bot.messages import Phrase
from bot.places import Places
from bot.rooms import Rooms
from bot.sendings import Sendings

_count_on = FEED.update().values(number=FEED.c.number + bindparam("more")).returning(FEED.c.number)
_append = CHANGES.insert()
_feed = select(FEED.c.number)
_pepper = select(FACTS.c.value).where(FACTS.c.name == "pepper")
_keep_pepper = unless_there(FACTS)
_changes = (
    select(CHANGES.c.number, CHANGES.c.notice)
    .where(CHANGES.c.number > bindparam("after"))
    .order_by(CHANGES.c.number)
    .limit(bindparam("most"))
)
#: The condition is the one of the index, without which every row would be looked at.
_soonest = [
    select(func.min(table.c.due_at).label("due_at")).where(table.c.due_at.is_not(None))
    for table in (NOTICES, INTRODUCTIONS, NUDGES)
]
_next_due = union_all(NEXT_DUE, *_soonest)


class SqlUnitOfWork:
    """One transaction of the database."""

    def __init__(
        self, base: Base, secrets: Secrets, *, writing: bool, flushed: bool = True, searched: bool = False
    ) -> None:
        self._base = base
        self._secrets = secrets
        self._writing = writing
        self._flushed = flushed
        self._searched = searched

    async def __aenter__(self) -> Self:
        self._wire = await (self._base.writing(flushed=self._flushed) if self._writing else self._base.reading())
        self._session = session = Session(self._wire, self._secrets, writing=self._writing, postgres=self._base.shared)
        self._search = SearchRows(session, wanted=self._searched)
        self._changed: dict[NoticeId, Notice | None] = {}
        self.communities: ports.Communities = SqlCommunities(session)
        self.persons: ports.Persons = (persons := SqlPersons(session))
        self.members: ports.Members = SqlMembers(session, persons)
        self.notices: ports.Notices = SqlNotices(session, self._changed, self._search)
        self.introductions: ports.Introductions = SqlIntroductions(session)
        self.ties: ports.Ties = SqlTies(session)
        self.nudges: ports.Nudges = SqlNudges(session)
        self.blocks: ports.Blocks = SqlBlocks(session)
        self.tokens: ports.Tokens = SqlTokens(session)
        self.reports: ports.Reports = SqlReports(session)
        self.charters: ports.Charters = SqlCharters(session)
        self.inbox: ports.Inbox = SqlInbox(session)
        self.outbox: ports.Outbox = SqlOutbox(session)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.close()

    async def commit(self) -> None:
        if not self._writing:
            raise RuntimeError("this unit of work only reads")
        if self._changed:
            plan = await self._search.plan(self._changed)
            await self._append_changes()
            await self._search.write(plan)
        await self._wire.commit()

    async def _append_changes(self) -> None:
        # Near the end: the counter stays locked until the commit, which makes the feed gapless and in its order.
        last = (await self._session.run(_count_on, {"more": len(self._changed)})).scalar_one()
        first = last - len(self._changed) + 1
        rows = [{"number": number, "notice": notice} for number, notice in enumerate(self._changed, start=first)]
        await self._session.run(_append, rows)
        self._changed.clear()


class SqlStore:
    """Where everything is kept. Open it with `SqlStore.open`, and close it."""

    def __init__(
        self, base: Base, secrets: Secrets, exits: AsyncExitStack, *, alone: bool, searched: bool = False
    ) -> None:
        self._base = base
        self._secrets = secrets
        self._exits = exits
        #: Whether no other process can be on this database.
        self.alone = alone
        #: Whether the database itself is searched, and so keeps hashes of the words of open notices.
        self.searched = searched
        self.carrier: ports.Carrier = SqlCarrier(self)
        self.rooms: Rooms = SqlRooms(self)
        self.sendings: Sendings = SqlSendings(self)
        self.installations: Installations = SqlInstallations(self)
        self.places: Places = SqlPlaces(self)
        self.leases: Leases = SqlLeases(self)

    @classmethod
    async def open(
        cls, url: str, sealer: Sealer, *, migrate: bool = True, alone: bool = True, searched: bool = False
    ) -> "SqlStore":
        """Open the database at this address, made or brought to this version first unless `migrate` is off.

        Not `alone`, beside a process that runs on the same SQLite file, the file is taken as that process made it.
        `searched` lets PostgreSQL answer `Candidates`: what is written from now on is hashed for it, the rest is by
        `SearchUpkeep.refresh`. SQLite never is.

        Raises: ConfigError for a bad address, a file that another process holds, or a key that is not the right one.
        """
        parsed = parsed_address(url)
        async with AsyncExitStack() as exits:
            lite = parsed.get_backend_name() == "sqlite"
            shared = not lite
            if lite:
                try:
                    exits.enter_context(sqlite.sole_process(parsed))
                except ConfigError:
                    if alone:
                        raise
                    shared, migrate = True, False
            if migrate:
                await upgrade(parsed)
            base: Base = sqlite.File(parsed) if lite else postgres.Server(parsed)
            exits.push_async_callback(base.close)
            secrets = await _secrets(base, sealer)
            return cls(base, secrets, exits.pop_all(), alone=not shared, searched=searched and base.shared)
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Let go of the database."""
        await self._exits.aclose()

    def unit_of_work(self, *, flushed: bool = True) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._base, self._secrets, writing=True, flushed=flushed, searched=self.searched)

    def reading(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._base, self._secrets, writing=False)

    async def changes(self, after: int, limit: int) -> Sequence[tuple[int, NoticeId]]:
        async with self.looking() as session:
            rows = await session.run(_changes, {"after": after, "most": limit})
            return [(number, notice) for number, notice in rows]

    async def next_due(self) -> datetime | None:
        async with self.looking() as session:
            return min((moment for moment in (await session.run(_next_due)).scalars() if moment), default=None)

    async def open_notices(self) -> tuple[int, Sequence[Notice]]:
        async with self.looking() as session:
            number = (await session.run(_feed)).scalar_one()
            return number, await SqlNotices(session, {}, SearchRows(session, wanted=False)).open_ones()

    def secret(self, purpose: str) -> str:
        """A secret of this database's own, another for each purpose; the same for every replica."""
        return self._secrets.hash("secret", purpose)

    async def now(self) -> datetime:
        """The database's clock."""
        async with self.looking() as session:
            if not session.postgres:
                return datetime.now(UTC)  # in this very process
            at: datetime = (await session.run(select(func.now()))).scalar_one()
            return at

    async def probe(self) -> None:
        """Ask the database for something small. Raises: what is wrong with it."""
        await self.next_due()

    def envelopes(self) -> Sequence[Column[str]]:
        """The columns that hold envelopes."""
        tables = [*METADATA.sorted_tables, *(SEARCH.sorted_tables if self._base.shared else ())]
        return [column for table in tables for column in table.c if isinstance(column.type, Sealed)]

    async def reseal(self) -> int:
        """Put everything under the newest key, so that older ones can be thrown away. Returns: rows written."""
        count = 0
        for column in self.envelopes():
            keys = list(column.table.primary_key)
            mine = (key == bindparam(f"its_{key.name}") for key in keys)
            # Somebody else's newer words stay: they are under the newest key already.
            write = column.table.update().where(*mine, column == bindparam("before"))
            async with self.writing() as session:
                for row in await session.run(select(column, *keys).where(column.is_not(None))):
                    key = {f"its_{name.name}": value for name, value in zip(keys, row[1:], strict=True)}
                    again = {"before": row[0], column.name: self._secrets.sealer.reseal(row[0])}
                    count += (await session.run(write, key | again)).rowcount
        async with self.writing() as session:
            await session.run(
                FACTS.update().where(FACTS.c.name == "pepper"),
                {"value": self._secrets.sealer.seal(self._secrets.pepper)},
            )
        return count

    @asynccontextmanager
    async def writing(self, *, flushed: bool = True) -> AsyncIterator[Session]:
        """A transaction that is committed when left without an error; `flushed` as `Base.writing` has it."""
        async with self._session(writing=True, flushed=flushed) as session:
            yield session
            await session.commit()

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Session]:
        """A transaction that only reads."""
        async with self._session(writing=False) as session:
            yield session

    @asynccontextmanager
    async def _session(self, *, writing: bool, flushed: bool = True) -> AsyncIterator[Session]:
        wire = await (self._base.writing(flushed=flushed) if writing else self._base.reading())
        try:
            yield Session(wire, self._secrets, writing=writing, postgres=self._base.shared)
        finally:
            await wire.close()


def parsed_address(url: str) -> URL:
    """The address of a database. Raises: ConfigError."""
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigError(Phrase("command.fault.other_database"))
    return parsed


async def _secrets(base: Base, sealer: Sealer) -> Secrets:
    """The pepper of this database, made at first start; it is sealed, and so it tells whether we hold the right key."""
    wire = await base.writing()
    try:
        sealed = (await wire.run(_pepper, None)).scalar()
        if sealed is None:
            row = {"name": "pepper", "value": sealer.seal(token_urlsafe(32))}
            await wire.run(_keep_pepper.postgres if base.shared else _keep_pepper.sqlite, row)
            await wire.commit()
            sealed = (await wire.run(_pepper, None)).scalar()
    finally:
        await wire.close()
    try:
        return Secrets(sealer, sealer.open(sealed))
    except Unsealable:
        raise ConfigError(Phrase("command.fault.wrong_key")) from None
