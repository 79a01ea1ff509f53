"""The change feed, on every store: gapless, in the order of commits, in step with the picture of open notices."""

import asyncio
from dataclasses import replace

from bot.domain.ids import NoticeId
from bot.domain.notices import NoticeState
from bot.ports import Store
from tests.adapters.store.things import NOTICE


async def test_adding_saving_and_removing_are_numbered(store: Store) -> None:
    async with store.unit_of_work() as uow:
        await uow.notices.add(NOTICE)
        await uow.notices.add(replace(NOTICE, id=NoticeId("n2")))
        await uow.commit()
    async with store.unit_of_work() as uow:
        await uow.notices.save(replace(NOTICE, state=NoticeState.PAUSED))
        await uow.commit()
    async with store.unit_of_work() as uow:
        await uow.notices.remove(NOTICE.id)
        await uow.commit()

    assert list(await store.changes(0, 10)) == [(1, "n1"), (2, "n2"), (3, "n1"), (4, "n1")]
    assert list(await store.changes(2, 1)) == [(3, "n1")]
    assert list(await store.changes(4, 10)) == []
    number, notices = await store.open_notices()
    assert (number, [notice.id for notice in notices]) == (4, ["n2"])


async def test_what_was_undone_leaves_no_number(store: Store) -> None:
    async with store.unit_of_work() as uow:
        await uow.notices.add(NOTICE)

    assert await store.open_notices() == (0, [])
    assert list(await store.changes(0, 10)) == []


async def test_no_gap_under_concurrent_writers(store: Store) -> None:
    seen: list[int] = []

    async def write(number: int) -> None:
        async with store.unit_of_work() as uow:
            await uow.notices.add(replace(NOTICE, id=NoticeId(f"n{number}")))
            await asyncio.sleep(0)
            if number % 5:
                await uow.commit()

    async def follow() -> None:
        while len(seen) < 32:
            seen.extend(number for number, _ in await store.changes(len(seen), 10))
            await asyncio.sleep(0.001)

    await asyncio.gather(follow(), *(write(number) for number in range(40)))

    assert seen == list(range(1, 33))
