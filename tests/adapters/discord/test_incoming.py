"""What Discord sends, read: whatever is missing or odd is as if it were empty."""

import re
from typing import Any
from unittest.mock import Mock

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.incoming import (
    FORM,
    PRESSED,
    choices_of,
    language_of,
    objects_at,
    parent_of,
    text_at,
    typed,
    typed_of,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "options", "values"]), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("ask <@12> or <@!13>", "ask @Ana or @…"),
        ("<@&9> in <#7>", "@… in #…"),
        ("<:wave:1> <a:dance:2>", ":wave: :dance:"),
        ("type </need:77> before <t:1700000000:R>", "type /need before "),
        ("a < b > c <@> <3", "a < b > c <@> <3"),
        ("half \ud800", "half ?"),
    ],
)
def test_what_was_typed_is_read_as_its_author_saw_it(written: str, seen: str) -> None:
    assert typed(written, {12: "Ana"}) == seen


def test_a_command_of_a_group_is_told_with_its_options() -> None:
    data = {
        "name": "comptoir",
        "options": [{"name": "listen", "type": 1, "options": [{"name": "on", "type": 5, "value": True}]}],
    }

    asked = typed_of(data)

    assert (asked.name, asked.within, asked.options) == ("comptoir", "listen", {"on": True})


def test_the_option_in_the_middle_of_which_somebody_is_has_focus() -> None:
    options = [{"name": "text", "type": 3, "value": "a"}, {"name": "topics", "type": 3, "value": "ti", "focused": True}]

    assert typed_of({"name": "need", "options": options}).focused == "topics"


@given(JSON)
def test_nothing_odd_is_taken_for_a_command_or_a_choice(payload: Any) -> None:
    data = payload if isinstance(payload, dict) else {}

    asked = typed_of(data)

    assert isinstance(asked.name, str)
    assert all(isinstance(one, str) for one in choices_of(data))
    assert isinstance(text_at(payload, "name", "options"), str)
    assert all(isinstance(one, dict) for one in objects_at(payload, "options"))


@pytest.mark.parametrize("pattern", [PRESSED, FORM])
@pytest.mark.parametrize(
    "name", ["", "i1", "i1:", "i1::", "i2:yes:a", "i1:YES:a", "i1:yes:a b", "i1:yes:" + "a" * 97, "x", "i1:yes:é"]
)
def test_what_is_not_ours_is_nothing(pattern: re.Pattern[str], name: str) -> None:
    assert pattern.fullmatch(name) is None
    assert pattern.fullmatch(name.replace("i1", "f1")) is None or pattern is FORM


@pytest.mark.parametrize(
    ("kind", "heard"), [("public_thread", 7), ("news_thread", 7), ("private_thread", None)]
)  # fmt: skip
def test_a_thread_is_heard_with_its_channel_unless_it_is_private(kind: str, heard: int | None) -> None:
    thread = Mock(spec=discord.Thread, type=discord.ChannelType[kind], parent_id=7)

    assert parent_of(thread) == heard
    assert parent_of(Mock(spec=discord.TextChannel)) is None


def test_people_speak_one_of_our_languages() -> None:
    assert [language_of(one) for one in ("fr", "en-GB", "de", "", "français")] == ["fr", "en", "en", "en", "fr"]
