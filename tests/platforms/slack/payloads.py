"""What Slack sends to an app: events, slash commands, interactions. Each names the page that describes it."""

from typing import Any, Final

from tests.platforms.slack.shapes import message_object
from tests.platforms.slack.state import App, Channel, Json, Kind, Post, Team, User, merged

#: Deprecated by Slack in favour of signatures, and still sent.
VERIFICATION: Final = "legacy-verification-token"
_LETTER: Final = {Kind.PUBLIC: "C", Kind.PRIVATE: "G", Kind.GROUP: "G", Kind.DIRECT: "D"}


def event_callback(
    app: App, team: Team, event: Json, *, event_id: str, moment: float, source: str, shared: bool
) -> Json:
    """https://docs.slack.dev/apis/events-api (the outer envelope); shared channels: /apis/slack-connect.

    `source` is the workspace where it happened: in a shared channel that can be another one than the installation's.
    """
    return {
        "token": VERIFICATION,
        "team_id": source,
        "context_team_id": team.id,
        "context_enterprise_id": team.enterprise or None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(moment),
        "authorizations": [
            {
                "enterprise_id": team.enterprise or None,
                "team_id": team.id,
                "user_id": team.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{event_id}",
    }


def message_event(post: Post, channel: Channel, app: App, teams: dict[str, Team], *, of: str) -> Json:
    """https://docs.slack.dev/reference/events/message.im; Slack Connect adds user_team and source_team."""
    outside = {"user_team": post.team, "source_team": post.team} if post.team != of else None
    return merged(
        message_object(post, app, teams),
        {"channel": channel.id, "event_ts": post.ts, "channel_type": str(channel.kind)},
        outside,
    )


def changed_event(post: Post, before: Json, channel: Channel, app: App, teams: dict[str, Team], *, ts: str) -> Json:
    """https://docs.slack.dev/reference/events/message/message_changed."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message_object(post, app, teams) | {"source_team": post.team, "user_team": post.team},
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": str(channel.kind),
    }


def deleted_event(post: Post, channel: Channel, app: App, teams: dict[str, Team], *, ts: str) -> Json:
    """https://docs.slack.dev/reference/events/message/message_deleted."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": message_object(post, app, teams),
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": post.ts,
        "ts": ts,
        "event_ts": ts,
        "channel_type": str(channel.kind),
    }


def mention_event(post: Post, channel: Channel, app: App, teams: dict[str, Team], *, of: str) -> Json:
    """https://docs.slack.dev/reference/events/app_mention."""
    event = message_event(post, channel, app, teams, of=of)
    return {key: value for key, value in event.items() if key != "channel_type"} | {"type": "app_mention"}


def membership_event(user: User, channel: Channel, *, joined: bool, ts: str) -> Json:
    """https://docs.slack.dev/reference/events/member_joined_channel and member_left_channel."""
    return {
        "type": "member_joined_channel" if joined else "member_left_channel",
        "user": user.id,
        "channel": channel.id,
        "channel_type": _LETTER[channel.kind],
        "team": user.team,
        "event_ts": ts,
    }


def user_change_event(user: Json, *, moment: float, ts: str) -> Json:
    """https://docs.slack.dev/reference/events/user_change; deactivated people have `deleted: true`."""
    return {"type": "user_change", "user": user, "cache_ts": int(moment), "event_ts": ts}


def home_opened_event(user: str, channel: str, tab: str, view: Json | None, *, ts: str) -> Json:
    """https://docs.slack.dev/reference/events/app_home_opened; `view` only if one was published before."""
    return merged(
        {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "view": view, "event_ts": ts}
    )


def uninstalled_event() -> Json:
    """https://docs.slack.dev/reference/events/app_uninstalled."""
    return {"type": "app_uninstalled"}


def revoked_event(bot_user: str) -> Json:
    """https://docs.slack.dev/reference/events/tokens_revoked: it lists people, not tokens."""
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot_user]}}


def slash_command(
    app: App, team: Team, user: User, channel: Channel, *, command: str, text: str, trigger: str, response_url: str
) -> dict[str, str]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands (a form; the same fields over Socket Mode)."""
    names = {Kind.DIRECT: "directmessage", Kind.GROUP: "mpdm", Kind.PRIVATE: "privategroup", Kind.PUBLIC: channel.name}
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": names[channel.kind],
        "user_id": user.id,
        "user_name": user.name.lower(),
        "command": command,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
        **({"enterprise_id": team.enterprise, "enterprise_name": "Everybody"} if team.enterprise else {}),
    }


def _interaction(app: App, team: Team, user: User, kind: str, trigger: str = "") -> Json:
    shape: Json = {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.name.lower(), "name": user.name.lower(), "team_id": user.team},
        "api_app_id": app.id,
        "token": VERIFICATION,
        "is_enterprise_install": False,
        "enterprise": {"id": team.enterprise, "name": "Everybody"} if team.enterprise else None,
    }
    return shape | ({"trigger_id": trigger} if trigger else {})


def _shortcut(app: App, team: Team, user: User, kind: str, trigger: str, name: str) -> Json:
    """Shortcuts say a little less: captured payloads have one name of the person, and no app."""
    shape = _interaction(app, team, user, kind, trigger)
    del shape["api_app_id"]
    return shape | {"user": {"id": user.id, name: user.name.lower(), "team_id": user.team}}


def block_actions(
    app: App, team: Team, user: User, action: Json, *, trigger: str, where: Json, values: dict[str, Any]
) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.

    `where` is container, and channel, message, response_url of a message or view of a view.
    """
    return (
        _interaction(app, team, user, "block_actions", trigger)
        | where
        | {"state": {"values": values}, "actions": [action]}
    )


def in_message(channel: Channel, post: Post, message: Json, response_url: str) -> Json:
    """The part of block_actions that says in which message; an ephemeral one is not repeated."""
    container = {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(post.only_for),
    }
    return merged(
        {
            "container": container,
            "channel": {"id": channel.id, "name": "directmessage" if channel.kind is Kind.DIRECT else channel.name},
            "message": None if post.only_for else message,
            "response_url": response_url,
        }
    )


def in_view(view: Json) -> Json:
    """The part of block_actions that says in which view."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def view_submission(app: App, team: Team, user: User, view: Json, *, trigger: str) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload.

    In a shared channel `team` is where the person is at home, and `view.app_installed_team_id` where the app is.
    """
    return _interaction(app, team, user, "view_submission", trigger) | {"view": view, "response_urls": []}


def view_closed(app: App, team: Team, user: User, view: Json, *, cleared: bool) -> Json:
    """The same page; only for views with notify_on_close, and without a trigger_id."""
    return _interaction(app, team, user, "view_closed") | {"view": view, "is_cleared": cleared}


def shortcut(app: App, team: Team, user: User, callback_id: str, *, trigger: str, ts: str) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload: a global one, no channel."""
    return _shortcut(app, team, user, "shortcut", trigger, "username") | {"callback_id": callback_id, "action_ts": ts}


def message_action(
    app: App,
    team: Team,
    user: User,
    callback_id: str,
    channel: Channel,
    message: Json,
    *,
    trigger: str,
    ts: str,
    url: str,
) -> Json:
    """The same page: a message shortcut, with the message and a response_url."""
    return _shortcut(app, team, user, "message_action", trigger, "name") | {
        "callback_id": callback_id,
        "action_ts": ts,
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind is Kind.DIRECT else channel.name},
        "message": message,
        "message_ts": message["ts"],
        "response_url": url,
    }
