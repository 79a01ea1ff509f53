"""The Web API over HTTP: reads the request, checks token, limits and scopes, meets the planned faults, answers.

Source: https://docs.slack.dev/apis/web-api (forms and JSON, bearer tokens, `ok`), /rate-limits (429, Retry-After).
"""

import asyncio
import base64
import json
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from tests.platforms.slack import methods_chat, methods_conversations, methods_people, methods_views, oauth
from tests.platforms.slack.core import Core, Handler
from tests.platforms.slack.faults import Call, Fault, Reply, spoilt
from tests.platforms.slack.scopes import METHODS, NEEDED
from tests.platforms.slack.state import ApiError, Json, Token

HANDLERS: Final[dict[str, Handler]] = {
    "auth.test": methods_people.auth_test,
    "auth.revoke": methods_people.auth_revoke,
    "apps.uninstall": methods_people.uninstall,
    "team.info": methods_people.team_info,
    "users.info": methods_people.users_info,
    "users.list": methods_people.users_list,
    "chat.postMessage": methods_chat.post_message,
    "chat.postEphemeral": methods_chat.post_ephemeral,
    "chat.update": methods_chat.update,
    "chat.delete": methods_chat.delete,
    "chat.scheduleMessage": methods_chat.schedule,
    "chat.scheduledMessages.list": methods_chat.scheduled_list,
    "chat.deleteScheduledMessage": methods_chat.delete_scheduled,
    "conversations.open": methods_conversations.open_,
    "conversations.history": methods_conversations.history,
    "conversations.info": methods_conversations.info,
    "conversations.members": methods_conversations.members,
    "views.open": methods_views.open_,
    "views.push": methods_views.push,
    "views.update": methods_views.update,
    "views.publish": methods_views.publish,
    "oauth.v2.access": oauth.access,
}
#: Arguments that a form carries as JSON or as 0, 1, true, false.
_JSON: Final = {"blocks", "view", "metadata", "attachments"}
_FLAGS: Final = {
    "unfurl_links", "unfurl_media", "link_names", "include_locale", "include_all_metadata", "include_num_members",
    "inclusive", "return_im", "prevent_creation", "test", "as_user", "mrkdwn", "reply_broadcast",
}  # fmt: skip


async def arguments_of(request: web.Request) -> Json:
    """What was asked, from the address, a form or JSON."""
    found: Json = dict(request.query)
    kind = request.content_type
    if request.method == "POST" and kind == "application/json":
        body = await request.text()
        said = json.loads(body) if body else {}
        if not isinstance(said, dict):
            raise TypeError
        found |= said
    elif request.method == "POST":
        found |= dict(await request.post())
    if request.headers.get("Authorization", "").startswith("Basic "):
        pair = base64.b64decode(request.headers["Authorization"][6:]).decode()
        found["client_id"], _, found["client_secret"] = pair.partition(":")
    return {name: _read(name, value) for name, value in found.items()}


def _read(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in _FLAGS:
        return value.lower() in ("1", "true")
    if isinstance(value, str) and name in _JSON and value:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def serve(core: Core, request: web.Request) -> web.StreamResponse:
    """One request to /api/<method>."""
    try:
        arguments = await arguments_of(request)
    except ValueError:
        return web.json_response({"ok": False, "error": "invalid_json"})
    except TypeError:
        return web.json_response({"ok": False, "error": "json_not_object"})
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else str(arguments.pop("token", "") or "")
    call = Call(request.match_info["method"], arguments, token, core.clock.elapsed())
    core.calls.append(call)
    fault = core.faults.met(call)
    reply = await _reply(core, call, fault)
    if fault and fault.drop:
        if request.transport is not None:
            request.transport.abort()
        core.changed()
        return web.Response()
    call.status, call.answer = reply.status, reply.answer or {}
    core.changed()
    if reply.answer is None:
        return web.Response(status=reply.status, text="<html>upstream error</html>", content_type="text/html")
    return web.json_response(reply.answer, status=reply.status, headers=reply.headers)


async def _reply(core: Core, call: Call, fault: Fault | None) -> Reply:
    """What Slack would answer, spoilt by the fault."""
    reply = Reply(200, {"ok": True})
    try:
        if fault:
            await asyncio.sleep(fault.seconds)
            if fault.hook:
                await fault.hook(call)
        if fault is None or fault.applied:
            reply = await _done(core, call)
    except ApiError as refusal:
        return Reply(200, {"ok": False, "error": refusal.code, **refusal.extra})
    return spoilt(fault, reply) if fault else reply


async def _done(core: Core, call: Call) -> Reply:
    """The answer to a call that reached Slack. Raises: ApiError."""
    if call.method == "oauth.v2.access":
        return Reply(200, await oauth.access(core, call))
    if call.method == "apps.connections.open":
        return await _limited(core, call, core.connections_open)
    if call.method not in HANDLERS:
        raise ApiError("unknown_method", req_method=call.method)
    token = bearer(core, call)
    call.team = token.team
    scope = METHODS[call.method]
    if scope and token.scopes is not None and scope not in token.scopes:
        raise ApiError("missing_scope", needed=NEEDED.get(scope, scope), provided=",".join(sorted(token.scopes)))
    reply = await _limited(core, call, HANDLERS[call.method])
    # Every answer names what the token may do. Source: https://docs.slack.dev/authentication/installing-with-oauth
    may = {} if token.scopes is None else {"X-OAuth-Scopes": ",".join(sorted(token.scopes))}
    return replace(reply, headers={**reply.headers, **may})


def bearer(core: Core, call: Call) -> Token:
    """Whose token it is. Raises: ApiError, with the codes that every method's page lists."""
    if not call.token:
        raise ApiError("not_authed")
    token = core.world.tokens.get(call.token)
    if token is None:
        raise ApiError("not_allowed_token_type" if call.token == core.world.app.app_token else "invalid_auth")
    if token.kind != "bot":
        raise ApiError("invalid_auth")
    if token.fault:
        raise ApiError(token.fault)
    if token.expires_at is not None and core.clock.elapsed() >= token.expires_at:
        raise ApiError("token_expired")
    return token


async def _limited(core: Core, call: Call, handler: Handler) -> Reply:
    wait = core.gauge.wait(call.method, call.team, str(call.arguments.get("channel", "")), core.clock.elapsed())
    if wait > 0:
        after = str(wait) if core.clock.speed == 1 else f"{wait / core.clock.speed:.4f}"
        return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": after})
    return Reply(200, await handler(core, call))
