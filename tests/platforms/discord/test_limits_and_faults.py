"""What a client must wait for, what it is banned for, and what goes wrong on the way."""

import asyncio
import time

import aiohttp
import discord
import pytest

from tests.platforms.discord import (
    FakeDiscord,
    Limits,
    Person,
    Rate,
    Server,
    broken,
    drop_after,
    drop_before,
    hooked,
    limited,
    redirect,
    refused,
    slow,
)
from tests.platforms.discord.conftest import Bot, online, user
from tests.platforms.discord.faults import Call
from tests.platforms.discord.state import ApiError

SEND = "POST /channels/{channel}/messages"


async def test_a_client_that_reads_its_headers_is_never_refused() -> None:
    async with FakeDiscord(speed=50, limits=Limits(routes={SEND: Rate(2, 5)})) as fake:
        ana = fake.person("ana", guilds=[fake.guild("The Bar")])
        bot = Bot()
        with redirect(fake.api_url):
            async with online(fake, bot):
                person = await user(bot, ana)
                for number in range(5):
                    await person.send(str(number))

    assert [call.status for call in fake.calls if call.route == SEND] == [200] * 5
    assert len(ana.dms) == 5


async def test_too_much_at_once_is_told_to_wait() -> None:
    async with FakeDiscord(speed=10, limits=Limits(routes={SEND: Rate(2, 600)})) as fake:
        ana = fake.person("ana", guilds=[fake.guild("The Bar")])
        url = f"{fake.api_url}/channels/{ana.direct.id}/messages"
        async with aiohttp.ClientSession(headers={"Authorization": f"Bot {fake.token}"}) as session:
            answers = [await session.post(url, json={"content": str(number)}) for number in range(3)]
            said = await answers[2].json()

    assert [one.status for one in answers] == [200, 200, 429]
    assert answers[1].headers["X-RateLimit-Remaining"] == "0"
    assert (answers[2].headers["X-RateLimit-Scope"], said["global"]) == ("user", False)
    assert 0 < said["retry_after"] <= 60
    assert fake.invalid_requests == 1


async def test_there_is_a_limit_for_all_together() -> None:
    async with FakeDiscord(limits=Limits(overall=Rate(3, 60))) as fake, aiohttp.ClientSession() as session:
        mine = {"Authorization": f"Bot {fake.token}"}
        answers = [await session.get(f"{fake.api_url}/users/@me", headers=mine) for _ in range(4)]

    assert [one.status for one in answers] == [200, 200, 200, 429]
    assert answers[3].headers["X-RateLimit-Global"] == "true"


async def test_too_many_invalid_requests_are_a_ban() -> None:
    async with FakeDiscord(limits=Limits(invalid=Rate(3, 600))) as fake, aiohttp.ClientSession() as session:
        answers = [await session.get(f"{fake.api_url}/users/@me") for _ in range(4)]
        fake.travel(minutes=10)
        later = await session.get(f"{fake.api_url}/users/@me", headers={"Authorization": f"Bot {fake.token}"})

    assert [one.status for one in answers] == [401, 401, 401, 429]
    assert "Via" not in answers[3].headers
    assert later.status == 200


async def test_a_limit_that_is_shared_is_not_held_against_anybody(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    person = await user(up, ana)
    fake.faults.plan(SEND, limited(0.01, scope="shared"), times=2)

    await person.send("hello")

    assert (len(ana.dms), fake.counted(SEND), fake.counted(SEND, applied=True)) == (1, 3, 1)
    assert fake.invalid_requests == 0


async def test_a_line_that_breaks_before_or_after(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    person = await user(up, ana)
    await person.create_dm()
    for fault in (drop_before(), drop_after()):
        fake.faults.plan(SEND, fault)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await person.send("hello", nonce="row-1")

    await person.send("hello", nonce="row-1")

    assert ([one.text for one in ana.dms], fake.counted(SEND)) == (["hello"], 3)


async def test_a_share_of_calls_goes_wrong_the_same_way_each_time(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    person = await user(up, ana)
    fake.faults.plan(SEND, refused(403, 50007), times=None, share=0.3, seed=7)
    outcomes: list[bool] = []
    for number in range(20):
        try:
            await person.send(str(number))
            outcomes.append(True)
        except discord.Forbidden:
            outcomes.append(False)

    fake.faults.clear()
    await person.send("last")

    assert 2 < outcomes.count(False) < 12
    assert len(ana.dms) == outcomes.count(True) + 1


async def test_a_gateway_error_is_tried_again_by_the_client(
    fake: FakeDiscord, ana: Person, up: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await user(up, ana)
    await person.create_dm()
    real = asyncio.sleep

    async def soon(seconds: float) -> None:
        await real(min(seconds, 0.01))

    monkeypatch.setattr("discord.http.asyncio.sleep", soon)
    fake.faults.plan(SEND, broken(502, applied=True))
    fake.faults.plan(SEND, broken(500))

    await person.send("hello")

    assert (len(ana.dms), fake.counted(SEND)) == (1, 3)


async def test_a_call_can_be_slow_or_meet_something_else(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    async def gone(call: Call) -> None:
        raise ApiError(404, 10003, "Unknown Channel")

    person = await user(up, ana)
    await person.create_dm()
    fake.faults.plan(SEND, slow(0.05), when=lambda call: call.json["content"] == "slow")
    fake.faults.plan(SEND, hooked(gone))
    with pytest.raises(discord.NotFound):
        await person.send("quick")
    began = time.monotonic()
    await person.send("slow")

    assert time.monotonic() - began >= 0.05


async def test_what_there_is_not_is_not_found(fake: FakeDiscord, bar: Server) -> None:
    async with aiohttp.ClientSession() as session:
        nothing = await session.get(f"{fake.api_url}/nothing/at/all")
        odd = await session.post(
            f"{fake.api_url}/users/@me/channels", data="{", headers={"Authorization": f"Bot {fake.token}"}
        )
        said = await odd.json()

    assert (nothing.status, odd.status, said["code"]) == (404, 400, 50109)
