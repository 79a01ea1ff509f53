"""What the outbox promises, on every store."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.domain.ids import PersonId
from bot.ports import Act, Fate, Leased, Parcel, Priority, Store
from tests.adapters.store.things import AMINA, BELA, CHLOE, HOUR, MEMBER, NOON, PERSON, asked, parcel

MINUTE = timedelta(minutes=1)


async def put(store: Store, *parcels: Parcel) -> None:
    async with store.unit_of_work() as uow:
        for each in parcels:
            await uow.outbox.put(each)
        await uow.commit()


async def claim(store: Store, now: object = NOON, limit: int = 10) -> list[Leased]:
    return list(await store.carrier.claim(now, limit=limit, lease=MINUTE))  # type: ignore[arg-type] # a time


async def settle_in(store: Store) -> None:
    """Amina and Bela, each a person of their own; Bela has a second account, Chloe."""
    async with store.unit_of_work() as uow:
        for account, person in ((AMINA, "a"), (BELA, "b"), (CHLOE, "b")):
            if await uow.persons.find(PersonId(person)) is None:
                await uow.persons.add(replace(PERSON, id=PersonId(person)))
            await uow.members.add(replace(MEMBER, id=account, person=PersonId(person)))
        await uow.commit()


async def unasked(store: Store, person: str) -> int:
    async with store.reading() as uow:
        return await uow.outbox.count_unasked(PersonId(person), NOON)


async def test_a_parcel_arrives_as_it_was_put(store: Store) -> None:
    whole = parcel("k", AMINA, BELA, about=(CHLOE,), not_after=NOON + HOUR, unasked=True)
    gone = parcel("f", act=Act.FORGET, to={AMINA: None}, priority=Priority.FORGET)
    await put(store, whole, gone)

    first, second = await claim(store)

    assert (first.parcel, second.parcel) == (gone, whole)
    assert (second.attempts, second.claimed_at) == (0, NOON)


async def test_a_key_is_used_once_and_for_ever(store: Store) -> None:
    await put(store, parcel("k"), parcel("k", BELA))
    [leased] = await claim(store)
    await store.carrier.settle([leased], Fate.SENT, NOON)

    await put(store, parcel("k"))

    assert await claim(store) == []
    assert leased.parcel == parcel("k")


async def test_the_most_urgent_goes_first_and_nothing_before_its_time(store: Store) -> None:
    late = parcel("late", priority=Priority.NUDGE, due_at=NOON - HOUR)
    await put(store, late, parcel("one"), parcel("two"), parcel("three", due_at=NOON + MINUTE))

    assert [leased.parcel.key for leased in await claim(store, limit=2)] == ["one", "two"]
    assert [leased.parcel.key for leased in await claim(store)] == ["late"]
    assert await claim(store) == []


async def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    await put(store, parcel("k"))
    [dead] = await claim(store)
    assert await claim(store, NOON + MINUTE / 2) == []

    [alive] = await claim(store, NOON + MINUTE)

    assert (alive.attempts, alive.claimed_at) == (1, NOON)
    await store.carrier.settle([dead], Fate.DEAD, NOON)
    await store.carrier.postpone(dead, NOON, failed=True)
    assert await claim(store, NOON + MINUTE) == []
    await store.carrier.postpone(alive, NOON + MINUTE, failed=True, error="timeout")
    [again] = await claim(store, NOON + MINUTE)
    assert again.attempts == 2


async def test_waiting_for_somebodys_hours_is_no_attempt(store: Store) -> None:
    await put(store, parcel("k"))
    [leased] = await claim(store)

    await store.carrier.postpone(leased, NOON + HOUR, failed=False)

    assert await store.carrier.next_due() == await store.next_due() == NOON + HOUR
    assert await claim(store) == []
    [again] = await claim(store, NOON + HOUR)
    assert (again.attempts, again.parcel.due_at) == (0, NOON + HOUR)


async def test_next_due_looks_at_leases_too(store: Store) -> None:
    assert await store.next_due() is None
    await put(store, parcel("k"))
    assert await store.carrier.next_due() == NOON

    [leased] = await claim(store)
    assert await store.carrier.next_due() == NOON + MINUTE

    await store.carrier.settle([leased], Fate.SENT, NOON)
    assert await store.carrier.next_due() is None


async def test_next_due_looks_at_everything(store: Store) -> None:
    await put(store, parcel("k", due_at=NOON + 2 * HOUR))
    async with store.unit_of_work() as uow:
        await uow.introductions.add(asked("i1"))
        await uow.commit()

    assert await store.next_due() == NOON + HOUR


async def test_taking_back_works_until_somebody_claims(store: Store) -> None:
    await put(store, parcel("k"), parcel("claimed"))
    async with store.unit_of_work() as uow:
        assert await uow.outbox.cancel("k")
        assert not await uow.outbox.cancel("k")
        assert not await uow.outbox.cancel("never")
        await uow.outbox.put(parcel("k", BELA))
        await uow.commit()
    assert [leased.parcel.to.keys() for leased in await claim(store)] == [{AMINA}, {BELA}]

    async with store.unit_of_work() as uow:
        assert not await uow.outbox.cancel("claimed")


async def test_budgets_count_what_left_or_will_leave(store: Store) -> None:
    nudge = parcel("nudge", unasked=True, priority=Priority.NUDGE)
    old = parcel("old", unasked=True, due_at=NOON - HOUR)
    reminder = parcel("reminder", unasked=True, priority=Priority.REMINDER)
    await settle_in(store)
    await put(
        store,
        nudge,
        old,
        reminder,
        parcel("card", BELA, unasked=True),
        parcel("another card", CHLOE, unasked=True),
        parcel("reply"),
        parcel("unlucky", unasked=True),
    )
    assert await unasked(store, "a") == await unasked(store, "b") == 2

    by_key = {leased.parcel.key: leased for leased in await claim(store)}
    await store.carrier.settle([by_key["nudge"]], Fate.SENT, NOON)
    await store.carrier.settle([by_key["unlucky"]], Fate.UNREACHABLE, NOON)

    assert await unasked(store, "a") == 1
    assert await unasked(store, "b") == 2
    assert await unasked(store, "nobody") == 0
    async with store.reading() as uow:
        assert await uow.outbox.count_nudges(PersonId("a"), NOON) == 1
        assert await uow.outbox.count_nudges(PersonId("b"), NOON) == 0


async def test_a_digest_takes_the_place_of_its_parts(store: Store) -> None:
    await settle_in(store)
    await put(store, parcel("one", unasked=True), parcel("two", unasked=True, priority=Priority.NUDGE))
    parts = await claim(store)

    await store.carrier.bundle(parts, parcel("digest", unasked=True, due_at=NOON + HOUR), NOON)

    assert await claim(store, NOON + MINUTE) == []
    assert await unasked(store, "a") == 1
    async with store.reading() as uow:
        assert await uow.outbox.count_nudges(PersonId("a"), NOON) == 1
    assert [leased.parcel.key for leased in await claim(store, NOON + HOUR)] == ["digest"]


async def test_a_digest_is_made_of_all_its_parts_or_not_at_all(store: Store) -> None:
    await put(store, parcel("one"), parcel("two"))
    stale, _ = await claim(store)
    fresh = await claim(store, NOON + MINUTE)

    await store.carrier.bundle([stale, fresh[1]], parcel("digest"), NOON)

    assert [leased.parcel.key for leased in await claim(store, NOON + 2 * MINUTE)] == ["one", "two"]


async def test_who_is_forgotten_is_spoken_to_and_of_no_more(store: Store) -> None:
    forget = parcel("forget", act=Act.FORGET, to={AMINA: None}, priority=Priority.FORGET)
    sent = parcel("sent", unasked=True, due_at=NOON - HOUR)
    await settle_in(store)
    await put(store, sent, parcel("to"), parcel("about", BELA, about=(AMINA,)), parcel("other", BELA), forget)
    [leased] = [leased for leased in await claim(store) if leased.parcel.key == "sent"]
    await store.carrier.settle([leased], Fate.SENT, NOON)

    async with store.unit_of_work() as uow:
        await uow.outbox.forget(AMINA)
        assert await uow.outbox.count_unasked(PersonId("a"), NOON - HOUR) == 0
        await uow.commit()

    left = await claim(store, NOON + MINUTE)
    assert [leased.parcel.key for leased in left] == ["forget", "other"]
    assert left[0].parcel.to == {AMINA: None}
    for each in left:
        await store.carrier.settle([each], Fate.SENT, NOON)
    assert await store.carrier.next_due() is None


async def test_what_is_not_committed_is_not_said(store: Store) -> None:
    async with store.unit_of_work() as uow:
        await uow.outbox.put(parcel("k"))

    assert await claim(store) == []


async def test_claims_never_double(store: Store) -> None:
    keys = {f"k{number:03}" for number in range(120)}
    await put(store, *(parcel(key) for key in keys))
    taken: list[str] = []

    async def worker() -> None:
        while leased := await claim(store, limit=7):
            taken.extend(each.parcel.key for each in leased)

    await asyncio.gather(*(worker() for _ in range(6)))

    assert len(taken) == len(set(taken))
    taken.extend(each.parcel.key for each in await claim(store, limit=200))
    assert sorted(taken) == sorted(keys)


async def test_what_is_dropped_is_not_said_even_after_a_claim_and_leaves_its_budget(store: Store) -> None:
    await settle_in(store)
    await put(store, parcel("claimed", unasked=True), parcel("fresh", unasked=True), parcel("other", unasked=True))
    [claimed] = await claim(store, limit=1)
    assert claimed.parcel.key == "claimed"

    async with store.unit_of_work() as uow:
        dropped = [await uow.outbox.drop(key) for key in ("claimed", "fresh", "fresh", "never there")]
        await uow.commit()
    await put(store, parcel("fresh"))

    assert dropped == [True, True, False, False]
    assert [leased.parcel.key for leased in await claim(store, NOON + MINUTE)] == ["other"]
    assert await unasked(store, "a") == 1


async def test_what_was_said_stays_said(store: Store) -> None:
    await settle_in(store)
    await put(store, parcel("k", unasked=True))
    [leased] = await claim(store)
    await store.carrier.settle([leased], Fate.SENT, NOON)

    async with store.unit_of_work() as uow:
        assert not await uow.outbox.drop("k")
        await uow.commit()

    assert await unasked(store, "a") == 1
