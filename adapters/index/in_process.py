"""Who could meet whom, from indexes in memory that follow the store's change feed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.ids import CommunityId, NoticeId
from bot.domain.notices import Kind, Notice, NoticeState
from bot.ports import Random, Store
from matching import model
from matching.index import Index
from matching.model import Candidate

#: Changes read at a time while catching up.
PAGE: Final = 500
#: Notices read before everybody else gets a turn; reading one takes about half a millisecond.
BREATH: Final = 50


class InProcessCandidates:
    """Candidates from memory: loaded at the first question, brought up to date before each."""

    def __init__(self, store: Store, random: Random) -> None:
        self._store = store
        self._random = random
        self._indexes: defaultdict[CommunityId, Index] = defaultdict(Index)
        #: Where each indexed notice is, so that it can be taken out once it is gone from the store.
        self._homes: dict[NoticeId, CommunityId] = {}
        self._seen: int | None = None
        self._catching_up = asyncio.Lock()

    async def search(self, notice: Notice, kinds: Sequence[Kind], *, limit: int) -> Sequence[Candidate]:
        await self._catch_up()
        index = self._indexes.get(notice.community)
        return index.search(_seen_by_engine(notice), kinds, limit=limit, seed=self._random.seed()) if index else ()

    async def _catch_up(self) -> None:
        async with self._catching_up:
            after = await self._load() if self._seen is None else self._seen
            while changes := await self._store.changes(after, PAGE):
                ids = list(dict.fromkeys(id for _, id in changes))
                async with self._store.reading() as uow:
                    current = await uow.notices.among(ids)
                for id in ids:
                    self._drop(id)
                await self._take(n for n in current.values() if n.state is NoticeState.OPEN)
                self._seen = after = changes[-1][0]

    async def _load(self) -> int:
        """Everything that is open; begun afresh when an earlier load was broken off."""
        seen, notices = await self._store.open_notices()
        self._indexes.clear()
        self._homes.clear()
        await self._take(notices)
        self._seen = seen
        return seen

    async def _take(self, notices: Iterable[Notice]) -> None:
        for count, notice in enumerate(notices, start=1):
            self._indexes[notice.community].add(_seen_by_engine(notice))
            self._homes[notice.id] = notice.community
            if count % BREATH == 0:
                await asyncio.sleep(0)  # others are waiting to be served

    def _drop(self, id: NoticeId) -> None:
        home = self._homes.pop(id, None)
        if home is not None:
            self._indexes[home].remove(id)


def _seen_by_engine(notice: Notice) -> model.Notice:
    """What the engine may know of a notice: the words approved for cards, and no name."""
    return model.Notice(
        id=notice.id,
        owner=notice.person,
        kind=notice.kind.value,
        text=notice.card,
        language=notice.language,
        topics=notice.topics,
    )
