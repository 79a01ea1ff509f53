"""The demonstration community is data; these are the promises that the rest counts on."""

import json
from collections import Counter
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.config import Settings
from matching.topics import labels


@pytest.fixture(scope="module")
def bar() -> Any:
    return json.loads(files("adapters.house").joinpath("demonstration.json").read_text(encoding="utf-8"))


def test_some_forty_people_are_there_half_in_each_language(bar: Any) -> None:
    languages = Counter(member["language"] for member in bar["members"])

    assert languages == {"fr": 20, "en": 20}
    assert len({member["id"] for member in bar["members"]}) == 40
    assert len({member["name"] for member in bar["members"]}) == 40


def test_everybody_lives_somewhere_and_is_in_known_circles(bar: Any) -> None:
    for member in bar["members"]:
        assert ZoneInfo(member["zone"]).key == member["zone"]
        assert set(member["circles"]) <= set(bar["community"]["circles"])
        assert member["circles"]


def test_any_two_people_share_a_language(bar: Any) -> None:
    assert set.intersection(*(set(member["speaks"]) for member in bar["members"]))


def test_needs_and_offers_come_half_from_each_language(bar: Any) -> None:
    language = {member["id"]: member["language"] for member in bar["members"]}
    count = Counter((language[notice["member"]], notice["kind"]) for notice in bar["notices"])

    assert 60 <= sum(count.values()) <= 80
    assert max(count.values()) - min(count.values()) <= 6


def test_nobody_is_over_the_caps(bar: Any) -> None:
    rules = Settings(_env_file=None).rules()
    held = Counter((notice["member"], notice["kind"]) for notice in bar["notices"])

    assert max(count for (_, kind), count in held.items() if kind == "need") <= rules.open_needs
    assert max(count for (_, kind), count in held.items() if kind == "offer") <= rules.open_offers


def test_every_notice_is_still_open(bar: Any) -> None:
    rules = Settings(_env_file=None).rules()

    for notice in bar["notices"]:
        life = rules.need_life if notice["kind"] == "need" else rules.offer_life
        assert notice["days_ago"] < (life - rules.expiry_warning).days


@pytest.mark.parametrize("word", ["shirt", "festival", "course", "race", "running", "vêtement", "clothes", "@", "http"])
def test_the_newcomer_s_own_story_is_left_to_the_newcomer(bar: Any, word: str) -> None:
    said = [entry["text"].lower() for entry in (*bar["notices"], *bar["chat"])]

    assert not [text for text in said if word in text]


def test_ties_join_two_known_people_about_known_topics(bar: Any) -> None:
    people = {member["id"] for member in bar["members"]}
    pairs = [frozenset(tie["members"]) for tie in bar["ties"]]

    assert len(set(pairs)) == len(pairs)
    for tie in bar["ties"]:
        assert len(set(tie["members"])) == 2
        assert set(tie["members"]) <= people
        assert set(tie["topics"]) <= labels("en").keys()


def test_the_channel_is_alive_and_in_order(bar: Any) -> None:
    people = {member["id"] for member in bar["members"]}
    ages = [line["minutes_ago"] for line in bar["chat"]]

    assert len(ages) >= 10
    assert ages == sorted(ages, reverse=True)
    assert {line["member"] for line in bar["chat"]} <= people
