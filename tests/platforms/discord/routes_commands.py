"""Application commands over REST: reading and overwriting them, for everywhere or for one guild.

Source: https://docs.discord.com/developers/interactions/application-commands#endpoints.
"""

from collections.abc import Mapping
from typing import Final

from tests.platforms.discord.check_commands import CHAT, checked_commands
from tests.platforms.discord.core import Core, Handler, Sync
from tests.platforms.discord.faults import Call
from tests.platforms.discord.state import ApiError, Json


def _place(core: Core, call: Call) -> str:
    """The guild of a call; "" for everywhere. Raises: ApiError."""
    if call["application"] != core.world.app.id:
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    if "guild" not in call.parameters:
        return ""
    if call["guild"] not in core.world.guilds or core.world.app.id not in core.world.guilds[call["guild"]].members:
        raise ApiError(403, 50001, "Missing Access")
    return call["guild"]


def kept(core: Core, place: str, shape: Json) -> Json:
    """A command as Discord keeps it; one of the same name and kind keeps its id."""
    kind = shape.get("type", CHAT)
    old = core.commands.get(place, {}).values()
    same = next((one for one in old if (one["name"], one["type"]) == (shape["name"], kind)), None)
    command: Json = {
        "id": same["id"] if same else core.clock.snowflake(),
        "application_id": core.world.app.id,
        "version": core.clock.snowflake(),
        "default_member_permissions": None,
        "type": kind,
        "name": shape["name"],
        "name_localizations": shape.get("name_localizations"),
        "description": shape.get("description") or "",
        "description_localizations": shape.get("description_localizations"),
        "nsfw": bool(shape.get("nsfw")),
        "dm_permission": shape.get("dm_permission", True),
        "contexts": shape.get("contexts"),
        "integration_types": shape.get("integration_types") or [0],
    }
    if shape.get("default_member_permissions") is not None:
        command["default_member_permissions"] = str(shape["default_member_permissions"])
    if shape.get("options"):
        command["options"] = [_option(one) for one in shape["options"]]
    if place:
        command["guild_id"] = place
    return command


def _option(shape: Json) -> Json:
    """An option as Discord keeps it: what says nothing is left out, e.g. `required: false`.

    Source: github.com/discordjs/discord.js, pull requests 5838 and 11609.
    """
    said = {key: value for key, value in shape.items() if value not in (None, False, [])}
    if shape.get("options"):
        said["options"] = [_option(one) for one in shape["options"]]
    return said


def _shown(shape: Json) -> Json:
    """A command or option without its localizations, as it is listed unless one asks for them."""
    hidden = ("name_localizations", "description_localizations")
    seen = {key: value for key, value in shape.items() if key not in hidden}
    for inside in ("options", "choices"):
        if inside in seen:
            seen[inside] = [_shown(one) for one in seen[inside]]
    return seen


async def listed(core: Core, call: Call) -> list[Json]:
    """https://docs.discord.com/developers/interactions/application-commands#get-global-application-commands.

    Localizations only with `with_localizations`.
    """
    every = list(core.commands.get(_place(core, call), {}).values())
    if call.query.get("with_localizations") in ("true", "1", "True"):
        return every
    return [_shown(one) for one in every]


async def overwrite(core: Core, call: Call) -> list[Json]:
    """https://docs.discord.com/developers/interactions/application-commands#bulk-overwrite-global-application-commands."""
    place = _place(core, call)
    commands = [kept(core, place, one) for one in checked_commands(call.body)]
    core.commands[place] = {one["id"]: one for one in commands}
    core.syncs.append(Sync(place, tuple(commands)))
    return commands


async def create(core: Core, call: Call) -> Json:
    """https://docs.discord.com/developers/interactions/application-commands#create-global-application-command."""
    place = _place(core, call)
    checked_commands([call.body])
    command = kept(core, place, call.json)
    core.commands.setdefault(place, {})[command["id"]] = command
    return command


async def delete(core: Core, call: Call) -> None:
    """https://docs.discord.com/developers/interactions/application-commands#delete-global-application-command."""
    if core.commands.get(_place(core, call), {}).pop(call["command"], None) is None:
        raise ApiError(404, 10063, "Unknown application command")


_GLOBAL: Final = "/applications/{application}/commands"
_GUILD: Final = "/applications/{application}/guilds/{guild}/commands"
ROUTES: Final[Mapping[str, Handler]] = {
    f"{method} {path}{rest}": handler
    for path in (_GLOBAL, _GUILD)
    for method, rest, handler in (
        ("GET", "", listed),
        ("PUT", "", overwrite),
        ("POST", "", create),
        ("DELETE", "/{command}", delete),
    )
}
