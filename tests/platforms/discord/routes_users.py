"""The app itself, users, guilds, members and roles over REST, and opening direct messages."""

from collections.abc import Mapping
from typing import Final

from tests.platforms.discord.core import Core, Handler
from tests.platforms.discord.faults import Call
from tests.platforms.discord.permissions import can_read
from tests.platforms.discord.shapes import (
    application_object,
    channel_object,
    guild_object,
    member_object,
    role_object,
    user_object,
)
from tests.platforms.discord.state import ApiError, Channel, Json, Kind


async def gateway(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/events/gateway#get-gateway-bot."""
    shape: Json = {"url": core.gateway.url}
    if call.route.endswith("/bot"):
        shape |= {"shards": core.gateway.shards, "session_start_limit": core.gateway.start_limit()}
    return shape


async def me(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/user#get-current-user."""
    shape = user_object(core.world.users[core.world.app.id])
    return shape | {"verified": True, "mfa_enabled": False, "locale": "en-US", "email": None, "flags": 0}


async def application(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/application#get-current-application."""
    return application_object(core.world)


async def user(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/user#get-user."""
    return user_object(core.world.user(call["user"]))


async def open_direct(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/user#create-dm: the same channel each time."""
    person = str(call.json.get("recipient_id"))
    world = core.world
    if person not in world.users or person == world.app.id or world.users[person].bot:
        raise ApiError(400, 50033, "Invalid Recipient(s)")
    if person not in world.directs:
        if core.gauge.opening(core.clock.elapsed()):
            raise ApiError(403, 40003, "You are opening direct messages too fast")
        direct(core, person)
    return channel_object(world, world.directs[person])


def direct(core: Core, person: str) -> Channel:
    """The direct channel of somebody and the bot, opened if need be."""
    world = core.world
    if person not in world.directs:
        channel = Channel(core.clock.snowflake(), Kind.DIRECT, recipient=person)
        world.directs[person] = world.channels[channel.id] = channel
    return world.directs[person]


async def my_guilds(core: Core, call: Call) -> list[Json]:
    """https://docs.discord.com/developers/resources/user#get-current-user-guilds."""
    mine = sorted(
        (one for one in core.world.guilds.values() if core.world.app.id in one.members), key=lambda one: int(one.id)
    )
    after = int(call.query.get("after", 0))
    found = [one for one in mine if int(one.id) > after][: int(call.query.get("limit", 200))]
    return [
        {"id": one.id, "name": one.name, "icon": None, "owner": False, "permissions": "0", "features": []}
        for one in found
    ]


async def leave(core: Core, call: Call) -> None:
    """https://docs.discord.com/developers/resources/user#leave-guild."""
    guild = core.world.guild(call["guild"])
    del guild.members[core.world.app.id]
    core.tell("GUILD_DELETE", {"id": guild.id}, guild=guild.id)


async def guild(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/guild#get-guild."""
    found = core.world.guild(call["guild"])
    counts = {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return guild_object(found) | (counts if call.query.get("with_counts") in ("true", "1", "True") else {})


async def channels(core: Core, call: Call) -> list[Json]:
    """https://docs.discord.com/developers/resources/guild#get-guild-channels: without threads."""
    found = core.world.guild(call["guild"]).channels.values()
    return [channel_object(core.world, one) for one in found if one.strand is None and not one.deleted]


async def channel(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/channel#get-channel."""
    found = core.world.channel(call["channel"])
    if not can_read(core.world, found, core.world.app.id):
        raise ApiError(403, 50001, "Missing Access")
    return channel_object(core.world, found)


async def member(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/resources/guild#get-guild-member."""
    found = core.world.guild(call["guild"])
    person = core.world.app.id if call["user"] == "@me" else call["user"]
    if person not in core.world.users:
        raise ApiError(404, 10013, "Unknown User")
    if person not in found.members:
        raise ApiError(404, 10007, "Unknown Member")
    return member_object(core.world, found, found.members[person], user=True)


async def members(core: Core, call: Call) -> list[Json]:
    """https://docs.discord.com/developers/resources/guild#list-guild-members: for apps with that privileged intent."""
    found = core.world.guild(call["guild"])
    if not core.world.app.privileged & 2:
        raise ApiError(403, 50001, "Missing Access")
    after = int(call.query.get("after", 0))
    chosen = sorted((one for one in found.members.values() if int(one.user) > after), key=lambda one: int(one.user))
    limit = int(call.query.get("limit", 1))
    return [member_object(core.world, found, one, user=True) for one in chosen[:limit]]


async def roles(core: Core, call: Call) -> list[Json]:
    """https://docs.discord.com/developers/resources/guild#get-guild-roles."""
    return [role_object(one) for one in core.world.guild(call["guild"]).roles.values()]


ROUTES: Final[Mapping[str, Handler]] = {
    "GET /gateway": gateway,
    "GET /gateway/bot": gateway,
    "GET /users/@me": me,
    "GET /users/@me/guilds": my_guilds,
    "DELETE /users/@me/guilds/{guild}": leave,
    "POST /users/@me/channels": open_direct,
    "GET /users/{user}": user,
    "GET /applications/@me": application,
    "GET /oauth2/applications/@me": application,
    "GET /guilds/{guild}": guild,
    "GET /guilds/{guild}/channels": channels,
    "GET /guilds/{guild}/members/{user}": member,
    "GET /guilds/{guild}/members": members,
    "GET /guilds/{guild}/roles": roles,
    "GET /channels/{channel}": channel,
}
