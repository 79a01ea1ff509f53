"""users.*, team.info, auth.* and apps.*: https://docs.slack.dev/reference/methods."""

from tests.platforms.slack.core import Core
from tests.platforms.slack.faults import Call
from tests.platforms.slack.payloads import revoked_event, uninstalled_event
from tests.platforms.slack.shapes import team_object, user_object
from tests.platforms.slack.state import ApiError, Json, Team


async def users_info(core: Core, call: Call) -> Json:
    user = core.world.user(str(call.arguments.get("user") or ""))
    if not user.visible:
        raise ApiError("user_not_visible")
    locale = bool(call.arguments.get("include_locale"))
    return {"ok": True, "user": user_object(user, of=call.team, moment=core.clock.now(), locale=locale)}


async def users_list(core: Core, call: Call) -> Json:
    people = [user for user in core.world.users.values() if user.team == call.team and user.visible]
    limit, start = int(call.number("limit", 1000)), int(call.number("cursor", 0))
    locale, now = bool(call.arguments.get("include_locale")), core.clock.now()
    return {
        "ok": True,
        "members": [user_object(u, of=call.team, moment=now, locale=locale) for u in people[start : start + limit]],
        "cache_ts": int(now),
        "response_metadata": {"next_cursor": str(start + limit) if len(people) > start + limit else ""},
    }


async def team_info(core: Core, call: Call) -> Json:
    return {"ok": True, "team": team_object(core.world.teams[call.team])}


async def auth_test(core: Core, call: Call) -> Json:
    team = core.world.teams[call.team]
    return {
        "ok": True,
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": "comptoir",
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
        **({"enterprise_id": team.enterprise} if team.enterprise else {}),
    }


async def auth_revoke(core: Core, call: Call) -> Json:
    if call.arguments.get("test"):
        return {"ok": True, "revoked": False}
    call.applied = True
    core.world.tokens[call.token].fault = "token_revoked"
    team = core.world.teams[call.team]
    core.tell(team, "tokens_revoked", revoked_event(team.bot_user))
    return {"ok": True, "revoked": True}


async def uninstall(core: Core, call: Call) -> Json:
    app = core.world.app
    if (call.arguments.get("client_id"), call.arguments.get("client_secret")) != (app.client_id, app.client_secret):
        raise ApiError("bad_client_secret")
    call.applied = True
    leave(core, core.world.teams[call.team])
    return {"ok": True}


def leave(core: Core, team: Team, *, revoked_first: bool = False) -> None:
    """The app goes from a workspace: its tokens die, and two events say so, in no fixed order."""
    events = [("app_uninstalled", uninstalled_event()), ("tokens_revoked", revoked_event(team.bot_user))]
    for name, event in reversed(events) if revoked_first else events:
        core.tell(team, name, event)
    team.installed = False
    for token in core.world.tokens.values():
        if token.team == team.id and token.kind in ("bot", "refresh"):
            token.fault = "account_inactive"
