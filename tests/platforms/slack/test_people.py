"""The fake, the real Bolt over a real socket, and the people of a workspace."""

from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import FakeSlack, Workspace


def button(choice: str) -> dict[str, Any]:
    words = {"type": "plain_text", "text": choice.title()}
    return {"type": "button", "action_id": f"press:{choice}", "value": "t" * 22, "text": words}


CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "plain_text", "text": "Somebody needs a plumber."}},
    {
        "type": "actions",
        "elements": [
            button("yes"),
            button("no"),
        ],
    },
]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "need",
    "title": {"type": "plain_text", "text": "A need"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What do you need?"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 300},
        }
    ],
}
HOME = {"type": "home", "blocks": CARD}


async def test_a_dm_is_heard_and_answered(team: Workspace, app: AsyncApp, connected: AsyncSocketModeHandler) -> None:
    @app.event("message")
    async def hear(event: dict[str, Any], say: AsyncSay) -> None:
        await say(text=f"I heard: {event['text']}")

    await team.say("U1", "a < b")

    assert (await team.sees("U1", "I heard")).text == "I heard: a &lt; b"
    assert [sight.what for sight in team.seen("U1")] == ["message", "message"]
    assert team.seen("U2") == []


async def test_a_press_reaches_the_app_and_the_card_is_replaced(
    team: Workspace, app: AsyncApp, client: AsyncWebClient, connected: AsyncSocketModeHandler
) -> None:
    @app.action("press:yes")
    async def yes(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        place, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_update(channel=place, ts=ts, text="You said yes.", blocks=[])

    await client.chat_postMessage(channel="U1", text="A card", blocks=CARD)
    outcome = await team.press("U1", "yes")
    await team.sees("U1", "You said yes.")

    assert outcome.acked
    assert team.buttons("U1") == []
    assert [sight.what for sight in team.seen("U1")] == ["message", "edit"]


async def test_nobody_presses_what_is_not_there(team: Workspace, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="U1", text="A card", blocks=CARD)

    with pytest.raises(LookupError, match="U2 has no 'yes'"):
        await team.press("U2", "yes")


async def test_a_command_opens_a_form_and_the_form_is_sent(
    team: Workspace, app: AsyncApp, connected: AsyncSocketModeHandler
) -> None:
    sent: list[str] = []

    @app.command("/need")
    async def need(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("need")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        sent.append(view["state"]["values"]["what"]["text"]["value"])
        await ack()

    assert (await team.command("U1", "/need", channel="C1")).acked
    await team.until(lambda: team.modal("U1"))
    outcome = await team.submit("U1", {"what": "A plumber"})

    assert outcome.acked
    assert sent == ["A plumber"]
    assert team.modal("U1") is None


async def test_a_form_says_what_to_correct(team: Workspace, app: AsyncApp, connected: AsyncSocketModeHandler) -> None:
    @app.shortcut("need")
    async def need(ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)

    @app.view("need")
    async def submitted(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"what": "A little more, please."})

    await team.shortcut("U1", "need")
    await team.until(lambda: team.modal("U1"))
    outcome = await team.submit("U1", {"what": "A"})

    assert outcome.errors == {"what": "A little more, please."}
    assert team.modal("U1") is not None
    with pytest.raises(ValueError, match="must be filled in"):
        await team.submit("U1", {"what": None})


async def test_a_command_is_answered_for_one_person_only(
    team: Workspace, app: AsyncApp, connected: AsyncSocketModeHandler
) -> None:
    @app.command("/comptoir")
    async def root(ack: AsyncAck) -> None:
        await ack("Here is what I can do.")

    await team.command("U1", "/comptoir", "help", "C1")

    assert [(sight.what, sight.text) for sight in team.seen("U1")] == [("ephemeral", "Here is what I can do.")]
    assert team.seen("U2") == []


async def test_the_home_tab_is_published_when_it_is_opened(
    team: Workspace, app: AsyncApp, connected: AsyncSocketModeHandler
) -> None:
    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)

    view = await team.home("U1")

    assert view is not None
    assert [widget.action_id for widget in team.buttons("U1")] == ["press:yes", "press:no"]


async def test_nobody_listens_and_the_person_is_told(team: Workspace) -> None:
    outcome = await team.command("U1", "/need", "a plumber", "C1")

    assert not outcome.acked
    assert [(sight.what, sight.text) for sight in team.seen("U1")] == [("trouble", "no_connection")]


async def test_events_come_as_they_are_subscribed_and_allowed(slack: FakeSlack, team: Workspace) -> None:
    slack.app.events = frozenset({"message.im", "app_mention"})

    await team.post("U1", "C1", "hello")
    await team.post("U1", "C1", f"<@{team.bot}> hello", raw=True)
    await team.say("U1", "hello")

    assert [d.payload["event"]["type"] for d in slack.courier.deliveries] == ["app_mention", "message"]
