from bot.commands import ChangeNotice, DraftNotice, Leave, Pause
from bot.domain.notices import NoticeState
from bot.messages import Message
from bot.usecases.expire import expire
from tests.bot.usecases.stories import OFFER, notices_of
from tests.world import World

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
