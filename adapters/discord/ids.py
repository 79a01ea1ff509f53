"""Discord's ids and ours: a server is a community, "discord:123", and an account in it a member, "discord:123:456"."""

from typing import Final

from bot.domain.ids import CommunityId, MemberId

#: How the ids of this service begin.
PLATFORM: Final = "discord"


def community_of(guild: int | str) -> CommunityId:
    """The community of a server, which Discord calls a guild."""
    return CommunityId(f"{PLATFORM}:{guild}")


def member_of(guild: int | str, user: int | str) -> MemberId:
    """The member that an account is in one server."""
    return MemberId(f"{community_of(guild)}:{user}")


def account_of(user: int | str) -> str:
    """An account of Discord, whatever servers it is in."""
    return f"{PLATFORM}:{user}"


def guild_of(id: CommunityId | MemberId) -> str:
    """The server of a community or a member."""
    return id.split(":")[1]


def user_of(member: MemberId) -> str:
    """A member's account, as Discord calls it."""
    return member.split(":")[2]
