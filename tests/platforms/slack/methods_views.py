"""views.*: https://docs.slack.dev/reference/methods (views); the stack: https://docs.slack.dev/surfaces/modals."""

import asyncio
import json
import uuid
from typing import Any

from tests.platforms.slack.blocks import view_faults
from tests.platforms.slack.controls import controls_in
from tests.platforms.slack.core import Core, Trigger
from tests.platforms.slack.faults import Call
from tests.platforms.slack.shapes import view_object
from tests.platforms.slack.state import ApiError, Json, View

#: A modal holds three views at a time.
DEEPEST = 3
HEAVIEST = 250_000


def checked(value: Any, kind: str) -> Json:
    """A view as the app sent it. Raises: ApiError."""
    if not isinstance(value, dict):
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]})
    if len(json.dumps(value)) > HEAVIEST:
        raise ApiError("view_too_large")
    if faults := view_faults(value, kind):
        raise ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {fault}" for fault in faults]})
    blocks = [b | {"block_id": b.get("block_id") or uuid.uuid4().hex[:5]} for b in value.get("blocks", [])]
    return value | {"blocks": blocks}


def exchanged(core: Core, call: Call) -> Trigger:
    """The leave to open, used up. Raises: ApiError."""
    trigger = core.triggers.get(str(call.arguments.get("trigger_id") or ""))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if asyncio.get_running_loop().time() - trigger.born > core.trigger_life:
        raise ApiError("expired_trigger_id")
    trigger.used = True
    return trigger


def new_view(core: Core, user: str, team: str, shape: Json) -> View:
    """A view for somebody, with what it starts with already chosen."""
    number = core.new_id("V")
    home = core.world.users[user].team
    view = View(number, user, home, team, shape, hash=f"{int(core.clock.now())}.{uuid.uuid4().hex[:8]}", root=number)
    core.world.views[number] = view
    return view


def answer(core: Core, call: Call, view: View) -> Json:
    core.changed()
    return {"ok": True, "view": view_object(view, core.world.app, core.world.teams[call.team].bot_id)}


def show(core: Core, view: View, what: str) -> None:
    title = str(view.shape.get("title", {}).get("text", ""))
    core.controls.extend(controls_in("", view.shape["blocks"], view.id))
    core.see(view.user, what, ts=view.id, text=title, by=view.installed_team, blocks=view.shape["blocks"])


async def open_(core: Core, call: Call) -> Json:
    shape = checked(call.arguments.get("view"), "modal")
    trigger = exchanged(core, call)
    call.applied = True
    view = new_view(core, trigger.user, call.team, shape)
    core.world.stacks[trigger.user] = [view]
    show(core, view, "modal")
    return answer(core, call, view)


async def push(core: Core, call: Call) -> Json:
    shape = checked(call.arguments.get("view"), "modal")
    trigger = exchanged(core, call)
    stack = core.world.stacks.get(trigger.user, [])
    if not stack or not trigger.view:
        raise ApiError("not_found")
    call.applied = True
    view = pushed(core, stack, call.team, shape)
    return answer(core, call, view)


def pushed(core: Core, stack: list[View], team: str, shape: Json) -> View:
    """One more view on top. Raises: ApiError."""
    if len(stack) >= DEEPEST:
        raise ApiError("push_limit_reached")
    view = new_view(core, stack[-1].user, team, shape)
    view.root, view.previous = stack[0].id, stack[-1].id
    stack.append(view)
    show(core, view, "modal")
    return view


async def update(core: Core, call: Call) -> Json:
    arguments = call.arguments
    shape = checked(arguments.get("view"), "modal")
    wanted = arguments.get("view_id"), arguments.get("external_id")
    open_views = [v for stack in core.world.stacks.values() for v in stack if v.installed_team == call.team]
    view = next(
        (v for v in open_views if v.id == wanted[0] or (wanted[1] and v.shape.get("external_id") == wanted[1])), None
    )
    if view is None:
        raise ApiError("not_found")
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise ApiError("hash_conflict")
    call.applied = True
    replaced(core, view, shape)
    return answer(core, call, view)


def replaced(core: Core, view: View, shape: Json) -> None:
    """Another shape for a view; what was typed stays where block_id and action_id stay."""
    view.shape, view.hash = shape, f"{int(core.clock.now())}.{uuid.uuid4().hex[:8]}"
    kept = {block["block_id"] for block in shape["blocks"]}
    view.values = {block: values for block, values in view.values.items() if block in kept}
    show(core, view, "home" if shape["type"] == "home" else "modal")


async def publish(core: Core, call: Call) -> Json:
    shape = checked(call.arguments.get("view"), "home")
    user = core.world.user(str(call.arguments.get("user_id") or ""))
    if user.deleted:
        raise ApiError("user_not_found")
    key = f"{call.team}:{user.id}"
    view = core.world.homes.get(key)
    if view is not None and call.arguments.get("hash") not in (None, "", view.hash):
        raise ApiError("hash_conflict")
    call.applied = True
    if view is None:
        view = core.world.homes[key] = new_view(core, user.id, call.team, shape)
        show(core, view, "home")
    else:
        replaced(core, view, shape)
    return answer(core, call, view)
