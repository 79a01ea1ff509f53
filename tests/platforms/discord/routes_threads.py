"""Threads over REST: made, joined, left, put away, listed, deleted.

Source: https://docs.discord.com/developers/resources/channel and .../topics/threads.
"""

from collections.abc import Mapping
from typing import Any, Final

from tests.platforms.discord.check_messages import checked_thread
from tests.platforms.discord.core import Core, Handler
from tests.platforms.discord.faults import Call
from tests.platforms.discord.membership import come_in, go_out
from tests.platforms.discord.permissions import Permission, can_read, in_channel, required
from tests.platforms.discord.shapes import channel_object, thread_member_object
from tests.platforms.discord.state import ApiError, Channel, Json, Kind, Strand


async def start(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/channel#start-thread-without-message."""
    parent, body, bot = core.world.channel(call["channel"]), call.json, core.world.app.id
    if parent.kind is not Kind.TEXT:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    checked_thread(body, new=True)
    kind = Kind(body.get("type", Kind.PRIVATE_THREAD))
    private = kind is Kind.PRIVATE_THREAD
    required(
        core.world, parent, bot, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    )
    moment = core.clock.date()
    strand = Strand(bot, moment, {bot: moment}, invitable=bool(body.get("invitable", True)))
    strand.auto_archive = int(body.get("auto_archive_duration") or 1440)
    thread = Channel(core.clock.snowflake(), kind, body["name"], parent.guild, parent.id, strand=strand)
    core.world.guilds[parent.guild or ""].channels[thread.id] = core.world.channels[thread.id] = thread
    told(core, "THREAD_CREATE", thread, newly_created=True, member=thread_member_object(thread, bot))
    return channel_object(core.world, thread) | {"member": thread_member_object(thread, bot)}


def told(core: Core, name: str, thread: Channel, **extra: Any) -> None:
    """The app hears of a thread, if it can be there."""
    if can_read(core.world, thread, core.world.app.id):
        core.tell(name, channel_object(core.world, thread) | extra, guild=thread.guild)
    core.changed()


def inside(core: Core, call: Call) -> Channel:
    """The thread of a call, if the app may look into it. Raises: ApiError."""
    thread = core.world.channel(call["channel"])
    if thread.strand is None:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    required(core.world, thread, core.world.app.id, Permission.VIEW_CHANNEL)
    return thread


async def add(core: Core, call: Call) -> None:
    """https://docs.discord.com/developers/resources/channel#add-thread-member."""
    thread = inside(core, call)
    if thread.thread.archived:
        raise ApiError(400, 50083, "Thread is archived")
    person = core.world.app.id if call["user"] == "@me" else call["user"]
    guild = core.world.guilds[thread.guild or ""]
    core.world.user(person)
    if person not in guild.members:
        raise ApiError(404, 10007, "Unknown Member")
    required(core.world, thread, core.world.app.id, Permission.SEND_MESSAGES_IN_THREADS)
    if not in_channel(core.world, thread, person) & Permission.VIEW_CHANNEL:
        raise ApiError(403, 50001, "Missing Access")
    come_in(core, thread, person, by=core.world.app.id)


async def take_out(core: Core, call: Call) -> None:
    """https://docs.discord.com/developers/resources/channel#remove-thread-member, and #leave-thread."""
    thread, bot = inside(core, call), core.world.app.id
    person = bot if call["user"] == "@me" else call["user"]
    if thread.thread.archived:
        raise ApiError(400, 50083, "Thread is archived")
    mine = thread.kind is Kind.PRIVATE_THREAD and thread.thread.owner == bot
    if person != bot and not mine:
        required(core.world, thread, bot, Permission.MANAGE_THREADS)
    if person not in thread.thread.members:
        raise ApiError(404, 10007, "Unknown Member")
    go_out(core, thread, person, by=bot)


async def thread_member(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/channel#get-thread-member."""
    thread = inside(core, call)
    person = core.world.app.id if call["user"] == "@me" else call["user"]
    if person not in thread.thread.members:
        raise ApiError(404, 10007, "Unknown Member")
    return thread_member_object(thread, person)


async def thread_members(core: Core, call: Call) -> list[Json]:
    """https://docs.discord.com/developers/resources/channel#list-thread-members."""
    thread = inside(core, call)
    return [thread_member_object(thread, one) for one in thread.thread.members]


async def modify(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/channel#modify-channel, of threads."""
    thread, bot, body = core.world.channel(call["channel"]), core.world.app.id, call.json
    if thread.strand is None:
        required(core.world, thread, bot, Permission.MANAGE_CHANNELS)
        thread.name = str(body.get("name") or thread.name)
        thread.topic = body.get("topic", thread.topic)
        core.tell("CHANNEL_UPDATE", channel_object(core.world, thread), guild=thread.guild)
        return channel_object(core.world, thread)
    thread = inside(core, call)
    checked_thread(body, new=False)
    strand = thread.thread
    # https://docs.discord.com/developers/topics/threads#editing-deleting-threads: whoever is inside may bring it back.
    back = body.keys() == {"archived"} and body["archived"] is False and bot in strand.members and not strand.locked
    if not back and (strand.owner != bot or "locked" in body):
        required(core.world, thread, bot, Permission.MANAGE_THREADS)
    if strand.archived and body.get("archived") is not False and set(body) - {"archived"}:
        raise ApiError(400, 50083, "Thread is archived")
    thread.name = str(body.get("name") or thread.name)
    strand.archived = bool(body.get("archived", strand.archived))
    strand.locked = bool(body.get("locked", strand.locked))
    strand.invitable = bool(body.get("invitable", strand.invitable))
    strand.auto_archive = int(body.get("auto_archive_duration") or strand.auto_archive)
    strand.changed = core.clock.date()
    told(core, "THREAD_UPDATE", thread)
    return channel_object(core.world, thread)


async def delete(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/channel#deleteclose-channel."""
    channel, bot = core.world.channel(call["channel"]), core.world.app.id
    if channel.guild is None:
        return channel_object(core.world, channel)
    required(core.world, channel, bot, Permission.MANAGE_THREADS if channel.strand else Permission.MANAGE_CHANNELS)
    shape = channel_object(core.world, channel)
    erase(core, channel)
    return shape


def erase(core: Core, channel: Channel) -> None:
    """A channel or thread is no more, nor its messages and threads."""
    guild = core.world.guilds[channel.guild or ""]
    for thread in [one for one in guild.channels.values() if one.parent == channel.id and not one.deleted]:
        erase(core, thread)
    for message in [one for one in channel.messages.values() if not one.deleted]:
        message.deleted = True
        if not message.system:
            core.see("delete", message)
    keys = ("id", "guild_id", "parent_id", "type")
    shape = channel_object(core.world, channel)
    heard = can_read(core.world, channel, core.world.app.id)
    channel.deleted = True
    if heard and channel.strand:
        core.tell("THREAD_DELETE", {key: shape[key] for key in keys}, guild=guild.id)
    elif heard:
        core.tell("CHANNEL_DELETE", shape, guild=guild.id)


async def active(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/guild#list-active-guild-threads: those that the app can see."""
    guild, bot = core.world.guild(call["guild"]), core.world.app.id
    every = [one for one in guild.channels.values() if one.strand and not one.deleted and not one.thread.archived]
    seen = sorted((one for one in every if can_read(core.world, one, bot)), key=lambda one: -int(one.id))
    joined = [thread_member_object(one, bot) for one in seen if bot in one.thread.members]
    return {"threads": [channel_object(core.world, one) for one in seen], "members": joined}


async def archived(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/channel#list-public-archived-threads, and the private ones."""
    parent, bot = core.world.channel(call["channel"]), core.world.app.id
    if parent.kind is not Kind.TEXT:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    required(core.world, parent, bot, Permission.READ_MESSAGE_HISTORY)
    kind = Kind.PRIVATE_THREAD if "private" in call.route else Kind.PUBLIC_THREAD
    if call.route.endswith("/threads/archived/private"):
        required(core.world, parent, bot, Permission.MANAGE_THREADS)
    guild = core.world.guilds[parent.guild or ""]
    every = [one for one in guild.channels.values() if one.parent == parent.id and one.kind is kind and not one.deleted]
    found = [one for one in every if one.thread.archived]
    if "/users/@me/" in call.route:
        found = [one for one in found if bot in one.thread.members]
    joined = [thread_member_object(one, bot) for one in found if bot in one.thread.members]
    shapes = [channel_object(core.world, one) for one in found]
    return {"threads": shapes, "members": joined, "has_more": False}


ROUTES: Final[Mapping[str, Handler]] = {
    "POST /channels/{channel}/threads": start,
    "PUT /channels/{channel}/thread-members/{user}": add,
    "DELETE /channels/{channel}/thread-members/{user}": take_out,
    "GET /channels/{channel}/thread-members/{user}": thread_member,
    "GET /channels/{channel}/thread-members": thread_members,
    "PATCH /channels/{channel}": modify,
    "DELETE /channels/{channel}": delete,
    "GET /guilds/{guild}/threads/active": active,
    "GET /channels/{channel}/threads/archived/public": archived,
    "GET /channels/{channel}/threads/archived/private": archived,
    "GET /channels/{channel}/users/@me/threads/archived/private": archived,
}
