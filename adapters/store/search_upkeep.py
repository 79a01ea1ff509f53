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
