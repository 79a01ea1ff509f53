"""Messages come, change and go: kept, seen by people, told to the app, and counted as pings."""

import itertools
from typing import Any

from tests.platforms.discord.core import Core
from tests.platforms.discord.mentions import Ping, called
from tests.platforms.discord.permissions import Permission, can_read, in_channel
from tests.platforms.discord.sessions import Event
from tests.platforms.discord.shapes import member_object, message_object
from tests.platforms.discord.state import ApiError, Channel, Json, Message, flat, written


def drawn(body: Json, author: str, channel: Channel, core: Core) -> Message:
    """A new message as a request describes it."""
    message = Message(core.clock.snowflake(), channel.id, author, core.clock.date())
    fill(message, body)
    message.flags = int(body.get("flags") or 0)
    nonce = body.get("nonce")
    message.nonce = None if nonce is None else str(nonce)
    return message


def fill(message: Message, body: Json) -> None:
    """Put what a request says into a message."""
    if "content" in body:
        message.content = str(body["content"] or "").strip()
    if "embeds" in body:
        message.embeds = [one | {"type": "rich"} for one in body["embeds"] or ()]
    if "components" in body:
        message.components = numbered(body["components"] or [])


def numbered(components: list[Json]) -> list[Json]:
    """Components with the numbers that Discord gives them. https://docs.discord.com/developers/components/reference."""
    copies = [_copy(one) for one in components]
    taken = {one["id"] for one in flat(copies) if one.get("id")}
    free = (number for number in itertools.count(1) if number not in taken)
    for one in flat(copies):
        one["id"] = one.get("id") or next(free)
    return copies


def _copy(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {key: _copy(value) for key, value in shape.items()}
    return [_copy(one) for one in shape] if isinstance(shape, list) else shape


def publish(core: Core, message: Message, *, allowed: Any = None, by_interaction: bool = False) -> Event | None:
    """A message is there: people see it, the app hears of it. Returns: the event, if there is one."""
    channel = core.world.channels[message.channel]
    channel.messages[message.id] = message
    if channel.strand is not None:
        channel.strand.archived = False
    _mention(core, channel, message, allowed, by_interaction=by_interaction)
    core.see("message", message)
    return tell(core, "MESSAGE_CREATE", message)


def change(
    core: Core, message: Message, *, allowed: Any = None, by_interaction: bool = False, loud: bool = False
) -> Event | None:
    """A message was edited. It pings nobody, unless it is `loud`: words in place of "thinking"."""
    message.edited = None if loud else core.clock.date()
    _mention(core, core.world.channels[message.channel], message, allowed, by_interaction=by_interaction, loud=loud)
    core.see("edit", message)
    return tell(core, "MESSAGE_UPDATE", message)


def remove(core: Core, message: Message) -> Event | None:
    """A message is deleted."""
    message.deleted = True
    core.see("delete", message)
    channel = core.world.channels[message.channel]
    if message.only_for or not can_read(core.world, channel, core.world.app.id):
        return None
    place = {"guild_id": channel.guild} if channel.guild else {}
    return core.tell("MESSAGE_DELETE", {"id": message.id, "channel_id": channel.id} | place, guild=channel.guild)


def tell(core: Core, name: str, message: Message) -> Event | None:
    """The app hears of a message, if it can be where it stands; not of what is for one person only.

    Source: https://docs.discord.com/developers/events/gateway-events#message-create
    """
    world = core.world
    channel, bot = world.channels[message.channel], world.app.id
    if message.only_for or not can_read(world, channel, bot):
        return None
    data = message_object(world, message) | {"channel_type": int(channel.kind)}
    if channel.guild is not None:
        guild = world.guilds[channel.guild]
        data["guild_id"] = guild.id
        if message.author in guild.members:
            data["member"] = member_object(world, guild, guild.members[message.author], user=False)
    # Always with its content: direct messages, the app's own, and what mentions it or answers it.
    private = channel.guild is not None and message.author != bot and bot not in message.mentions
    return core.tell(name, data, guild=channel.guild, private=private)


def _mention(
    core: Core, channel: Channel, message: Message, allowed: Any, *, by_interaction: bool, loud: bool = True
) -> None:
    author = core.world.users[message.author]
    text = "\n".join([message.content, *written(message.components)])
    replied = ""
    if message.reply_to in channel.messages:
        replied = channel.messages[message.reply_to or ""].author
    whom = called(text, allowed if author.bot else None, by_interaction=by_interaction, replied=replied)
    bits = in_channel(core.world, channel, author.id)
    message.mentions = [one for one in whom.users if one in core.world.users]
    message.mention_roles = [one for one in whom.roles if channel.guild is not None]
    loudly = channel.guild is not None and bool(bits & Permission.MENTION_EVERYONE)
    message.mention_everyone = bool(whom.everyone) and loudly
    if not author.bot or not loud:
        return
    found = [("user", one) for one in message.mentions]
    found += [("role", one) for one in message.mention_roles if loudly or _mentionable(core, channel, one)]
    found += [("everyone", one) for one in whom.everyone if message.mention_everyone]
    core.pings += [Ping(message.id, channel.id, kind, one) for kind, one in found]


def _mentionable(core: Core, channel: Channel, role: str) -> bool:
    roles = core.world.guilds[channel.guild or ""].roles
    return role in roles and roles[role].mentionable


def editable(core: Core, message: Message) -> None:
    """Let the app edit a message. Raises: ApiError."""
    if message.author != core.world.app.id:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    strand = core.world.channels[message.channel].strand
    if strand is not None and strand.archived:
        raise ApiError(400, 50083, "Thread is archived")
