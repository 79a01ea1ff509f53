"""What Discord's refusals mean to us."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from adapters.discord.errors import Closed, meant
from bot.errors import TryLater, Unreachable


def refusal(status: int, body: dict[str, Any] | str) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="", headers={})
    return discord.HTTPException(response, body)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, {"code": 50007, "message": ""}, Closed),
        (403, {"code": 50001, "message": ""}, Unreachable),
        (403, "error code: 1020", TryLater),
        (404, {"code": 10003, "message": ""}, Unreachable),
    ],
)
def test_only_discord_itself_knows_who_cannot_be_reached(
    status: int, body: dict[str, Any] | str, kind: type[Exception]
) -> None:
    assert type(meant(refusal(status, body))) is kind
