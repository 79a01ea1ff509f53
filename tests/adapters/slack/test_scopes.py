"""What is asked of a workspace is what the code uses, both ways, found by reading the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.scopes import BY_LIBRARY, EVENTS, METHODS, events, scopes

FOLDER = Path(__file__).parents[3] / "adapters" / "slack"
#: The methods of the door to the Web API whose first argument is the name of a method.
DOORS = {"call", "post", "show"}
#: The methods of Slack's own client.
OF_CLIENT = {name for name in vars(AsyncWebClient) if not name.startswith("_")}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the folder of something's attribute, by that attribute."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield node.func.attr, node


def words(node: ast.expr) -> set[str]:
    """Every text that an expression can be, conditional ones included."""
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def through_the_door() -> set[str]:
    """The methods called through `Api`."""
    return {
        word
        for name, call in calls()
        if name in DOORS and call.args
        for word in words(call.args[0])
        if word.replace(".", "").isalnum() and "." in word
    }


def past_it() -> set[str]:
    """The methods called on Slack's own client, as it spells them."""
    return {name for name, _ in calls() if name in OF_CLIENT}


def test_every_method_that_is_called_is_known_and_every_known_one_is_called() -> None:
    spelled = {name.replace(".", "_"): name for name in (*METHODS, *BY_LIBRARY)}
    assert past_it() <= set(spelled)

    called = through_the_door() | {spelled[name] for name in past_it()}

    assert called - set(BY_LIBRARY) == set(METHODS)


def test_every_event_that_is_heard_is_known_and_every_known_one_is_heard() -> None:
    heard = {word for name, call in calls() if name == "event" and call.args for word in words(call.args[0])}

    assert heard == {event.type for event in EVENTS.values()}


def test_the_conversation_of_the_two_cannot_be_read() -> None:
    asked = set(scopes(listening=True))

    assert "mpim:write" in asked
    assert not {"mpim:history", "mpim:read", "im:read"} & asked
    assert not [name for name in EVENTS if "mpim" in name]


def test_channels_are_read_only_where_listening_is_wanted() -> None:
    quiet, all_ears = set(scopes(listening=False)), set(scopes(listening=True))

    assert all_ears - quiet == {"channels:history", "groups:history"}
    assert set(events(listening=True)) - set(events(listening=False)) == {"message.channels", "message.groups"}


def test_nobody_s_address_is_asked_for() -> None:
    assert not [scope for scope in scopes(listening=True) if "email" in scope or scope.startswith(("files", "admin"))]


def test_what_is_asked_by_default_is_this() -> None:
    assert scopes(listening=False) == (
        "app_mentions:read", "chat:write", "commands", "im:history", "im:write", "mpim:write", "users:read",
    )  # fmt: skip


def test_every_one_names_its_page() -> None:
    known = {**METHODS, **BY_LIBRARY}
    pages = [(name, known[name].page) for name in known] + [(name, EVENTS[name].page) for name in EVENTS]

    for name, page in pages:
        assert page.startswith("https://docs.slack.dev/reference/")
        assert page.endswith(f"/{name}")


def test_the_guide_says_what_each_is_for_and_which_are_never_asked() -> None:
    guide = (FOLDER.parents[1] / "docs" / "slack.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([\w:]+)` \| (.+) \|$", guide, re.MULTILINE)

    assert sorted(scope for scope, _ in told) == list(scopes(listening=True))
    only = {scope for scope, what in told if "only with `COMPTOIR_SLACK_LISTENING`" in what}
    assert only == set(scopes(listening=True)) - set(scopes(listening=False))
