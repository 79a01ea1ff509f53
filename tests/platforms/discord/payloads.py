"""What the app is told when somebody uses it: INTERACTION_CREATE, and the parts of it.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-structure.
"""

from collections.abc import Iterable

from tests.platforms.discord.core import Core
from tests.platforms.discord.interactions import Interaction
from tests.platforms.discord.permissions import in_channel
from tests.platforms.discord.shapes import channel_object, member_object, message_object, role_object, user_object
from tests.platforms.discord.state import Guild, Json


def interaction_object(core: Core, asked: Interaction) -> Json:
    """The whole of it. In direct messages there is no guild, and `user` in place of `member`."""
    world, channel = core.world, core.world.channels[asked.channel]
    shape: Json = {
        "id": asked.id,
        "application_id": world.app.id,
        "type": int(asked.type),
        "data": asked.data,
        "token": asked.token,
        "version": 1,
        "channel_id": channel.id,
        "channel": channel_object(world, channel, viewer=asked.user if asked.guild else ""),
        "locale": world.users[asked.user].locale,
        "app_permissions": str(int(in_channel(world, channel, world.app.id))),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": asked.guild or "0"},
        "context": 0 if asked.guild else 1,
        "attachment_size_limit": 10_485_760,
    }
    if asked.guild:
        guild = world.guilds[asked.guild]
        shape |= {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member_object(world, guild, guild.members[asked.user], channel, user=True),
        }
    else:
        shape["user"] = user_object(world.users[asked.user])
    if asked.message is not None:
        shape["message"] = message_object(world, asked.message)
    return shape


def resolved(
    core: Core, guild: Guild | None, users: Iterable[str] = (), channels: Iterable[str] = (), roles: Iterable[str] = ()
) -> Json:
    """The things that were chosen, as the app is given them.

    Source: .../receiving-and-responding#interaction-object-resolved-data-structure; members come without user.
    """
    world = core.world
    people = list(users)
    shape: Json = {}
    if people:
        shape["users"] = {one: user_object(world.users[one]) for one in people}
        inside = [one for one in people if guild is not None and one in guild.members]
        if guild is not None and inside:
            shape["members"] = {one: _partial(core, guild, one) for one in inside}
    if guild is not None and (chosen := [guild.roles[one] for one in roles]):
        shape["roles"] = {one.id: role_object(one) for one in chosen}
    if places := [world.channels[one] for one in channels]:
        shape["channels"] = {one.id: channel_object(world, one) | {"permissions": "0"} for one in places}
    return shape


def _partial(core: Core, guild: Guild, user: str) -> Json:
    shape = member_object(core.world, guild, guild.members[user], user=False)
    return {key: value for key, value in shape.items() if key not in ("deaf", "mute")} | {"permissions": "0"}
