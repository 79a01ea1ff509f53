from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.fields import JoinFields, MeetingFields, NoticeFields, ReportFields, SettingsFields
from adapters.slack import filled
from adapters.slack.filled import (
    errors,
    number,
    read_checked,
    read_join,
    read_joining,
    read_notice,
    read_report,
    read_settings,
    read_text,
)
from bot.messages import Param, Refused
from bot.text import LANGUAGES, catalogue
from tests.adapters.slack.people import sent_back
from tests.adapters.slack.test_modals import every_form

READERS: list[Callable[[Any], object]] = [
    filled.read_notice, filled.read_settings, filled.read_report, filled.read_text, filled.read_channels,
    filled.read_meeting, lambda values: filled.read_join(values, "en"),
]  # fmt: skip
NAMES = [
    "text", "place", "reach", "standing", "topics", "language", "speaks", "quiet_from", "until", "delivery", "more",
    "monthly_budget", "channels", "helpers", "days", "nudges", "share",
]  # fmt: skip
PARTS = ["value", "selected_option", "selected_options", "selected_time", "selected_date", "selected_conversations"]
ODD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters())),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*PARTS, "type"]), inner),
    max_leaves=8,
)
FORMS = st.dictionaries(st.sampled_from(NAMES), ODD | st.fixed_dictionaries({"value": ODD}))


@settings(deadline=None)
@given(FORMS)
def test_no_form_however_odd_breaks_a_reader(values: dict[str, Any]) -> None:
    for read in READERS:
        read(values)


def test_a_form_without_answers_asks_for_nothing() -> None:
    assert read_notice({}) == NoticeFields()
    assert read_settings({}) == (SettingsFields(), None)
    assert read_report({}) == ReportFields()
    assert read_join({}, "fr") == JoinFields("fr")
    assert read_text({}) == ""
    assert filled.read_channels({}) is None
    assert filled.read_meeting({}) == MeetingFields()


@pytest.mark.parametrize(
    ("begun", "more", "whole"),
    [
        ("Be kind.", "Be brief.", "Be kind.\nBe brief."),
        ("Be kind.", "\n\nBe brief.", "Be kind.\n\nBe brief."),
        ("Be ", "kind.", "Be kind."),
        ("", "Be kind.", "Be kind."),
    ],
)
def test_two_fields_are_one_text(begun: str, more: str, whole: str) -> None:
    assert read_text(answer("text", "value", begun) | answer("more", "value", more)) == whole


def answer(name: str, part: str, value: object) -> dict[str, Any]:
    return {name: {"value": {part: value}}}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", 12),
        ("0", -1),
        ("", None),
        (None, None),
        ("1.5", -1),
        ("-3", -1),
        ("٣", -1),
        ("99999", -1),
        (7, 7),
        ([], -1),
    ],
)
def test_a_number_that_is_none_is_refused_in_words_later(typed: object, meant: int | None) -> None:
    assert number(answer("days", "value", typed), "days") == meant


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        (answer("quiet_from", "selected_time", "21:30"), {"quiet_from": time(21, 30)}),
        (answer("quiet_from", "selected_time", "late"), {"quiet_from": None}),
        (answer("language", "selected_option", {"value": "fr"}), {"language": "fr"}),
        (answer("speaks", "selected_options", [{"value": "fr"}, {}, 3]), {"speaks": ("fr",)}),
    ],
)
def test_settings_are_read_one_by_one(values: dict[str, Any], fields: dict[str, object]) -> None:
    read, _ = read_settings(values)

    assert {name: getattr(read, name) for name in fields} == fields


def test_a_day_is_read() -> None:
    assert read_settings(answer("until", "selected_date", "2027-01-05"))[1] == date(2027, 1, 5)
    assert read_settings(answer("until", "selected_date", "tomorrow"))[1] is None


@pytest.mark.parametrize("metadata", ["", " ", "x y", "-1 text", "99999999999 text", "٣ text"])
def test_what_a_form_carries_may_be_anything(metadata: str) -> None:
    assert read_joining(metadata)[0] == 0
    assert len(read_checked(metadata)) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_shown_beside_a_question_of_the_form(language: str) -> None:
    words = catalogue(language)
    refusals = [key for key in words.texts if key.startswith("refusal.")]
    params: dict[str, Param] = {"limit": 3, "least": 3, "most": 9, "count": 2, "zone": "x", "word": "x", "text": "x"}
    for view in every_form(words).values():
        for key in refusals:
            shown = errors(Refused(key, params), view["callback_id"], words)
            assert (shown is None) is not bool(sent_back(view))
            if shown is not None:
                [(beside, sentence)] = shown["errors"].items()
                assert beside in sent_back(view)
                assert 0 < len(sentence) <= 300


def test_a_budget_is_refused_beside_the_budget() -> None:
    refused = Refused("refusal.budget_range", {"least": 1, "most": 30})

    assert errors(refused, "settings", catalogue("en")) == {
        "response_action": "errors", "errors": {"monthly_budget": "Choose between 1 and 30 messages a month."},
    }  # fmt: skip
