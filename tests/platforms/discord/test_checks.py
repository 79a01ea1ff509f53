"""Forms take any JSON: it is right, or refused with the places that are wrong."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.platforms.discord.check_commands import checked_commands
from tests.platforms.discord.check_messages import checked_choices, checked_message, checked_modal, checked_thread
from tests.platforms.discord.checks import Form
from tests.platforms.discord.state import ApiError

KEYS = st.sampled_from(
    [
        "content", "embeds", "components", "flags", "nonce", "allowed_mentions", "parse", "users", "type", "custom_id",
        "title", "data", "choices", "name", "value", "label", "options", "style", "component", "accessory", "fields",
        "description", "name_localizations", "autocomplete", "footer", "id",
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 23) | st.text(max_size=3) | st.sampled_from(["x" * 101, "\ud800"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=5),
    max_leaves=12,
)
BODIES = st.dictionaries(KEYS, VALUES, max_size=6)


@pytest.mark.parametrize(
    "check",
    [
        checked_message,
        checked_modal,
        checked_choices,
        lambda body: checked_thread(body, new=True),
        lambda body: checked_commands([body]),
    ],
)
@settings(max_examples=40)
@given(body=BODIES)
def test_any_json_is_right_or_refused(check: Callable[[Any], Any], body: dict[str, Any]) -> None:
    with contextlib.suppress(ApiError):
        check(body)


def test_everything_wrong_is_said_at_once_each_at_its_place() -> None:
    form = Form()
    form.text(("a", 0, "b"), "xx", 1)
    form.number(("a", 0, "c"), 9, 0, 5)
    form.text(("d",), None, 1, needed=True)

    with pytest.raises(ApiError) as refusal:
        form.settle()

    assert refusal.value.errors == {
        "a": {
            "0": {
                "b": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 1 or fewer in length."}]},
                "c": {
                    "_errors": [{"code": "NUMBER_TYPE_MAX", "message": "int value should be less than or equal to 5."}]
                },
            }
        },
        "d": {"_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}]},
    }


def test_a_half_of_a_character_is_no_text() -> None:
    with pytest.raises(ApiError):
        checked_message({"content": "\ud800"})
