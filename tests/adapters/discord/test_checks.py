"""What is wrong with Discord is named, with how to mend it; asked over sockets of a server that behaves like it."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import pytest

from adapters.discord.api import Api
from adapters.discord.checks import LOOKED, _of_app, findings, whose
from adapters.discord.chosen import Discord
from adapters.discord.commands import synchronised
from adapters.discord.permissions import MESSAGE_CONTENT, NEEDED, needed
from bot.errors import ConfigError
from bot.findings import Finding
from bot.text import LANGUAGES, catalogue
from tests.platforms.discord import FakeDiscord, Permission, Server, broken
from tests.world import START


@pytest.fixture
def discord(fake: FakeDiscord) -> Discord:
    return Discord(fake.token, fake.api_url)


@pytest.fixture
def bar(fake: FakeDiscord) -> Server:
    made = fake.guild("The Bar", permissions=needed().value)
    made.channel("general")
    return made


def said(found: Finding, language: str = "en") -> str:
    return catalogue(language).say(found.phrase)


async def look(discord: Discord, listened: Mapping[str, Collection[str]] | None = None) -> list[Finding]:
    """What is found; no word of it gives the token away."""
    found = list(await findings(discord, listened or {}, now=START))
    assert not [one for one in found for language in LANGUAGES if "canary" in said(one, language)]
    return found


async def wrong(discord: Discord, listened: Mapping[str, Collection[str]] | None = None) -> list[str]:
    """What is not well, in words."""
    return [said(one) for one in await look(discord, listened) if not one.ok]


async def test_all_is_well(discord: Discord, fake: FakeDiscord, bar: Server) -> None:
    api = Api(fake.token, url=fake.api_url)
    await synchronised(api, fake.app.id)
    await api.close()

    found = await look(discord)

    assert all(finding.ok for finding in found)
    assert [said(finding) for finding in found] == [
        "Discord: the token is that of the app Comptoir.",
        "The app reads no channel, but for messages that mention it. Should it listen in some, set "
        "COMPTOIR_DISCORD_LISTENING=true, and switch on the “Message Content Intent” on the page “Bot” of the app.",
        "Whoever has the link can add the app to a server of theirs. Should it be for yours alone, switch “Public Bot” "
        "off on the page “Bot” of the app.",
        "Discord lets the app connect anew 1,000 more times today.",
        "Discord has the commands of this version.",
        "In The Bar the app may do all that it needs.",
    ]


async def test_nothing_is_changed_by_looking(discord: Discord, fake: FakeDiscord, bar: Server) -> None:
    await look(discord)

    assert {call.route.partition(" ")[0] for call in fake.calls} == {"GET"}
    assert fake.gateway.identifies == []


async def test_a_token_that_discord_refuses_is_named(
    discord: Discord, fake: FakeDiscord, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.revoke_token()
    capsys.readouterr()

    (told,) = await wrong(discord)
    with pytest.raises(ConfigError):
        await whose(discord)

    assert capsys.readouterr() == ("", "")  # nothing but this sentence

    assert "401" in told
    assert "COMPTOIR_DISCORD_TOKEN" in told
    assert len(fake.calls) == 2  # once for each question: it is not tried again


@pytest.mark.parametrize(
    "odd", [lambda url: "http://127.0.0.1:1/api/v10", lambda url: url.replace("/api/", "/nothing/")]
)
async def test_a_discord_that_does_not_answer_is_told(discord: Discord, odd: Callable[[str], str]) -> None:
    address = odd(discord.api_url)

    (told,) = await wrong(replace(discord, api_url=address))

    assert told.startswith(address)
    assert "0:00" not in told
    assert "COMPTOIR_DISCORD_API_URL" in told


async def test_what_was_found_stays_found_when_discord_goes_silent(
    discord: Discord, fake: FakeDiscord, bar: Server
) -> None:
    fake.faults.plan("GET /users/@me/guilds", broken(400), times=None)

    found = await look(discord)

    assert [finding.ok for finding in found][-2:] == [True, False]
    assert "does not answer" in said(found[-1])


async def test_commands_of_another_version_are_told_and_no_fault(discord: Discord, bar: Server) -> None:
    found = await look(discord)

    assert all(finding.ok for finding in found)
    assert any("when the bar opens" in said(finding) for finding in found)


async def test_an_app_in_no_server_gets_its_link(discord: Discord, fake: FakeDiscord) -> None:
    (told,) = await wrong(discord)

    assert f"client_id={fake.app.id}" in told
    assert f"permissions={needed().value}" in told


@pytest.mark.parametrize("name", NEEDED)
async def test_each_missing_permission_is_named(discord: Discord, fake: FakeDiscord, name: str) -> None:
    less = needed()
    setattr(less, name, False)
    bar = fake.guild("The Bar", permissions=less.value)
    bar.guild.roles[bar.id].permissions = Permission.ADD_REACTIONS
    bar.channel("general")

    (told,) = await wrong(discord)

    assert told.startswith("In The Bar the app lacks permissions: ")
    for language in LANGUAGES:
        (finding,) = [one for one in await look(discord) if not one.ok]
        called = catalogue(language).texts[f"command.discord.permission.{name}"]
        assert f": {called}. " in said(finding, language).replace("\u00a0:", ":")


async def test_what_everybody_may_do_the_app_may_do(discord: Discord, fake: FakeDiscord) -> None:
    bar = fake.guild("The Bar", permissions=0)
    bar.guild.roles[bar.id].permissions = needed().value
    bar.channel("general")

    assert await wrong(discord) == []


@pytest.mark.parametrize("much", [Permission.MANAGE_THREADS, Permission.ADMINISTRATOR])
async def test_an_app_that_could_read_what_the_two_say_is_not_well(
    discord: Discord, fake: FakeDiscord, much: Permission
) -> None:
    bar = fake.guild("The Bar", permissions=needed().value | much)
    bar.channel("general")

    (told,) = await wrong(discord)

    assert "The Bar" in told
    assert "Manage Threads" in told or "Administrator" in told


async def test_channels_that_take_it_all_away_are_told(discord: Discord, bar: Server) -> None:
    (general,) = bar.guild.channels.values()
    bar.deny(general, "everyone", Permission.SEND_MESSAGES_IN_THREADS)
    (told,) = await wrong(discord)
    assert "no text channel" in told

    bar.channel("welcome")

    assert await wrong(discord) == []


async def test_a_channel_that_the_app_alone_sees_is_no_place_for_two(discord: Discord, bar: Server) -> None:
    (general,) = bar.guild.channels.values()
    bar.deny(general, bar.bot_role, Permission.CREATE_PRIVATE_THREADS)
    backstage = bar.channel("backstage", private=True)
    bar.permit(backstage, bar.bot_role, Permission.VIEW_CHANNEL)

    (told,) = await wrong(discord)

    assert "no text channel" in told


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_channel_that_some_see_is_a_place_for_those(discord: Discord, bar: Server, language: str) -> None:
    (general,) = bar.guild.channels.values()
    bar.deny(general, "everyone", Permission.VIEW_CHANNEL)
    for who in (bar.bot_role, bar.role("members")):
        bar.permit(general, who, Permission.VIEW_CHANNEL)

    found = await look(discord)

    assert all(finding.ok for finding in found)
    assert said(found[-1], language).replace("\u00a0:", ":").count(": general.") == 1


async def test_a_channel_that_should_be_heard_and_is_not_seen_is_named(discord: Discord, bar: Server) -> None:
    hidden = bar.channel("backstage", private=True)
    assert await wrong(discord) == []

    (told,) = await wrong(discord, {bar.id: [hidden.id, "123"]})

    assert "backstage" in told


async def test_listening_needs_the_intent(discord: Discord, fake: FakeDiscord, bar: Server) -> None:
    listening = replace(discord, listening=True)
    (told,) = await wrong(listening)
    assert "Message Content Intent" in told

    for flag in (1 << 18, 1 << 19):
        assert flag & MESSAGE_CONTENT
        fake.app.flags = flag
        assert await wrong(listening) == []
        assert any("only where stewards open one" in said(finding) for finding in await look(listening))


async def test_an_endpoint_elsewhere_would_take_everything(discord: Discord, fake: FakeDiscord, bar: Server) -> None:
    fake.app.interactions_endpoint_url = "https://elsewhere.example.org"

    (told,) = await wrong(discord)

    assert "Interactions Endpoint URL" in told


def test_a_page_that_keeps_the_link_from_working_is_told() -> None:
    app = {"flags": 0, "bot_public": False, "bot_require_code_grant": True}

    first, *others = _of_app(app, listening=False)

    assert "Requires OAuth2 Code Grant" in said(first)
    assert not first.ok
    assert said(others[-1]) == "Only the account that the app belongs to can add it to a server."


async def test_connecting_in_circles_is_told_before_it_costs_the_token(
    discord: Discord, fake: FakeDiscord, bar: Server
) -> None:
    fake.gateway.daily = 99

    (told,) = await wrong(discord)

    assert re.search(r"only 99 more times until \d", told)


async def test_many_servers_are_counted(discord: Discord, fake: FakeDiscord) -> None:
    for number in range(LOOKED + 2):
        fake.guild(f"Bar {number}", permissions=needed().value).channel("general")

    found = await look(discord)

    assert all(finding.ok for finding in found)
    assert said(found[-1]) == "2 more servers were not looked at."


async def test_whose_the_token_is(discord: Discord, fake: FakeDiscord) -> None:
    assert await whose(discord) == int(fake.app.id)

    fake.revoke_token()
    with pytest.raises(ConfigError) as raised:
        await whose(discord)

    assert "COMPTOIR_DISCORD_TOKEN" in catalogue("en").say(raised.value.faults[0])
