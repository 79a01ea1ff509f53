"""What is read of somebody when their server is asked whether they are in it."""

import pytest

from adapters.discord.presence import handle_of


@pytest.mark.parametrize(
    ("user", "handle"),
    [
        ({"username": "amina.b", "discriminator": "0", "global_name": "Amina"}, "amina.b"),
        ({"username": "amina.b"}, "amina.b"),
        ({"username": "Amina", "discriminator": "1234"}, ""),
        ({"username": None, "discriminator": "0"}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_handle_is_one_that_nobody_else_has(user: dict[str, str | None] | None, handle: str) -> None:
    assert handle_of({"nick": "Ami", "user": user}) == handle
