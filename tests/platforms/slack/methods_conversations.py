"""conversations.*: https://docs.slack.dev/reference/methods (conversations)."""

from math import inf

from tests.platforms.slack.core import Core
from tests.platforms.slack.faults import Call
from tests.platforms.slack.posting import open_direct
from tests.platforms.slack.scopes import HISTORY, READ, WRITE
from tests.platforms.slack.shapes import channel_object, message_object
from tests.platforms.slack.state import ApiError, Channel, Json, Kind, User


def need(core: Core, call: Call, scope: str) -> None:
    """Raises: ApiError as Slack says it, with needed and provided."""
    scopes = core.world.tokens[call.token].scopes
    if scopes is not None and scope not in scopes:
        raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(scopes)))


def known(core: Core, call: Call) -> Channel:
    """A conversation that the app can know of. Raises: ApiError."""
    channel = core.world.channel(str(call.arguments.get("channel") or ""))
    team = core.world.teams[call.team]
    hidden = channel.kind is not Kind.PUBLIC and team.bot_user not in channel.members
    if hidden or team.id not in channel.teams:
        raise ApiError("channel_not_found")
    return channel


async def open_(core: Core, call: Call) -> Json:
    """Opens or resumes; the same people always give the same conversation."""
    team, arguments = core.world.teams[call.team], call.arguments
    if arguments.get("channel") and not arguments.get("users"):
        channel = known(core, call)
        if channel.kind not in WRITE:
            raise ApiError("method_not_supported_for_channel_type")
        need(core, call, WRITE[channel.kind])
        return {"ok": True, "no_op": True, "already_open": True, "channel": {"id": channel.id}}
    listed = arguments.get("users") or ""
    wanted = [str(u).strip() for u in (listed if isinstance(listed, list) else str(listed).split(","))]
    users = [u for u in dict.fromkeys(wanted) if u and u != team.bot_user]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 8:
        raise ApiError("too_many_users")
    need(core, call, WRITE[Kind.DIRECT if len(users) == 1 else Kind.GROUP])
    reachable(core, call.team, [core.world.user(user) for user in users])
    before = core.world.between(frozenset([team.bot_user, *users]))
    if before is None and arguments.get("prevent_creation"):
        raise ApiError("channel_not_found")
    call.applied = True
    channel = open_direct(core, team, users)
    shape = channel_object(channel, of=team.id, bot=team.bot_user) if arguments.get("return_im") else {"id": channel.id}
    again = {"no_op": True, "already_open": True} if before else {}
    return {"ok": True, **again, "channel": shape}


def reachable(core: Core, team: str, users: list[User]) -> None:
    """Whether the app can talk with these people. Raises: ApiError, with the codes of the page."""
    if any(user.deleted for user in users):
        raise ApiError("user_disabled")
    if any(not user.visible for user in users):
        raise ApiError("user_not_visible")
    if any(user.is_bot for user in users):
        raise ApiError("cannot_dm_bot")
    everybody = {user.id for user in users}
    outside = [user for user in users if user.team != team]
    # "All external people must already be in at least one channel together to send a message."
    together = any(c.shared and everybody <= set(c.members) for c in core.world.channels.values())
    if outside and not together:
        raise ApiError("invalid_user_combination")


async def history(core: Core, call: Call) -> Json:
    """Newest first. Metadata only when asked for (include_all_metadata)."""
    channel = known(core, call)
    need(core, call, HISTORY[channel.kind])
    if core.world.teams[call.team].bot_user not in channel.members:
        raise ApiError("not_in_channel")
    arguments = call.arguments
    oldest, latest = call.number("oldest", 0), call.number("latest", inf)
    limit, start = int(call.number("limit", 100)), int(call.number("cursor", 0))
    inclusive = bool(arguments.get("inclusive"))

    def inside(ts: float) -> bool:
        return oldest < ts < latest or (inclusive and ts in (oldest, latest))

    found = [post for post in channel.living() if inside(float(post.ts))][::-1]
    page, more = found[start : start + limit], len(found) > start + limit
    with_metadata = bool(arguments.get("include_all_metadata"))
    return {
        "ok": True,
        "messages": [message_object(p, core.world.app, core.world.teams, metadata=with_metadata) for p in page],
        "has_more": more,
        "pin_count": 0,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


async def info(core: Core, call: Call) -> Json:
    channel = known(core, call)
    need(core, call, READ[channel.kind])
    team = core.world.teams[call.team]
    shape = channel_object(channel, of=team.id, bot=team.bot_user)
    return {
        "ok": True,
        "channel": shape | ({"num_members": len(channel.members)} if call.arguments.get("include_num_members") else {}),
    }


async def members(core: Core, call: Call) -> Json:
    channel = known(core, call)
    need(core, call, READ[channel.kind])
    limit, start = int(call.number("limit", 100)), int(call.number("cursor", 0))
    more = len(channel.members) > start + limit
    return {
        "ok": True,
        "members": channel.members[start : start + limit],
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }
