from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.context import Context
from bot.domain.ids import IntroductionId, MemberId, PersonId
from bot.domain.introductions import Introduction, Outcome, State
from bot.domain.members import Person
from bot.usecases.facts import Guest, forgiven, may_meet, waking_hours
from tests.bot.usecases.stories import asked, intro_of
from tests.world import START, World

SLEEPER = Person(PersonId("p"), "en", "Europe/Paris", quiet_from=time(21), quiet_until=time(8))


async def verdict(
    world: World, one: MemberId, other: MemberId, past: list[Introduction], spare: str = ""
) -> str | None:
    async def step(ctx: Context) -> str | None:
        async def guest(id: MemberId) -> Guest:
            return Guest(*await ctx.joined(id), (await ctx.uow.notices.of_member(id))[0])

        found = await may_meet(
            await guest(one), await guest(other), past, ctx, free=1, except_for=IntroductionId(spare)
        )
        return found.rule

    return await world.runner.read(step)


async def test_two_who_are_being_asked_are_not_asked_again_but_their_own_ask_does_not_count(world: World) -> None:
    amina, luc = await asked(world)
    intro = await intro_of(world, amina)

    assert await verdict(world, luc, amina, [intro]) == "asked"
    assert await verdict(world, luc, amina, [intro], spare=intro.id) is None


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        (State.EXPIRED, "asked"),
        (State.INTRODUCED, "introduced"),
        (State.FOLLOWED_UP, "introduced"),
        (State.ENDED, "introduced"),
    ],
)
async def test_what_has_been_between_two_people_counts(world: World, state: State, rule: str) -> None:
    amina, luc = await asked(world)
    past = replace(await intro_of(world, amina), state=state)

    assert await verdict(world, luc, amina, [past]) == rule
    long_ago = replace(past, asked_at=START - timedelta(days=181))
    assert await verdict(world, luc, amina, [long_ago]) == (None if rule == "asked" else rule)


@pytest.mark.parametrize(
    ("outcomes", "again"),
    [
        ((None, None), False),
        ((Outcome.NOTHING, None), True),
        ((Outcome.NOTHING, Outcome.NOT_YET), True),
        ((Outcome.NOTHING, Outcome.TALKED), False),
        ((Outcome.HELPED, Outcome.NOTHING), False),
        ((Outcome.NOT_YET, None), False),
    ],
)
async def test_two_who_never_met_may_be_introduced_again(
    world: World, outcomes: tuple[Outcome | None, Outcome | None], again: bool
) -> None:
    amina, _ = await asked(world)
    intro = await intro_of(world, amina)
    first, second = (replace(side, outcome=outcome) for side, outcome in zip(intro.sides, outcomes, strict=True))

    assert forgiven(replace(intro, sides=(first, second))) is again


@pytest.mark.parametrize(
    ("now", "asleep_in_utc"),
    [
        (datetime(2026, 1, 15, 12, tzinfo=UTC), {20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6}),
        (datetime(2026, 7, 15, 12, tzinfo=UTC), {19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5}),
    ],
)
def test_waking_hours_follow_the_zone_and_the_season(now: datetime, asleep_in_utc: set[int]) -> None:
    assert waking_hours(SLEEPER, now) == set(range(24)) - asleep_in_utc
