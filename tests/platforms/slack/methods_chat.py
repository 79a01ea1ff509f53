"""chat.*: https://docs.slack.dev/reference/methods (chat). Each answer as its page's example."""

import uuid
from typing import Any

from tests.platforms.slack.blocks import block_faults, too_long
from tests.platforms.slack.controls import Control
from tests.platforms.slack.core import Core, Hook
from tests.platforms.slack.faults import Call
from tests.platforms.slack.posting import change, open_direct, publish, remove
from tests.platforms.slack.shapes import message_object
from tests.platforms.slack.state import ApiError, Channel, Json, Kind, Post, Scheduled

#: chat.postMessage, "Truncating content": Slack cuts texts longer than this; a test would rather know.
LONGEST_TEXT = 40_000
#: https://docs.slack.dev/reference/methods/chat.scheduleMessage (restrictions).
FURTHEST = 120 * 24 * 3600
MOST_IN_FIVE_MINUTES = 30


def checked(arguments: Json) -> tuple[str, list[Json]]:
    """The text and the blocks of a message. Raises: ApiError, as Slack refuses them."""
    text, blocks = str(arguments.get("text") or ""), arguments.get("blocks") or []
    if not text and not blocks and not arguments.get("attachments"):
        raise ApiError("no_text")
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise ApiError("invalid_blocks_format")
    if faults := block_faults(blocks):
        raise ApiError(
            "invalid_blocks",
            errors=faults,
            response_metadata={"messages": [f"[ERROR] {fault}" for fault in faults]},
        )
    if too_long(blocks):
        raise ApiError("msg_blocks_too_long")
    return text, [block | {"block_id": block.get("block_id") or uuid.uuid4().hex[:5]} for block in blocks]


def checked_metadata(value: Any) -> Json | None:
    """https://docs.slack.dev/messaging/message-metadata. Raises: ApiError."""
    if value is None:
        return None
    if not isinstance(value, dict) or not value.get("event_type") or not isinstance(value.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    return value


def target(core: Core, call: Call) -> Channel:
    """Where the bot writes: a conversation that it is in, or somebody. Raises: ApiError."""
    team, name = core.world.teams[call.team], str(call.arguments.get("channel") or "")
    if name.startswith(("U", "W")):
        user = core.world.user(name, code="channel_not_found")
        if user.is_bot:
            raise ApiError("cannot_dm_bot")
        name = open_direct(core, team, [name]).id
    channel = core.world.channel(name)
    inside = team.bot_user in channel.members
    if team.id not in channel.teams or (channel.kind is not Kind.PUBLIC and not inside):
        raise ApiError("channel_not_found")
    if channel.archived:
        raise ApiError("is_archived")
    if channel.kind is Kind.DIRECT and not core.world.app.messages_tab:
        raise ApiError("messages_tab_disabled")
    scopes = core.world.tokens[call.token].scopes
    if not inside and scopes is not None and "chat:write.public" not in scopes:
        raise ApiError("not_in_channel")
    return channel


def written(core: Core, call: Call, channel: Channel) -> Post:
    """The message that the bot writes. `client_msg_id` is not documented for bots, and nothing is made of it."""
    arguments, team = call.arguments, core.world.teams[call.team]
    text, blocks = checked(arguments)
    return Post(
        ts=core.clock.stamp(),
        channel=channel.id,
        user=team.bot_user,
        team=team.id,
        text=text,
        blocks=blocks,
        by_bot=True,
        thread_ts=str(arguments.get("thread_ts") or ""),
        metadata=checked_metadata(arguments.get("metadata")),
        unfurls=bool(arguments.get("unfurl_links", True)) or bool(arguments.get("unfurl_media", True)),
    )


async def post_message(core: Core, call: Call) -> Json:
    channel = target(core, call)
    post = written(core, call, channel)
    if call.arguments.get("parse") == "full" or call.arguments.get("link_names"):
        # Either makes mentions out of plain names.
        core.controls.append(Control("special", "link_names", "/", post=post.ts))
    call.applied = True
    publish(core, channel, post)
    shown = message_object(post, core.world.app, core.world.teams, metadata=True)
    return {"ok": True, "channel": channel.id, "ts": post.ts, "message": shown}


async def post_ephemeral(core: Core, call: Call) -> Json:
    channel = target(core, call)
    user = str(call.arguments.get("user") or "")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    post = written(core, call, channel)
    post.only_for = user
    call.applied = True
    publish(core, channel, post)
    return {"ok": True, "message_ts": post.ts}


def own_message(core: Core, call: Call, refusal: str) -> tuple[Channel, Post]:
    """A message that the bot wrote and may touch. Raises: ApiError."""
    channel = core.world.channel(str(call.arguments.get("channel") or ""))
    ts = str(call.arguments.get("ts") or "")
    post = next((p for p in channel.living() if p.ts == ts), None)
    if post is None:
        raise ApiError("message_not_found")
    if post.user != core.world.teams[call.team].bot_user:
        raise ApiError(refusal)
    return channel, post


async def update(core: Core, call: Call) -> Json:
    channel, post = own_message(core, call, "cant_update_message")
    # The page, on `blocks`: without them, the old ones stay only if there is no `text` either.
    kept = {"blocks": post.blocks} if not {"blocks", "text"} & call.arguments.keys() else {}
    text, blocks = checked(call.arguments | kept)
    post.metadata = checked_metadata(call.arguments.get("metadata")) or post.metadata
    call.applied = True
    change(core, channel, post, text, blocks)
    shown = message_object(post, core.world.app, core.world.teams)
    return {"ok": True, "channel": channel.id, "ts": post.ts, "text": text, "message": shown}


async def delete(core: Core, call: Call) -> Json:
    channel, post = own_message(core, call, "cant_delete_message")
    call.applied = True
    remove(core, channel, post)
    return {"ok": True, "channel": channel.id, "ts": post.ts}


async def schedule(core: Core, call: Call) -> Json:
    channel, now = target(core, call), core.clock.now()
    post = written(core, call, channel)
    at = int(call.number("post_at", 0))
    if at <= now:
        raise ApiError("time_in_past")
    if at > now + FURTHEST:
        raise ApiError("time_too_far")
    near = [s for s in core.world.scheduled.values() if s.channel == channel.id and abs(s.post_at - at) < 300]
    if len(near) >= MOST_IN_FIVE_MINUTES:
        raise ApiError("restricted_too_many")
    number = core.new_id("Q")
    call.applied = True
    core.world.scheduled[number] = Scheduled(number, call.team, channel.id, at, int(now), post.text, call.arguments)
    shown = message_object(post, core.world.app, core.world.teams, metadata=True)
    del shown["ts"]
    return {"ok": True, "channel": channel.id, "scheduled_message_id": number, "post_at": at, "message": shown}


async def scheduled_list(core: Core, call: Call) -> Json:
    """Needs no scope. Source: the page's method facts name none."""
    wanted = call.arguments.get("channel")
    waiting = [
        {"id": s.id, "channel_id": s.channel, "post_at": s.post_at, "date_created": s.created, "text": s.text}
        for s in core.world.scheduled.values()
        if s.team == call.team and wanted in (None, "", s.channel)
    ]
    return {"ok": True, "scheduled_messages": waiting, "response_metadata": {"next_cursor": ""}}


async def delete_scheduled(core: Core, call: Call) -> Json:
    """Not within the last minute (the page's restrictions)."""
    number = str(call.arguments.get("scheduled_message_id") or "")
    waiting = core.world.scheduled.get(number)
    if waiting is None or waiting.team != call.team or waiting.channel != call.arguments.get("channel"):
        raise ApiError("invalid_scheduled_message_id")
    if waiting.post_at - core.clock.now() < 60:
        raise ApiError("invalid_scheduled_message_id")
    call.applied = True
    del core.world.scheduled[number]
    return {"ok": True}


def post_scheduled(core: Core) -> int:
    """Post what is due. Returns: how many messages.

    The page of chat.scheduleMessage (bug alert): what was scheduled with metadata never posts.
    """
    due = [s for s in core.world.scheduled.values() if s.post_at <= core.clock.now()]
    for waiting in due:
        del core.world.scheduled[waiting.id]
        if waiting.arguments.get("metadata") is None:
            channel = core.world.channels[waiting.channel]
            call = Call("chat.scheduleMessage", waiting.arguments, "", core.clock.elapsed(), waiting.team)
            publish(core, channel, written(core, call, channel))
    return len(due)


def respond(core: Core, hook: Hook, said: Json) -> None:
    """What an app posts to a response_url. Raises: ApiError.

    Source: https://docs.slack.dev/interactivity/handling-user-interaction (message responses): for one person unless
    response_type says in_channel; replaces or deletes the message of the interaction when asked to.
    """
    channel = core.world.channel(hook.channel)
    source = next((p for p in channel.posts if p.ts == hook.ts and not p.deleted), None)
    if said.get("delete_original"):
        if source is not None:
            remove(core, channel, source)
        return
    text, blocks = checked(said)
    if said.get("replace_original") and source is not None:
        change(core, channel, source, text, blocks)
        return
    team = core.world.teams[hook.team]
    post = Post(core.clock.stamp(), channel.id, team.bot_user, team.id, text, blocks, by_bot=True)
    post.only_for = "" if said.get("response_type") == "in_channel" else hook.user
    publish(core, channel, post)
