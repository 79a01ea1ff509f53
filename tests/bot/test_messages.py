from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ids import MemberId
from bot.messages import LEFT, Message, Param, Phrase, from_json, to_json
from bot.text import LANGUAGES, catalogue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PARAMS: dict[str, Param] = {
    "text": "words", "count": 3, "until": NOON, "why": Phrase("reason.terms", {"terms": ("a", "b")}),
    "lines": (Phrase("x"), 1),
}  # fmt: skip
DEEP = Message("digest", PARAMS, ("yes", "no"), "token", (Message("part", {"text": "more"}),), NOON)


def test_a_message_survives_the_way_through_json() -> None:
    assert from_json(to_json(DEEP)) == DEEP
    assert from_json(to_json(Message("plain"))) == Message("plain")


def test_where_a_message_is_shown_comes_along_and_need_not_have_been_said() -> None:
    packed = to_json(Message("heard.need", beside="C024BE91L"))

    assert from_json(packed).beside == "C024BE91L"
    del packed["beside"]
    assert from_json(packed) == Message("heard.need")


def test_whom_a_message_speaks_of_never_leaves() -> None:
    assert "secret" not in str(to_json(Message("me.ties", about=(MemberId("secret"),))))
    assert "secret" not in repr(Message("me.ties", about=(MemberId("secret"),)))


def test_a_redacted_message_holds_nobodys_words() -> None:
    redacted = DEEP.redacted(NOON)

    assert redacted.params["text"] == redacted.parts[0].params["text"] == Phrase("redacted")
    assert (redacted.params["count"], redacted.params["until"], redacted.choices) == (3, NOON, DEEP.choices)


def test_words_inside_phrases_and_lists_are_redacted_too() -> None:
    said = str(
        Message(
            "k", {"card": Phrase("c", {"theirs": "words"}), "lines": (Phrase("l", {"a": "words"}), "words")}
        ).redacted(NOON)
    )

    assert "words" not in said


def test_what_is_the_readers_own_stays() -> None:
    opening = Message("opening", {"first": "Amina", "second": "Luc", "mine": "words"}, own=("second",))

    assert from_json(to_json(opening)).own == ("second",)
    assert opening.redacted(NOON).params == {"first": Phrase("redacted.name"), "second": "Luc", "mine": "words"}


def test_a_card_stays_as_it_is_until_it_is_over() -> None:
    card = Message("card.answers.need", {"theirs": "words"}, ("yes",), "token", closes_at=NOON)
    named = Message("follow_up", {"name": "Luc"}, ("helped",), "token", closes_at=NOON)
    digest = Message("digest", parts=(card, named))
    before = NOON - timedelta(seconds=1)

    assert digest.redacted(before).parts == (card, replace(named, params={"name": Phrase("redacted.name")}))
    assert (digest.has_open_card(before), named.has_open_card(before)) == (True, False)
    assert digest.redacted(NOON).parts[0].params == {"theirs": Phrase("redacted")}
    assert not digest.has_open_card(NOON)


def test_a_card_within_another_part_stays_as_well() -> None:
    card = Message("card.offer", {"theirs": "words"}, ("yes", "no"), "token", closes_at=NOON)
    digest = Message("digest", parts=(Message("x", parts=(card,)),))

    assert digest.redacted(NOON - timedelta(seconds=1)).parts[0].parts == (card,)


def test_a_shared_word_in_the_readers_language_is_somebodys_word_too() -> None:
    why = Phrase("reason.terms", {"terms": (Phrase("word.=piano", {"en": "Pianos"}), "tuning")})
    redacted = Message("card.answers.offer", {"why": why}).redacted(NOON)

    assert redacted.params["why"] == Phrase("reason.terms", {"terms": (Phrase("redacted"), Phrase("redacted"))})
    assert redacted.redacted(NOON) == redacted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Message("follow_up", {"name": "Luc"}, ("helped", "nothing", "stop"), "token"), "follow_up.left"),
        (Message("nudge.plain", {"name": "Luc", "since": NOON}, ("end_tie", "stop"), "token"), "nudge.left"),
        (Message("nudge.topic", {"name": "Luc", "topic": "x", "since": NOON}, ("end_tie", "stop"), "t"), "nudge.left"),
    ],
)
def test_nothing_is_asked_about_who_was_forgotten(before: Message, after: str) -> None:
    redacted = before.redacted(NOON)

    assert (redacted.key, redacted.params["name"], redacted.choices) == (after, Phrase("redacted.left"), ("stop",))
    assert redacted.redacted(NOON) == redacted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", [key for key in LEFT if key.startswith("opening.")])
@pytest.mark.parametrize("mine", ["first", "second"])
def test_an_opening_reads_well_without_the_other(language: str, shape: str, mine: str) -> None:
    words: dict[str, Param] = {"firsts": "f", "seconds": "s", "why": Phrase("reason.terms", {"terms": ("t",)})}
    opening = Message(shape, {"first": "Amina", "second": "Luc", **words}, own=(mine, f"{mine}s"))
    said = catalogue(language).say(opening.redacted(NOON))

    who = {"first": "Amina", "second": "Luc"}[mine]
    gone = catalogue(language).say(Phrase("redacted.left"))
    head, *lines = [line for line in said.split("\n") if line]
    assert {who, gone} <= {part for part in (who, gone) if part in head}
    assert sorted(line.startswith((who, gone.capitalize())) for line in lines) == [True, True]
    assert [name for name in ("Amina", "Luc") if name in said] == [who]
    assert (said.count("("), head.count("(")) == (1, 0)
    assert "?" not in said


def test_of_several_nobody_is_said_to_have_left() -> None:
    asked = Message("follow_up", {"name": "Luc"}, ("helped", "stop"), "token")
    digest = Message("digest", {"count": 2}, parts=(asked, replace(asked, params={"name": "Zoe"})))

    one, other = digest.redacted(NOON).parts

    assert one == other == replace(asked, params={"name": Phrase("redacted.name")})


def test_a_line_that_begins_with_nobodys_name_begins_with_a_capital() -> None:
    line = Phrase("why.met.line", {"name": "luc", "why": "x"})
    hidden = Message("why.met", {"count": 1, "lines": (line,)}).redacted(NOON)

    assert catalogue("en").say(hidden).endswith("Someone: (words withdrawn)")
    assert catalogue("en").say(line) == "luc: x"
