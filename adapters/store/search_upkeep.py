"""Reads what PostgreSQL does not search yet: notices from before it did, or as another engine or key read them."""

import asyncio
from typing import Final

from sqlalchemy import select

from adapters.store.repositories import SqlNotices
from adapters.store.search_keys import engine_number
from adapters.store.search_rows import SearchRows
from adapters.store.search_tables import NOTICE_TERMS, READINGS, TERMS
from adapters.store.sql import SqlStore
from adapters.store.tables import FEED
from bot.domain.ids import NoticeId

#: Notices read in one transaction: about a fifth of a second, while which writers of notices wait for less than half.
BATCH: Final = 200

_hold_the_feed = select(FEED.c.number).with_for_update()


class SearchUpkeep:
    """Brings the rows that are searched up to date, or does away with them."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._turn = asyncio.Lock()
        self._ready = False

    async def ready(self) -> None:
        """Come back once all that was open when this process began can be searched; whoever asks first does the work.

        So a search finds everything from the first question on, after a switch to the database or an upgrade, too.
        """
        if self._ready:
            return
        async with self._turn:
            if not self._ready:
                await self.refresh()
                self._ready = True

    async def tidy(self) -> None:
        """What is to be done now and then: refresh what is searched, or leave no hash behind where nothing is."""
        if not self._store.searched:
            await self.clear()
        elif self._ready:
            await self.refresh()
        else:
            await self.ready()

    async def refresh(self, *, batch: int = BATCH) -> int:
        """Read whatever is missing or was read otherwise, in small transactions; broken off, it goes on where it was.

        Several replicas may do so at once. Returns: how many notices were read.
        """
        count, after = 0, NoticeId("")
        while self._store.searched:
            async with self._store.writing() as session:
                rows = SearchRows(session, wanted=True)
                engine = engine_number(session.hash)
                notices = await SqlNotices(session, {}, rows).unread(engine, after=after, limit=batch)
                if not notices:
                    break
                plan = await rows.plan({notice.id: notice for notice in notices})
                await session.run(_hold_the_feed)
                await rows.write(plan)
            # What another replica has just finished was not read again.
            count, after = count + len(plan.rows), notices[-1].id
            await asyncio.sleep(0)
        return count

    async def clear(self) -> None:
        """Forget every hash, for who no longer searches in the database."""
        async with self._store.writing() as session:
            if session.postgres:
                await session.run(_hold_the_feed)
                for table in (NOTICE_TERMS, READINGS, TERMS):
                    await session.run(table.delete())
