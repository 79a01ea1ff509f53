"""Commands as people have them: in their language, as far as they may use them, with their options filled in."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tests.platforms.discord.core import Core
from tests.platforms.discord.payloads import resolved
from tests.platforms.discord.permissions import Permission, in_channel
from tests.platforms.discord.state import Channel, Json, Role, User

_SUBCOMMAND, _GROUP, _STRING, _INTEGER, _BOOLEAN, _NUMBER = 1, 2, 3, 4, 5, 10
_MOST: Final = 6000


def offered(core: Core, user: User, channel: Channel, *, forced: bool = False) -> list[Json]:
    """The commands that somebody has in a channel.

    Args: forced leaves `default_member_permissions` aside, as a guild's administrators can.
    Source: https://docs.discord.com/developers/interactions/application-commands#contexts and #permissions.
    """
    every = list(core.commands.get("", {}).values())
    if channel.guild is None:
        return [
            one for one in every if (one["contexts"] is None and one["dm_permission"]) or 1 in (one["contexts"] or ())
        ]
    if core.world.app.id not in core.world.guilds[channel.guild].members:
        return []
    every = [one for one in every if one["contexts"] is None or 0 in one["contexts"]]
    every += core.commands.get(channel.guild, {}).values()
    bits = in_channel(core.world, channel, user.id)
    if not bits & Permission.USE_APPLICATION_COMMANDS:
        return []
    return [one for one in every if forced or _may(one, bits)]


def _may(command: Json, bits: int) -> bool:
    wanted = command["default_member_permissions"]
    if wanted is None:
        return True
    return bool(bits & Permission.ADMINISTRATOR) or (int(wanted) != 0 and bits & int(wanted) == int(wanted))


def named(shape: Json, locale: str) -> str:
    """The name that somebody sees."""
    names: Mapping[str, str] = shape.get("name_localizations") or {}
    return names.get(locale, str(shape["name"]))


def _is(shape: Json, name: str, locale: str) -> bool:
    return name in (shape["name"], named(shape, locale))


def found(commands: Iterable[Json], words: str, user: User) -> tuple[Json, list[Json]]:
    """The command of "/topics add", and the parts on the way to it. Raises: LookupError."""
    every = list(commands)
    first, *rest = words.removeprefix("/").split(" ")
    command = next((one for one in every if one["type"] == 1 and _is(one, first, user.locale)), None)
    if command is None:
        raise LookupError(f"{user.name} has no {words}, but {sorted(named(one, user.locale) for one in every)}")
    path, here = [], command
    for name in rest:
        inside = [one for one in here.get("options") or () if one["type"] in (_SUBCOMMAND, _GROUP)]
        here = next((one for one in inside if _is(one, name, user.locale)), {})
        if not here:
            raise LookupError(f"{words} is none of {[named(one, user.locale) for one in inside]}")
        path.append(here)
    return command, path


def used(
    core: Core, command: Json, path: list[Json], values: Mapping[str, Any], channel: Channel, *, typing: str = ""
) -> Json:
    """The data of an interaction: the command with what was filled in; `typing` is the option that is being typed.

    Raises: LookupError for an option that there is not, ValueError for what Discord would not send.
    Source: .../receiving-and-responding#interaction-object-application-command-data-structure
    """
    target = path[-1] if path else command
    options = list(_filled(core, target, dict(values), typing))
    for one in reversed(path):
        options = [{"name": one["name"], "type": one["type"], "options": options}]
    guild = core.world.guilds[channel.guild] if channel.guild else None
    people = [str(one.id) for one in values.values() if hasattr(one, "user")]
    places = [one.id for one in values.values() if isinstance(one, Channel)]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    roles = [one.id for one in values.values() if isinstance(one, Role)]
    if people or places or roles:
        data["resolved"] = resolved(core, guild, people, places, roles)
    if command.get("guild_id"):
        data["guild_id"] = command["guild_id"]
    return data


def _filled(core: Core, target: Json, left: dict[str, Any], typing: str) -> Iterator[Json]:
    for option in target.get("options") or ():
        names = (option["name"], *(option.get("name_localizations") or {}).values())
        name = next((one for one in names if one in left), None)
        if name is None:
            if option.get("required") and not typing:
                raise ValueError(f"{option['name']} must be filled in")
            continue
        value = left.pop(name)
        shape: Json = {
            "name": option["name"],
            "type": option["type"],
            "value": _value(option, value, loose=bool(typing)),
        }
        yield shape | ({"focused": True} if typing in names else {})
    if left:
        raise LookupError(f"{target['name']} has no option {sorted(left)}")


def _value(option: Json, value: Any, *, loose: bool) -> Any:
    if option["type"] == _STRING:
        text = str(value)
        choices = {one["name"]: one["value"] for one in option.get("choices") or ()}
        if choices and text not in (*choices, *choices.values()):
            raise ValueError(f"{option['name']} offers {sorted(choices)}")
        if not loose and not int(option.get("min_length") or 0) <= len(text) <= int(option.get("max_length") or _MOST):
            raise ValueError(f"{option['name']} does not take {len(text)} characters")
        return choices.get(text, text)
    if option["type"] in (_INTEGER, _NUMBER):
        least, most = option.get("min_value", value), option.get("max_value", value)
        if not loose and not least <= value <= most:
            raise ValueError(f"{option['name']} takes {least} to {most}")
        return value
    if option["type"] == _BOOLEAN:
        return bool(value)
    if isinstance(value, Channel) and int(value.kind) not in option.get("channel_types", [int(value.kind)]):
        raise ValueError(f"{option['name']} does not take this kind of channel")
    return str(value.id) if hasattr(value, "id") else value
