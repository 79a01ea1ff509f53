"""Slack's ids and ours: a workspace is a community, "slack:T123", and an account in it a member, "slack:T123:U456"."""

from typing import Final

from bot.domain.ids import CommunityId, MemberId

#: How the ids of this service begin.
PLATFORM: Final = "slack"


def community_of(team: str) -> CommunityId:
    """The community of a workspace, whose id is unique in all of Slack, whatever organisation it belongs to."""
    return CommunityId(f"{PLATFORM}:{team}")


def member_of(team: str, user: str) -> MemberId:
    """The member that an account of a workspace is."""
    return MemberId(f"{community_of(team)}:{user}")


def team_of(id: CommunityId | MemberId) -> str:
    """The workspace of a community or a member."""
    return id.split(":")[1]


def user_of(member: MemberId) -> str:
    """A member's account, as Slack calls it."""
    return member.split(":")[2]
