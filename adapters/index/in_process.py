"""Who could meet whom, from indexes in memory that follow the store's change feed, and are kept on disk meanwhile."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from adapters.index.snapshots import Kept, Snapshots
from bot.domain.ids import CommunityId, NoticeId
from bot.domain.notices import Kind, Notice, NoticeState
from bot.ports import Random, Store
from bot.seen import seen_by_engine
from bot.threads import in_a_thread
from matching.calibration import Curves
from matching.constraints import Constraints
from matching.encoder import Encoder
from matching.index import Index
from matching.model import Candidate

#: Changes read at a time while catching up.
PAGE: Final = 500
#: Notices handed to an index at a time.
BATCH: Final = 256
#: After so many changes the snapshot is written anew; whoever asks meanwhile waits, some seconds for a million notices.
UNWRITTEN: Final = 2_000


class InProcessCandidates:
    """Candidates from memory: loaded at the first question, brought up to date before each.

    Indexes are read and written in a thread, one question at a time, so that everybody else is served meanwhile.
    Without an encoder they compare words alone; `curves` as `Index` takes them. With `snapshots` they are read from
    disk where the feed can bring them up to date, and written there after a load, after many changes and at the end.
    Once somebody's notice is gone from the store, so is the file that may hold it.
    """

    def __init__(
        self,
        store: Store,
        random: Random,
        encoder: Encoder | None = None,
        curves: Curves | None = None,
        *,
        snapshots: Snapshots | None = None,
    ) -> None:
        self._store = store
        self._random = random
        self._indexed = partial(Index.of, encoder=encoder, curves=curves)
        self._snapshots = snapshots
        self._indexes: defaultdict[CommunityId, Index] = defaultdict(lambda: Index(encoder=encoder, curves=curves))
        self._seen: int | None = None
        #: Changes since the snapshot was written.
        self._unwritten = 0
        self._turn = asyncio.Lock()

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        async with self._turn:
            await self._catch_up()
            index = self._indexes.get(notice.community)
            if index is None:
                return ()
            seen, seed = seen_by_engine(notice), self._random.seed()
            return await in_a_thread(
                partial(index.search, seen, kinds, limit=limit, seed=seed, constraints=constraints)
            )

    async def refresh(self) -> None:
        """Bring it up to date without a question, as soon as somebody was erased."""
        async with self._turn:
            await self._catch_up()

    async def close(self) -> None:
        """Write down what has changed since it was last written; nothing when nobody asked anything."""
        async with self._turn:
            if self._unwritten:
                await self._write()

    async def _catch_up(self) -> None:
        after = await self._begin() if self._seen is None else self._seen
        while changes := await self._store.changes(after, PAGE):
            ids = list(dict.fromkeys(id for _, id in changes))
            async with self._store.reading() as uow:
                current = await uow.notices.among(ids)
            if self._snapshots is not None and len(current) < len(ids):
                await in_a_thread(self._snapshots.drop)
            here = [n for n in current.values() if n.state is NoticeState.OPEN]
            await in_a_thread(partial(self._follow, ids, here))
            self._seen = after = changes[-1][0]
            self._unwritten += len(changes)
        if self._unwritten >= UNWRITTEN:
            await self._write()

    async def _begin(self) -> int:
        return await self._read() or await self._load()

    async def _load(self) -> int:
        """Everything that is open; begun afresh when an earlier load was broken off."""
        seen, notices = await self._store.open_notices()
        self._indexes.clear()
        for at in range(0, len(notices), BATCH):
            batch = notices[at : at + BATCH]
            await in_a_thread(partial(self._follow, (), batch))
        self._seen, self._unwritten = seen, UNWRITTEN
        return seen

    async def _read(self) -> int | None:
        """What is on disk, if this store's feed goes on from there; a feed that was turned back does not."""
        if self._snapshots is None:
            return None
        kept = await in_a_thread(partial(self._snapshots.load, self._indexed))
        if kept is None:
            return None
        if list(await self._store.changes(kept.change - 1, 1)) != [(kept.change, kept.notice)]:
            await in_a_thread(self._snapshots.drop)
            return None
        self._indexes.clear()
        self._indexes.update(kept.indexes)
        self._seen = kept.change
        return kept.change

    async def _write(self) -> None:
        self._unwritten = 0
        if self._snapshots is None or not self._seen:
            return
        [(change, notice)] = await self._store.changes(self._seen - 1, 1)
        await in_a_thread(partial(self._snapshots.save, Kept(change, notice, self._indexes)))

    def _follow(self, changed: Iterable[NoticeId], here: Sequence[Notice]) -> None:
        homes = {notice.id: notice.community for notice in here}
        for id in changed:
            for community, index in self._indexes.items():
                if homes.get(id) != community:
                    index.remove(id)
        for community in {notice.community for notice in here}:
            mine = [notice for notice in here if notice.community == community]
            self._indexes[community].add_all(map(seen_by_engine, mine))
