"""A no is silent (I2): whatever one does short of a yes, the other sees the same words at the same moments."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from bot.commands import Erase, Join, Leave, Pause, Resume
from bot.domain.ids import MemberId
from tests.adapters.discord.world import DiscordWorld
from tests.journeys.silence import pass_time, steady_world
from tests.world import START, World

OFFER = "I have 5,000 T-shirts left over from a festival"
NEED = "nous cherchons des T-shirts pour une course solidaire"
Deed = Callable[[World, MemberId], Awaitable[object]]


def presses(*choices: str, apart: float = 10) -> Deed:
    """Press one button after the other, so many seconds apart."""

    async def deed(world: World, member: MemberId) -> None:
        for choice in choices:
            await world.press(member, choice)
            await pass_time(world, seconds=apart)

    return deed


async def nothing(world: World, member: MemberId) -> None:
    pass


async def goes_and_comes_back(world: World, member: MemberId) -> None:
    await world.send(Leave(member))
    await pass_time(world, minutes=5)
    await world.send(Join(member, world.community, "Luc", "fr", "Europe/Paris"))


async def pauses_and_resumes(world: World, member: MemberId) -> None:
    await world.send(Pause(member, None))
    await pass_time(world, minutes=5)
    await world.send(Resume(member))


async def blocks(world: World, member: MemberId) -> None:
    """As if they had met elsewhere: a block holds on every route."""
    async with world.store.unit_of_work() as uow:
        await uow.blocks.add(member, world.id_of("Amina"), world.clock.now())
        await uow.commit()
    await world.engine.look()


async def cannot_be_reached(world: World, member: MemberId) -> None:
    world.out_of_reach(member)


async def is_forgotten(world: World, member: MemberId) -> None:
    await world.send(Erase(member))
    await world.engine.look()


DEEDS: dict[str, Deed] = {
    "no": presses("no"),
    "no, not this subject": presses("no", "no_subject"),
    "no, not these days": presses("no", "no_these_days"),
    "no, not this person": presses("no", "no_person"),
    "no, another reason": presses("no", "no_other"),
    "not now": presses("not_now"),
    "yes, taken back": presses("yes", "take_back"),
    "yes, then no": presses("yes", "take_back", "no"),
    "stops everything from the card": presses("stop"),
    "pauses": lambda world, member: world.send(Pause(member, date(2026, 4, 1))),
    "pauses and resumes": pauses_and_resumes,
    "leaves": lambda world, member: world.send(Leave(member)),
    "leaves and comes back": goes_and_comes_back,
    "blocks": blocks,
    "cannot be reached": cannot_be_reached,
}
ANSWERS: dict[str, Deed] = {
    "yes": presses("yes"),
    "no": presses("no"),
    "not now": presses("not_now"),
    "nothing": nothing,
}
REMINDER, DEADLINE = 4 * 86400, 7 * 86400
#: Who posted last, and was asked because of it; when the other acts, in hours before Amina does.
STORIES = [("need", 1.0), ("need", -1.0), ("offer", 1.0), ("offer", -1.0)]


async def told(
    deed: Deed, answer: Deed, latest: str, ahead: float, language: str, place: str = "house"
) -> tuple[list[str], object]:
    """What Amina saw, and her export, once the deadline has passed on a story in which Luc did that."""
    async with steady_world(place) as world:
        return await _told(world, deed, answer, latest, ahead, language)


async def _told(
    world: World, deed: Deed, answer: Deed, latest: str, ahead: float, language: str
) -> tuple[list[str], object]:
    amina, luc = await world.join("Amina", language), await world.join("Luc", "fr")
    await world.post(*((amina, OFFER) if latest == "need" else (luc, NEED)))
    if deed is cannot_be_reached:
        await deed(world, luc)
    await world.post(*((luc, NEED) if latest == "need" else (amina, OFFER)))
    steps = [(2.0, answer, amina), (2.0 - ahead, deed, luc)]
    for hour, act, who in sorted(steps, key=lambda step: step[0]):
        await pass_time(world, seconds=max(0.0, hour * 3600 - (world.clock.now() - START).total_seconds()))
        await act(world, who)
    exports = [await world.dispatch.export(amina)]
    await pass_time(world, days=9)
    exports.append(await world.dispatch.export(amina))
    assert await world.openings(amina) == 0
    return await world.transcript(amina, language), [_without_moment(export) for export in exports]


def _without_moment(export: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in export.items() if key != "exported_at"}


@pytest.mark.parametrize(("latest", "ahead"), STORIES)
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_whatever_one_does_the_other_sees_the_same_as_silence(
    answer: str, latest: str, ahead: float, language: str
) -> None:
    silent = await told(nothing, ANSWERS[answer], latest, ahead, language)

    assert any("card" in line or "T-shirts" in line for line in silent[0])
    for name, deed in DEEDS.items():
        assert await told(deed, ANSWERS[answer], latest, ahead, language) == silent, name


@pytest.mark.parametrize(("latest", "ahead"), [STORIES[0], pytest.param(*STORIES[3], marks=pytest.mark.campaign)])
@pytest.mark.parametrize("answer", ["yes", pytest.param("nothing", marks=pytest.mark.campaign)])
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.campaign), "fr"])
async def test_so_it_is_in_slack(answer: str, latest: str, ahead: float, language: str) -> None:
    silent = await told(nothing, ANSWERS[answer], latest, ahead, language, "slack")

    card = {"en": "Shall I introduce you?", "fr": "Voulez-vous que je vous présente"}[language]
    assert any(card in line for line in silent[0])
    for name, deed in DEEDS.items():
        assert await told(deed, ANSWERS[answer], latest, ahead, language, "slack") == silent, name


async def told_so_far(world: World, deed: Deed, answer: Deed, latest: str, ahead: float) -> list[list[str]]:
    """What Amina saw up to just before the deadline, and what she says again of her card."""
    async with world:
        amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
        await world.post(*((amina, OFFER) if latest == "need" else (luc, NEED)))
        await world.post(*((luc, NEED) if latest == "need" else (amina, OFFER)))
        steps = [(2.0, answer, amina), (2.0 - ahead, deed, luc)]
        for hour, act, who in sorted(steps, key=lambda step: step[0]):
            await pass_time(world, seconds=max(0.0, hour * 3600 - (world.clock.now() - START).total_seconds()))
            await act(world, who)
        await pass_time(world, minutes=5)
        soon = await world.transcript(amina)
        await pass_time(world, seconds=DEADLINE - 60 - (world.clock.now() - START).total_seconds())
        late = await world.transcript(amina)
        await world.press(amina, "take_back" if answer is not nothing else "no")
        pressed = await world.transcript(amina)
        await pass_time(world, days=2)
        assert ("course solidaire" in str(await world.messages(amina))) is (deed is nothing)
        assert await world.openings(amina) == 0
        return [soon, late, pressed]


@pytest.mark.parametrize("place", ["house", "slack", "discord"])
@pytest.mark.parametrize(("latest", "ahead"), STORIES)
@pytest.mark.parametrize(
    "answer", ["yes", *(pytest.param(one, marks=pytest.mark.campaign) for one in ("no", "not now", "nothing"))]
)
async def test_so_it_is_for_who_is_forgotten_until_the_card_is_over(
    answer: str, latest: str, ahead: float, place: str
) -> None:
    seen = [
        await told_so_far(steady_world(place), deed, ANSWERS[answer], latest, ahead) for deed in (nothing, is_forgotten)
    ]

    assert seen[0] == seen[1]
    assert "course solidaire" in "".join(seen[0][0])


async def leaves_the_server(world: World, member: MemberId) -> None:
    assert isinstance(world, DiscordWorld)
    await world.person(member).leaves(world.bar.guild)


@pytest.mark.parametrize(("latest", "ahead"), [STORIES[0], pytest.param(*STORIES[3], marks=pytest.mark.campaign)])
@pytest.mark.parametrize("answer", ["yes", pytest.param("nothing", marks=pytest.mark.campaign)])
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.campaign), "fr"])
async def test_so_it_is_in_discord(answer: str, latest: str, ahead: float, language: str) -> None:
    silent = await told(nothing, ANSWERS[answer], latest, ahead, language, "discord")

    card = {"en": "Shall I introduce you?", "fr": "Voulez-vous que je vous présente"}[language]
    assert any(card in line for line in silent[0])
    for name, deed in {**DEEDS, "leaves the server": leaves_the_server}.items():
        assert await told(deed, ANSWERS[answer], latest, ahead, language, "discord") == silent, name


async def at_the_edge(edge: int, theirs: bool, mine: str, mine_after: int) -> list[str]:
    """What Amina, who said yes at once, saw when Luc said yes just before a moment and took it back just after."""
    async with steady_world() as world:
        return await _at_the_edge(world, edge, theirs, mine, mine_after)


async def _at_the_edge(world: World, edge: int, theirs: bool, mine: str, mine_after: int) -> list[str]:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    await world.press(amina, "yes")
    token = await world.token(amina, "take_back")
    steps = [(edge + mine_after, amina, mine)] if mine else []
    steps += [(edge - 10, luc, "yes"), (edge + 10, luc, "take_back")] if theirs else []
    for moment, who, choice in sorted(steps):
        await pass_time(world, seconds=moment - (world.clock.now() - START).total_seconds())
        if who == luc:
            await world.press(luc, choice)
        else:
            await world._show(amina, await world.press_token(amina, token, choice))
    await pass_time(world, days=9)
    return await world.transcript(amina)


@pytest.mark.parametrize("mine_after", [-15, -9, -1, 0, 5, 15, 29, 31])
@pytest.mark.parametrize("edge", [REMINDER, DEADLINE])
@pytest.mark.parametrize("mine", ["", "take_back", "yes", "no"])
async def test_a_yes_taken_back_at_an_edge_shows_nowhere(mine: str, edge: int, mine_after: int) -> None:
    silent = await at_the_edge(edge, False, mine, mine_after)

    assert await at_the_edge(edge, True, mine, mine_after) == silent
