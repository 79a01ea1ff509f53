"""Private threads: who can read them, who comes in and goes, and what becomes of them."""

import aiohttp
import discord
import pytest

from tests.platforms.discord import FakeDiscord, Permission, Person, Server, drop_after
from tests.platforms.discord.conftest import Bot, room


async def opened(bot: Bot, guild: Server, *people: Person) -> discord.Thread:
    channel = await room(bot, guild.channel("general"))
    thread = await channel.create_thread(
        name="The two of you", type=discord.ChannelType.private_thread, invitable=False
    )
    for one in people:
        await thread.add_user(discord.Object(int(one.id)))
    return thread


async def test_a_private_thread_is_read_by_its_members_and_by_moderators(
    fake: FakeDiscord, bar: Server, ana: Person, luc: Person, up: Bot
) -> None:
    fake.person("eve", guilds=[bar])
    fake.person("mod", guilds=[bar], permissions=Permission.MANAGE_THREADS)

    thread = await opened(up, bar, ana, luc)
    await thread.send("Meet each other")

    found = fake.threads()[0]
    assert fake.readers(found) == {"ana", "luc", "mod", "owner-of-the-bar"}
    assert [one.reading for one in fake.core.sights if one.what == "message" and one.user == ana.id] == [False]
    assert {fake.core.world.users[one.user].name for one in fake.core.sights if one.reading} == {
        "mod",
        "owner-of-the-bar",
    }
    assert [one.name for one in ana.threads()] == ["The two of you"]


async def test_the_bot_leaves_and_sees_it_no_more(
    fake: FakeDiscord, bar: Server, ana: Person, luc: Person, up: Bot
) -> None:
    thread = await opened(up, bar, ana, luc)
    await thread.leave()
    await ana.types(fake.threads()[0], "Just us")

    with pytest.raises(discord.Forbidden):
        await thread.send("Still here?")
    assert await up.guilds[0].active_threads() == []
    assert "Just us" not in [one.content for one in up.heard]
    assert "Just us" in luc.seen


async def test_a_thread_whose_making_was_not_heard_of_is_found_in_the_list(
    fake: FakeDiscord, bar: Server, up: Bot
) -> None:
    channel = await room(up, bar.channel("general"))
    fake.faults.plan("POST /channels/{channel}/threads", drop_after())

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.create_thread(name="tag-123", type=discord.ChannelType.private_thread)
    found = await up.guilds[0].active_threads()

    assert [one.name for one in found] == ["tag-123"]


async def test_making_one_needs_the_permission_and_a_name(bar: Server, up: Bot) -> None:
    channel = await room(up, bar.channel("general"))
    with pytest.raises(discord.HTTPException) as wrong:
        await channel.create_thread(name="x" * 101)
    bar.change_role(bar.bot_role, Permission.VIEW_CHANNEL)

    with pytest.raises(discord.Forbidden) as refusal:
        await channel.create_thread(name="x")

    assert (wrong.value.code, refusal.value.code) == (50035, 50013)


async def test_an_archived_thread_comes_back_with_a_message_unless_it_is_locked(
    fake: FakeDiscord, bar: Server, ana: Person, up: Bot
) -> None:
    thread = await opened(up, bar, ana)
    found = fake.threads()[0]
    await thread.edit(archived=True)
    assert await up.guilds[0].active_threads() == []
    with pytest.raises(discord.HTTPException) as archived:
        await thread.remove_user(discord.Object(int(ana.id)))

    await thread.send("back")
    assert not found.thread.archived
    bar.archive(found, locked=True)
    with pytest.raises(discord.Forbidden) as locked:
        await thread.send("no")

    assert (archived.value.code, locked.value.code) == (50083, 160005)


async def test_somebody_who_left_the_guild_cannot_be_added(bar: Server, ana: Person, up: Bot) -> None:
    thread = await opened(up, bar)
    await ana.leaves(bar)

    with pytest.raises(discord.NotFound) as gone:
        await thread.add_user(discord.Object(int(ana.id)))

    assert gone.value.code == 10007


async def test_leaving_the_guild_is_leaving_its_threads(
    fake: FakeDiscord, bar: Server, ana: Person, luc: Person, up: Bot
) -> None:
    await opened(up, bar, ana, luc)
    await ana.leaves(bar)
    await ana.joins(bar)

    assert fake.readers(fake.threads()[0]) == {"luc", "owner-of-the-bar"}
    assert ana.threads() == []


async def test_somebody_leaves_a_thread(fake: FakeDiscord, bar: Server, ana: Person, luc: Person, up: Bot) -> None:
    thread = await opened(up, bar, ana, luc)
    await luc.leaves(fake.threads()[0])
    await thread.send("Still here?")

    assert "Still here?" in ana.seen
    assert "Still here?" not in luc.seen


async def test_the_thread_says_who_was_added(bar: Server, ana: Person, luc: Person, up: Bot) -> None:
    thread = await opened(up, bar, ana, luc)
    await thread.send("hello")

    said = [(one.type.name, [who.name for who in one.mentions]) async for one in thread.history(oldest_first=True)]

    assert said == [("recipient_add", ["ana"]), ("recipient_add", ["luc"]), ("default", [])]


async def test_a_mention_that_pings_draws_somebody_in(
    fake: FakeDiscord, bar: Server, ana: Person, luc: Person, up: Bot
) -> None:
    thread = await opened(up, bar, ana)
    await thread.send(f"Ask <@{luc.id}>", allowed_mentions=discord.AllowedMentions.none())
    await ana.types(fake.threads()[0], f"Hey <@{luc.id}>")
    before = fake.readers(fake.threads()[0])
    await thread.send(f"Ask <@{luc.id}>", allowed_mentions=discord.AllowedMentions(users=True))

    assert "luc" not in before
    assert "luc" in fake.readers(fake.threads()[0])


async def test_a_deleted_channel_takes_its_threads_along(fake: FakeDiscord, bar: Server, ana: Person, up: Bot) -> None:
    thread = await opened(up, bar, ana)
    await thread.send("hello")
    bar.delete(fake.core.world.channels[str(thread.parent_id)])

    with pytest.raises(discord.NotFound) as gone:
        await thread.send("hello?")

    assert gone.value.code == 10003
    assert [one.what for one in ana.sights] == ["thread", "message", "delete"]


async def test_a_thread_is_deleted_by_whoever_may(fake: FakeDiscord, bar: Server, ana: Person, up: Bot) -> None:
    thread = await opened(up, bar, ana)
    with pytest.raises(discord.Forbidden):
        await thread.delete()
    bar.change_role(bar.bot_role, bar.bot_role.permissions | Permission.MANAGE_THREADS)

    await thread.delete()

    assert fake.threads() == []
