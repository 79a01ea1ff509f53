"""Messages over REST: write, read, list, edit, delete.

Source: https://docs.discord.com/developers/resources/message.
"""

from collections.abc import Mapping
from typing import Final

from tests.platforms.discord.check_messages import checked_message
from tests.platforms.discord.core import Core, Handler
from tests.platforms.discord.faults import Call
from tests.platforms.discord.membership import post
from tests.platforms.discord.permissions import Permission, in_channel, required
from tests.platforms.discord.posting import change, drawn, editable, fill, remove
from tests.platforms.discord.shapes import message_object
from tests.platforms.discord.state import ApiError, Channel, Json


async def create(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/message#create-message."""
    channel, body = core.world.channel(call["channel"]), call.json
    writable(core, channel)
    checked_message(body)
    # "By the same author with the same nonce": nothing is written of channels.
    now, key = core.clock.elapsed(), str(body.get("nonce"))
    if body.get("nonce") is not None and body.get("enforce_nonce") and key in core.nonces:
        at, first = core.nonces[key]
        if now - at < core.nonce_window:
            return message_object(core.world, first)
    message = drawn(body, core.world.app.id, channel, core)
    reference = body.get("message_reference")
    if isinstance(reference, dict) and reference.get("message_id"):
        message.reply_to, message.type = str(reference["message_id"]), 19
        if message.reply_to not in channel.messages and reference.get("fail_if_not_exists", True):
            unknown = {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}]}
            raise ApiError(400, 50035, "Invalid Form Body", {"message_reference": unknown})
    if body.get("nonce") is not None:
        core.nonces[key] = (now, message)
    post(core, message, allowed=body.get("allowed_mentions"))
    return message_object(core.world, message)


def writable(core: Core, channel: Channel) -> None:
    """Let the app write here. Raises: ApiError: 50007, 50278, 50001, 50013."""
    world = core.world
    if channel.guild is None:
        person = world.users[channel.recipient]
        if not world.together(person.id):
            raise ApiError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
        if not person.dms_open or person.deleted:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        return
    write = Permission.SEND_MESSAGES_IN_THREADS if channel.strand else Permission.SEND_MESSAGES
    required(world, channel, world.app.id, write)
    moderator = in_channel(world, channel, world.app.id) & Permission.MANAGE_THREADS
    if channel.strand is not None and channel.strand.locked and not moderator:
        raise ApiError(403, 160005, "Thread is locked")


def readable(core: Core, call: Call) -> Channel:
    """The channel of a call, if the app can read what was said there. Raises: ApiError."""
    channel = core.world.channel(call["channel"])
    required(core.world, channel, core.world.app.id, Permission.VIEW_CHANNEL)
    return channel


async def get(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/message#get-channel-message."""
    required(core.world, readable(core, call), core.world.app.id, Permission.READ_MESSAGE_HISTORY)
    return message_object(core.world, core.world.message(call["channel"], call["message"]))


async def listed(core: Core, call: Call) -> list[Json]:
    """https://docs.discord.com/developers/resources/message#get-channel-messages: newest first."""
    channel = readable(core, call)
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        wrong = {"limit": {"_errors": [{"code": "NUMBER_TYPE_MAX", "message": "int value should be 1–100."}]}}
        raise ApiError(400, 50035, "Invalid Form Body", wrong)
    found = sorted(channel.living(), key=lambda one: int(one.id), reverse=True)
    if "before" in call.query:
        found = [one for one in found if int(one.id) < int(call.query["before"])][:limit]
    elif "after" in call.query:
        found = [one for one in found if int(one.id) > int(call.query["after"])][-limit:]
    elif "around" in call.query:
        middle = int(call.query["around"])
        nearest = sorted(found, key=lambda one: abs(int(one.id) - middle))[:limit]
        found = [one for one in found if one in nearest]
    if channel.guild is not None:
        try:
            required(core.world, channel, core.world.app.id, Permission.READ_MESSAGE_HISTORY)
        except ApiError:
            return []
    return [message_object(core.world, one) for one in found[:limit]]


async def edit(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/message#edit-message."""
    readable(core, call)
    message = core.world.message(call["channel"], call["message"])
    editable(core, message)
    checked_message(call.json, before=message)
    fill(message, call.json)
    if "flags" in call.json:
        message.flags = int(call.json["flags"] or 0) | message.flags & 1 << 15
    change(core, message, allowed=call.json.get("allowed_mentions"))
    return message_object(core.world, message)


async def delete(core: Core, call: Call) -> None:
    """https://docs.discord.com/developers/resources/message#delete-message."""
    channel = readable(core, call)
    message = core.world.message(call["channel"], call["message"])
    if message.author != core.world.app.id:
        if channel.guild is None:
            raise ApiError(403, 50003, "Cannot execute action on a DM channel")
        required(core.world, channel, core.world.app.id, Permission.MANAGE_MESSAGES)
    remove(core, message)


async def typing(core: Core, call: Call) -> None:
    """https://docs.discord.com/developers/resources/channel#trigger-typing-indicator."""
    writable(core, core.world.channel(call["channel"]))


async def react(core: Core, call: Call) -> None:
    """https://docs.discord.com/developers/resources/message#create-reaction. Nobody here looks at reactions."""
    channel = readable(core, call)
    core.world.message(call["channel"], call["message"])
    required(core.world, channel, core.world.app.id, Permission.ADD_REACTIONS)


ROUTES: Final[Mapping[str, Handler]] = {
    "POST /channels/{channel}/messages": create,
    "GET /channels/{channel}/messages": listed,
    "GET /channels/{channel}/messages/{message}": get,
    "PATCH /channels/{channel}/messages/{message}": edit,
    "DELETE /channels/{channel}/messages/{message}": delete,
    "POST /channels/{channel}/typing": typing,
    "PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me": react,
}
