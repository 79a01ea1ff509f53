"""REST v10: finds the route of a request, checks token and limits, lets faults happen, and answers as Discord does."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.platforms.discord import (
    routes_commands,
    routes_interactions,
    routes_messages,
    routes_threads,
    routes_users,
)
from tests.platforms.discord.core import Core, Handler
from tests.platforms.discord.faults import Call, Fault
from tests.platforms.discord.limits import Measure
from tests.platforms.discord.state import ApiError, Json

ROUTES: Final[Mapping[str, Handler]] = {
    **routes_users.ROUTES,
    **routes_messages.ROUTES,
    **routes_threads.ROUTES,
    **routes_commands.ROUTES,
    **routes_interactions.ROUTES,
}
#: Routes that need no bot token, as their path holds one; they are not bound to the global limit either.
#: Source: https://docs.discord.com/developers/interactions/receiving-and-responding#endpoints
TOKEN_ROUTES: Final = frozenset(routes_interactions.ROUTES)


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route)))


#: What is written out goes before what varies: /users/@me before /users/{user}.
_PATTERNS: Final = sorted(((route.count("{"), route, _pattern(route)) for route in ROUTES), key=lambda one: one[:2])


@dataclass
class Reply:
    """What goes back over HTTP."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    #: Whether it comes from a machine in front of Discord, which speaks no JSON.
    foreign: bool = False

    def response(self) -> web.Response:
        """Discord says application/json without a charset, and discord.py insists on it."""
        headers = {"Via": "1.1 google"} | self.headers
        if self.foreign:
            return web.Response(
                status=self.status, text=str(self.body or ""), content_type="text/html", headers=self.headers
            )
        if self.body is None:
            return web.Response(status=self.status, headers=headers)
        packed = json.dumps(self.body).encode()
        return web.Response(status=self.status, body=packed, headers=headers | {"Content-Type": "application/json"})


async def serve(core: Core, request: web.Request) -> web.StreamResponse:
    """One request, from its first byte to its answer."""
    call = await _heard(core, request)
    core.calls.append(call)
    fault = core.faults.met(call)
    if fault is not None and fault.drop and not fault.applied:
        return _abort(core, request)
    reply = _spoilt(fault) if fault is not None and not fault.applied else await _answered(core, call, fault)
    if fault is not None and fault.applied and fault.drop:
        return _abort(core, request)
    if fault is not None and fault.applied and fault.status != 200:
        reply = _spoilt(fault)
    call.status, call.answer, call.headers = reply.status, reply.body, reply.headers
    if reply.status in (401, 403) or (reply.status == 429 and reply.headers.get("X-RateLimit-Scope") != "shared"):
        core.invalid_requests += 1
        core.gauge.invalid(core.clock.elapsed())
    core.changed()
    return reply.response()


def _abort(core: Core, request: web.Request) -> web.Response:
    """Break the line: what is returned arrives nowhere."""
    if request.transport is not None:
        request.transport.abort()
    core.changed()
    return web.Response()


async def _heard(core: Core, request: web.Request) -> Call:
    path = request.path.removeprefix("/api/v10")
    asked = f"{request.method} {path}"
    route, parameters = asked, {}
    for _, name, pattern in _PATTERNS:
        found = pattern.fullmatch(asked)
        if found is not None:
            route, parameters = name, found.groupdict()
            break
    body: Any = None
    if request.content_type == "multipart/form-data":
        form = await request.post()
        body = json.loads(str(form.get("payload_json") or "{}"))
    elif raw := await request.read():
        try:
            body = json.loads(raw)
        except ValueError:
            body = ValueError
    token = request.headers.get("Authorization", "")
    return Call(route, parameters, dict(request.query), body, token, core.clock.elapsed())


async def _answered(core: Core, call: Call, fault: Fault | None) -> Reply:
    now = core.clock.elapsed()
    if wait := core.gauge.banned(now):
        return Reply(429, "error code: 1015", {"Retry-After": f"{core.clock.ours(wait):.3f}"}, foreign=True)
    if call.route not in ROUTES:
        return Reply(404, {"message": "404: Not Found", "code": 0})
    token = core.world.app.token
    if call.route not in TOKEN_ROUTES and (not token or call.token != f"Bot {token}"):
        return Reply(401, {"message": "401: Unauthorized", "code": 0})
    if call.route not in TOKEN_ROUTES and (wait := core.gauge.overall(now)):
        return _slower(core.clock.ours(wait), "global", {})
    measure = core.gauge.bucket(call.route, call.parameters, now)
    headers = _headers(core, measure)
    if measure is not None and measure.wait:
        return _slower(core.clock.ours(measure.wait), "user", headers)
    if fault is not None and fault.seconds:
        await asyncio.sleep(fault.seconds)
    try:
        if fault is not None and fault.hook is not None:
            await fault.hook(call)
        if call.body is ValueError:
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        answer = await ROUTES[call.route](core, call)
    except ApiError as refusal:
        said: Json = {"message": refusal.message, "code": refusal.code}
        return Reply(refusal.status, said | ({"errors": refusal.errors} if refusal.errors else {}), headers)
    call.applied = True
    return Reply(200 if answer is not None else 204, answer, headers)


def _headers(core: Core, measure: Measure | None) -> dict[str, str]:
    """https://docs.discord.com/developers/topics/rate-limits#header-format."""
    if measure is None:
        return {}
    after = core.clock.ours(measure.reset_after)
    return {
        "X-RateLimit-Limit": str(measure.limit),
        "X-RateLimit-Remaining": str(measure.remaining),
        "X-RateLimit-Reset": f"{core.clock.now() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": measure.bucket,
    }


def _slower(wait: float, scope: str, headers: dict[str, str]) -> Reply:
    """https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit; `wait` is in our seconds."""
    headers = headers | {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope}
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    words = "The resource is being rate limited." if scope == "shared" else "You are being rate limited."
    return Reply(429, {"message": words, "retry_after": round(wait, 3), "global": scope == "global"}, headers)


def _spoilt(fault: Fault) -> Reply:
    """What comes back in place of an answer."""
    if fault.scope:
        return _slower(fault.retry_after, fault.scope, {})
    if fault.code:
        return Reply(fault.status, {"message": "", "code": fault.code})
    return Reply(fault.status, f"<html>{fault.status}</html>", foreign=True)
