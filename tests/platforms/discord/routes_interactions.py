"""First answers to interactions, and what follows them by the interaction's token.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from tests.platforms.discord.check_messages import checked_choices, checked_message, checked_modal
from tests.platforms.discord.checks import Form
from tests.platforms.discord.core import Core, Handler
from tests.platforms.discord.faults import Call
from tests.platforms.discord.interactions import FITTING, Asked, Callback, Interaction, Modal
from tests.platforms.discord.membership import post
from tests.platforms.discord.posting import change, drawn, fill, numbered, remove
from tests.platforms.discord.shapes import message_object, user_object
from tests.platforms.discord.state import COMPONENTS_V2, EPHEMERAL, LOADING, ApiError, Json, Message


async def callback(core: Core, call: Call) -> Json | None:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response."""
    asked = core.interactions.get(call["interaction"])
    if asked is None or asked.token != call["token"] or asked.dead:
        raise ApiError(404, 10062, "Unknown interaction")
    if asked.callback is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    kind = _kind(asked, call.json)
    data = _data(call.json)
    if kind in (Callback.MESSAGE, Callback.UPDATE):
        checked_message(data, before=asked.message if kind is Callback.UPDATE else None)
    elif kind is Callback.MODAL:
        checked_modal(call.json)
    elif kind is Callback.CHOICES:
        asked.choices = checked_choices(call.json)
    asked.callback = kind
    asked.took = asyncio.get_running_loop().time() - asked.began
    _ANSWERS[kind](core, asked, data)
    asked.answered.set()
    core.changed()
    return _told(core, asked) if call.query.get("with_response") in ("1", "true", "True") else None


def _kind(asked: Interaction, body: Json) -> Callback:
    """Raises: ApiError, for an answer that does not fit."""
    fitting = set(FITTING[asked.type])
    if asked.type is Asked.MODAL and asked.message is None:
        fitting -= {Callback.LATER, Callback.UPDATE}
    if body.get("type") not in fitting:
        words = f"Value must be one of {tuple(sorted(int(one) for one in fitting))}."
        wrong = {"type": {"_errors": [{"code": "BASE_TYPE_CHOICES", "message": words}]}}
        raise ApiError(400, 50035, "Invalid Form Body", wrong)
    return Callback(body["type"])


def _data(body: Json) -> Json:
    """What an answer holds. Raises: ApiError."""
    form = Form()
    data = form.thing(("data",), body.get("data") or {})
    form.number(("data", "flags"), (data or {}).get("flags"), 0, 1 << 40)
    form.settle()
    return data or {}


def _message(core: Core, asked: Interaction, data: Json) -> None:
    asked.response = _written(core, asked, data)


def _thinking(core: Core, asked: Interaction, data: Json) -> None:
    flags = int(data.get("flags") or 0) & EPHEMERAL | LOADING
    asked.response = _written(core, asked, {"flags": flags})


def _later(core: Core, asked: Interaction, data: Json) -> None:
    asked.response = asked.message


def _update(core: Core, asked: Interaction, data: Json) -> None:
    asked.response = asked.message
    if asked.message is not None and not asked.message.deleted:
        fill(asked.message, data)
        asked.message.flags |= int(data.get("flags") or 0) & COMPONENTS_V2
        change(core, asked.message, allowed=data.get("allowed_mentions"), by_interaction=True)


def _choices(core: Core, asked: Interaction, data: Json) -> None:
    words = "\n".join(str(one["name"]) for one in asked.choices)
    core.notice(asked.user, "choices", words, channel=asked.channel)


def _modal(core: Core, asked: Interaction, data: Json) -> None:
    shape = numbered(data["components"])
    modal = Modal(asked.user, data["custom_id"], data["title"], shape, asked.message, asked.channel, asked.guild)
    asked.modal = core.modals[asked.user] = modal
    core.notice(asked.user, "modal", modal.text, channel=asked.channel, components=shape)


_ANSWERS: Final = {
    Callback.MESSAGE: _message, Callback.THINKING: _thinking, Callback.LATER: _later, Callback.UPDATE: _update,
    Callback.CHOICES: _choices, Callback.MODAL: _modal,
}  # fmt: skip


def _written(core: Core, asked: Interaction, data: Json) -> Message:
    """A message that answers an interaction."""
    message = drawn(data, core.world.app.id, core.world.channels[asked.channel], core)
    message.type = 20 if asked.type is Asked.COMMAND else 19 if asked.type is Asked.COMPONENT else 0
    message.reply_to = asked.message.id if message.type == 19 and asked.message else None
    message.type = message.type if message.type != 19 or message.reply_to else 0
    message.only_for = asked.user if message.flags & EPHEMERAL else ""
    message.interaction = {
        "id": asked.id,
        "type": int(asked.type),
        "user": user_object(core.world.users[asked.user]),
        "authorizing_integration_owners": {"0": asked.guild or "0"},
    }
    post(core, message, allowed=data.get("allowed_mentions"), by_interaction=True)
    return message


def _told(core: Core, asked: Interaction) -> Json:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback."""
    shape: Json = {"interaction": {"id": asked.id, "type": int(asked.type)}}
    message = asked.response
    if message is not None:
        shape["interaction"] |= {
            "response_message_id": message.id,
            "response_message_loading": message.thinking,
            "response_message_ephemeral": bool(message.flags & EPHEMERAL),
        }
    shape["resource"] = {"type": int(asked.callback or 0)}
    if message is not None and asked.callback in (Callback.MESSAGE, Callback.UPDATE):
        shape["resource"]["message"] = message_object(core.world, message)
    return shape


def _by_token(core: Core, call: Call) -> Interaction:
    """Raises: ApiError: a token is good for 15 minutes, and only after a first answer."""
    asked = core.tokens.get(call["token"])
    if call["webhook"] != core.world.app.id or asked is None or asked.callback is None or asked.dead:
        raise ApiError(404, 10015, "Unknown Webhook")
    if core.clock.elapsed() - asked.born > core.token_life:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    return asked


def _theirs(core: Core, call: Call) -> tuple[Interaction, Message]:
    """The message that a call means: the first answer, or what followed. Raises: ApiError."""
    asked = _by_token(core, call)
    if call["message"] == "@original":
        found = asked.response
    else:
        mine = [asked.response, asked.message, *asked.followups]
        found = next((one for one in mine if one is not None and one.id == call["message"]), None)
    if found is None or found.deleted:
        raise ApiError(404, 10008, "Unknown Message")
    return asked, found


async def follow_up(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message.

    Straight after "thinking" it becomes the first answer.
    """
    asked = _by_token(core, call)
    checked_message(call.json)
    if asked.response is not None and asked.response.thinking and not asked.response.deleted:
        return _edited(core, asked, asked.response, call.json)
    message = _written(core, asked, call.json)
    asked.followups.append(message)
    return message_object(core.world, message)


async def get(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#get-original-interaction-response."""
    _, message = _theirs(core, call)
    return message_object(core.world, message)


async def edit(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#edit-original-interaction-response."""
    asked, message = _theirs(core, call)
    checked_message(call.json, before=message)
    return _edited(core, asked, message, call.json)


def _edited(core: Core, asked: Interaction, message: Message, body: Json) -> Json:
    fill(message, body)
    waited = message.thinking
    message.flags = message.flags & ~LOADING | int(body.get("flags") or 0) & COMPONENTS_V2
    allowed: Any = body.get("allowed_mentions")
    change(core, message, allowed=allowed, by_interaction=True, loud=waited)
    return message_object(core.world, message)


async def delete(core: Core, call: Call) -> None:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#delete-original-interaction-response."""
    _, message = _theirs(core, call)
    remove(core, message)


ROUTES: Final[Mapping[str, Handler]] = {
    "POST /interactions/{interaction}/{token}/callback": callback,
    "POST /webhooks/{webhook}/{token}": follow_up,
    "GET /webhooks/{webhook}/{token}/messages/{message}": get,
    "PATCH /webhooks/{webhook}/{token}/messages/{message}": edit,
    "DELETE /webhooks/{webhook}/{token}/messages/{message}": delete,
}
