"""The gateway: intents, shards, sessions that are resumed or not, heartbeats, and lines that break."""

import asyncio
from collections.abc import Callable

import discord
import pytest

from tests.platforms.discord import FakeDiscord, Person, Server, redirect
from tests.platforms.discord.conftest import Bot, online, user
from tests.platforms.discord.intents import GUILD_MEMBERS, MESSAGE_CONTENT
from tests.platforms.discord.sessions import shard_of


def happened(bot: Bot, event: str, times: int = 1) -> Callable[[], bool]:
    return lambda: bot.happened.count(event) >= times


async def test_content_comes_only_where_discord_gives_it(fake: FakeDiscord, bar: Server, ana: Person, up: Bot) -> None:
    general = bar.channel("general")

    await ana.types(general, "a secret")
    await ana.types(general, f"<@{fake.app.id}> for you")
    await ana.writes("in private")
    await fake.until(lambda: len(up.heard) == 3)

    assert [one.content for one in up.heard] == ["", f"<@{fake.app.id}> for you", "in private"]
    assert [type(one.channel).__name__ for one in up.heard] == ["TextChannel", "TextChannel", "DMChannel"]


async def test_with_the_intent_all_content_comes(fake: FakeDiscord, bar: Server, ana: Person) -> None:
    fake.app.privileged = MESSAGE_CONTENT
    bot = Bot(intents=discord.Intents(guilds=True, guild_messages=True, message_content=True))

    async with online(fake, bot):
        await ana.types(bar.channel("general"), "a secret")
        await ana.writes("in private")
        await fake.until(lambda: bot.heard)

    assert [one.content for one in bot.heard] == ["a secret"]


async def test_an_intent_that_is_not_switched_on_ends_the_app(fake: FakeDiscord, bar: Server) -> None:
    intents = discord.Intents.default()
    intents.members = True

    async with Bot(intents=intents) as bot:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await bot.start(fake.token)

    assert fake.gateway.closed == [4014]


async def test_an_intent_that_there_is_not_ends_the_app(fake: FakeDiscord, bar: Server) -> None:
    intents = discord.Intents.default()
    intents.value |= 1 << 30

    async with Bot(intents=intents) as bot:
        with pytest.raises(discord.ConnectionClosed) as end:
            await bot.start(fake.token)

    assert end.value.code == 4013


async def test_members_are_told_to_those_who_may_know(fake: FakeDiscord, bar: Server, ana: Person) -> None:
    fake.app.privileged = GUILD_MEMBERS
    bot = Bot(intents=discord.Intents(guilds=True, members=True))

    async with online(fake, bot):
        names = {member.name for member in bot.guilds[0].members}
        await ana.leaves(bar)
        await fake.until(happened(bot, "member_remove"))

    assert {"ana", "comptoir"} <= names


async def test_a_broken_line_is_resumed_and_what_was_missed_comes(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    async with fake.gateway.held():
        await fake.gateway.cut()
        await ana.writes("while you were away")
    await fake.until(happened(up, "resumed"))
    await fake.until(lambda: up.heard)

    assert [one.content for one in up.heard] == ["while you were away"]
    assert (len(fake.gateway.identifies), up.happened.count("ready")) == (1, 1)


async def test_what_came_already_does_not_come_again(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    await ana.writes("one")
    await fake.until(lambda: up.heard)
    await fake.gateway.cut()
    await ana.writes("two")
    await fake.until(happened(up, "resumed"))
    await fake.until(lambda: len(up.heard) > 1)

    assert [one.content for one in up.heard] == ["one", "two"]


async def test_a_session_that_is_forgotten_begins_anew_and_misses_something(
    fake: FakeDiscord, ana: Person, up: Bot
) -> None:
    fake.travel(seconds=5)
    fake.gateway.forget()
    await fake.gateway.cut()
    await ana.writes("lost")
    await fake.until(happened(up, "ready", 2))

    assert up.heard == []
    assert len(fake.gateway.identifies) == 2


@pytest.mark.parametrize(("resumable", "identifies"), [(True, 1), (False, 2)])
async def test_an_invalid_session(fake: FakeDiscord, up: Bot, resumable: bool, identifies: int) -> None:
    fake.travel(seconds=5)
    await fake.gateway.invalidate(resumable=resumable)

    await fake.until(happened(up, "resumed") if resumable else happened(up, "ready", 2))

    assert len(fake.gateway.identifies) == identifies


async def test_a_press_in_a_gap_is_replayed_too_late_for_an_answer(
    fake: FakeDiscord, ana: Person, up: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.deadline = 0.2
    late: list[int] = []
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda self: 0.02)

    @up.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("Thank you")
        except discord.NotFound as error:
            late.append(error.code)

    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Yes", custom_id="yes"))
    await (await user(up, ana)).send("A card", view=view)
    fake.gateway.open = False
    await fake.gateway.cut()
    outcome = await ana.presses(ana.last, "Yes")
    fake.gateway.open = True
    await fake.until(lambda: late)

    assert (outcome.kind, late) == ("", [10062])
    assert [one.what for one in ana.sights] == ["message", "trouble"]


async def test_discord_asks_to_come_back(fake: FakeDiscord, up: Bot) -> None:
    await fake.gateway.reconnect()
    await fake.until(happened(up, "resumed"))

    assert len(fake.gateway.identifies) == 1


async def test_a_code_that_can_be_resumed(fake: FakeDiscord, up: Bot) -> None:
    await fake.gateway.close(4000)
    await fake.until(happened(up, "resumed"))

    assert fake.gateway.closed == [4000]


async def test_a_zombie_is_noticed_and_resumed(fake: FakeDiscord, bar: Server) -> None:
    fake.gateway.heartbeat = 0.1
    bot = Bot(heartbeat_timeout=0.5)

    async with online(fake, bot):
        await fake.until(lambda: any(one.beats > 2 for one in fake.gateway.connections))
        fake.gateway.acknowledges = False
        await fake.until(happened(bot, "disconnect"))
        fake.gateway.acknowledges = True
        await fake.until(happened(bot, "resumed"))


async def test_a_revoked_token_ends_everything(fake: FakeDiscord, ana: Person, bar: Server) -> None:
    bot = Bot()

    async with online(fake, bot):
        person = await user(bot, ana)
        fake.revoke_token(gateway=False)
        with pytest.raises(discord.HTTPException) as refusal:
            await person.send("hello")

    assert refusal.value.status == 401
    async with Bot() as another:
        with pytest.raises(discord.LoginFailure):
            await another.start("fake-token")


async def test_a_revoked_token_ends_what_is_connected(fake: FakeDiscord, bar: Server) -> None:
    async with Bot() as bot:
        running = asyncio.create_task(bot.start(fake.token))
        await fake.until(happened(bot, "ready"))
        fake.revoke_token()
        with pytest.raises(discord.ConnectionClosed) as end:
            await running

    assert (end.value.code, fake.gateway.closed) == (4004, [4004])


async def test_identifies_are_counted_and_the_last_one_costs_the_token(fake: FakeDiscord, bar: Server) -> None:
    fake.gateway.daily = 1
    before = fake.token
    async with online(fake, Bot()):
        assert fake.gateway.start_limit()["remaining"] == 0

    async with Bot() as another:
        with pytest.raises(discord.ConnectionClosed) as end:
            await another.start(before)

    assert (end.value.code, fake.token) == (4004, "")


async def test_identifies_too_near_each_other_are_sent_back() -> None:
    async with FakeDiscord() as fake:
        with redirect(fake.api_url):
            async with online(fake, Bot()), Bot() as second:
                starting = asyncio.create_task(second.start(fake.token))
                await fake.until(lambda: len(fake.gateway.identifies) > 1)
                fake.travel(seconds=5)
                await fake.until(happened(second, "ready"))
                await second.close()
                await starting

    assert [one.accepted for one in fake.gateway.identifies[:2]] == [True, False]
    assert fake.gateway.identifies[-1].accepted


async def test_each_shard_has_its_guilds_and_the_first_the_direct_messages(fake: FakeDiscord) -> None:
    near, far = fake.guild("Near", id=str(2 << 22)), fake.guild("Far", id=str(3 << 22))
    ana = fake.person("ana", guilds=[near, far])
    fake.gateway.strict = False
    bots = [Bot(shard_id=number, shard_count=2) for number in (0, 1)]
    rooms = [guild.channel("general") for guild in (near, far)]

    async with online(fake, bots[0]), online(fake, bots[1]):
        for room in rooms:
            await ana.types(room, "hello")
        await ana.writes("in private")
        await fake.until(lambda: len(bots[0].heard) == 2 and bots[1].heard)

        assert [[guild.name for guild in bot.guilds] for bot in bots] == [["Near"], ["Far"]]
    assert [one.content for one in bots[0].heard] == ["", "in private"]
    assert [one.content for one in bots[1].heard] == [""]
    assert [shard_of(one.id, 2) for one in (near, far)] == [0, 1]


class Sharded(Bot, discord.AutoShardedClient):
    """One app that is all its shards."""


async def test_one_app_on_several_shards(fake: FakeDiscord) -> None:
    near, far = fake.guild("Near", id=str(2 << 22)), fake.guild("Far", id=str(3 << 22))
    ana = fake.person("ana", guilds=[near, far])
    fake.gateway.strict = False
    fake.gateway.shards = 2
    bot = Sharded()

    async with online(fake, bot):
        await ana.types(near.channel("general"), "hello")
        await ana.types(far.channel("general"), "hello")
        await fake.until(lambda: len(bot.heard) == 2)
        names = {guild.name: guild.shard_id for guild in bot.guilds}

    assert names == {"Near": 0, "Far": 1}


async def test_events_are_shuffled_doubled_and_brought_again(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    fake.gateway.copies = 2
    async with fake.gateway.held(seed=1) as held:
        for number in range(5):
            await ana.writes(str(number))
        assert len(held) == 5
    await fake.until(lambda: len(up.heard) == 10)

    words = [one.content for one in up.heard]
    assert sorted(words) == sorted([*"01234"] * 2)
    assert words != sorted(words)


async def test_odd_events_can_be_sent(fake: FakeDiscord, up: Bot) -> None:
    await fake.gateway.send("SOMETHING_NEW", {"what": "is this"})
    await fake.gateway.ask_heartbeat()
    beats = fake.gateway.connections[0].beats
    await fake.until(lambda: fake.gateway.connections[0].beats > beats - 1)

    assert "socket_event_type" in up.happened


async def test_people_can_be_asked_for_by_name_and_by_id(
    fake: FakeDiscord, bar: Server, ana: Person, luc: Person, up: Bot
) -> None:
    guild = up.guilds[0]

    by_name = await guild.query_members("an")
    by_id = await guild.query_members(user_ids=[int(luc.id)])

    assert [[one.name for one in found] for found in (by_name, by_id)] == [["ana"], ["luc"]]


async def test_the_address_and_what_is_left_of_the_day(fake: FakeDiscord, up: Bot) -> None:
    shards, url, limit = await up.http.get_bot_gateway()

    assert (shards, url.partition("?")[0]) == (1, fake.gateway.url)
    assert (limit["total"], limit["remaining"], limit["max_concurrency"]) == (1000, 999, 1)
    assert 0 < limit["reset_after"] <= 86_400_000


async def test_presence_is_noted(fake: FakeDiscord, up: Bot) -> None:
    await up.change_presence(status=discord.Status.idle)
    await fake.until(lambda: fake.gateway.presences)

    assert fake.gateway.presences[0]["status"] == "idle"
