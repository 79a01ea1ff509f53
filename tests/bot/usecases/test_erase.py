from collections.abc import Iterable
from dataclasses import replace
from datetime import time

import pytest

from adapters.store.memory import MemoryStore
from adapters.store.memory_rooms import MemoryRooms
from bot.commands import Block, ChangeSettings, Erase, Leave, NoteTie, Report
from bot.domain.ids import MemberId
from bot.domain.introductions import State
from bot.messages import Message, Refused
from tests.bot.usecases.stories import intro_of, nudges_of, tie_of
from tests.world import COMMUNITY, World

OFFER = "I have some drums and looms left over from a festival"
NEED = "I am looking for drums and looms, my zorglub needs them"
WORDS = ("Zaphira", "zorglub", "zaphira")


def everything(world: World) -> Iterable[tuple[str, str]]:
    """All that is kept, by where: every shelf of the store, every line of the house.

    Blocks are left out: they outlive whoever is forgotten, and real stores keep them as keyed hashes.
    """
    assert isinstance(world.store, MemoryStore)
    assert isinstance(world.rooms, MemoryRooms)
    for label, shelf in world.store.shelves.items():
        for key, row in shelf.rows.items() if label.name != "blocks" else ():
            yield label.name, f"{key} {row}"
    for name, value in vars(world.rooms).items():
        for row in value.items() if isinstance(value, dict) else [value]:
            yield name, str(row)


async def test_no_word_and_no_name_is_left_anywhere(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.post(zaphira, NEED)
    for member in (zaphira, luc):
        await world.press(member, "yes")
    await world.travel(days=40)
    await world.say(luc, "/ties")
    tie = await tie_of(world, luc)
    await world.send(NoteTie(luc, tie.id, "Zaphira has a zorglub"))
    await world.send(NoteTie(zaphira, tie.id, "zorglub"))
    await world.send(Report(zaphira, tie.id, "my zorglub was late", share=True))
    await world.say(zaphira, "another zorglub, please, for me")
    await world.say(luc, "/why")

    assert any(word in row for word in WORDS for _, row in everything(world))
    assert await world.send(Erase(zaphira)) == Message("erased")
    await world.engine.look()
    left = [(where, row) for where, row in everything(world) for word in WORDS if word in row]
    assert left == []


async def test_a_card_that_was_sent_loses_the_words_of_whoever_is_forgotten(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.post(zaphira, NEED)
    await world.travel(days=5)
    assert "card.reminder.silent" in await world.keys(luc)
    before = await world.messages(luc)
    await world.send(Erase(zaphira))
    await world.travel(days=1)

    assert await world.messages(luc) == before
    assert [row for _, row in everything(world) if "zaphira" in row.lower()] == []
    await world.travel(days=2)
    assert (await intro_of(world, luc)).state is State.EXPIRED
    assert [row for _, row in everything(world) if "zorglub" in row] == []
    assert await world.messages(zaphira) == []


async def test_cards_of_two_who_met_lose_the_words_of_whoever_is_forgotten_as_well(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.post(zaphira, NEED)
    await world.travel(days=4, hours=1)
    assert (await world.keys(luc)).count("card.reminder.silent") == 1
    for member in (zaphira, luc):
        await world.press(member, "yes")
    await world.travel(minutes=1)
    assert await world.openings(luc) == 1
    await world.send(Erase(zaphira))
    await world.engine.look()

    assert [row for _, row in everything(world) if "zaphira" in row.lower()] == []
    await world.travel(days=3)
    assert [row for _, row in everything(world) if "zorglub" in row] == []


async def test_who_comes_back_is_not_forgotten_again_when_an_old_card_ends(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.post(zaphira, NEED)
    await world.send(Erase(zaphira))
    await world.travel(days=1)
    await world.join("Zaphira")
    await world.post(zaphira, "I am looking for a piano")
    await world.travel(days=8)

    assert "nobody.need" in await world.keys(zaphira)
    assert [row for _, row in everything(world) if "zorglub" in row] == []


async def test_a_reminder_that_waits_for_its_readers_hours_comes_all_the_same(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.post(zaphira, NEED)
    await world.travel(days=3)
    await world.send(ChangeSettings(luc, quiet_from=time(0), quiet_until=time(14)))
    await world.travel(days=1, hours=1)
    assert "card.reminder.silent" not in await world.keys(luc)
    await world.send(Erase(zaphira))
    await world.travel(days=1)

    assert (await world.keys(luc)).count("card.reminder.silent") == 1
    await world.travel(days=3)
    assert [row for _, row in everything(world) if "zorglub" in row] == []


async def test_what_was_on_its_way_is_dropped(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.say(zaphira, NEED)
    await world.press(zaphira, "post")
    await world.engine.tick.look()
    await world.send(Erase(zaphira))
    await world.engine.look()

    await world.travel(days=9)
    assert not any(key.startswith("card") for key in await world.keys(luc))
    assert [row for _, row in everything(world) if "zorglub" in row] == []


async def test_forgetting_between_the_second_yes_and_the_reveal_introduces_nobody(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.post(zaphira, NEED)
    for member in (luc, zaphira):
        await world.press(member, "yes")
    await world.send(Erase(zaphira))
    await world.travel(days=8)

    assert await world.openings(luc) == 0
    assert (await world.keys(luc)).count("card.ended.offer") == 1


async def test_blocks_hold_after_coming_back(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.post(zaphira, NEED)
    for member in (luc, zaphira):
        await world.press(member, "yes")
    await world.travel(minutes=1)
    await world.send(Block(luc, (await tie_of(world, luc)).id))
    await world.send(Erase(zaphira))
    await world.engine.look()
    await world.join("Zaphira")
    await world.post(zaphira, NEED)

    assert "nobody.need" in await world.keys(zaphira)


async def test_nudges_of_a_forgotten_tie_are_nobodys(world: World) -> None:
    zaphira, luc = await world.join("Zaphira"), await world.join("Luc", "fr")
    await world.post(luc, OFFER)
    await world.post(zaphira, NEED)
    for member in (luc, zaphira):
        await world.press(member, "yes")
    await world.travel(days=100)
    await world.send(Erase(zaphira))

    tie = await tie_of(world, luc)
    assert set(tie.members) == {luc, None}
    assert {nudge.to for nudge in await nudges_of(world, tie)} <= {luc, ""}
    await world.send(Erase(luc))
    assert isinstance(await world.send(Erase(luc)), Refused)


async def test_a_steward_who_is_forgotten_is_a_steward_no_more(world: World) -> None:
    zaphira = await world.join("Zaphira")
    async with world.store.unit_of_work() as uow:
        await uow.communities.save(replace(await uow.communities.get(COMMUNITY), stewards=(zaphira,)))
        await uow.commit()
    await world.send(Erase(zaphira))

    async with world.store.reading() as uow:
        assert (await uow.communities.get(COMMUNITY)).stewards == ()


async def test_a_person_with_another_account_stays(world: World) -> None:
    zaphira = await world.join("Zaphira")
    person = (await world.dispatch.me(zaphira)).person
    async with world.store.unit_of_work() as uow:
        account = replace(await uow.members.get(zaphira), id=MemberId(f"{COMMUNITY}:second"), version=0)
        await uow.members.add(account)
        await uow.commit()
    await world.send(Erase(zaphira))

    async with world.store.reading() as uow:
        assert await uow.persons.find(person.id) == person


@pytest.mark.parametrize("gone", [False, True])
async def test_whoever_has_left_can_still_be_forgotten_and_a_stranger_cannot(world: World, gone: bool) -> None:
    zaphira = await world.join("Zaphira")
    await world.send(Leave(zaphira))
    if gone:
        await world.send(Erase(zaphira))

    expected = Refused("refusal.not_joined") if gone else Message("erased")
    assert await world.send(Erase(zaphira)) == expected
