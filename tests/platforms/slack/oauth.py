"""Installing: the page where somebody agrees, and the exchange of the code for a token.

Sources: https://docs.slack.dev/authentication/installing-with-oauth, /reference/methods/oauth.v2.access,
/authentication/using-token-rotation.
"""

import uuid

from aiohttp import web
from yarl import URL

from tests.platforms.slack.core import Core
from tests.platforms.slack.faults import Call
from tests.platforms.slack.state import ApiError, Json, Token

#: How long a token lives once rotation is on.
LIFE = 12 * 3600


async def authorize(core: Core, request: web.Request) -> web.Response:
    """The page where somebody chooses the workspace: here, they agreed already (see `agree`)."""
    query = request.query
    if query.get("client_id") != core.world.app.client_id:
        return web.Response(status=400, text="Invalid client_id parameter")
    redirect = query.get("redirect_uri") or next(iter(core.world.app.redirect_urls), "")
    if core.world.app.redirect_urls and not any(redirect.startswith(url) for url in core.world.app.redirect_urls):
        return web.Response(status=400, text="redirect_uri did not match any configured URIs")
    agreed = core.agreed
    if agreed is None:
        raise web.HTTPFound(URL(redirect).update_query(error="access_denied", state=query.get("state", "")))
    scopes = frozenset(part for part in query.get("scope", "").split(",") if part)
    code = grant(core, *agreed, scopes=scopes or None, redirect=query.get("redirect_uri", ""))
    raise web.HTTPFound(URL(redirect).update_query(code=code, state=query.get("state", "")))


def grant(
    core: Core, team: str, user: str, *, scopes: frozenset[str] | None, redirect: str = "", org: bool = False
) -> str:
    """A code as Slack gives it to the app when somebody agreed."""
    code = f"{uuid.uuid4().hex}.{uuid.uuid4().hex}"
    core.codes[code] = {"team": team, "user": user, "scopes": scopes, "redirect": redirect, "org": org, "used": False}
    return code


async def access(core: Core, call: Call) -> Json:
    """A token for a code, or for a refresh token."""
    app, arguments = core.world.app, call.arguments
    if arguments.get("client_id") != app.client_id:
        raise ApiError("invalid_client_id")
    if arguments.get("client_secret") != app.client_secret:
        raise ApiError("bad_client_secret")
    if arguments.get("grant_type") == "refresh_token":
        return refreshed(core, str(arguments.get("refresh_token") or ""))
    code = core.codes.get(str(arguments.get("code") or ""))
    if code is None:
        raise ApiError("invalid_code")
    if code["used"]:
        raise ApiError("code_already_used")
    if str(arguments.get("redirect_uri") or "") != code["redirect"]:
        raise ApiError("bad_redirect_uri")
    code["used"] = True
    call.applied = True
    team = core.world.teams[code["team"]]
    team.installed = True
    scopes: frozenset[str] | None = code["scopes"] if code["scopes"] is not None else app.scopes
    answer = tokens(core, team.id, scopes)
    org = bool(code["org"])
    return {
        "ok": True,
        "app_id": app.id,
        "authed_user": {"id": code["user"]},
        "token_type": "bot",
        "bot_user_id": team.bot_user,
        "team": None if org else {"id": team.id, "name": team.name},
        "enterprise": {"id": team.enterprise, "name": team.name} if team.enterprise else None,
        "is_enterprise_install": org,
        **answer,
    }


def tokens(core: Core, team: str, scopes: frozenset[str] | None) -> Json:
    """A new bot token, and what Slack says of it."""
    rotates = core.world.app.token_rotation
    value = f"{'xoxe.' if rotates else ''}xoxb-{uuid.uuid4().hex}"
    expires = core.clock.elapsed() + LIFE if rotates else None
    core.world.tokens[value] = Token(value, team, scopes=scopes, expires_at=expires)
    said: Json = {"access_token": value, "scope": ",".join(sorted(scopes or ()))}
    if rotates:
        fresh = f"xoxe-1-{uuid.uuid4().hex}"
        core.world.tokens[fresh] = Token(fresh, team, kind="refresh", scopes=scopes)
        said |= {"refresh_token": fresh, "expires_in": LIFE}
    return said


def refreshed(core: Core, value: str) -> Json:
    """Refresh tokens are for one use; at most two access tokens are good at a time."""
    token = core.world.tokens.get(value)
    if token is None or token.kind != "refresh" or token.fault:
        raise ApiError("invalid_refresh_token")
    token.fault = "invalid_refresh_token"
    good = [t for t in core.world.tokens.values() if t.team == token.team and t.kind == "bot" and not t.fault]
    for old in good[:-1]:
        old.fault = "token_revoked"
    team = core.world.teams[token.team]
    return {
        "ok": True,
        "app_id": core.world.app.id,
        "token_type": "bot",
        "bot_user_id": team.bot_user,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
        **tokens(core, token.team, token.scopes),
    }
