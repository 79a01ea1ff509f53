"""What Comptoir asks of a Discord server, and what for: nothing else is in its invitation.

It can make a thread for two people who said yes, write its one message there, and step out; without the right to manage
threads it sees nothing of it from then on. A test compares this page with the code, both ways.

Source: what each route needs is on its page, in `page`; what needs none says nothing of permissions there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord

from adapters.discord.incoming import objects_at, text_at

_DOCS: Final = "https://docs.discord.com/developers"


@dataclass(frozen=True)
class Route:
    """A route of the REST API that we call, as discord.py writes it."""

    page: str
    #: As discord.py calls them. Our conversation with one person needs none.
    permissions: frozenset[str] = frozenset()


def _route(name: str, page: str, *permissions: str) -> tuple[str, Route]:
    return name, Route(f"{_DOCS}/{page}", frozenset(permissions))


#: What we call through our door. Posting, reading and letting somebody in are done in private threads of ours as well.
ROUTES: Final[Mapping[str, Route]] = dict(
    [
        _route("DELETE /channels/{channel_id}/messages/{message_id}", "resources/message#delete-message"),
        _route("DELETE /channels/{channel_id}/thread-members/@me", "resources/channel#leave-thread"),
        _route("GET /applications/@me", "resources/application#get-current-application"),
        _route(
            "GET /applications/{application_id}/commands",
            "interactions/application-commands#get-global-application-commands",
        ),
        _route("GET /channels/{channel_id}", "resources/channel#get-channel"),
        _route(
            "GET /channels/{channel_id}/messages",
            "resources/message#get-channel-messages",
            "view_channel",
            "read_message_history",
        ),
        _route("GET /gateway/bot", "events/gateway#get-gateway-bot"),
        _route("GET /guilds/{guild_id}", "resources/guild#get-guild"),
        _route("GET /guilds/{guild_id}/channels", "resources/guild#get-guild-channels"),
        _route("GET /guilds/{guild_id}/members/{user_id}", "resources/guild#get-guild-member"),
        _route("GET /guilds/{guild_id}/threads/active", "resources/guild#list-active-guild-threads"),
        _route("GET /users/@me/guilds", "resources/user#get-current-user-guilds"),
        _route("PATCH /channels/{channel_id}/messages/{message_id}", "resources/message#edit-message"),
        _route(
            "POST /channels/{channel_id}/messages",
            "resources/message#create-message",
            "view_channel",
            "send_messages_in_threads",
        ),
        _route(
            "POST /channels/{channel_id}/threads",
            "resources/channel#start-thread-without-message",
            "view_channel",
            "create_private_threads",
        ),
        _route("POST /users/@me/channels", "resources/user#create-dm"),
        _route(
            "PUT /applications/{application_id}/commands",
            "interactions/application-commands#bulk-overwrite-global-application-commands",
        ),
        _route(
            "PUT /channels/{channel_id}/thread-members/{user_id}",
            "resources/channel#add-thread-member",
            "view_channel",
            "send_messages_in_threads",
        ),
    ]
)
#: Answers to what somebody did, which need no permission: the interaction's own token is enough.
ANSWERS: Final[Mapping[str, Route]] = dict(
    [
        _route(
            "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original",
            "interactions/receiving-and-responding#edit-original-interaction-response",
        ),
        _route(
            "POST /webhooks/{webhook_id}/{webhook_token}",
            "interactions/receiving-and-responding#create-followup-message",
        ),
    ]
)
#: What a link asks for beside permissions.
#: Source: https://docs.discord.com/developers/topics/oauth2#shared-resources-oauth2-scopes
SCOPES: Final = ("bot", "applications.commands")
#: In the order in which Discord shows them.
NEEDED: Final = ("view_channel", "read_message_history", "create_private_threads", "send_messages_in_threads")
#: With these we could read threads that others have, and those that we left.
PRYING: Final = ("administrator", "manage_threads")
#: An app's flags where it was given the intent for what messages say, in many servers or in few.
#: Source: https://docs.discord.com/developers/resources/application#application-object-application-flags
MESSAGE_CONTENT: Final = 1 << 18 | 1 << 19


def needed() -> discord.Permissions:
    """What an invitation asks for. To hear of messages in a channel that is listened to, seeing it is enough."""
    return discord.Permissions(**dict.fromkeys(NEEDED, True))


def missing(given: discord.Permissions) -> tuple[str, ...]:
    """Which of those that we need are not among these."""
    return tuple(name for name in NEEDED if not getattr(given, name))


def prying(given: discord.Permissions) -> tuple[str, ...]:
    """Which of these nobody should give us."""
    return tuple(name for name in PRYING if getattr(given, name))


def in_guild(guild: Mapping[str, Any], member: Mapping[str, Any]) -> discord.Permissions:
    """What a member may do in a server, its channels aside: all that their roles give, and everybody's.

    Args: `member` is empty for what everybody may.
    Source: https://docs.discord.com/developers/topics/permissions#permission-overwrites
    """
    account = text_at(member, "user", "id")
    if account and account == text_at(guild, "owner_id"):
        return discord.Permissions.all()
    theirs = {text_at(guild, "id"), *_roles(member)}
    bits = 0
    for role in objects_at(guild, "roles"):
        if role.get("id") in theirs:
            bits |= _bits(role, "permissions")
    return discord.Permissions(bits)


def in_channel(guild: Mapping[str, Any], member: Mapping[str, Any], channel: Mapping[str, Any]) -> discord.Permissions:
    """The same in one of its channels, which may give or take to everybody, to roles, and to one."""
    given = in_guild(guild, member)
    if given.administrator:
        return discord.Permissions.all()
    bits, over = given.value, {one.get("id"): one for one in objects_at(channel, "permission_overwrites")}
    for layer in ([text_at(guild, "id")], _roles(member), [text_at(member, "user", "id")]):
        told = [over[id] for id in layer if id in over]
        for one in told:
            bits &= ~_bits(one, "deny")
        for one in told:
            bits |= _bits(one, "allow")
    seen = discord.Permissions(bits)
    return seen if seen.view_channel else discord.Permissions.none()


def _roles(member: Mapping[str, Any]) -> Sequence[Any]:
    return member.get("roles") or ()


def _bits(of: Mapping[str, Any], name: str) -> int:
    return int(of.get(name) or 0)
