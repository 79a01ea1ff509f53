"""The objects in Slack's answers. Each names the page that describes it; fields the bot cannot need are left out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.platforms.slack.state import App, Channel, Json, Kind, Post, Team, User, View, merged


def user_object(user: User, *, of: str, moment: float, locale: bool = False) -> Json:
    """https://docs.slack.dev/reference/objects/user-object; `of` is the workspace that looks.

    `locale` only with include_locale (https://docs.slack.dev/reference/methods/users.info).
    """
    shape: Json = {
        "id": user.id,
        "team_id": user.team,
        "name": user.name.lower().replace(" ", "."),
        "deleted": user.deleted,
        "profile": {
            "real_name": user.name,
            "real_name_normalized": user.name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "avatar_hash": "ge3b51ca72de",
            "team": user.team,
        },
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(moment),
    }
    if of not in (user.team, *user.teams):
        shape["is_stranger"] = True
    if user.teams:
        shape["enterprise_user"] = {"id": user.id, "teams": list(user.teams)}
    if user.deleted:
        return shape
    away = datetime.fromtimestamp(moment, ZoneInfo(user.zone)).utcoffset()
    return merged(
        shape,
        {
            "color": "9f69e7",
            "real_name": user.name,
            "tz": user.zone,
            "tz_label": user.zone,
            "tz_offset": int(away.total_seconds()) if away else 0,
            "is_admin": user.is_admin or user.is_owner,
            "is_owner": user.is_owner,
            "is_primary_owner": False,
            "is_restricted": user.is_restricted or user.is_ultra_restricted,
            "is_ultra_restricted": user.is_ultra_restricted,
            "locale": user.locale if locale else None,
        },
    )


def message_object(post: Post, app: App, teams: dict[str, Team], *, metadata: bool = False) -> Json:
    """https://docs.slack.dev/reference/events/message and /reference/methods/chat.postMessage (`message`)."""
    shape: Json = {
        "type": "message",
        "user": post.user,
        "text": post.text,
        "ts": post.ts,
        "team": post.team,
        "blocks": post.blocks or None,
        "subtype": post.subtype or None,
        "client_msg_id": post.client_msg_id or None,
        "thread_ts": post.thread_ts or None,
        "edited": {"user": post.user, "ts": post.edited_ts} if post.edited_ts else None,
        "metadata": post.metadata if metadata else None,
    }
    if post.by_bot:
        bot = teams[post.team].bot_id
        shape |= {
            "bot_id": bot,
            "app_id": app.id,
            "bot_profile": {"id": bot, "app_id": app.id, "name": "comptoir", "deleted": False, "team_id": post.team},
        }
    return merged(shape)


def channel_object(channel: Channel, *, of: str, bot: str) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object; `of` is the workspace that looks."""
    shape: Json = {
        "id": channel.id,
        "created": 1449252889,
        "is_archived": channel.archived,
        "is_im": channel.kind is Kind.DIRECT,
        "is_org_shared": False,
        "context_team_id": of,
    }
    if channel.kind is Kind.DIRECT:
        return shape | {"user": next((m for m in channel.members if m != bot), bot), "is_user_deleted": False}
    outside = sorted(channel.teams - {of})
    return shape | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is Kind.PUBLIC,
        "is_group": channel.kind is Kind.PRIVATE,
        "is_mpim": channel.kind is Kind.GROUP,
        "is_private": channel.kind is not Kind.PUBLIC,
        "is_member": bot in channel.members,
        "is_general": False,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_pending_ext_shared": False,
        "shared_team_ids": sorted(channel.teams),
        "connected_team_ids": outside,
        "creator": channel.members[0] if channel.members else "",
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def view_object(view: View, app: App, bot_id: str) -> Json:
    """https://docs.slack.dev/reference/methods/views.open and /interaction-payloads/view-interactions-payload."""
    shape = view.shape
    return {
        "id": view.id,
        "team_id": view.team,
        "type": shape["type"],
        "blocks": shape.get("blocks", []),
        "private_metadata": shape.get("private_metadata", ""),
        "callback_id": shape.get("callback_id", ""),
        "external_id": shape.get("external_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": shape.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "submit": shape.get("submit"),
        "close": shape.get("close"),
        "clear_on_close": shape.get("clear_on_close", False),
        "notify_on_close": shape.get("notify_on_close", False),
        "previous_view_id": view.previous,
        "root_view_id": view.root or view.id,
        "app_id": app.id,
        "app_installed_team_id": view.installed_team,
        "bot_id": bot_id,
    }


def team_object(team: Team) -> Json:
    """https://docs.slack.dev/reference/methods/team.info."""
    return merged(
        {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "email_domain": "",
            "icon": {"image_default": True},
            "enterprise_id": team.enterprise or None,
        }
    )
