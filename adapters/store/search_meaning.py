"""`Candidates` where PostgreSQL draws by words, and what notices mean decides.

Vectors reveal meaning, so none is kept in the database. Each process compares the newest open notices of a community in
an index of its own, and takes in whatever the database draws among the older ones for a question.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Final

from sqlalchemy import bindparam, select

from adapters.store.candidates import DatabaseCandidates
from adapters.store.repository import by
from adapters.store.sql import SqlStore
from adapters.store.tables import FEED, NOTICES
from bot.domain.ids import CommunityId, NoticeId
from bot.domain.notices import Kind, Notice, NoticeState
from bot.ports import Random
from bot.seen import seen_by_engine
from bot.threads import in_a_thread
from matching.calibration import Curves
from matching.constraints import Constraints
from matching.encoder import Encoder
from matching.index import Index
from matching.model import Candidate

#: Notices of a community whose meaning a process knows at a time; the first question waits half a minute for so many.
NEWEST: Final = 5_000
#: Whom the database adds for each question.
DRAWN: Final = 48
#: Notices or changes read from the database at a time.
PAGE: Final = 500

_feed = select(FEED.c.number)
_newest = (
    select(NOTICES.c.id)
    .where(by(NOTICES.c.community), NOTICES.c.state == NoticeState.OPEN)
    .order_by(NOTICES.c.created_at.desc(), NOTICES.c.id.desc())
    .limit(bindparam("most"))
)


class MeaningCandidates:
    """Candidates by meaning and words, among the newest of a community and whom PostgreSQL draws among all."""

    def __init__(
        self,
        words: DatabaseCandidates,
        store: SqlStore,
        random: Random,
        encoder: Encoder,
        curves: Curves | None = None,
        *,
        newest: int = NEWEST,
    ) -> None:
        self._words = words
        self._store = store
        self._random = random
        self._empty = partial(Index, encoder=encoder, curves=curves)
        self._most = newest
        self._windows: dict[CommunityId, _Window] = {}
        self._seen: int | None = None
        self._turn = asyncio.Lock()

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        async with self._turn:
            await self._catch_up()
            window = self._windows.get(notice.community) or await self._load(notice.community)
            drawn = await self._words.likeliest(notice, kinds, limit=DRAWN, constraints=constraints)
            # The likeliest last, so that it stays longest.
            await self._take(window, [id for id in reversed(drawn) if id not in window.index])
            seen, seed = seen_by_engine(notice), self._random.seed()
            return await in_a_thread(
                partial(window.index.search, seen, kinds, limit=limit, seed=seed, constraints=constraints)
            )

    async def refresh(self) -> None:
        """Bring what is compared up to date without a question."""
        async with self._turn:
            await self._catch_up()

    async def close(self) -> None:
        """Nothing is written down: what is compared is read again."""

    async def _catch_up(self) -> None:
        if self._seen is None:
            async with self._store.looking() as session:
                self._seen = (await session.run(_feed)).scalar_one()
        while changes := await self._store.changes(self._seen, PAGE):
            ids = list(dict.fromkeys(id for _, id in changes))
            async with self._store.reading() as uow:
                current = await uow.notices.among(ids)
            for community, window in self._windows.items():
                here = [n for n in current.values() if n.community == community and n.state is NoticeState.OPEN]
                await in_a_thread(partial(window.follow, ids, here))
            self._seen = changes[-1][0]

    async def _load(self, community: CommunityId) -> "_Window":
        async with self._store.looking() as session:
            ids = list((await session.run(_newest, {"it": community, "most": self._most})).scalars())
        window = _Window(await in_a_thread(self._empty), self._most)
        await self._take(window, ids[::-1])
        # Kept only when whole: an encoder that fails on the way begins again.
        self._windows[community] = window
        return window

    async def _take(self, window: "_Window", ids: Sequence[NoticeId]) -> None:
        """Read these, and compare them from now on."""
        for at in range(0, len(ids), PAGE):
            async with self._store.reading() as uow:
                page = await uow.notices.among(ids[at : at + PAGE])
            found = [page[id] for id in ids[at : at + PAGE] if id in page and page[id].state is NoticeState.OPEN]
            await in_a_thread(partial(window.follow, (), found))


class _Window:
    """What is compared of a community: whatever came last stays longest."""

    def __init__(self, index: Index, most: int) -> None:
        self.index = index
        self._most = most
        self._order: dict[NoticeId, None] = {}

    def follow(self, changed: Sequence[NoticeId], here: Sequence[Notice]) -> None:
        """Take these in; whatever else changed goes, and what is oldest, as long as there are too many."""
        for id in {*changed} - {notice.id for notice in here}:
            self._drop(id)
        for notice in here:
            self._order.pop(notice.id, None)
            self._order[notice.id] = None
        self.index.add_all(map(seen_by_engine, here))
        for id in list(islice(self._order, max(0, len(self._order) - self._most))):
            self._drop(id)

    def _drop(self, id: NoticeId) -> None:
        self._order.pop(id, None)
        self.index.remove(id)
