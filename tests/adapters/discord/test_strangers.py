"""Whoever has not joined and calls us: they are told once, and take nothing from those who have."""

from datetime import timedelta

import pytest

from adapters.discord.directs import OPENING, paced
from adapters.discord.errors import CALM, Closed
from bot.errors import TryLater
from tests.adapters.discord.bar import Bar
from tests.adapters.discord.post import Post
from tests.platforms.discord.faults import refused
from tests.platforms.discord.limits import NO_LIMITS

OPENED, POSTED = "POST /users/@me/channels", "POST /channels/{channel}/messages"
A_DAY = 480


async def called(bar: Bar, *, times: int, dms: bool = True) -> None:
    zoe = bar.person("zoe", dms=dms)
    for number in range(times):
        await zoe.types(bar.general, f"<@{bar.fake.app.id}> hello {number}")
        await bar.settled()
        await bar.travel(seconds=11)


@pytest.mark.parametrize("dms", [True, False])
async def test_whoever_calls_again_and_again_is_greeted_once_a_day(*, dms: bool) -> None:
    async with Bar(pace=paced(A_DAY)) as bar:
        await called(bar, times=4, dms=dms)
        await bar.travel(days=1)
        (zoe,) = bar.people.values()
        await zoe.types(bar.general, f"<@{bar.fake.app.id}> hello")
        await bar.settled()

        assert bar.fake.counted(OPENED) == 1
        assert len(zoe.dms) == (2 if dms else 0)


async def test_who_refused_us_is_not_tried_again_the_same_day() -> None:
    async with Post() as post:
        zoe = post.fake.person("zoe", guilds=[post.guild])
        await post.directs.with_stranger(zoe.id)
        post.directs.refused(zoe.id)

        with pytest.raises(Closed):
            await post.directs.with_stranger(zoe.id)
        await post.world.travel(hours=25)

        assert await post.directs.with_stranger(zoe.id)
        assert post.fake.counted(OPENED) == 1


async def test_a_crowd_of_strangers_leaves_members_their_turns() -> None:
    async with Post(pace=paced(A_DAY), limits=NO_LIMITS) as post:
        opened = 0
        for number in range(30):
            zoe = post.fake.person(f"zoe{number}", guilds=[post.guild])
            try:
                await post.directs.with_stranger(zoe.id)
                opened += 1
            except TryLater:
                pass
            await post.world.travel(seconds=11)
        _, member = await post.member("ana")

        assert opened == 15
        assert await post.directs.of(member)


async def test_who_joins_after_being_greeted_costs_no_second_opening() -> None:
    async with Post() as post:
        ana, member = await post.member("ana")
        direct = await post.directs.with_stranger(ana.id)

        assert await post.directs.of(member) == direct
        assert post.fake.counted(OPENED) == 1


async def test_when_discord_says_too_fast_nobodys_is_opened_for_a_while() -> None:
    async with Post() as post:
        people = [await post.member(f"person{number}") for number in range(5)]
        post.fake.faults.plan(OPENED, refused(403, 40003), times=1)
        for _, member in people:
            with pytest.raises(TryLater):
                await post.tell(member)
        assert post.fake.counted(OPENED) == 1
        assert post.fake.invalid_requests == 1

        await post.world.travel(minutes=CALM / timedelta(minutes=1))
        for _, member in people:
            await post.tell(member)

        assert [len(person.dms) for person, _ in people] == [1] * 5
        store = post.world.store
        assert not await store.leases.spend(OPENING, post.pace, post.world.clock.now())  # type: ignore[attr-defined] # in memory it has them
