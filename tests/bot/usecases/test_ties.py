from dataclasses import replace

import pytest

from bot.commands import Block, Command, EndTie, Erase, NoteTie, Report
from bot.domain.ids import MemberId
from bot.domain.introductions import State
from bot.domain.ties import TieState
from bot.messages import Message, Refused
from tests.bot.usecases.stories import NEED, blocked, intro_of, met, tie_of
from tests.world import COMMUNITY, World


async def test_either_can_end_a_tie_and_nobody_is_told(world: World) -> None:
    amina, luc = await met(world)
    before = await world.keys(luc)
    tie = await tie_of(world, amina)
    for _ in range(2):
        assert await world.send(EndTie(amina, tie.id)) == Message("tie.ended")
    await world.travel(days=100)

    assert await world.keys(luc) == [*before, "notice.expiring.need"]
    assert (await tie_of(world, luc)).state is TieState.ENDED
    assert (await intro_of(world, luc)).state is State.ENDED


async def test_a_tie_that_outlived_its_introduction_can_be_ended(world: World) -> None:
    amina, luc = await met(world)
    tie = await tie_of(world, amina)
    async with world.store.unit_of_work() as uow:
        intro = await uow.introductions.get(tie.introduction)
        await uow.introductions.save(replace(intro, state=State.ENDED, due_at=None))
        await uow.commit()

    assert await world.send(EndTie(luc, tie.id)) == Message("tie.ended")


async def test_a_note_is_for_its_author_alone(world: World) -> None:
    amina, luc = await met(world)
    tie = await tie_of(world, amina)
    assert await world.send(NoteTie(amina, tie.id, " likes  herring ")) == Message("tie.noted")

    assert [t.note for t in (await world.dispatch.me(amina)).ties] == ["likes herring"]
    assert [t.note for t in (await world.dispatch.me(luc)).ties] == [""]
    assert await world.send(NoteTie(amina, tie.id, "  ")) == Message("tie.note_removed")
    assert [t.note for t in (await world.dispatch.me(amina)).ties] == [""]


async def test_an_endless_note_is_refused(world: World) -> None:
    amina, _ = await met(world)
    tie = await tie_of(world, amina)

    assert await world.send(NoteTie(amina, tie.id, "x" * 2001)) == Refused("refusal.too_long", {"limit": 2000})


async def test_a_block_ends_the_tie_and_no_route_joins_the_two_again(world: World) -> None:
    amina, luc = await met(world)
    assert await world.send(Block(luc, (await tie_of(world, luc)).id)) == Message("tie.blocked")
    await world.travel(days=200)
    await world.post(luc, NEED)

    assert await blocked(world, amina, luc)
    assert await world.openings(amina) == 1
    assert not any(key.startswith("card.answers") for key in await world.keys(amina))


async def test_one_can_block_somebody_who_was_forgotten(world: World) -> None:
    amina, luc = await met(world)
    tie = await tie_of(world, amina)
    await world.send(Erase(luc))

    assert await world.send(Block(amina, tie.id)) == Message("tie.blocked")


@pytest.mark.parametrize("command", [EndTie, Block])
async def test_a_tie_of_others_is_nowhere_to_be_found(world: World, command: type[EndTie] | type[Block]) -> None:
    amina, _ = await met(world)
    sofia = await world.join("Sofia")

    for tie in ((await tie_of(world, amina)).id, "nothing"):
        assert await world.send(command(sofia, tie)) == Refused("refusal.gone")


async def stewarded(world: World, *names: str) -> None:
    async with world.store.unit_of_work() as uow:
        community = await uow.communities.get(COMMUNITY)
        stewards = tuple(MemberId(f"{COMMUNITY}:{name.lower()}") for name in names)
        await uow.communities.save(replace(community, stewards=stewards))
        await uow.commit()


@pytest.mark.parametrize(
    ("text", "share", "told"),
    [
        ("He shouted at me", True, "report.shared"),
        ("He shouted at me", False, "report.received"),
        ("", True, "report.received"),
    ],
)
async def test_stewards_learn_of_a_report_and_read_its_words_only_if_allowed(
    world: World, text: str, share: bool, told: str
) -> None:
    amina, luc = await met(world)
    sofia = await world.join("Sofia")
    await stewarded(world, "Sofia", "Luc")
    reply = await world.send(Report(amina, (await tie_of(world, amina)).id, text, share))
    await world.engine.look()

    assert reply == Message("report.thanks")
    assert await world.keys(sofia) == [told]
    assert ("shouted" in "\n".join(await world.transcript(sofia))) is (told == "report.shared")
    assert "report" not in "".join(await world.keys(luc))
    assert await blocked(world, amina, luc)


async def test_a_report_is_never_about_somebody_by_name(world: World) -> None:
    amina, _ = await met(world)
    sofia = await world.join("Sofia")
    await stewarded(world, "Sofia")
    await world.send(Report(amina, (await tie_of(world, amina)).id, "unkind", share=True))
    await world.engine.look()

    said = "\n".join(await world.transcript(sofia))
    assert "Amina" not in said
    assert "Luc" not in said


async def test_nobody_reports_on_a_tie_that_is_not_theirs(world: World) -> None:
    amina, _ = await met(world)
    sofia = await world.join("Sofia")
    command: Command = Report(sofia, (await tie_of(world, amina)).id, "unkind")

    assert await world.send(command) == Refused("refusal.gone")
