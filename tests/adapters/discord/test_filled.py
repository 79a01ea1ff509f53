from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.fields import JoinFields, MeetingFields, NoticeFields, ReportFields, SettingsFields
from adapters.discord import filled
from adapters.discord.filled import day, number, read_joining, read_notice, read_settings, read_text, values_of

READERS: list[Callable[[Any], object]] = [
    filled.read_notice, filled.read_settings, filled.read_hours, filled.read_report, filled.read_text,
    filled.read_channels, filled.read_meeting, lambda values: filled.read_join(values, "en"),
]  # fmt: skip
NAMES = [
    "text", "place", "reach", "standing", "topics", "language", "speaks", "quiet_from", "until", "delivery", "zone",
    "monthly_budget", "channels", "helpers", "days", "nudges", "share",
]  # fmt: skip
ODD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters()), st.sampled_from(NAMES)),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["component", "components", "custom_id", "value", "values", "type"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["components", "custom_id"]), ODD))
def test_no_form_however_odd_breaks_a_reader(data: dict[str, Any]) -> None:
    for read in READERS:
        read(values_of(data))


@settings(deadline=None)
@given(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(["value", "values"]), ODD))
def test_no_answer_however_odd_breaks_a_reader(name: str, answer: dict[str, Any]) -> None:
    for read in READERS:
        read({name: answer})


def test_a_form_without_answers_asks_for_nothing() -> None:
    assert read_notice({}) == NoticeFields()
    assert read_settings({}) == SettingsFields()
    assert filled.read_hours({}) == (SettingsFields(), None, "")
    assert filled.read_report({}) == ReportFields()
    assert filled.read_join({}, "fr") == (JoinFields("fr"), "")
    assert read_text({}) == ""
    assert filled.read_channels({}) is None
    assert filled.read_meeting({}) == MeetingFields()


def test_answers_stand_in_labels_or_in_rows() -> None:
    components = [
        {"type": 18, "component": {"type": 4, "custom_id": "text", "value": "a drill"}},
        {"type": 1, "components": [{"type": 4, "custom_id": "place", "value": "Lyon"}]},
        {"type": 10, "id": 3},
        {"type": 18, "component": {"type": 3, "custom_id": "reach", "values": ["circle"]}},
    ]

    assert read_notice(values_of({"components": components})) == NoticeFields("a drill", "Lyon", "circle")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("12", 12), (" 7 ", 7), ("0", -1), ("", None), (None, None), ("1.5", -1), ("-3", -1), ("٣", -1), ("99999", -1)],
)
def test_a_number_that_is_none_is_refused_in_words_later(typed: object, meant: int | None) -> None:
    assert number({"days": {"value": typed}}, "days") == meant


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        ({"quiet_from": {"values": ["21:30"]}}, {"quiet_from": time(21, 30)}),
        ({"quiet_from": {"values": ["late"]}}, {"quiet_from": None}),
        ({"quiet_until": {"values": []}}, {"quiet_until": None}),
    ],
)
def test_hours_are_read_one_by_one(answer: dict[str, Any], fields: dict[str, object]) -> None:
    read, _, _ = filled.read_hours(answer)

    assert {name: getattr(read, name) for name in fields} == fields


def test_of_several_what_is_no_text_is_left_out() -> None:
    assert read_settings({"speaks": {"values": ["fr", 3, None, {}]}}).speaks == ("fr",)


@pytest.mark.parametrize(("typed", "meant"), [("2027-01-05", date(2027, 1, 5)), ("tomorrow", None), ("", None)])
def test_a_day_is_read(typed: str, meant: date | None) -> None:
    assert day(typed) == meant


@pytest.mark.parametrize("carried", ["", "_", "x_y", "-1_text", "99999999999_text", "٣_text", "123"])
def test_what_a_form_carries_may_be_anything(carried: str) -> None:
    number, sealed = read_joining(carried)

    assert number in (0, 123)
    assert "_" not in sealed
