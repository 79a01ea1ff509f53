from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.store.audit import audit
from adapters.store.sql import SqlStore
from adapters.store.tables import OUTBOX
from bot.domain.introductions import Answer, Introduction, State
from bot.ports import Fate
from tests.adapters.store.test_damaged import damage
from tests.adapters.store.test_outbox import claim, put
from tests.adapters.store.things import NOON, asked, parcel

LATER = NOON + timedelta(days=30)


def said_yes(intro: Introduction) -> Introduction:
    a, b = intro.sides
    return replace(intro, sides=(replace(a, answer=Answer.YES), replace(b, answer=Answer.YES)))


async def test_a_new_database_keeps_every_promise(sql_store: SqlStore) -> None:
    assert await audit(sql_store, NOON) == []


@pytest.mark.parametrize(
    ("break_it", "codes"),
    [
        (lambda i: replace(i, state=State.FOLLOWED_UP, due_at=None), {"met_without_two_yeses"}),
        (lambda i: replace(said_yes(i), state=State.INTRODUCED), {"met_without_opening"}),
        (lambda i: replace(said_yes(i), state=State.AGREED, due_at=NOON), {"agreed_and_stuck"}),
        (lambda i: i, {"asked_past_deadline"}),
    ],
)
async def test_a_broken_introduction_is_found(
    sql_store: SqlStore, break_it: Callable[[Introduction], Introduction], codes: set[str]
) -> None:
    async with sql_store.unit_of_work() as uow:
        await uow.introductions.add(break_it(asked("i1")))
        await uow.commit()

    assert {breach.code for breach in await audit(sql_store, LATER)} == codes


async def test_dead_parcels_and_abandoned_arrivals_are_found(sql_store: SqlStore) -> None:
    await put(sql_store, parcel("k"))
    [leased] = await claim(sql_store)
    await sql_store.carrier.settle([leased], Fate.DEAD, NOON)
    async with sql_store.unit_of_work() as uow:
        await uow.inbox.receive("slack", "1", {}, NOON)
        await uow.commit()

    assert {breach.code for breach in await audit(sql_store, LATER)} == {"dead_parcels", "abandoned_arrivals"}


async def test_what_cannot_be_opened_is_counted(sql_store: SqlStore) -> None:
    await put(sql_store, parcel("k"), parcel("other"))
    await damage(sql_store, OUTBOX)

    assert {(breach.code, breach.count) for breach in await audit(sql_store, NOON)} == {("unreadable", 2)}
