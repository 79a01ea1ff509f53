from datetime import UTC, datetime

import pytest

from bot.messages import Param, Phrase
from bot.text import Catalogue, catalogue

MOMENT = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "{at}", "Tuesday 1 December"),
        ("fr", "{at}", "mardi 1er décembre"),
        ("en", "{at:month}", "December 2026"),
        ("fr", "{at:month}", "décembre 2026"),
        ("fr", "{at:time}", "18:30"),
        ("fr", "{count}", "12 345"),
        ("fr", "{list}", "un, deux et trois"),
        ("en", "{list:lines}", "un\ndeux\ntrois"),
        ("en", "{inner}", "With pleasure."),
        ("en", "{words}", "{count} <b>&"),
    ],
)
def test_each_kind_of_parameter_is_said_the_readers_way(language: str, text: str, said: str) -> None:
    words = Catalogue(language)
    words.texts = {**words.texts, "x": text}
    params: dict[str, Param] = {"at": MOMENT, "count": 12345, "list": ("un", "deux", "trois")}
    params |= {"inner": Phrase("talk.thanks"), "words": "{count} <b>&"}

    assert words.say(Phrase("x", params), "Europe/Paris", MOMENT).replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("language", "count", "one"), [("en", 0, False), ("fr", 0, True), ("en", 1, True), ("fr", 2, False)]
)
def test_each_language_has_its_own_plural(language: str, count: int, one: bool) -> None:
    words = Catalogue(language)
    words.texts = {"x": ("one", "many")}

    assert words.say(Phrase("x", {"count": count})) == ("one" if one else "many")


@pytest.mark.parametrize(
    ("language", "now", "said"),
    [
        ("en", datetime(2026, 6, 20, tzinfo=UTC), "Tuesday 1 December"),
        ("en", datetime(2026, 3, 2, tzinfo=UTC), "Tuesday 1 December 2026"),  # the same year, and far
        ("fr", datetime(2026, 3, 2, tzinfo=UTC), "mardi 1er décembre 2026"),
        ("en", datetime(2027, 1, 1, tzinfo=UTC), "Tuesday 1 December 2026"),  # near, and of another year
        ("en", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Tuesday 1 December 2026"),  # which it is in Paris already
        ("en", None, "Tuesday 1 December 2026"),
    ],
)
def test_a_date_that_is_not_near_is_said_with_its_year(language: str, now: datetime | None, said: str) -> None:
    words = Catalogue(language)
    words.texts = {"x": "{inner}", "y": "{at}"}

    assert words.say(Phrase("x", {"inner": Phrase("y", {"at": MOMENT})}), "Europe/Paris", now) == said


def test_a_reader_of_another_language_is_spoken_to_in_english() -> None:
    assert catalogue("de").language == "en"


def test_a_key_without_words_is_an_error() -> None:
    with pytest.raises(KeyError):
        catalogue("en").say(Phrase("nothing"))


@pytest.mark.parametrize(
    ("language", "params", "said"),
    [
        ("en", {}, "plant"),
        ("fr", {}, "plante"),
        ("en", {"en": "{Plants}"}, "{Plants}"),
        ("fr", {"en": "{Plants}"}, "plante"),
    ],
)
def test_a_shared_word_is_said_as_somebody_wrote_it_in_that_language(
    language: str, params: dict[str, Param], said: str
) -> None:
    assert catalogue(language).say(Phrase("word.=plant", params)) == said
