"""What somebody may be about to type."""

from zoneinfo import available_timezones

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.suggesting import LONGEST, MOST, topics, topics_named, zones
from bot.text import LANGUAGES
from matching.topics import labels

LETTERS = st.text(max_size=30)


@given(LETTERS, st.sampled_from(LANGUAGES))
def test_discord_takes_every_suggestion(begun: str, language: str) -> None:
    for choices in (zones(begun), topics(begun, language)):
        assert len(choices) <= MOST
        assert all(0 < len(choice["name"]) <= LONGEST and 0 < len(choice["value"]) <= LONGEST for choice in choices)


def test_a_city_comes_before_a_region_with_its_name() -> None:
    assert zones("paris")[0]["value"] == "Europe/Paris"
    assert zones("new y")[0] == {"name": "America/New York", "value": "America/New_York"}
    assert zones("montr")[0]["value"] == "America/Montreal"


@given(LETTERS)
def test_every_zone_that_is_suggested_is_one(begun: str) -> None:
    assert {choice["value"] for choice in zones(begun)} <= available_timezones()


def test_nothing_typed_suggests_ones_own_zone() -> None:
    assert zones("", "Asia/Tokyo") == [{"name": "Asia/Tokyo", "value": "Asia/Tokyo"}]


def test_topics_go_on_after_those_that_are_there() -> None:
    gardening = labels("en")["gardening"]

    found = [choice["value"] for choice in topics(f"{gardening}, hou", "en")]

    assert found
    assert all(value.startswith(f"{gardening}, ") for value in found)
    assert f"{gardening}, {gardening}" not in [choice["value"] for choice in topics(f"{gardening}, gar", "en")]


def test_topics_are_found_without_accents_and_in_either_language() -> None:
    french = labels("fr")["gardening"]

    assert topics_named(f"{french.upper()}, nonsense, {labels('en')['gardening']}", "en") == ("gardening",)


@given(LETTERS)
def test_topics_that_are_typed_are_known_or_left_out(text: str) -> None:
    assert set(topics_named(text, "en")) <= set(labels("en"))


def test_three_topics_are_enough() -> None:
    names = list(labels("en").values())[:4]

    assert topics(", ".join(names[:3]) + ", g", "en") == []
    assert len(topics_named(", ".join(names), "en")) == 3
