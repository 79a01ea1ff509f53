"""What is asked of a server is what the code uses, no more and no less; what it gives is read as Discord means it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest

from adapters.discord import permissions
from adapters.discord.client import intents_of
from adapters.discord.permissions import ANSWERS, NEEDED, PRYING, ROUTES, in_channel, in_guild, missing, needed, prying
from tests.platforms.discord import NO_LIMITS, FakeDiscord, Permission
from tests.platforms.discord.permissions import in_channel as theirs
from tests.platforms.discord.shapes import channel_object, guild_object, member_object

FOLDER = Path(permissions.__file__).parent
GUIDE = FOLDER.parents[1] / "docs" / "discord.md"
#: What takes a route, as (method, path): our door to Discord, and the answers to one interaction.
DOORS = {"call": ROUTES, "_message": ROUTES, "_send": ANSWERS}
METHODS = {"DELETE", "GET", "PATCH", "POST", "PUT"}


#: What answers an interaction, which needs no permission, and may do so with discord.py's own hands.
ANSWERING = "answering.py"


def functions(*, but: str = "") -> Iterator[ast.AST]:
    for path in sorted(FOLDER.glob("*.py")):
        if path.name == but:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def texts(function: ast.AST, node: ast.expr) -> set[str]:
    """The texts that an expression can be; a name, what it was given before."""
    if isinstance(node, ast.Name):
        given = [one.value for one in ast.walk(function) if isinstance(one, ast.Assign)
                 and any(isinstance(target, ast.Name) and target.id == node.id for target in one.targets)]  # fmt: skip
        return {text for value in given for text in texts(function, value)}
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def called() -> Iterator[tuple[str, str]]:
    """(door, route) of every call with a route that is written there."""
    for function in functions():
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if name in DOORS and len(call.args) > 1:
                for method in texts(function, call.args[0]) & METHODS:
                    yield from ((name, f"{method} {path}") for path in texts(function, call.args[1]))
            elif name == "_ask" and call.args:  # what `comptoir check` asks, and always gets
                yield from (("call", f"GET {path}") for path in texts(function, call.args[0]))


def test_every_route_that_is_called_is_known_and_every_known_one_is_called() -> None:
    found = {(id(DOORS[door]), route) for door, route in called()}

    assert found == {(id(routes), route) for routes in (ROUTES, ANSWERS) for route in routes}


def test_nothing_goes_past_the_doors() -> None:
    """discord.py's own clients for single things would call routes that nobody listed."""
    by_itself = {"send", "create_thread", "add_user", "fetch_member", "fetch_channel", "fetch_user", "fetch_message",
                 "create_dm", "edit_original_response", "send_message", "send_modal"}  # fmt: skip
    used = {
        node.func.attr
        for function in functions(but=ANSWERING)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }

    assert not by_itself & used


def test_what_is_asked_for_is_what_the_routes_need() -> None:
    assert {name for route in ROUTES.values() for name in route.permissions} == set(NEEDED)
    assert not missing(needed())
    assert needed().value == discord.Permissions(**dict.fromkeys(NEEDED, True)).value


def test_the_threads_of_others_cannot_be_read() -> None:
    assert not prying(needed())
    assert set(PRYING) == {"administrator", "manage_threads"}
    for name in ("manage_messages", "mention_everyone", "kick_members", "send_messages", "manage_guild"):
        assert not getattr(needed(), name)


def test_no_privileged_intent_is_used_unless_listening_is_wanted() -> None:
    quiet, all_ears = intents_of(listening=False), intents_of(listening=True)
    privileged = ("members", "presences", "message_content")

    assert not [name for name in privileged if getattr(quiet, name)]
    assert [name for name in privileged if getattr(all_ears, name)] == ["message_content"]


def test_every_one_names_its_page() -> None:
    for route in [*ROUTES.values(), *ANSWERS.values()]:
        assert re.fullmatch(r"https://docs\.discord\.com/developers/[a-z/-]+#[a-z-]+", route.page)


def test_the_guide_says_what_each_is_for() -> None:
    told = re.findall(r"^\| `(\w+)` \| (.+) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)

    assert [name for name, _ in told] == [name.upper() for name in NEEDED]


# --- read as Discord means it ----------------------------------------------------------------------------------------


VIEW, MAKE, OTHER = Permission.VIEW_CHANNEL, Permission.CREATE_PRIVATE_THREADS, Permission.ADD_REACTIONS
#: Whoever may do everything may do what we look at; what else that is, differs from year to year.
SEEN = VIEW | MAKE | OTHER | Permission.MANAGE_THREADS
CHANGES = ["nothing", "hidden", "hidden but for the role", "no threads", "no threads for it", "let"]


@pytest.mark.parametrize("everybody", [OTHER, VIEW, VIEW | MAKE])
@pytest.mark.parametrize("role", [0, VIEW | MAKE, Permission.MANAGE_THREADS, Permission.ADMINISTRATOR])
@pytest.mark.parametrize("change", CHANGES)
async def test_roles_and_channels_add_up_as_discord_says(everybody: int, role: int, change: str) -> None:
    fake = FakeDiscord(limits=NO_LIMITS)
    bar = fake.guild("The Bar", permissions=role)
    bar.guild.roles[bar.guild.id].permissions = everybody
    general = bar.channel("general")
    match change:
        case "hidden":
            bar.deny(general, "everyone", VIEW)
        case "hidden but for the role":
            bar.deny(general, "everyone", VIEW)
            bar.permit(general, bar.bot_role, VIEW)
        case "no threads":
            bar.deny(general, "everyone", MAKE)
        case "no threads for it":
            bar.permit(general, bar.bot_role, MAKE)
            bar.deny(general, "bot", MAKE)
        case "let":
            bar.permit(general, "bot", VIEW | MAKE)
    world = fake.core.world
    guild: dict[str, Any] = guild_object(bar.guild)
    member = member_object(world, bar.guild, bar.guild.members[fake.app.id], user=True)

    ours = in_channel(guild, member, channel_object(world, general))

    assert ours.value & SEEN == theirs(world, general, fake.app.id) & SEEN
    assert in_guild(guild, member).value == everybody | role


def test_an_owner_may_do_everything_and_nobody_else_what_was_not_given() -> None:
    guild, channel = {"id": "1", "owner_id": "2", "roles": [{"id": "1", "permissions": str(int(VIEW))}]}, {"id": "3"}

    assert in_channel(guild, {"user": {"id": "2"}, "roles": []}, channel) == discord.Permissions.all()
    for other in ({}, {"user": {"id": "4"}, "roles": ["5"]}):
        assert in_channel(guild, other, channel).value == VIEW
