"""Who could meet whom, from indexes in memory that follow the store's change feed, and are kept on disk meanwhile."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, TypeVar

from adapters.index.snapshots import Kept, Snapshots
from bot.domain.ids import CommunityId, NoticeId
from bot.domain.notices import Kind, Notice, NoticeState
from bot.ports import Random, Store
from bot.seen import seen_by_engine
from matching.calibration import Curves
from matching.constraints import Constraints
from matching.encoder import Encoder
from matching.index import Index
from matching.model import Candidate

T = TypeVar("T")
#: Changes read at a time while catching up.
PAGE: Final = 500
#: Notices handed to an index at a time.
BATCH: Final = 256


class InProcessCandidates:
    """Candidates from memory: loaded at the first question, brought up to date before each.

    Indexes are read and written in a thread, one question at a time, so that everybody else is served meanwhile.
    Without an encoder they compare words alone; `curves` as `Index` takes them.
    """

    def __init__(
        self, store: Store, random: Random, encoder: Encoder | None = None, curves: Curves | None = None
    ) -> None:
        self._store = store
        self._random = random
        self._indexes: defaultdict[CommunityId, Index] = defaultdict(lambda: Index(encoder=encoder, curves=curves))
        self._seen: int | None = None
        self._turn = asyncio.Lock()
        self._snapshots = snapshots
        #: The last change that the indexes have, and how many there were since the snapshot was written.
        self._last: NoticeId | None = None
        self._unwritten = 0

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        async with self._turn:
            await self._catch_up()
            index = self._indexes.get(notice.community)
            if index is None:
                return ()
            seen, seed = seen_by_engine(notice), self._random.seed()
            return await _in_a_thread(
                partial(index.search, seen, kinds, limit=limit, seed=seed, constraints=constraints)
            )

    async def _catch_up(self) -> None:
        after = await self._load() if self._seen is None else self._seen
        while changes := await self._store.changes(after, PAGE):
            ids = list(dict.fromkeys(id for _, id in changes))
            async with self._store.reading() as uow:
                current = await uow.notices.among(ids)
            here = [n for n in current.values() if n.state is NoticeState.OPEN]
            await _in_a_thread(partial(self._follow, ids, here))
            self._seen = after = changes[-1][0]

    async def _load(self) -> int:
        """Everything that is open; begun afresh when an earlier load was broken off."""
        seen, notices = await self._store.open_notices()
        self._indexes.clear()
        self._homes.clear()
        for at in range(0, len(notices), BATCH):
            batch = notices[at : at + BATCH]
            await _in_a_thread(partial(self._follow, (), batch))
        self._seen = seen
        return seen

    def _follow(self, changed: Iterable[NoticeId], here: Sequence[Notice]) -> None:
        homes = {notice.id: notice.community for notice in here}
        for id in changed:
            home = self._homes.get(id)
            if home is not None and homes.get(id) != home:
                self._indexes[self._homes.pop(id)].remove(id)
        for community in {notice.community for notice in here}:
            mine = [notice for notice in here if notice.community == community]
            self._indexes[community].add_all(map(seen_by_engine, mine))
        self._homes |= homes


async def _in_a_thread(work: Callable[[], T]) -> T:
    """Do it to the end even when whoever waits is cancelled: an index must not be touched by two at once."""
    done = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait([done])
        raise
