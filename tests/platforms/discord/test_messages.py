"""Messages: written once, read, edited, refused as Discord refuses them, and who is pinged."""

from typing import Any

import discord
import pytest

from tests.platforms.discord import FakeDiscord, Limits, Permission, Person, Rate, Server, redirect
from tests.platforms.discord.conftest import Bot, online, room, user


async def test_a_nonce_makes_one_message(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    person = await user(up, ana)

    first = await person.send("a card", nonce="row-1")
    again = await person.send("a card", nonce="row-1")

    assert first.id == again.id
    assert [one.text for one in ana.dms] == ["a card"]


async def test_a_nonce_is_forgotten_after_a_few_minutes(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    person = await user(up, ana)

    await person.send("a card", nonce="row-1")
    fake.travel(minutes=4)
    await person.send("a card", nonce="row-1")

    assert len(ana.dms) == 2


async def test_direct_messages_open_once(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    person = await user(up, ana)

    assert (await person.create_dm()).id == int(ana.direct.id)
    assert (await up.fetch_user(int(ana.id))).id == person.id


async def test_closed_direct_messages_are_refused(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    person = await user(up, ana)
    ana.closes_dms()

    with pytest.raises(discord.Forbidden) as refusal:
        await person.send("a card")

    assert refusal.value.code == 50007
    assert (ana.dms, fake.invalid_requests) == ([], 1)


async def test_a_person_without_a_common_guild_cannot_be_written_to(
    fake: FakeDiscord, bar: Server, ana: Person, up: Bot
) -> None:
    person = await user(up, ana)
    await ana.leaves(bar)

    with pytest.raises(discord.Forbidden) as refusal:
        await person.send("a card")

    assert refusal.value.code == 50278


async def test_opening_too_fast_is_refused_but_known_channels_go_on() -> None:
    async with FakeDiscord(speed=100, limits=Limits(opening=Rate(1, 600))) as fake:
        bar = fake.guild("The Bar")
        people = [fake.person(name, guilds=[bar]) for name in ("ana", "luc")]
        bot = Bot()
        with redirect(fake.api_url):
            async with online(fake, bot):
                await (await user(bot, people[0])).send("hello")
                with pytest.raises(discord.Forbidden) as refusal:
                    await (await user(bot, people[1])).send("hello")
                await (await user(bot, people[0])).send("again")

    assert refusal.value.code == 40003
    assert [one.text for one in people[0].dms] == ["hello", "again"]


async def test_messages_are_edited_read_and_deleted(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    person = await user(up, ana)
    sent = [await person.send(words) for words in ("one", "two", "three")]
    await sent[0].edit(content="ONE")
    await sent[1].delete()
    await ana.writes("four")
    channel = await person.create_dm()

    newest = [one.content async for one in channel.history(limit=2)]
    oldest = [one.content async for one in channel.history(after=sent[0], oldest_first=True)]
    fetched = await channel.fetch_message(sent[0].id)

    assert (newest, oldest) == (["four", "three"], ["three", "four"])
    assert (fetched.content, fetched.edited_at is not None) == ("ONE", True)
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(sent[1].id)
    assert [one.what for one in ana.sights] == ["message"] * 3 + ["edit", "delete", "message"]


async def test_only_its_own_messages_can_be_edited(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    hers = await ana.writes("hello")
    channel = await (await user(up, ana)).create_dm()

    with pytest.raises(discord.Forbidden) as refusal:
        await (await channel.fetch_message(int(hers.id))).edit(content="goodbye")

    assert refusal.value.code == 50005


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "y" * 2001}]}, "embeds"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        (
            {"content": "x", "components": [{"type": 2, "style": 1, "custom_id": "a", "label": "A"}]},
            "components.0.type",
        ),
        ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0"),
    ],
)
async def test_a_form_that_is_wrong_says_where(ana: Person, up: Bot, body: dict[str, Any], place: str) -> None:
    channel = await (await user(up, ana)).create_dm()
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)

    with pytest.raises(discord.HTTPException) as refusal:
        await up.http.request(route, json=body)

    assert (refusal.value.status, refusal.value.code) == (400, 50035)
    assert f"In {place}:" in str(refusal.value)


async def test_an_empty_message_is_refused(ana: Person, up: Bot) -> None:
    with pytest.raises(discord.HTTPException) as refusal:
        await (await user(up, ana)).send("  ")

    assert refusal.value.code == 50006


MENTIONS = "@everyone @here <@{ana}> <@&{role}>"


@pytest.mark.parametrize(
    ("allowed", "kinds"),
    [
        (discord.AllowedMentions.none(), []),
        (discord.AllowedMentions(everyone=False, roles=False, users=True), ["user"]),
        (discord.AllowedMentions.all(), ["user", "role", "everyone", "everyone"]),
    ],
)
async def test_pings_are_what_allowed_mentions_lets_through(
    fake: FakeDiscord, bar: Server, ana: Person, up: Bot, allowed: discord.AllowedMentions, kinds: list[str]
) -> None:
    role = bar.role("helpers", mentionable=True)
    bar.change_role(bar.bot_role, bar.bot_role.permissions | Permission.MENTION_EVERYONE)
    channel = await room(up, bar.channel("general"))

    await channel.send(MENTIONS.format(ana=ana.id, role=role.id), allowed_mentions=allowed)

    assert [one.kind for one in fake.pings] == kinds
    assert bool(fake.careless()) is bool(kinds)


async def test_only_those_who_can_read_see_a_message(fake: FakeDiscord, bar: Server, ana: Person, luc: Person) -> None:
    secret = bar.channel("secret", private=True)
    bar.permit(secret, ana, Permission.VIEW_CHANNEL)

    await ana.types(secret, "hello")

    assert ana.messages(secret)
    assert (luc.messages(secret), luc.sights) == ([], [])
    with pytest.raises(PermissionError):
        await luc.types(secret, "hello")


async def test_a_channel_that_the_bot_cannot_write_in(bar: Server, ana: Person, up: Bot) -> None:
    general = bar.channel("general")
    channel = await room(up, general)
    bar.deny(general, "bot", Permission.SEND_MESSAGES)

    with pytest.raises(discord.Forbidden) as refusal:
        await channel.send("hello")
    bar.deny(general, "bot", Permission.VIEW_CHANNEL)
    with pytest.raises(discord.Forbidden) as blind:
        await channel.send("hello")

    assert (refusal.value.code, blind.value.code) == (50013, 50001)
