"""How a session begins and goes on: IDENTIFY, READY, RESUME, and asking for members.

Source: https://docs.discord.com/developers/events/gateway-events; close codes:
https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway.
"""

import uuid
from typing import TYPE_CHECKING

from tests.platforms.discord.intents import GUILD_MEMBERS, GUILDS, KNOWN, PRIVILEGED
from tests.platforms.discord.sessions import Close, Connection, Identify, Session, shard_of
from tests.platforms.discord.shapes import guild_create_object, member_object, user_object
from tests.platforms.discord.state import Json, World

if TYPE_CHECKING:
    from tests.platforms.discord.gateway import Gateway


def identify(gateway: "Gateway", connection: Connection, data: Json) -> None:
    """https://docs.discord.com/developers/events/gateway#identifying. Raises: Close."""
    world = gateway.world
    if connection.session is not None:
        raise Close(4005, "Already authenticated.")
    if not world.app.token or data.get("token") != world.app.token:
        raise Close(4004, "Authentication failed.")
    shard, shards = _shard(data.get("shard", [0, 1]))
    if sum(1 for one in _mine(world) if shard_of(one, shards) == shard) >= gateway.guilds_per_shard:
        raise Close(4011, "Sharding required.")
    intents = _intents(world, data.get("intents"))
    if gateway.remaining <= 0:
        # "All active sessions will be terminated, the bot token reset", and its owner gets mail.
        gateway.exhausted()
        raise Close(4004, "Authentication failed.")
    now = gateway.clock.elapsed()
    lane = [one for one in gateway.identifies if (one.shard - shard) % gateway.max_concurrency == 0]
    soon = gateway.strict and any(one.accepted and one.at > now - 5 for one in lane)
    gateway.identifies.append(Identify(now, shard, shards, intents, accepted=not soon))
    if soon:
        connection.put({"op": 9, "d": False})
        return
    session = Session(uuid.uuid4().hex, shard, shards, intents, connection)
    connection.session = gateway.sessions[session.id] = session
    _ready(gateway, session)


def _shard(said: object) -> tuple[int, int]:
    """Raises: Close, for what is no shard."""
    match said:
        case [int(shard), int(shards)] if 0 <= shard < shards:
            return shard, shards
    raise Close(4010, "Invalid shard.")


def _intents(world: World, intents: object) -> int:
    """Raises: Close, for intents that there are not, or that this app may not have."""
    if not isinstance(intents, int) or intents & ~KNOWN:
        raise Close(4013, "Invalid intent(s).")
    if intents & PRIVILEGED & ~world.app.privileged:
        raise Close(4014, "Disallowed intent(s).")
    return intents


def _mine(world: World) -> list[str]:
    """The guilds that the bot is in."""
    return [one.id for one in world.guilds.values() if world.app.id in one.members]


def _ready(gateway: "Gateway", session: Session) -> None:
    """https://docs.discord.com/developers/events/gateway-events#ready, and the guilds after it."""
    world = gateway.world
    mine = [one for one in _mine(world) if shard_of(one, session.shards) == session.shard]
    session.push(
        "READY",
        {
            "v": 10,
            "user": user_object(world.users[world.app.id]) | {"verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": one, "unavailable": True} for one in mine],
            "session_id": session.id,
            "resume_gateway_url": gateway.url,
            "shard": [session.shard, session.shards],
            "application": {"id": world.app.id, "flags": world.app.flags},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "guild_join_requests": [],
            "_trace": [],
        },
    )
    for one in mine:
        if world.guilds[one].available and session.intents & GUILDS:
            session.push("GUILD_CREATE", guild_create_object(world, world.guilds[one]))


def resume(gateway: "Gateway", connection: Connection, data: Json) -> None:
    """https://docs.discord.com/developers/events/gateway#resuming. Raises: Close."""
    if not gateway.world.app.token or data.get("token") != gateway.world.app.token:
        raise Close(4004, "Authentication failed.")
    session = gateway.sessions.get(str(data.get("session_id")))
    sequence = data.get("seq")
    if session is None:
        connection.put({"op": 9, "d": False})
        return
    if not isinstance(sequence, int) or sequence > session.sequence:
        raise Close(4007, "Invalid seq.")
    if session.connection is not None:
        session.connection.session = None
        session.connection.abort()
    connection.session, session.connection = session, connection
    session.resumed += 1
    for payload in session.log:
        if payload["s"] > sequence:
            connection.put(payload)
    session.push("RESUMED", {"_trace": []})


def members(gateway: "Gateway", session: Session, data: Json) -> None:
    """https://docs.discord.com/developers/events/gateway-events#request-guild-members.

    The whole list is for apps with the privileged intent; people by their ids, or by how their names begin, for all.
    """
    world = gateway.world
    guild = world.guilds.get(str(data.get("guild_id")))
    if guild is None:
        return
    asked = data.get("user_ids")
    wanted = None if asked is None else [str(one) for one in (asked if isinstance(asked, list) else [asked])]
    start, limit = str(data.get("query") or ""), int(data.get("limit") or 0) or len(guild.members)
    if wanted is None and not start and not session.intents & GUILD_MEMBERS:
        return
    chosen = [
        one
        for one in guild.members.values()
        if (one.user in wanted if wanted is not None else world.users[one.user].name.startswith(start))
    ]
    found = [member_object(world, guild, one, user=True) for one in chosen[:limit]]
    missing = [one for one in wanted or () if one not in guild.members]
    chunk: Json = {"guild_id": guild.id, "members": found, "chunk_index": 0, "chunk_count": 1}
    session.push("GUILD_MEMBERS_CHUNK", chunk | {"not_found": missing, "nonce": data.get("nonce")})
