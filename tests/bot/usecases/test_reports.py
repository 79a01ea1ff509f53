from typing import Any

from bot.commands import CloseReport, Erase, Leave, ReadReports, Report
from bot.domain.ids import MemberId
from bot.messages import Message, Refused
from tests.bot.usecases.stories import met, tie_of
from tests.world import COMMUNITY, World

ADMIN = MemberId(f"{COMMUNITY}:admin")
WORDS = "pushy, again and again"


async def reported(world: World, *, share: bool, text: str = WORDS) -> tuple[MemberId, MemberId]:
    """Luc reports Amina."""
    amina, luc = await met(world)
    await world.send(Report(luc, (await tie_of(world, luc)).id, text, share=share))
    return amina, luc


async def read(world: World, by: MemberId = ADMIN) -> Message:
    reply = await world.send(ReadReports(by, admin=True))
    assert isinstance(reply, Message)
    return reply


def parts_of(reply: Message) -> list[tuple[str, Any]]:
    return [(part.key, part.params.get("text")) for part in reply.parts]


async def test_stewards_read_the_words_that_were_shared(world: World) -> None:
    _, luc = await reported(world, share=True)
    reply = await read(world)

    assert (reply.key, reply.params, reply.about) == ("steward.reports", {"count": 1}, (luc,))
    assert parts_of(reply) == [("steward.report.shared", WORDS)]
    assert luc not in repr(reply)


async def test_words_that_were_not_shared_stay_private(world: World) -> None:
    _, luc = await reported(world, share=False)
    reply = await read(world)

    assert parts_of(reply) == [("steward.report.private", None)]
    assert WORDS not in repr(reply)
    assert luc not in reply.about


async def test_a_report_without_words_is_one(world: World) -> None:
    await reported(world, share=True, text="")

    assert parts_of(await read(world)) == [("steward.report.private", None)]


async def test_nobody_learns_of_a_matter_that_they_are_a_party_to(world: World) -> None:
    amina, luc = await reported(world, share=True)
    async with world.store.reading() as uow:
        [report] = await uow.reports.open_in(COMMUNITY)

    for party in (amina, luc):
        assert await read(world, party) == Message("steward.no_reports")
        assert await world.send(CloseReport(party, admin=True, report=report.id)) == Refused("refusal.gone")


async def test_only_stewards_read_reports(world: World) -> None:
    await reported(world, share=True)
    sofia = await world.join("Sofia")

    assert await world.send(ReadReports(sofia, admin=False)) == Refused("refusal.not_steward")
    assert await world.send(CloseReport(sofia, admin=False, report="r")) == Refused("refusal.not_steward")


async def test_a_report_is_put_away_with_one_tap(world: World) -> None:
    await reported(world, share=True)
    sofia = await world.join("Sofia")
    shown = await read(world, sofia)
    await world._show(sofia, shown)

    assert await world.press(sofia, "close_report") == Message("steward.report.closed")
    assert await read(world, sofia) == Message("steward.no_reports")
    async with world.store.reading() as uow:
        assert await uow.reports.open_in(COMMUNITY) == []


async def test_the_button_is_in_use_for_a_short_while(world: World) -> None:
    await reported(world, share=True)
    sofia = await world.join("Sofia")
    await world._show(sofia, await read(world, sofia))
    await world.travel(hours=2)

    assert await world.press(sofia, "close_report") == Refused("refusal.dead_button")


async def test_who_has_not_joined_gets_no_button_and_can_put_it_away(world: World) -> None:
    await reported(world, share=True)
    [part] = (await read(world)).parts
    assert (part.choices, part.token) == ((), None)
    async with world.store.reading() as uow:
        [report] = await uow.reports.open_in(COMMUNITY)

    assert await world.send(CloseReport(ADMIN, admin=True, report=report.id)) == Message("steward.report.closed")
    assert await world.send(CloseReport(ADMIN, admin=True, report=report.id)) == Refused("refusal.gone")


async def test_a_report_outlives_its_author_without_their_words(world: World) -> None:
    _, luc = await reported(world, share=True)
    await world.send(Leave(luc))
    assert parts_of(await read(world)) == [("steward.report.shared", WORDS)]
    await world.send(Erase(luc))

    reply = await read(world)
    assert (parts_of(reply), reply.about) == ([("steward.report.private", None)], ())
