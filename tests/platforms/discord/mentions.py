"""Who is pinged by what a bot writes: mentions in its text, and what `allowed_mentions` lets through.

Source: https://docs.discord.com/developers/resources/message#allowed-mentions-object.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from tests.platforms.discord.state import Json

USER: Final = re.compile(r"<@!?(\d{5,20})>")
ROLE: Final = re.compile(r"<@&(\d{5,20})>")
EVERYONE: Final = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True)
class Ping:
    """Somebody's attention was called. `whom` is an id of a person or role, or everyone, or here."""

    message: str
    channel: str
    kind: str
    whom: str


@dataclass(frozen=True)
class Called:
    """Whom a text mentions, after `allowed_mentions`."""

    users: tuple[str, ...]
    roles: tuple[str, ...]
    everyone: tuple[str, ...]


def called(text: str, allowed: Json | None, *, by_interaction: bool, replied: str = "") -> Called:
    """Whom a text would ping.

    Args: allowed is `allowed_mentions` as it was sent; None means the default: everything, and of interactions only
    people. `replied` is the author of the message that is replied to, who is pinged unless told otherwise.
    """
    users = tuple(dict.fromkeys(USER.findall(text)))
    roles = tuple(dict.fromkeys(ROLE.findall(text)))
    everyone = tuple(dict.fromkeys(EVERYONE.findall(text)))
    if allowed is None:
        allowed = {"parse": ["users"] if by_interaction else ["users", "roles", "everyone"], "replied_user": True}
    parse: list[Any] = allowed.get("parse") or []
    only_users = [str(one) for one in allowed.get("users") or ()]
    only_roles = [str(one) for one in allowed.get("roles") or ()]
    users = tuple(one for one in users if "users" in parse or one in only_users)
    if replied and allowed.get("replied_user"):
        users = tuple(dict.fromkeys((*users, replied)))
    return Called(
        users,
        tuple(one for one in roles if "roles" in parse or one in only_roles),
        everyone if "everyone" in parse else (),
    )


def careless(allowed: Any) -> bool:
    """Whether a request left anything to be pinged: it must say `parse: []` and name nobody."""
    if not isinstance(allowed, dict) or allowed.get("parse") != []:
        return True
    return bool(allowed.get("users") or allowed.get("roles") or allowed.get("replied_user"))
