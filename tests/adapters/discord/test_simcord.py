"""The main path in another's Discord: simcord's, made after discord.py itself, which knows nothing of ours.

Its requests never leave the process. What our fake takes, and what this one takes, was written by different people.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord
from discord.http import Route
from simcord.env import Env

from adapters.discord.chosen import Discord as Chosen
from adapters.discord.client import Client
from adapters.discord.commands import synchronised
from adapters.discord.service import DiscordService
from bot.delivery import Courier
from bot.engine import Engine
from bot.ports import ChatPlatform
from tests.adapters.discord.bar import UNHURRIED
from tests.world import World, in_memory

OFFER, NEED = "5,000 T-shirts, cotton, to sell", "I am looking for T-shirts for a race"


@dataclass(frozen=True)
class Somebody:
    """An account, and who it is in the server."""

    account: Any
    member: Any

    @property
    def told(self) -> list[discord.Message]:
        """What is in our conversation with them, oldest first."""
        found: list[discord.Message] = self.account.dm_channel.history(viewer=self.account)
        return found

    async def answers(self, label: str) -> Any:
        """Press a button of the newest message that has it."""
        message = next(one for one in reversed(self.told) if label in labels(one))
        return await self.account.click(message, label=label)


@dataclass
class Simulated:
    """A whole Comptoir, but for its gateway, in somebody else's Discord."""

    env: Env
    world: World
    engine: Engine
    service: DiscordService
    guild: Any = field(init=False)
    channel: Any = field(init=False)

    async def enters(self, name: str, **more: Any) -> Somebody:
        """Somebody joins, by a command and its form."""
        account = self.env.create_user(name)
        person = Somebody(account, self.guild.add_member(account, **more))
        shown = await person.member.slash(self.channel, "join")
        await person.member.submit_modal(shown, filled(shown.modal))
        await self.look()
        return person

    async def posts(self, person: Somebody, command: str, text: str) -> None:
        """A need or an offer, approved where its preview is shown."""
        preview = await person.member.slash(self.channel, command, text=text)
        assert preview.ephemeral
        assert (await person.member.click(preview.response, label="Yes, go ahead")).acknowledged
        await self.look()

    async def look(self) -> None:
        """Everything that is due."""
        await self.engine.look()
        await self.service.counter.later.settled()
        await self.env.settle()

    async def travel(self, **delta: float) -> None:
        """Let time pass."""
        await self.engine.travel(self.world.clock, timedelta(**delta))
        await self.look()

    async def starts_again(self) -> None:
        """Another connection, as after a restart."""
        await self.env.restart_bot(connection(self.service))
        self.service.counter.api._http = self.env.bot.http


def filled(form: Any) -> dict[str, Any]:
    """A form as it opens: what stands in it, and what is chosen."""
    asked = [one["component"] for one in form["components"] if "component" in one]
    return {
        one["custom_id"]: one.get("value") or [option["value"] for option in one["options"] if option.get("default")]
        for one in asked
    }


def labels(message: discord.Message) -> list[str | None]:
    """What stands on the buttons of a message."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return [one.label for row in rows for one in row.children if isinstance(one, discord.Button)]


def connection(service: DiscordService) -> Client:
    """One client of ours, for the only shard."""
    client = service._make_client(0, 1, _at_once)
    client.shard_id = client.shard_count = None
    return client


async def _at_once() -> None:
    return None


@pytest.fixture(autouse=True)
def _discord_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)


@asynccontextmanager
async def simulated(*, threads: bool = True) -> AsyncIterator[Simulated]:
    """A server that has us; no fixture, as it has to end in the task in which it began.

    Args: `threads`: whether we may make private ones.
    """
    world = in_memory()
    store: Any = world.store
    chosen = Chosen(token="simulated", api_url="https://discord.com/api/v10", shards=1)
    service = DiscordService(
        chosen, dispatch=world.dispatch, sendings=store.sendings, places=store.places, leases=store.leases,
        clock=world.clock, random=world.random, secret="a secret of tests", language="en", zone="Europe/Paris",
        pace=UNHURRIED,
    )  # fmt: skip
    api = service.counter.api
    platforms: dict[str, ChatPlatform] = {"discord": service.platform}
    async with simcord.run(connection(service)) as env:
        api._http = env.bot.http  # it has no connections: what is asked is answered here
        assert env.bot.user
        api.account = str(env.bot.user.id)
        assert await synchronised(api, str(env.bot.application_id))
        here = Simulated(env, world, Engine(world.engine.tick, Courier(store, platforms, world.clock)), service)
        here.guild = env.create_guild("The Counter")
        here.channel = here.guild.create_text_channel(
            "general", overwrites={env.bot.user: discord.PermissionOverwrite(create_private_threads=threads)}
        )
        await env.settle()
        yield here


async def asked(here: Simulated) -> tuple[Somebody, Somebody]:
    """Two people with a card each."""
    ana, luc = await here.enters("ana"), await here.enters("luc")
    await here.posts(ana, "offer", OFFER)
    await here.posts(luc, "need", NEED)
    return ana, luc


async def test_two_people_meet() -> None:
    async with simulated() as here:
        ana, luc = await asked(here)

        for person in (ana, luc):
            assert (await person.answers("Yes")).acknowledged
        await here.travel(minutes=1)

        for person, other in ((ana, luc), (luc, ana)):
            assert "you both said yes" in person.told[-1].content
            assert f"<@{other.account.id}>" in person.told[-1].content
        assert here.channel.history() == []


async def test_an_old_card_is_answered_after_a_restart() -> None:
    async with simulated() as here:
        ana, luc = await asked(here)

        await here.starts_again()
        for person in (ana, luc):
            assert (await person.answers("Yes")).acknowledged
        await here.travel(minutes=1)

        assert ["you both said yes" in person.told[-1].content for person in (ana, luc)] == [True, True]


async def test_only_who_may_manage_the_server_looks_after_comptoir() -> None:
    async with simulated() as here:
        allowed = here.guild.create_role("Stewards", permissions=discord.Permissions(manage_guild=True))
        steward, ana = await here.enters("zoe", roles=[allowed]), await here.enters("ana")

        offered = [person.member.available_commands(here.channel) for person in (steward, ana)]

        assert [any(name.startswith("comptoir") for name in names) for names in offered] == [True, False]
        answer = await steward.member.slash(here.channel, "comptoir rules")
        assert answer.acknowledged
        assert answer.ephemeral or answer.modal


@pytest.mark.parametrize("allowed", [True, False])
async def test_there_is_a_thread_where_we_may_make_one(allowed: bool) -> None:
    async with simulated(threads=allowed) as here:
        ana, luc = await asked(here)
        for person in (ana, luc):
            await person.answers("Yes")
        await here.travel(minutes=1)

        sure = await ana.answers("Make a private thread")
        await ana.account.click(sure.response, label="Make it")
        await here.look()

        links = [f"<#{thread.id}>" for thread in here.channel.threads]
        assert len(links) == allowed
        for person in (ana, luc):
            (opening,) = [one.content for one in person.told if "you both said yes" in one.content]
            assert [link for link in links if link in opening] == links
