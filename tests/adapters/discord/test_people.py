"""In which server somebody is who writes to us from nowhere."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord import people
from adapters.discord.ids import community_of
from adapters.discord.people import People
from tests.adapters.discord.post import Post
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.limits import NO_LIMITS

MEMBER = "GET /guilds/{guild}/members/{user}"


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with Post(limits=NO_LIMITS) as post:
        yield post


async def opened(post: Post, servers: int) -> list[Server]:
    """So many more servers that have us."""
    added = [post.fake.guild(f"Bar {number}") for number in range(servers)]
    for one in added:
        await post.world.dispatch.found(community_of(one.id), one.guild.name, "en", "Europe/Paris")
    return added


def at(post: Post) -> People:
    return People(post.api, post.world.dispatch, post.places)


async def test_somebody_is_found_in_the_last_of_many_servers(post: Post) -> None:
    *_, last = await opened(post, 34)
    zoe = post.fake.person("zoe", guilds=[last])

    assert await at(post).could_join(int(zoe.id)) == [int(last.id)]


async def test_who_writes_again_and_again_is_looked_for_once(post: Post) -> None:
    zoe, there = post.fake.person("zoe", guilds=[post.guild]), at(post)
    for _ in range(5):
        assert await there.could_join(int(zoe.id)) == [int(post.guild.id)]

    assert post.fake.counted(MEMBER) == 1


async def test_two_are_enough_to_ask_them_which(post: Post) -> None:
    servers = await opened(post, 40)
    zoe = post.fake.person("zoe", guilds=servers)

    assert len(await at(post).could_join(int(zoe.id))) == 2
    assert post.fake.counted(MEMBER) == people.AT_A_TIME


async def test_only_so_many_are_looked_at_and_not_for_ever(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    *_, last = await opened(post, 34)
    zoe = post.fake.person("zoe", guilds=[last])
    monkeypatch.setattr(people, "LOOKED", 20)

    assert await at(post).could_join(int(zoe.id)) == []
    assert post.fake.counted(MEMBER) == 20
    monkeypatch.setattr(people, "SOON", 0.0)
    assert await at(post).could_join(int(zoe.id)) == []
