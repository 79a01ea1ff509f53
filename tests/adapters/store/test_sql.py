"""What only a database can get wrong: locks, keys, addresses, words left readable."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import make_url, text

from adapters.store.keys import Sealer
from adapters.store.memory import MemoryStore
from adapters.store.memory_rooms import MemoryRooms
from adapters.store.rooms import SqlRooms
from adapters.store.sql import SqlStore, parsed_address
from adapters.store.tables import METADATA
from bot.domain.ids import IntroductionId, PersonId
from bot.domain.introductions import Answer, State, answered
from bot.domain.rules import DEFAULT_RULES
from bot.errors import ConfigError, Stale
from bot.ports import Store
from bot.rooms import Rooms
from tests.adapters.store.conftest import KEY
from tests.adapters.store.things import (
    AMINA,
    BELA,
    CANARY,
    HOUR,
    INTRODUCTION,
    MEMBER,
    NOON,
    NOTICE,
    REPORT,
    TIE,
    asked,
    parcel,
)

OTHER_KEY = Fernet.generate_key().decode()


def outside(url: str) -> sqlite3.Connection:
    """Somebody else's connection to a SQLite file."""
    return sqlite3.connect(str(make_url(url).database), isolation_level=None, timeout=0)


async def fill(store: SqlStore) -> None:
    """One of everything that is private."""
    async with store.unit_of_work() as uow:
        await uow.members.add(MEMBER)
        await uow.notices.add(NOTICE)
        await uow.introductions.add(INTRODUCTION)
        await uow.ties.add(TIE)
        await uow.ties.write_note(TIE.id, AMINA, CANARY)
        await uow.reports.add(REPORT)
        await uow.inbox.receive("house", "1", {"text": CANARY}, NOON)
        await uow.outbox.put(parcel(f"k:{CANARY}"))
        await uow.outbox.put(parcel("failed"))
        await uow.commit()
    claimed = await store.carrier.claim(NOON, limit=1, lease=HOUR)
    await store.carrier.postpone(claimed[0], NOON, failed=True, error=f"400 {CANARY}")
    await store.rooms.say("channel:bar", AMINA, CANARY, at=NOON, key="1")
    await store.rooms.tell("channel:bar", claimed[0].parcel.to[AMINA] or pytest.fail(), at=NOON, key="2")


async def dump(store: SqlStore) -> str:
    """Every cell of the database."""
    async with store.looking() as session:
        return "".join([str((await session.run(table.select())).mappings()) for table in METADATA.sorted_tables])


async def test_nothing_private_can_be_read_in_the_database(sql_store: SqlStore) -> None:
    await fill(sql_store)

    dumped = await dump(sql_store)

    assert "canary" not in dumped
    assert AMINA in dumped


async def test_nothing_private_can_be_read_in_the_file(new_sqlite: Callable[[], str], sealer: Sealer) -> None:
    url = new_sqlite()
    store = await SqlStore.open(url, sealer, migrate=False)
    await fill(store)
    await store.close()

    folder = Path(str(make_url(url).database)).parent
    content = b"".join(path.read_bytes() for path in folder.iterdir())

    assert b"canary" not in content


async def test_a_wrong_key_is_told_at_once(sql_url: str, sealer: Sealer) -> None:
    await (await SqlStore.open(sql_url, sealer, migrate=False)).close()

    with pytest.raises(ConfigError, match="wrong_key"):
        await SqlStore.open(sql_url, Sealer([OTHER_KEY]), migrate=False)


async def test_keys_can_be_changed(sql_url: str, sealer: Sealer) -> None:
    before = await SqlStore.open(sql_url, sealer, migrate=False)
    await fill(before)
    async with before.unit_of_work() as uow:
        await uow.blocks.add(AMINA, BELA, NOON)
        await uow.commit()
    await before.close()
    both = await SqlStore.open(sql_url, Sealer([OTHER_KEY, KEY]), migrate=False)
    assert await both.reseal() > 8
    await both.close()

    after = await SqlStore.open(sql_url, Sealer([OTHER_KEY]), migrate=False)

    async with after.reading() as uow:
        assert await uow.members.get(AMINA) == MEMBER
        assert await uow.blocks.between([AMINA], [BELA]) == {BELA}
    assert len(await after.carrier.claim(NOON, limit=9, lease=HOUR)) == 2
    await after.close()


async def test_a_member_who_was_stored_before_circles_could_be_shown_shows_none(
    new_sqlite: Callable[[], str], sealer: Sealer
) -> None:
    url = new_sqlite()
    store = await SqlStore.open(url, sealer, migrate=False)
    async with store.unit_of_work() as uow:
        await uow.members.add(MEMBER)
        await uow.commit()
    async with store.looking() as session:
        earlier = session.seal({"name": MEMBER.name, "circles": MEMBER.circles})
    file = outside(url)
    file.execute("UPDATE members SET sealed = ?", (earlier,))
    file.close()

    async with store.reading() as uow:
        assert await uow.members.get(MEMBER.id) == replace(MEMBER, shown_circles=())
    await store.close()


async def test_a_second_process_is_refused(new_sqlite: Callable[[], str], sealer: Sealer) -> None:
    url = new_sqlite()
    first = await SqlStore.open(url, sealer, migrate=False)

    with pytest.raises(ConfigError, match="second_process"):
        await SqlStore.open(url, sealer)

    await first.close()
    await (await SqlStore.open(url, sealer, migrate=False)).close()


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("", "other_database"),
        ("mysql://x/y", "other_database"),
        ("sqlite://", "no_database_file"),
        ("sqlite:///:memory:", "no_database_file"),
    ],
)
async def test_an_address_that_cannot_work_is_told(address: str, fault: str, sealer: Sealer) -> None:
    with pytest.raises(ConfigError, match=fault):
        await SqlStore.open(address, sealer)


def test_both_spellings_of_postgresql_are_understood() -> None:
    assert parsed_address("postgres://u:p@h/d") == parsed_address("postgresql://u:p@h/d")


async def test_a_transaction_that_may_write_has_the_file_from_its_start(
    new_sqlite: Callable[[], str], sealer: Sealer
) -> None:
    url = new_sqlite()
    store = await SqlStore.open(url, sealer, migrate=False)
    other = outside(url)

    async with store.reading() as uow:
        await uow.communities.all()
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    async with store.unit_of_work() as uow:
        await uow.communities.all()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    other.close()
    await store.close()


async def test_a_writer_waits_for_a_shell_on_the_file(new_sqlite: Callable[[], str], sealer: Sealer) -> None:
    url = new_sqlite()
    store = await SqlStore.open(url, sealer, migrate=False)
    other = outside(url)
    other.execute("BEGIN IMMEDIATE")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(fill(store))
        await asyncio.sleep(0.01)
        other.execute("ROLLBACK")

    other.close()
    async with store.reading() as uow:
        assert await uow.members.find(AMINA)
    await store.close()


async def test_a_writer_gives_up_on_a_shell_that_stays(
    new_sqlite: Callable[[], str], sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.store.sqlite.PATIENCE", 1)
    url = new_sqlite()
    store = await SqlStore.open(url, sealer, migrate=False)
    other = outside(url)
    other.execute("BEGIN IMMEDIATE")

    async with store.unit_of_work() as uow:
        with pytest.raises(Stale):
            await uow.communities.all()

    other.close()
    await store.close()


async def test_a_cancelled_commit_leaves_the_store_usable(new_sqlite: Callable[[], str], sealer: Sealer) -> None:
    store = await SqlStore.open(new_sqlite(), sealer, migrate=False)

    for _ in range(5):
        task = asyncio.ensure_future(fill(store))
        await asyncio.sleep(0.002)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async with store.unit_of_work() as uow:
        await uow.blocks.add(AMINA, BELA, NOON)
        await uow.commit()
    await store.close()


async def test_every_acknowledged_write_is_on_the_disk(new_sqlite: Callable[[], str], sealer: Sealer) -> None:
    store = await SqlStore.open(new_sqlite(), sealer, migrate=False)

    async with store.writing() as session:
        pragmas = {name: (await session.run(text(f"PRAGMA {name}"))).scalar() for name in PRAGMAS}

    assert pragmas == PRAGMAS
    await store.close()


PRAGMAS: dict[str, Any] = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize("broken", [False, True])
async def test_only_what_would_be_said_again_may_wait_for_the_disk(
    new_sqlite: Callable[[], str], sealer: Sealer, broken: bool
) -> None:
    store = await SqlStore.open(new_sqlite(), sealer)

    async def how(*, flushed: bool) -> Any:
        async with store.writing(flushed=flushed) as session:
            return (await session.run(text("PRAGMA synchronous"))).scalar()

    with suppress(RuntimeError):
        async with store.writing(flushed=False):
            if broken:
                raise RuntimeError
    assert [await how(flushed=flushed) for flushed in (True, False, True)] == [2, 1, 2]
    await store.close()


async def _yes(store: SqlStore, id: IntroductionId, member: Any) -> None:
    async with store.unit_of_work() as uow:
        before = await uow.introductions.get(id)
        await asyncio.sleep(0)
        after = answered(before, member, Answer.YES, at=NOON, rules=DEFAULT_RULES)
        await uow.introductions.save(after)
        await uow.commit()


async def test_no_double_yes_is_lost(sql_store: SqlStore) -> None:
    ids = [IntroductionId(f"i{number:03}") for number in range(500)]
    async with sql_store.unit_of_work() as uow:
        for number, id in enumerate(ids):
            await uow.introductions.add(_between(id, number))
        await uow.commit()

    async def both(ids: list[IntroductionId]) -> None:
        for id in ids:
            await asyncio.gather(_yes(sql_store, id, AMINA), _yes(sql_store, id, BELA))

    await asyncio.gather(*(both(ids[start::4]) for start in range(4)))

    async with sql_store.reading() as uow:
        found = await uow.introductions.of_member(AMINA)
        assert [intro.state for intro in found] == [State.AGREED] * 500


def _between(id: IntroductionId, number: int) -> Any:
    """Between the same two accounts, each time of other persons, so that all can be open at once."""
    intro = asked(id)
    a, b = (replace(side, person=PersonId(f"{side.person}-{number}")) for side in intro.sides)
    return replace(intro, sides=(a, b))


@pytest.mark.external
async def test_who_waits_for_each_other_is_told_to_run_again(postgres_url: str, sealer: Sealer) -> None:
    store = await SqlStore.open(postgres_url, sealer, migrate=False)
    one, two = asked("i1"), asked("i2", "amina", "chloe")
    async with store.unit_of_work() as uow:
        await uow.introductions.add(one)
        await uow.introductions.add(two)
        await uow.commit()
    both_hold = asyncio.Barrier(2)

    async def cross(first: IntroductionId, second: IntroductionId) -> bool:
        try:
            async with store.unit_of_work() as uow:
                await uow.introductions.get(first)
                await both_hold.wait()
                await uow.introductions.get(second)
        except Stale:
            return False
        return True

    assert sorted(await asyncio.gather(cross(one.id, two.id), cross(two.id, one.id))) == [False, True]
    await store.close()


async def test_an_error_of_ours_is_not_called_stale(sql_store: SqlStore) -> None:
    a, b = asked("i1").sides

    with pytest.raises(Exception, match=r"(?i)check constraint") as caught:
        async with sql_store.unit_of_work() as uow:
            await uow.introductions.add(replace(asked("i1"), sides=(a, replace(b, key="c"))))
    assert not isinstance(caught.value, Stale)


def test_the_stores_are_what_the_ports_ask_for() -> None:
    made: list[Callable[..., Store]] = [SqlStore, MemoryStore]
    rooms: list[Callable[..., Rooms]] = [SqlRooms, MemoryRooms]

    assert len(made) == len(rooms)
