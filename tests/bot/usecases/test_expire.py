from dataclasses import replace
from datetime import timedelta

from bot.commands import ChangeNotice, DraftNotice, Leave, Pause
from bot.domain.ids import NoticeId
from bot.domain.notices import NoticeState
from bot.messages import Message
from bot.usecases.expire import expire
from tests.bot.usecases.stories import OFFER, notices_of
from tests.world import START, World

NEED = "I am looking for accordion lessons"


async def test_an_author_is_warned_once_before_a_need_ends(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, NEED)
    await world.travel(days=18, minutes=1)
    assert (await world.keys(amina)).count("notice.expiring.need") == 1

    await world.travel(days=30)
    assert (await world.keys(amina)).count("notice.expiring.need") == 1
    assert (await notices_of(world, amina))[0].state is NoticeState.EXPIRED


async def test_one_tap_renews_for_as_long_as_on_the_first_day(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, NEED)
    await world.travel(days=19)
    assert await world.press(amina, "renew") == Message("notice.renew", {"card": NEED})
    await world.travel(days=20)

    assert (await notices_of(world, amina))[0].state is NoticeState.OPEN
    assert (await world.keys(amina)).count("notice.expiring.need") == 1


async def test_a_notice_that_has_ended_can_still_be_renewed_from_its_warning(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, NEED)
    await world.travel(days=25)
    await world.press(amina, "renew")

    assert (await notices_of(world, amina))[0].state is NoticeState.OPEN


async def test_a_paused_notice_is_warned_of_and_ends_as_well(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, NEED)
    await world.travel(days=19)
    await world.press(amina, "met")
    await world.travel(days=9)

    assert (await notices_of(world, amina))[0].state is NoticeState.MET


async def test_an_offer_lasts_half_a_year_and_a_standing_one_for_ever(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc")
    await world.post(amina, OFFER)
    await world.send(DraftNotice(luc, "offer", "I can always lend a ladder", standing=True))
    async with world.store.reading() as uow:
        draft = (await uow.notices.of_member(luc))[0]
    await world.send(ChangeNotice(luc, draft.id, "post"))
    await world.travel(days=181)

    assert "notice.expiring.offer" in await world.keys(amina)
    assert (await notices_of(world, amina))[0].state is NoticeState.EXPIRED
    assert (await notices_of(world, luc))[0].state is NoticeState.OPEN
    assert await world.keys(luc) == []


async def test_whoever_stopped_everything_is_not_warned(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, NEED)
    await world.send(Pause(amina, None))
    await world.travel(days=22)

    assert "notice.expiring.need" not in await world.keys(amina)
    assert (await notices_of(world, amina))[0].state is NoticeState.EXPIRED


async def test_a_look_at_what_is_gone_or_not_due_changes_nothing(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, NEED)
    notice = (await notices_of(world, amina))[0]
    await world.runner.run(lambda ctx: expire(notice.id, ctx))
    assert await notices_of(world, amina) == [notice]

    await world.send(Leave(amina))
    await world.runner.run(lambda ctx: expire(notice.id, ctx))
    assert (await notices_of(world, amina))[0].state is NoticeState.WITHDRAWN


async def test_a_look_that_finds_nothing_to_do_does_nothing(world: World) -> None:
    """A standing offer whose wave is due, a warned need whose wave is due, a warning for somebody who has left."""
    amina = await world.join("Amina")
    await world.post(amina, NEED)
    need = (await notices_of(world, amina))[0]
    assert need.expires_at
    warned = replace(need, due_at=START, warned_at=START, version=1)
    odd = [replace(warned, id=NoticeId("x1"), expires_at=None), replace(warned, id=NoticeId("x2"))]
    async with world.store.unit_of_work() as uow:
        for notice in odd:
            await uow.notices.add(replace(notice, version=0))
        await uow.commit()
    before = await notices_of(world, amina)
    for notice in odd:
        await world.runner.run(lambda ctx, id=notice.id: expire(id, ctx))  # type: ignore[misc]  # bound here
    assert await notices_of(world, amina) == before

    await world.send(Leave(amina))
    late = replace(need, id=NoticeId("x3"), due_at=START, expires_at=START + timedelta(days=1), version=0)
    async with world.store.unit_of_work() as uow:
        await uow.notices.add(late)
        await uow.commit()
    await world.runner.run(lambda ctx: expire(late.id, ctx))
    assert "notice.expiring.need" not in await world.keys(amina)
