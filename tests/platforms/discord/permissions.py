"""Who may do what: Discord's bits, and how roles and channels add up to them.

Source: https://docs.discord.com/developers/topics/permissions.
"""

from enum import IntFlag
from typing import Final

from tests.platforms.discord.state import ApiError, Channel, Guild, Kind, World


class Permission(IntFlag):
    """The bits that an app like this one meets."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40


ALL: Final = (1 << 53) - 1
#: What everybody may do in a new guild.
EVERYONE: Final = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)


def in_guild(guild: Guild, user: str) -> int:
    """What somebody may do in a guild; nothing, unless they are in it."""
    if user not in guild.members:
        return 0
    if user == guild.owner:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role in guild.members[user].roles:
        bits |= guild.roles[role].permissions
    return ALL if bits & Permission.ADMINISTRATOR else bits


def in_channel(world: World, channel: Channel, user: str) -> int:
    """What somebody may do in a channel. A thread has what its parent gives; a direct channel gives everything."""
    if channel.guild is None:
        return ALL if user in (channel.recipient, world.app.id) else 0
    guild = world.guilds[channel.guild]
    bits = in_guild(guild, user)
    if bits in (0, ALL):
        return bits
    place = guild.channels.get(channel.parent or "", channel) if channel.strand else channel
    roles = guild.members[user].roles
    for layer in ([guild.id], roles, [user]):
        over = [place.overwrites[one] for one in layer if one in place.overwrites]
        for one in over:
            bits &= ~one.deny
        for one in over:
            bits |= one.allow
    return bits if bits & Permission.VIEW_CHANNEL else 0


def can_read(world: World, channel: Channel, user: str) -> bool:
    """Whether somebody can open a channel or thread.

    Source: https://docs.discord.com/developers/topics/threads#private-threads: members, and whoever may manage threads.
    """
    bits = in_channel(world, channel, user)
    if channel.kind is not Kind.PRIVATE_THREAD:
        return bool(bits & Permission.VIEW_CHANNEL)
    return bool(bits & Permission.VIEW_CHANNEL) and (
        user in channel.thread.members or bool(bits & Permission.MANAGE_THREADS)
    )


def required(world: World, channel: Channel, user: str, bits: int) -> None:
    """Let somebody do something in a channel. Raises: ApiError."""
    if not can_read(world, channel, user):
        raise ApiError(403, 50001, "Missing Access")
    if in_channel(world, channel, user) & bits != bits:
        raise ApiError(403, 50013, "Missing Permissions")
