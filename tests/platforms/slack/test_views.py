"""Modals, their stack and their triggers, and the Home tab."""

from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import NO_LIMITS, FakeSlack, Workspace


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    shape = {"type": "modal", "callback_id": title.lower(), "title": words(title), "blocks": list(blocks)}
    return shape | {"submit": words("Send")} | more


def field(name: str, element: dict[str, Any], *, optional: bool = False) -> dict[str, Any]:
    shape = {"type": "input", "block_id": name, "label": words(name), "element": element | {"action_id": "value"}}
    return shape | {"optional": optional}


NOTE = field("note", {"type": "plain_text_input"}, optional=True)


async def refusal(awaitable: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await awaitable
    return str(refused.value.response["error"])


async def test_a_trigger_opens_once(slack: FakeSlack, team: Workspace, client: AsyncWebClient) -> None:
    leave = team.trigger("U1")

    await client.views_open(trigger_id=leave, view=modal("One", NOTE))

    assert await refusal(client.views_open(trigger_id=leave, view=modal("Two", NOTE))) == "exchanged_trigger_id"
    assert await refusal(client.views_open(trigger_id="1.2.x", view=modal("Two", NOTE))) == "invalid_trigger_id"


async def test_a_trigger_dies_young() -> None:
    async with FakeSlack(limits=NO_LIMITS, deadline=0.0) as slack:
        team = slack.team("T1", bot_token="xoxb-1")
        team.person("U1")
        client = AsyncWebClient("xoxb-1", base_url=slack.api_url, retry_handlers=[])

        leave = team.trigger("U1")

        assert await refusal(client.views_open(trigger_id=leave, view=modal("One", NOTE))) == "expired_trigger_id"


async def test_a_modal_holds_three_views(
    slack: FakeSlack, team: Workspace, app: AsyncApp, client: AsyncWebClient, connected: AsyncSocketModeHandler
) -> None:
    deeper = {"type": "actions", "elements": [{"type": "button", "action_id": "deeper", "text": words("More")}]}
    refused: list[str] = []

    @app.action("deeper")
    async def go(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=modal("Next", deeper))
        except SlackApiError as error:
            refused.append(error.response["error"])
        await ack()

    await client.views_open(trigger_id=team.trigger("U1"), view=modal("One", deeper))
    first = team.modal("U1")
    for _ in range(3):
        await team.press("U1", "deeper")

    top = team.modal("U1")
    assert refused == ["push_limit_reached"]
    assert first is not None and top is not None
    assert top.root == first.id and top.previous not in (None, first.id)


async def test_what_was_chosen_comes_as_slack_writes_it(
    slack: FakeSlack, team: Workspace, app: AsyncApp, client: AsyncWebClient, connected: AsyncSocketModeHandler
) -> None:
    got: dict[str, Any] = {}
    options = [{"text": words(f"Option {n}"), "value": str(n)} for n in range(3)]
    shape = modal(
        "Fields",
        field("one", {"type": "static_select", "options": options, "initial_option": options[1]}),
        field("many", {"type": "checkboxes", "options": options}, optional=True),
        field("who", {"type": "users_select"}),
        field("where", {"type": "multi_conversations_select"}),
        field("when", {"type": "datepicker"}, optional=True),
        field("text", {"type": "plain_text_input", "initial_value": "hello"}),
    )

    @app.view("fields")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        got.update({name: entries["value"] for name, entries in view["state"]["values"].items()})
        await ack()

    await client.views_open(trigger_id=team.trigger("U1"), view=shape)
    await team.submit("U1", {"many": ["Option 0", "2"], "who": "U2", "where": ["C1"]})

    assert got["one"] == {"type": "static_select", "selected_option": options[1]}
    assert got["many"] == {"type": "checkboxes", "selected_options": [options[0], options[2]]}
    assert got["who"] == {"type": "users_select", "selected_user": "U2"}
    assert got["where"] == {"type": "multi_conversations_select", "selected_conversations": ["C1"]}
    assert got["when"] == {"type": "datepicker", "selected_date": None}
    assert got["text"] == {"type": "plain_text_input", "value": "hello"}


async def test_a_form_can_be_sent_twice(
    slack: FakeSlack, team: Workspace, app: AsyncApp, client: AsyncWebClient, connected: AsyncSocketModeHandler
) -> None:
    got: list[str] = []

    @app.view("one")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        got.append(view["id"])
        await ack()

    await client.views_open(trigger_id=team.trigger("U1"), view=modal("One", NOTE))
    view = team.modal("U1")
    await team.submit("U1")
    await team.submit("U1", view=view)

    assert view is not None and got == [view.id] * 2


async def test_a_form_can_be_replaced_pushed_upon_and_closed_by_the_answer(
    slack: FakeSlack, team: Workspace, app: AsyncApp, client: AsyncWebClient, connected: AsyncSocketModeHandler
) -> None:
    answers: list[dict[str, Any]] = [
        {"response_action": "update", "view": modal("Two", NOTE)},
        {"response_action": "push", "view": modal("Three", NOTE)},
        {"response_action": "clear"},
    ]

    @app.view({"type": "view_submission", "callback_id": "one"})
    @app.view({"type": "view_submission", "callback_id": "two"})
    @app.view({"type": "view_submission", "callback_id": "three"})
    async def submitted(ack: AsyncAck) -> None:
        await ack(answers.pop(0))

    await client.views_open(trigger_id=team.trigger("U1"), view=modal("One", NOTE))
    titles = []
    while (view := team.modal("U1")) is not None:
        titles.append(view.shape["title"]["text"])
        assert (await team.submit("U1")).acked

    assert titles == ["One", "Two", "Three"]
    assert [sight.what for sight in team.seen("U1", "modal_closed")] == ["modal_closed"] * 2


async def test_an_answer_that_slack_does_not_accept_is_trouble(
    slack: FakeSlack, team: Workspace, app: AsyncApp, client: AsyncWebClient, connected: AsyncSocketModeHandler
) -> None:
    @app.view("one")
    async def submitted(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"nowhere": "?"})

    await client.views_open(trigger_id=team.trigger("U1"), view=modal("One", NOTE))

    assert (await team.submit("U1")).trouble == "invalid_errors"
    assert team.modal("U1") is not None


async def test_slack_itself_keeps_a_form_within_its_bounds(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    shape = modal("One", field("text", {"type": "plain_text_input", "min_length": 2, "max_length": 4}))
    await client.views_open(trigger_id=team.trigger("U1"), view=shape)

    with pytest.raises(ValueError, match="takes 2 to 4 characters"):
        await team.submit("U1", {"text": "hello"})
    with pytest.raises(LookupError, match="has no field"):
        await team.submit("U1", {"other": "hey"})


async def test_closing_is_told_when_the_view_wants_it(
    slack: FakeSlack, team: Workspace, app: AsyncApp, client: AsyncWebClient, connected: AsyncSocketModeHandler
) -> None:
    closed: list[str] = []

    @app.view_closed("one")
    async def gone(ack: AsyncAck, view: dict[str, Any]) -> None:
        closed.append(view["callback_id"])
        await ack()

    await client.views_open(trigger_id=team.trigger("U1"), view=modal("One", NOTE, notify_on_close=True))
    outcome = await team.close("U1")
    await client.views_open(trigger_id=team.trigger("U1"), view=modal("Two", NOTE))

    assert outcome is not None and outcome.acked
    assert await team.close("U1") is None
    assert closed == ["one"]


async def test_a_view_that_is_gone_or_was_changed_is_not_updated(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    opened = await client.views_open(trigger_id=team.trigger("U1"), view=modal("One", NOTE))
    number, hash_ = opened["view"]["id"], opened["view"]["hash"]

    await client.views_update(view_id=number, hash=hash_, view=modal("Two", NOTE))
    assert await refusal(client.views_update(view_id=number, hash=hash_, view=modal("X", NOTE))) == "hash_conflict"
    await team.close("U1")

    assert await refusal(client.views_update(view_id=number, view=modal("X", NOTE))) == "not_found"


async def test_a_bad_view_is_refused_with_where(slack: FakeSlack, team: Workspace, client: AsyncWebClient) -> None:
    shape = modal("A title that is much too long", NOTE)

    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=team.trigger("U1"), view=shape)

    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


async def test_the_home_tab_is_for_one_person_and_its_menus_work(
    slack: FakeSlack, team: Workspace, app: AsyncApp, client: AsyncWebClient, connected: AsyncSocketModeHandler
) -> None:
    chosen: list[str] = []
    options = [{"text": words(name), "value": name} for name in ("en", "fr")]
    menu = {"type": "static_select", "action_id": "language", "options": options}

    @app.action("language")
    async def language(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        chosen.append(action["selected_option"]["value"])
        assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
        assert "channel" not in body and "response_url" not in body
        await ack()

    home = {"type": "home", "blocks": [{"type": "actions", "elements": [menu]}]}
    published = await client.views_publish(user_id="U1", view=home)
    await team.choose("U1", "language", "fr")

    assert chosen == ["fr"]
    assert team.home_view("U2") is None
    conflict = client.views_publish(user_id="U1", view=home, hash="old")
    assert await refusal(conflict) == "hash_conflict"
    assert (await client.views_publish(user_id="U1", view=home))["view"]["id"] == published["view"]["id"]


async def test_opening_the_home_tab_shows_the_app_what_is_there(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}

    await team.home("U1", within=0)
    await client.views_publish(user_id="U1", view=home)
    await team.home("U1", within=0)
    await team.home("U1", tab="messages")

    events = [delivery.payload["event"] for delivery in slack.courier.deliveries]
    assert [event["tab"] for event in events] == ["home", "home", "messages"]
    assert [event.get("view", {}).get("type") for event in events] == [None, "home", None]
