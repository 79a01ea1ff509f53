"""The methods of the Web API, called by the real SDK."""

from time import time
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import FakeSlack, Kind, Workspace

BLOCKS: list[dict[str, Any]] = [{"type": "section", "text": {"type": "plain_text", "text": "hello"}}]


async def code(awaitable: Any) -> str:
    """The code with which a method refuses."""
    with pytest.raises(SlackApiError) as refusal:
        await awaitable
    return str(refusal.value.response["error"])


async def test_auth_test_says_who_the_bot_is(team: Workspace, client: AsyncWebClient) -> None:
    said = await client.auth_test()

    assert (said["team_id"], said["user_id"], said["bot_id"]) == ("T1", "UBOTT1", "BT1")


@pytest.mark.parametrize(
    ("token", "expected"),
    [("", "not_authed"), ("xoxb-other", "invalid_auth"), ("xapp-1-A0COMPTOIR", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_named(slack: FakeSlack, team: Workspace, token: str, expected: str) -> None:
    assert await code(AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[]).auth_test()) == expected


async def test_a_missing_scope_is_named_with_what_was_granted(slack: FakeSlack, team: Workspace) -> None:
    team.install("xoxb-little", frozenset({"im:write", "commands"}))
    client = AsyncWebClient("xoxb-little", base_url=slack.api_url, retry_handlers=[])
    channel = (await client.conversations_open(users="U1"))["channel"]["id"]

    with pytest.raises(SlackApiError) as refusal:
        await client.conversations_history(channel=channel)

    assert refusal.value.response["error"] == "missing_scope"
    assert refusal.value.response["needed"] == "im:history"
    assert refusal.value.response["provided"] == "commands,im:write"
    assert await code(client.chat_postMessage(channel=channel, text="hello")) == "missing_scope"
    assert await code(client.conversations_open(users="U1,U2")) == "missing_scope"


async def test_a_form_is_read_as_json_is(slack: FakeSlack, team: Workspace) -> None:
    form = {"channel": "C1", "text": "hello", "unfurl_links": "false", "blocks": '[{"type": "divider"}]'}

    async with ClientSession() as session:
        await session.post(f"{slack.api_url}chat.postMessage", data=form, headers={"Authorization": "Bearer xoxb-T1"})

    assert [block["type"] for block in team.messages("C1")[0].blocks] == ["divider"]


@pytest.mark.parametrize(("body", "expected"), [("{", "invalid_json"), ("[]", "json_not_object")])
async def test_what_is_no_json_is_refused(slack: FakeSlack, team: Workspace, body: str, expected: str) -> None:
    headers = {"Authorization": "Bearer xoxb-T1", "Content-Type": "application/json"}

    async with (
        ClientSession() as session,
        session.post(f"{slack.api_url}auth.test", data=body, headers=headers) as answer,
    ):
        assert await answer.json() == {"ok": False, "error": expected}


async def test_the_same_people_always_give_the_same_conversation(team: Workspace, client: AsyncWebClient) -> None:
    first = await client.conversations_open(users="U1,U2")
    again = await client.conversations_open(users=["U2", "U1"])

    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"]
    assert team.together("U1", "U2") is not None


async def test_looking_for_a_conversation_makes_none(team: Workspace, client: AsyncWebClient) -> None:
    assert await code(client.conversations_open(users="U1,U2", prevent_creation=True)) == "channel_not_found"
    assert team.together("U1", "U2") is None


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ("", "users_list_not_supplied"),
        ("U404", "user_not_found"),
        ("U1,GONE", "user_disabled"),
        ("HIDDEN", "user_not_visible"),
        ("U1,AWAY", "invalid_user_combination"),
        (",".join(f"N{n}" for n in range(9)), "too_many_users"),
    ],
)
async def test_who_cannot_be_brought_together_is_an_ordinary_answer(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient, users: str, expected: str
) -> None:
    team.person("GONE", deleted=True)
    team.person("HIDDEN", visible=False)
    slack.team("T2").person("AWAY")

    assert await code(client.conversations_open(users=users)) == expected


async def test_somebody_of_another_workspace_can_be_reached_from_a_shared_channel(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    slack.team("T2").person("AWAY", "Zoe")
    team.room("CSHARED", ["U1", "AWAY"], shared_with=["T2"])

    assert (await client.conversations_open(users="U1,AWAY"))["ok"]
    assert (await client.users_info(user="AWAY"))["user"]["is_stranger"]
    assert (await client.conversations_info(channel="CSHARED"))["channel"]["is_ext_shared"]


async def test_history_is_newest_first_and_shows_metadata_when_asked(team: Workspace, client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U1"))["channel"]["id"]
    metadata = {"event_type": "comptoir", "event_payload": {"id": "a1"}}
    first = await client.chat_postMessage(channel=channel, text="one", metadata=metadata)
    await client.chat_postMessage(channel=channel, text="two")

    plain = await client.conversations_history(channel=channel)
    with_metadata = await client.conversations_history(channel=channel, include_all_metadata=True, limit=15)
    later = await client.conversations_history(channel=channel, oldest=first["ts"])

    assert [message["text"] for message in plain["messages"]] == ["two", "one"]
    assert "metadata" not in plain["messages"][1]
    assert with_metadata["messages"][1]["metadata"] == metadata
    assert [message["text"] for message in later["messages"]] == ["two"]


async def test_odd_numbers_are_refused(team: Workspace, client: AsyncWebClient) -> None:
    for name, value in {"limit": "many", "oldest": "yesterday", "cursor": "x"}.items():
        arguments = {"channel": "C1", name: value}
        assert await code(client.api_call("conversations.history", params=arguments)) == f"invalid_{name}"


async def test_a_long_history_comes_in_pages(team: Workspace, client: AsyncWebClient) -> None:
    for number in range(5):
        await client.chat_postMessage(channel="C1", text=str(number))

    page = await client.conversations_history(channel="C1", limit=2)
    rest = await client.conversations_history(channel="C1", limit=9, cursor=page["response_metadata"]["next_cursor"])

    assert [m["text"] for m in [*page["messages"], *rest["messages"]]] == ["4", "3", "2", "1", "0"]
    assert page["has_more"]


async def test_only_ones_own_messages_are_changed_and_deleted(team: Workspace, client: AsyncWebClient) -> None:
    theirs = await team.post("U1", "C1", "hello")
    ours = await client.chat_postMessage(channel="C1", text="hello")

    assert await code(client.chat_update(channel="C1", ts=theirs.ts, text="bye")) == "cant_update_message"
    assert await code(client.chat_delete(channel="C1", ts=theirs.ts)) == "cant_delete_message"
    await client.chat_delete(channel="C1", ts=ours["ts"])
    assert await code(client.chat_update(channel="C1", ts=ours["ts"], text="bye")) == "message_not_found"
    assert [sight.what for sight in team.seen("U2")] == ["message", "message", "delete"]


async def test_a_text_without_blocks_takes_the_old_ones_away(team: Workspace, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="hello", blocks=BLOCKS))["ts"]
    await client.chat_update(channel="C1", ts=ts, text="hi", blocks=BLOCKS)
    unseen = team.messages("C1")[0].edited_ts
    await client.chat_update(channel="C1", ts=ts, text="bye")

    assert unseen == ""
    assert team.messages("C1")[0].blocks == []
    assert team.messages("C1")[0].edited_ts != ""


async def test_an_ephemeral_message_is_for_one_person_and_cannot_be_changed(
    team: Workspace, client: AsyncWebClient
) -> None:
    said = await client.chat_postEphemeral(channel="C1", user="U1", text="only you", blocks=BLOCKS)

    assert [sight.what for sight in team.seen("U1")] == ["ephemeral"]
    assert team.seen("U2") == []
    assert team.messages("C1") == []
    assert await code(client.chat_update(channel="C1", ts=said["message_ts"], text="x")) == "message_not_found"
    assert await code(client.chat_postEphemeral(channel="C1", user="U9", text="x")) == "user_not_in_channel"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"channel": "C404", "text": "x"}, "channel_not_found"),
        ({"channel": "CPRIVATE", "text": "x"}, "channel_not_found"),
        ({"channel": "CWITHOUT", "text": "x"}, "not_in_channel"),
        ({"channel": "COLD", "text": "x"}, "is_archived"),
        ({"channel": "C1", "text": ""}, "no_text"),
        ({"channel": "C1", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C1", "text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        ({"channel": "C1", "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"channel": "UBOTT1", "text": "x"}, "cannot_dm_bot"),
    ],
)
async def test_what_cannot_be_posted_is_refused(
    slack: FakeSlack, team: Workspace, arguments: dict[str, Any], expected: str
) -> None:
    team.install("xoxb-T1", frozenset({"chat:write", "im:write"}))
    team.room("CPRIVATE", ["U1"], kind=Kind.PRIVATE, bot=False)
    team.room("CWITHOUT", ["U1"], bot=False)
    team.room("COLD", ["U1"]).archived = True
    client = AsyncWebClient("xoxb-T1", base_url=slack.api_url, retry_handlers=[])

    assert await code(client.api_call("chat.postMessage", json=arguments)) == expected
    assert team.seen("U1") == []


async def test_bad_blocks_are_named_by_where_they_are(team: Workspace, client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]

    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel="C1", text="x", blocks=blocks)

    assert refusal.value.response["error"] == "invalid_blocks"
    assert refusal.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_somebodys_locale_zone_and_rank_are_told(team: Workspace, client: AsyncWebClient) -> None:
    amina = (await client.users_info(user="U1", include_locale=True))["user"]
    luc = (await client.users_info(user="U2"))["user"]

    assert (amina["locale"], amina["tz"], amina["is_admin"]) == ("fr-FR", "Europe/Paris", False)
    assert luc["is_admin"]
    assert "locale" not in luc
    assert {member["id"] for member in (await client.users_list())["members"]} == {"U1", "U2", "UBOTT1"}
    assert (await client.conversations_members(channel="C1"))["members"] == ["U1", "U2", "UBOTT1"]
    assert (await client.team_info())["team"]["name"] == "The Bar"


async def test_a_scheduled_message_waits_can_be_taken_back_and_is_posted(
    team: Workspace, client: AsyncWebClient
) -> None:
    now = int(time())
    kept = await client.chat_scheduleMessage(channel="C1", text="later", post_at=now + 3600)
    taken = await client.chat_scheduleMessage(channel="C1", text="never", post_at=now + 3600)
    await client.chat_deleteScheduledMessage(channel="C1", scheduled_message_id=taken["scheduled_message_id"])

    waiting = (await client.chat_scheduledMessages_list())["scheduled_messages"]
    assert [one["id"] for one in waiting] == [kept["scheduled_message_id"]]
    assert team.messages("C1") == []
    assert await code(client.chat_scheduleMessage(channel="C1", text="x", post_at=now - 9)) == "time_in_past"
    assert await code(client.chat_scheduleMessage(channel="C1", text="x", post_at=now + 10**8)) == "time_too_far"


async def test_what_was_scheduled_is_posted_in_its_time_but_not_with_metadata() -> None:
    moment = [1_800_000_000.0]
    async with FakeSlack(now=lambda: moment[0]) as slack:
        team = slack.team("T1", bot_token="xoxb-1")
        team.room("C1")
        client = AsyncWebClient("xoxb-1", base_url=slack.api_url, retry_handlers=[])
        metadata = {"event_type": "x", "event_payload": {}}
        await client.chat_scheduleMessage(channel="C1", text="one", post_at=1_800_000_100)
        await client.chat_scheduleMessage(channel="C1", text="two", post_at=1_800_000_100, metadata=metadata)
        moment[0] += 100

        assert slack.post_scheduled() == 2
        assert [post.text for post in team.messages("C1")] == ["one"]
        assert team.messages("C1")[0].ts.startswith("1800000100.")


async def test_what_slack_would_act_on_in_a_text_is_found(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    mention = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}
    inert = {"type": "section", "text": {"type": "plain_text", "text": "<!here> <@U1> https://x.org"}}
    await client.chat_postMessage(channel="C1", text="&lt;!here&gt; see https://x.org", blocks=[inert])
    assert slack.controls() == []

    await client.chat_postMessage(channel="C1", text="x", blocks=[{"type": "rich_text", "elements": [mention]}])
    assert slack.controls() == []
    assert [control.kind for control in slack.controls(made=True)] == ["user"]

    live = "<!channel> <@U1> <#C1> <!subteam^S1> <https://x.org|bank> <!date^1^{date}|d>"
    await client.chat_postMessage(channel="C1", text=live)
    await client.chat_postMessage(channel="C1", text="see www.x.org")
    kinds = [control.kind for control in slack.controls()]
    assert kinds == ["special", "user", "channel", "subteam", "link", "date", "address"]


async def test_a_response_url_is_good_five_times(slack: FakeSlack, team: Workspace) -> None:
    await team.command("U1", "/need", "x", "C1")
    url = slack.courier.deliveries[-1].payload["response_url"]

    async with ClientSession() as session:
        statuses = [(await session.post(url, json={"text": "hello"})).status for _ in range(6)]

    assert statuses == [200] * 5 + [404]
    assert [sight.what for sight in team.seen("U1", "ephemeral")] == ["ephemeral"] * 5


async def test_a_response_url_dies_after_half_an_hour(team: Workspace, slack: FakeSlack) -> None:
    await team.command("U1", "/need", "x", "C1")
    url = slack.courier.deliveries[-1].payload["response_url"]
    slack.core.hooks[url.removeprefix(slack.url)].born -= 1801

    async with ClientSession() as session, session.post(url, json={"text": "hello"}) as answer:
        assert await answer.json() == {"ok": False, "error": "expired_url"}


async def test_a_response_url_replaces_and_deletes_an_ephemeral_message(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    button = {"type": "button", "action_id": "press:no", "text": {"type": "plain_text", "text": "No"}}
    await client.chat_postEphemeral(
        channel="C1", user="U1", text="?", blocks=[{"type": "actions", "elements": [button]}]
    )
    await team.press("U1", "no")
    payload = slack.courier.deliveries[-1].payload

    async with ClientSession() as session:
        await session.post(payload["response_url"], json={"replace_original": True, "text": "Fine."})
        assert [post.text for post in team.visible("U1")] == ["Fine."]
        await session.post(payload["response_url"], json={"delete_original": True})

    assert team.visible("U1") == []
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload


async def test_each_method_is_counted_and_an_unknown_one_named(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    await client.auth_test()

    assert await code(client.api_call("nothing.likeThis")) == "unknown_method"
    assert slack.counted("auth.test") == 1
    assert [call.error for call in slack.calls] == ["", "unknown_method"]
