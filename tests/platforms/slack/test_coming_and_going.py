"""Joining, leaving, deactivation, installing, uninstalling, and people of other workspaces."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import NO_LIMITS, App, FakeSlack, Kind, Workspace

#: slack_sdk 3.47 passes the app's id and secret in a way that aiohttp 3.14 warns of.
installs = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


def events(slack: FakeSlack) -> list[dict[str, Any]]:
    return [delivery.payload["event"] for delivery in slack.courier.deliveries if delivery.kind == "events_api"]


async def test_somebody_comes_and_goes(slack: FakeSlack, team: Workspace) -> None:
    team.person("U3")

    await team.join("U3", "C1")
    await team.leave("U3", "C1")

    assert [event["type"] for event in events(slack)] == ["message", "member_joined_channel", "member_left_channel"]
    assert events(slack)[0]["subtype"] == "channel_join"
    assert team.messages("C1") == []


async def test_what_is_changed_and_deleted_is_told(slack: FakeSlack, team: Workspace) -> None:
    post = await team.post("U1", "C1", "a plumber")
    await team.edit("U1", post, "a painter")
    await team.delete("U1", post)

    changed, deleted = events(slack)[1:]
    assert changed["subtype"] == "message_changed"
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("a painter", "a plumber")
    assert (deleted["subtype"], deleted["deleted_ts"], deleted["hidden"]) == ("message_deleted", post.ts, True)
    assert [sight.what for sight in team.seen("U2")] == ["message", "edit", "delete"]


async def test_a_preview_is_told_as_a_change_of_nothing(slack: FakeSlack, team: Workspace) -> None:
    await team.unfurl(await team.post("U1", "C1", "see https://example.org"))

    changed = events(slack)[1]
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == changed["previous_message"]["text"]
    assert "edited" not in changed["message"]
    assert len(team.seen("U2")) == 1


async def test_a_new_language_and_a_closed_account_are_told(slack: FakeSlack, team: Workspace) -> None:
    await team.change("U1", locale="de-DE")
    await team.deactivate("U1")

    first, last = events(slack)
    assert (first["user"]["locale"], first["user"]["deleted"]) == ("de-DE", False)
    assert last["user"]["deleted"]


@pytest.mark.parametrize("revoked_first", [False, True])
async def test_the_app_is_removed(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient, revoked_first: bool
) -> None:
    await team.uninstall(revoked_first=revoked_first)

    names = [event["type"] for event in events(slack)]
    assert names == (["tokens_revoked", "app_uninstalled"] if revoked_first else ["app_uninstalled", "tokens_revoked"])
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()
    await team.post("U1", "C1", "hello")
    assert len(events(slack)) == 2
    assert (await team.shortcut("U1", "need")).trouble == "not_installed"


async def test_the_app_removes_itself(slack: FakeSlack, team: Workspace, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await client.apps_uninstall(client_id="1", client_secret="2")

    await client.apps_uninstall(client_id=slack.app.client_id, client_secret=slack.app.client_secret)

    assert not team.team.installed


async def test_a_revoked_token_is_good_for_nothing(slack: FakeSlack, team: Workspace, client: AsyncWebClient) -> None:
    await client.auth_revoke(test=True)
    await client.auth_revoke()

    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test()


async def test_people_of_another_workspace_are_told_apart(slack: FakeSlack, team: Workspace) -> None:
    slack.team("T2").person("U9", "Zoe")
    team.room("CSHARED", ["U1", "U9"], shared_with=["T2"])
    button = {"type": "button", "action_id": "press:yes", "text": {"type": "plain_text", "text": "Yes"}}
    client = AsyncWebClient("xoxb-T1", base_url=slack.api_url, retry_handlers=[])
    blocks: list[dict[str, Any]] = [{"type": "actions", "elements": [button]}]
    await client.chat_postMessage(channel="CSHARED", text="?", blocks=blocks)

    await team.post("U9", "CSHARED", "hello")
    await team.press("U9", "yes")
    refused = await team.command("U9", "/need", "x", "CSHARED")

    said = slack.courier.deliveries[-2].payload
    assert (said["is_ext_shared_channel"], said["team_id"], said["context_team_id"]) == (True, "T2", "T1")
    assert (said["event"]["team"], said["event"]["user_team"]) == ("T2", "T2")
    pressed = slack.courier.deliveries[-1].payload
    assert (pressed["team"]["id"], pressed["user"]["team_id"]) == ("T1", "T2")
    assert refused.trouble == "not_installed"


async def test_a_form_of_another_workspace_names_where_the_app_is(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    slack.team("T2").person("U9", "Zoe")
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [{"type": "divider"}]}
    await client.views_open(trigger_id=team.trigger("U9"), view=view)

    await team.submit("U9")

    payload = slack.courier.deliveries[-1].payload
    assert (payload["team"]["id"], payload["view"]["team_id"]) == ("T2", "T2")
    assert payload["view"]["app_installed_team_id"] == "T1"


async def test_what_a_bot_is_not_in_it_does_not_hear(slack: FakeSlack, team: Workspace) -> None:
    team.room("CQUIET", ["U1"], kind=Kind.PRIVATE, bot=False)

    await team.post("U1", "CQUIET", f"<@{team.bot}> hello", raw=True)
    await team.join(team.bot, "CQUIET")
    await team.post("U1", "CQUIET", "hello")

    assert [(event["type"], event.get("channel_type")) for event in events(slack)] == [
        ("message", "group"), ("member_joined_channel", "G"), ("message", "group"),
    ]  # fmt: skip


async def test_links_and_signs_come_as_slack_writes_them(slack: FakeSlack, team: Workspace) -> None:
    await team.say("U1", "see https://x.org & write a@x.org <3")

    event = events(slack)[0]
    assert event["text"] == "see <https://x.org> &amp; write <mailto:a@x.org|a@x.org> &lt;3"
    assert event["blocks"][0]["elements"][0]["elements"] == [
        {"type": "text", "text": "see https://x.org & write a@x.org <3"}
    ]


MANIFEST: dict[str, Any] = {
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True},
        "slash_commands": [{"command": "/need"}],
        "shortcuts": [{"callback_id": "need", "type": "global"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "im:history", "chat:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.im"]}, "socket_mode_enabled": True},
}


async def test_an_app_is_what_its_manifest_says() -> None:
    async with FakeSlack(limits=NO_LIMITS) as slack:
        slack.use_manifest(MANIFEST)
        team = slack.team("T1", bot_token="xoxb-1")
        team.person("U1")
        client = AsyncWebClient("xoxb-1", base_url=slack.api_url, retry_handlers=[])

        assert (await team.command("U1", "/other")).trouble == "not_a_command"
        assert (await team.command("U1", "/need")).trouble == "no_connection"
        assert (await team.shortcut("U1", "other")).trouble == "no_such_shortcut"
        with pytest.raises(PermissionError):
            await team.say("U1", "hello")
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.users_info(user="U1")


@pytest.mark.parametrize(
    ("part", "change", "complaint"),
    [
        ("oauth_config", {"scopes": {"bot": ["commands"]}}, "message.im needs im:history"),
        ("oauth_config", {"scopes": {"bot": ["im:history"]}}, "slash_commands need commands"),
        (
            "settings",
            {"event_subscriptions": {"bot_events": ["weather"]}, "socket_mode_enabled": True},
            "unknown event",
        ),
        ("settings", {"event_subscriptions": {"bot_events": ["message.im"]}}, "every request needs an address"),
    ],
)
def test_a_manifest_that_does_not_hold_together_is_refused(part: str, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        FakeSlack().use_manifest(MANIFEST | {part: change})


@installs
async def test_installing_goes_over_the_page_and_the_code(slack: FakeSlack) -> None:
    slack.app.redirect_urls = ("http://127.0.0.1/slack/oauth_redirect",)
    team = slack.team("T7", name="New")
    team.person("U1")
    slack.agree("T7", "U1")
    query = {"client_id": slack.app.client_id, "scope": "chat:write,commands", "state": "s1"}

    async with ClientSession() as session:
        answer = await session.get(slack.authorize_url, params=query, allow_redirects=False)
    code = answer.headers["Location"].partition("code=")[2].partition("&")[0]
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    secrets = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    installed = await client.oauth_v2_access(code=code, **secrets)

    assert answer.status == 302 and "state=s1" in answer.headers["Location"]
    assert (installed["team"], installed["authed_user"]["id"]) == ({"id": "T7", "name": "New"}, "U1")
    assert installed["scope"] == "chat:write,commands"
    assert (await AsyncWebClient(installed["access_token"], base_url=slack.api_url).auth_test())["team_id"] == "T7"
    for wrong, expected in (({"code": code}, "code_already_used"), ({"code": "x"}, "invalid_code")):
        with pytest.raises(SlackApiError, match=expected):
            await client.oauth_v2_access(**wrong, **secrets)
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await client.oauth_v2_access(code=code, client_id=slack.app.client_id, client_secret="x")


async def test_whoever_does_not_agree_comes_back_without_a_code(slack: FakeSlack) -> None:
    query = {"client_id": slack.app.client_id, "state": "s1", "redirect_uri": "http://127.0.0.1/back"}

    async with ClientSession() as session:
        refused = await session.get(slack.authorize_url, params=query, allow_redirects=False)
        wrong = await session.get(slack.authorize_url, params={"client_id": "x"}, allow_redirects=False)

    assert "error=access_denied" in refused.headers["Location"]
    assert wrong.status == 400


@installs
async def test_an_installation_for_a_whole_organisation_has_no_team(slack: FakeSlack) -> None:
    slack.team("T7", enterprise="E1").person("U1")
    code = slack.grant("T7", "U1", org=True)
    secrets = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}

    installed = await AsyncWebClient(base_url=slack.api_url).oauth_v2_access(code=code, **secrets)

    assert (installed["team"], installed["is_enterprise_install"]) == (None, True)
    assert installed["enterprise"]["id"] == "E1"


@installs
async def test_tokens_rotate_once_for_each_refresh_token() -> None:
    async with FakeSlack(app=App(token_rotation=True), limits=NO_LIMITS) as slack:
        slack.team("T1").person("U1")
        client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
        secrets = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
        first = await client.oauth_v2_access(code=slack.grant("T1", "U1"), **secrets)
        refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]} | secrets

        outcomes = await asyncio.gather(*(client.oauth_v2_access(**refresh) for _ in range(3)), return_exceptions=True)

        fresh = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        assert len(fresh) == 1
        assert fresh[0]["expires_in"] == 43_200
        for token in (first["access_token"], fresh[0]["access_token"]):  # two are good at a time
            assert (await AsyncWebClient(token, base_url=slack.api_url).auth_test())["ok"]
        slack.core.world.tokens[first["access_token"]].expires_at = 0.0
        with pytest.raises(SlackApiError, match="token_expired"):
            await AsyncWebClient(first["access_token"], base_url=slack.api_url).auth_test()
