"""What ends a connection, code by code, with a client that makes every mistake.

Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes.
"""

import json
import zlib
from typing import Any

import aiohttp
import pytest

from tests.platforms.discord import NO_LIMITS, FakeDiscord
from tests.platforms.discord.wire import packing


def identify(**more: Any) -> dict[str, Any]:
    return {"op": 2, "d": {"token": "fake-token", "intents": 1, "properties": {}} | more}


def resume(**more: Any) -> dict[str, Any]:
    return {"op": 6, "d": {"token": "fake-token", "session_id": "none", "seq": 0} | more}


async def ended(fake: FakeDiscord, *said: Any, version: int = 10) -> int | None:
    """Say this, and listen until it is over. Returns: the code."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{fake.gateway.url}?v={version}") as socket:
        for one in said:
            await socket.send_str(one if isinstance(one, str) else json.dumps(one))
        async for _ in socket:
            pass
        return socket.close_code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (['{"op": 99}'], 4001),
        (["{"], 4002),
        (["[]"], 4002),
        (['{"op": 1, "d": "' + "x" * 4096 + '"}'], 4002),
        ([{"op": 3, "d": {}}], 4003),
        ([identify(token="another")], 4004),
        ([resume(token="another")], 4004),
        ([identify(), identify()], 4005),
        ([{"op": 1}] * 121, 4008),
        ([identify(shard=[2, 2])], 4010),
        ([identify(shard="first")], 4010),
        ([{"op": 2, "d": "hello"}], 4002),
        ([identify(intents=1 << 40)], 4013),
        ([identify(intents="all")], 4013),
        ([identify(intents=1 << 1)], 4014),
    ],
)
async def test_a_mistake_has_its_code(said: list[Any], code: int) -> None:
    async with FakeDiscord(limits=NO_LIMITS) as fake:
        assert await ended(fake, *said) == code


async def test_an_old_version_is_refused() -> None:
    async with FakeDiscord() as fake:
        assert await ended(fake, version=6) == 4012


async def test_too_many_guilds_for_one_shard() -> None:
    async with FakeDiscord() as fake:
        fake.gateway.guilds_per_shard = 1
        fake.guild("The Bar")

        assert await ended(fake, identify()) == 4011


async def test_a_number_from_the_future_cannot_be_resumed() -> None:
    async with FakeDiscord() as fake, aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{fake.gateway.url}?v=10") as socket:
            await socket.send_json(identify())
            await fake.ready()
            [first] = fake.gateway.sessions
            await fake.gateway.cut()
        assert await ended(fake, resume(session_id=first, seq=99)) == 4007


def test_a_stream_is_one_for_all_messages() -> None:
    pack, unpack = packing("zlib-stream"), zlib.decompressobj()
    packed = [pack({"s": number}) for number in range(3)]

    assert all(isinstance(one, bytes) and one.endswith(b"\x00\x00\xff\xff") for one in packed)
    assert [unpack.decompress(bytes(one)) for one in packed if isinstance(one, bytes)] == [
        b'{"s":0}', b'{"s":1}', b'{"s":2}',
    ]  # fmt: skip
    assert packing("")({"s": 1}) == '{"s":1}'
