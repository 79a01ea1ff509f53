from datetime import date

import pytest

from bot.commands import ChangeNotice, ChangeSettings, Command, Erase, Leave, Pause
from bot.domain.ids import MemberId
from bot.domain.introductions import State
from bot.usecases.introduce import introduce
from tests.bot.usecases.stories import NEED, OFFER, asked, intro_of, met, notices_of, nudges_of, tie_of
from tests.world import START, World


async def test_two_yeses_make_exactly_one_opening_for_each(world: World) -> None:
    amina, luc = await met(world)
    await world.travel(days=30)

    assert await world.openings(amina) == await world.openings(luc) == 1


async def test_whoever_was_introduced_has_no_answer_to_change_any_more(world: World) -> None:
    amina, luc = await asked(world)
    for member in (amina, luc):
        await world.press(member, "yes")
    await world.travel(seconds=20)
    assert "take_back" in (await world.messages(amina))[-1].choices

    await world.travel(minutes=1)
    for member in (amina, luc):
        [answered] = [m for m in await world.messages(member) if m.key == "card.introduced"]
        assert not answered.choices
        assert "card.answered.yes" not in await world.keys(member)


async def test_an_opening_names_the_two_and_quotes_both(world: World) -> None:
    amina, luc = await met(world)
    for member, language in ((amina, "en"), (luc, "fr")):
        opening = (await world.transcript(member, language))[-1]
        assert "Amina" in opening
        assert "Luc" in opening
        assert NEED in opening


async def test_an_introduction_leaves_a_tie_with_a_nudge_planned(world: World) -> None:
    amina, luc = await met(world)
    tie = await tie_of(world, amina)

    assert set(tie.members) == {amina, luc}
    assert [nudge.to for nudge in await nudges_of(world, tie)] == [tie.members[0]]


async def test_a_need_that_was_met_sends_no_further_wave(world: World) -> None:
    _, luc = await met(world)

    assert [notice.next_wave_at for notice in await notices_of(world, luc)] == [None]


@pytest.mark.parametrize(
    "deed",
    [
        lambda member, notice: Leave(member),
        lambda member, notice: Pause(member, None),
        lambda member, notice: ChangeNotice(member, notice, "withdraw"),
        lambda member, notice: ChangeNotice(member, notice, "met"),
        lambda member, notice: ChangeSettings(member, speaks=("en",)),
    ],
    ids=["left", "stopped", "withdrew", "settled it", "changed language"],
)
async def test_what_happens_between_the_second_yes_and_the_reveal_still_counts(world: World, deed: object) -> None:
    amina, luc = await asked(world)
    await world.send(ChangeSettings(luc, speaks=("fr",)))
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    notice = (await notices_of(world, amina))[0]
    assert callable(deed)
    command: Command = deed(amina, notice.id)
    await world.send(command)
    await world.travel(days=8)

    assert await world.openings(luc) == 0
    assert (await intro_of(world, luc)).state is State.EXPIRED
    assert (await world.keys(luc)).count("card.ended.need") == 1


@pytest.mark.parametrize("until", [None, date(2026, 4, 1)], ids=["stopped", "paused"])
async def test_who_says_yes_while_they_rest_is_introduced(world: World, until: date | None) -> None:
    amina, luc = await asked(world)
    await world.send(Pause(luc, until))
    await world.travel(minutes=5)

    await world.press(luc, "yes")
    await world.press(amina, "yes")
    await world.travel(minutes=5)

    assert await world.openings(luc) == await world.openings(amina) == 1


async def test_a_pause_after_the_yes_does_not_take_it_back(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(luc, "yes")
    await world.send(Pause(luc, date(2026, 4, 1)))

    await world.press(amina, "yes")
    await world.travel(minutes=5)

    assert await world.openings(luc) == 1


async def test_a_block_between_the_second_yes_and_the_reveal_holds(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    async with world.store.unit_of_work() as uow:
        await uow.blocks.add(luc, amina, START)
        await uow.commit()
    await world.travel(days=8)

    assert await world.openings(amina) == 0
    assert "card.ended.offer" in await world.keys(amina)


async def test_of_two_introductions_for_one_need_the_first_to_agree_is_made(world: World) -> None:
    helpers = [await world.join("Amina"), await world.join("Sofia")]
    for helper in helpers:
        await world.post(helper, "I have 5,000 T-shirts left over from a festival")
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    for helper in helpers:
        await world.press(helper, "yes")
        await world.press(luc, "yes")
        await world.travel(seconds=5)
    await world.travel(days=8)

    assert [await world.openings(member) for member in (*helpers, luc)].count(1) == 2
    assert await world.openings(luc) == 1
    assert sum(["card.ended.offer" in await world.keys(helper) for helper in helpers]) == 1


async def test_a_look_that_comes_too_early_introduces_nobody(world: World) -> None:
    amina, luc = await asked(world)
    intro = await intro_of(world, amina)
    for member in (amina, luc):
        assert not await world.runner.run(lambda ctx: introduce(intro.id, ctx))
        await world.press(member, "yes")

    assert not await world.runner.run(lambda ctx: introduce(intro.id, ctx))


async def in_circles(world: World, shown: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    """Amina and Luc, both in two circles, of which they show those given, introduced; what each saw until then."""
    amina = await world.join("Amina", circles=("sewing", "running"))
    luc = await world.join("Luc", "fr", circles=("running", "sewing"))
    for member, name in ((amina, "amina"), (luc, "luc")):
        await world.send(ChangeSettings(member, shown_circles=shown.get(name, ())))
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    for member in (amina, luc):
        await world.say(member, "/why")
        assert not any("running" in line for line in await world.transcript(member))
        await world.press(member, "yes")
    await world.travel(minutes=1)
    await world.say(amina, "/why")
    return "\n".join(await world.transcript(amina)), "\n".join(await world.transcript(luc, "fr"))


async def test_a_circle_that_both_show_is_named_once_they_are_introduced(world: World) -> None:
    hers, his = await in_circles(world, {"amina": ("running",), "luc": ("running", "sewing")})

    assert hers.count("You are both in this circle: running.") == 2  # in the opening, and by /why
    assert "Un cercle que vous partagez : running." in his
    assert "sewing" not in hers + his


@pytest.mark.parametrize("shown", [{}, {"amina": ("running",)}, {"amina": ("running",), "luc": ("sewing",)}])
async def test_a_circle_that_one_does_not_show_is_never_named(world: World, shown: dict[str, tuple[str, ...]]) -> None:
    for seen in await in_circles(world, shown):
        assert "running" not in seen
        assert "sewing" not in seen


async def test_a_circle_is_forgotten_with_whoever_showed_it(world: World) -> None:
    await in_circles(world, {"amina": ("running",), "luc": ("running",)})
    luc = MemberId("house:test:luc")
    await world.send(Erase(luc))
    await world.engine.look()

    assert "running" not in "\n".join(await world.transcript(MemberId("house:test:amina")))
    assert (await intro_of(world, MemberId("house:test:amina"))).grounds == ()
