"""The life of a guild: it comes, it goes, it changes, and so do its people, its channels and what the bot may do."""

import discord
import pytest

from tests.platforms.discord import FakeDiscord, Permission, Person, Server
from tests.platforms.discord.conftest import Bot, room
from tests.platforms.discord.intents import GUILD_MEMBERS, MESSAGE_CONTENT


async def test_the_bot_is_kicked_and_comes_back(fake: FakeDiscord, bar: Server, ana: Person, up: Bot) -> None:
    general = bar.channel("general")
    bar.kick_bot()
    await fake.until(lambda: "guild_remove" in up.happened)
    with pytest.raises(discord.Forbidden):
        await up.http.get_message(int(general.id), 1)
    with pytest.raises(discord.NotFound):
        await up.fetch_guild(int(bar.id))
    bar.add_bot()
    await fake.until(lambda: "guild_join" in up.happened)

    assert (await room(up, general)).name == "general"
    assert ana.commands(general) == []


async def test_an_outage_is_no_farewell(fake: FakeDiscord, bar: Server, up: Bot) -> None:
    bar.outage()
    await fake.until(lambda: "guild_unavailable" in up.happened)
    bar.back()
    await fake.until(lambda: "guild_available" in up.happened)

    assert "guild_remove" not in up.happened


async def test_a_member_is_found_until_they_go(bar: Server, ana: Person, up: Bot) -> None:
    guild = up.guilds[0]
    assert (await guild.fetch_member(int(ana.id))).name == "ana"
    await ana.leaves(bar)

    with pytest.raises(discord.NotFound) as gone:
        await guild.fetch_member(int(ana.id))
    with pytest.raises(discord.NotFound) as never:
        await guild.fetch_member(1)

    assert (gone.value.code, never.value.code) == (10007, 10013)


async def test_roles_give_and_take(fake: FakeDiscord, bar: Server, ana: Person, up: Bot) -> None:
    role = bar.role("stewards", Permission.MANAGE_GUILD)
    bar.give(ana, role)
    given = await up.guilds[0].fetch_member(int(ana.id))
    bar.take(ana, role)
    taken = await up.guilds[0].fetch_member(int(ana.id))

    assert [one.guild_permissions.manage_guild for one in (given, taken)] == [True, False]
    bar.delete_role(role)
    assert [one.name for one in await up.guilds[0].fetch_roles()] == ["@everyone", "Comptoir"]


async def test_names_of_ones_own(bar: Server, ana: Person, up: Bot) -> None:
    names = [(await up.guilds[0].fetch_member(int(ana.id))).display_name]
    bar.nickname(ana, "Anabel")
    names.append((await up.guilds[0].fetch_member(int(ana.id))).display_name)

    assert names == ["Ana", "Anabel"]


async def test_what_the_bot_may_do_is_told_at_once(fake: FakeDiscord, bar: Server, up: Bot) -> None:
    bar.change_role(bar.bot_role, Permission.VIEW_CHANNEL)
    await fake.until(lambda: "guild_role_update" in up.happened)

    assert not up.guilds[0].me.guild_permissions.create_private_threads


async def test_channels_come_and_go(fake: FakeDiscord, bar: Server, up: Bot) -> None:
    general = bar.channel("general")
    await fake.until(lambda: "guild_channel_create" in up.happened)
    hidden = bar.channel("hidden", private=True)
    bar.permit(general, "bot", Permission.MANAGE_MESSAGES)
    bar.delete(general)
    await fake.until(lambda: "guild_channel_delete" in up.happened)

    assert "guild_channel_update" in up.happened
    assert hidden.id not in {str(one.id) for one in up.guilds[0].channels}
    with pytest.raises(discord.NotFound):
        await up.fetch_channel(int(general.id))


async def test_the_guild_has_another_name(fake: FakeDiscord, bar: Server, up: Bot) -> None:
    bar.change(name="The Inn", locale="de")
    await fake.until(lambda: "guild_update" in up.happened)

    assert (up.guilds[0].name, up.guilds[0].preferred_locale) == ("The Inn", discord.Locale.german)


async def test_an_account_that_is_gone_is_nowhere(fake: FakeDiscord, bar: Server, ana: Person, up: Bot) -> None:
    person = await up.fetch_user(int(ana.id))
    await ana.changes(deleted=True)

    with pytest.raises(discord.Forbidden):
        await person.send("hello")
    assert not bar.has(ana)


async def test_the_bot_leaves_by_itself(fake: FakeDiscord, bar: Server, up: Bot) -> None:
    await up.guilds[0].leave()
    await fake.until(lambda: "guild_remove" in up.happened)

    assert [one async for one in up.fetch_guilds()] == []


async def test_the_app_knows_itself(fake: FakeDiscord, bar: Server, up: Bot) -> None:
    info = await up.application_info()

    assert (info.name, info.approximate_guild_count, info.owner.name) == ("Comptoir", 1, "owner")


async def test_the_page_of_the_app_says_which_intents_are_on(fake: FakeDiscord, up: Bot) -> None:
    fake.app.privileged = GUILD_MEMBERS
    fake.app.flags |= 1 << 18
    flags = (await up.application_info()).flags

    assert flags.gateway_guild_members_limited
    assert flags.gateway_message_content
    assert fake.app.privileged == GUILD_MEMBERS | MESSAGE_CONTENT
