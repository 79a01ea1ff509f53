"""An envelope that does not open, damaged or under a key that is not here, must stop nobody else."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from adapters.store.keys import Sealer, Unsealable
from adapters.store.sql import SqlStore
from adapters.store.sqlite import File
from adapters.store.tables import INBOX, MEMBERS, NOTICES, OUTBOX
from bot.domain.ids import NoticeId
from bot.ports import Fate
from tests.adapters.store.test_outbox import claim, put
from tests.adapters.store.things import HOUR, MEMBER, NOON, NOTICE, PERSON, parcel

DAMAGED = "1:AAAA"


async def damage(store: SqlStore, table: Table) -> None:
    """Spoil every envelope that a table holds now."""
    async with store.writing() as session:
        await session.run(table.update().values(sealed=DAMAGED))


async def test_a_parcel_that_does_not_open_holds_up_no_other(sql_store: SqlStore) -> None:
    await put(sql_store, parcel("hurt"))
    await damage(sql_store, OUTBOX)
    await put(sql_store, parcel("well"))

    [leased] = await claim(sql_store)

    assert leased.parcel.key == "well"
    await sql_store.carrier.settle([leased], Fate.SENT, NOON)
    assert await claim(sql_store, NOON + HOUR) == []


async def test_an_arrival_that_does_not_open_holds_up_no_other(sql_store: SqlStore) -> None:
    async with sql_store.unit_of_work() as uow:
        await uow.inbox.receive("slack", "hurt", {"text": "x"}, NOON)
        await uow.commit()
    await damage(sql_store, INBOX)
    async with sql_store.unit_of_work() as uow:
        await uow.inbox.receive("slack", "well", {"text": "y"}, NOON)
        assert [payload for _, payload in await uow.inbox.unfinished(NOON + HOUR, 9)] == [{"text": "y"}]


async def test_a_notice_that_does_not_open_is_as_if_it_were_not_there(sql_store: SqlStore) -> None:
    async with sql_store.unit_of_work() as uow:
        await uow.notices.add(NOTICE)
        await uow.commit()
    await damage(sql_store, NOTICES)
    well = replace(NOTICE, id=NoticeId("well"))
    async with sql_store.unit_of_work() as uow:
        await uow.notices.add(well)
        await uow.commit()

    assert [notice.id for notice in (await sql_store.open_notices())[1]] == ["well"]
    async with sql_store.reading() as uow:
        assert await uow.notices.find(NOTICE.id) is None
        assert list(await uow.notices.among([NOTICE.id, well.id])) == ["well"]


async def test_a_member_who_does_not_open_is_no_stranger(sql_store: SqlStore) -> None:
    async with sql_store.unit_of_work() as uow:
        await uow.persons.add(PERSON)
        await uow.members.add(MEMBER)
        await uow.commit()
    await damage(sql_store, MEMBERS)

    async with sql_store.reading() as uow:
        with pytest.raises(Unsealable):
            await uow.members.find(MEMBER.id)


async def test_a_disk_that_fails_between_two_writers_lets_the_next_one_in(
    tmp_path: Path, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail: list[str] = ["NORMAL", "FULL"]
    synchronize = File._synchronize

    def failing(self: File, how: str) -> None:
        if how in fail:
            fail.remove(how)
            raise sqlite3.OperationalError("disk I/O error")
        synchronize(self, how)

    store = await SqlStore.open(f"sqlite:///{tmp_path / 'failing.db'}", sealer)
    monkeypatch.setattr(File, "_synchronize", failing)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError):
            await _nothing(store, flushed=False)

    await _nothing(store, flushed=False)
    await _nothing(store, flushed=True)
    await store.close()


async def _nothing(store: SqlStore, **how: Any) -> None:
    async with store.unit_of_work(**how) as uow:
        await uow.commit()


async def test_what_does_not_open_is_forgotten_all_the_same(sql_store: SqlStore) -> None:
    async with sql_store.unit_of_work() as uow:
        await uow.notices.add(NOTICE)
        await uow.commit()
    await damage(sql_store, NOTICES)

    async with sql_store.unit_of_work() as uow:
        await uow.notices.forget(NOTICE.member)
        await uow.commit()

    async with sql_store.looking() as session:
        assert (await session.run(select(NOTICES.c.id))).scalars() == []
    assert [id for _, id in await sql_store.changes(0, 9)][-1] == NOTICE.id
